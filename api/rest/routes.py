"""Doors as FastAPI runs them: one thread for a call, and not another one to look at its answer."""

from collections.abc import Callable
from functools import wraps
from inspect import isasyncgenfunction, iscoroutinefunction, isfunction, isgeneratorfunction
from typing import Any

from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute

from api.outsiders import SmallBody


class Door(APIRoute):
    """The route of a door. FastAPI checks what a plain function answers on a thread of its own; ours are right by type.

    So to FastAPI each is a coroutine that passes the call on to a thread.
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
    @wraps(door)
    async def on_a_thread(**given: object) -> object:
        return await run_in_threadpool(door, **given)

    return on_a_thread
