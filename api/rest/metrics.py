"""What one process counts: calls and how long they took, by route and not by path, so that no id gets into it."""

from functools import cache
from time import perf_counter
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

REGISTRY: Final = CollectorRegistry()
_LABELS: Final = ("method", "route")
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
CALLS: Final = Counter("vanthu_requests", "Calls answered", (*_LABELS, "status"), registry=REGISTRY)
SECONDS: Final = Histogram("vanthu_request_seconds", "Seconds from a call to its answer", _LABELS, registry=REGISTRY)


class RequestMetrics:
    """Counts each call once it is answered; one that no route takes is counted as 'none'."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on and note its status and its time."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, began = 500, perf_counter()

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            method = scope["method"] if scope["method"] in _METHODS else "other"
            route = _route(scope)
            calls, seconds = _counted(method, route, status)
            calls.inc()
            seconds.observe(perf_counter() - began)


@cache
def _counted(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    """Return what counts such calls; the library looks for it longer than it counts."""
    return CALLS.labels(method, route, str(status)), SECONDS.labels(method, route)


def _route(scope: Scope) -> str:
    """Return the route that took the call, '/api/v1/documents/{document_id}', or 'none'."""
    own = getattr(scope.get("route"), "path", None)
    if not isinstance(own, str):
        return "none"
    if ":path}" in own:
        return own
    # A route knows its path without the prefix of the router that holds it; the call's path has it.
    prefix = scope["path"].split("/")[: -own.count("/")]
    return "/".join(prefix) + own
