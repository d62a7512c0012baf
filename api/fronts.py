"""Between the world and the application: its names, that TLS stays TLS, that no answer is kept by chance."""

from collections.abc import Callable
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.wiring import House

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
PROBED: Final = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked by balancers, by whatever address they have; nothing in their answers depends on the name."""
A_YEAR: Final = "max-age=31536000"
UNLESS_SAID: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
"""Of every answer that says nothing else: what is about somebody stays in no cache, and is what it is said to be."""


class Front:
    """Refuses a call by a name that is not ours, and tells browsers that came by TLS to come by TLS for a year.

    A foreign name in the Host header would stand in links we make, and lets a foreign page reach a server that only
    listens on loopback (DNS rebinding).
    """

    def __init__(self, app: ASGIApp, refuse: Callable[[Request], Response]) -> None:
        self._app, self._refuse = app, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on if it was meant for us."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        house: House = scope["app"].state.house
        secure = scope["scheme"] == "https" or house.settings.secure_cookies

        async def answered(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in UNLESS_SAID.items():
                    headers.setdefault(name, value)
                if secure:
                    headers["Strict-Transport-Security"] = A_YEAR
            await send(message)

        ours = LOOPBACK | {house.settings.host, *house.settings.hosts}
        if scope["path"] in PROBED or name_in(Headers(scope=scope).get("host", "")) in ours:
            await self._app(scope, receive, answered)
        else:
            await self._refuse(Request(scope))(scope, receive, answered)


def name_in(host: str) -> str:
    """Return the name of a Host header without its port, in small letters; an IPv6 address keeps its brackets."""
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdecimal() else host).lower()
