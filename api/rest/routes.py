"""Doors as FastAPI runs them: one thread for a call, on which it is found out who asks, then the door runs."""

import inspect
from collections.abc import Callable
from functools import wraps
from inspect import Parameter, isasyncgenfunction, iscoroutinefunction, isfunction, isgeneratorfunction
from typing import Any, Final

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute

from api.deps import require_session
from api.outsiders import SmallBody

_REQUEST: Final = "request_of_the_door"


class Door(APIRoute):
    """The route of a door.

    FastAPI checks what a plain function answers on a thread of its own; ours are right by type. So to FastAPI each is a
    coroutine that passes the call on to a thread. Where the door needs a session, that is looked for there first: a
    door that is no plain function asks for it by its dependencies.
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
    wanted = next((name for name, one in signature.parameters.items() if one.annotation is Request), None)

    def known(request: Request, given: dict[str, object]) -> object:
        require_session(request)
        return door(**given)

    @wraps(door)
    async def on_a_thread(**given: Any) -> object:  # noqa: ANN401 - whatever the door takes
        request = given[wanted] if wanted else given.pop(_REQUEST)
        return await run_in_threadpool(known, request, given)

    if wanted is None:
        extra = Parameter(_REQUEST, Parameter.KEYWORD_ONLY, annotation=Request)
        signature = signature.replace(parameters=[*signature.parameters.values(), extra])
    vars(on_a_thread)["__signature__"] = signature  # what FastAPI asks for
    return on_a_thread
