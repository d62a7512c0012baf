"""Doors as FastAPI runs them: one thread for a call, on which it is found out who asks, then the door runs."""

import inspect
from collections.abc import Callable
from functools import partial, wraps
from inspect import Parameter, isasyncgenfunction, iscoroutinefunction, isfunction, isgeneratorfunction
from typing import Any, Final

from fastapi import Request
from fastapi.routing import APIRoute

from api.deps import BeginDep, WorkDep, require_session, transaction_of, transactions_of
from api.outsiders import SmallBody
from api.rest.calls import CallDep, call_of

_REQUEST: Final = "request_of_the_door"


class Door(APIRoute):
    """The route of a door.

    FastAPI checks what a plain function answers on a thread of its own, and opens and ends its transaction on two more;
    ours are right by type. So to FastAPI each is a coroutine that passes the call on to a thread, on which it is given
    its call, its transaction, or what opens transactions.

    Where the door needs a session, that is looked for there before it runs, or in its transaction; a door that opens
    its own (BeginDep) has it looked for in the first. A door that is no plain function asks for it by its dependencies.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **settings: Any) -> None:  # noqa: ANN401 - FastAPI's
        super().__init__(path, _passed_on(endpoint) if _is_plain(endpoint) else endpoint, **settings)


class OpenDoor(SmallBody, Door):
    """The route of a door that is open to everybody and takes no files."""


def _is_plain(door: Callable[..., Any]) -> bool:
    return isfunction(door) and not any(
        kind(door) for kind in (iscoroutinefunction, isgeneratorfunction, isasyncgenfunction)
    )


def _passed_on(door: Callable[..., Any]) -> Callable[..., Any]:
    signature = inspect.signature(door)
    known = {name: one.annotation for name, one in signature.parameters.items()}
    request_name, call_name, work_name, begin_name = (
        next((name for name, annotation in known.items() if annotation == wanted), None)
        for wanted in (Request, CallDep, WorkDep, BeginDep)
    )

    def run(request: Request, given: dict[str, object]) -> object:
        if begin_name is not None:
            answer = door(**given, **{begin_name: transactions_of(request)})
            require_session(request)  # it is known by now, unless the door asked for nothing
            return answer
        if work_name is not None:
            with transaction_of(request) as work:
                return door(**given, **{work_name: work})
        require_session(request)
        return door(**given)

    @wraps(door)
    async def on_a_thread(**given: Any) -> object:  # noqa: ANN401 - whatever the door takes
        request = given[request_name] if request_name else given.pop(_REQUEST)
        if call_name is not None:
            given[call_name] = call_of(request)
        return await request.app.state.threads.run(partial(run, request, given))

    left = [one for name, one in signature.parameters.items() if name not in (call_name, work_name, begin_name)]
    if request_name is None:
        left.append(Parameter(_REQUEST, Parameter.KEYWORD_ONLY, annotation=Request))
    vars(on_a_thread)["__signature__"] = signature.replace(parameters=left)  # what FastAPI asks for
    return on_a_thread
