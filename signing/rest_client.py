"""A small client of our own REST API, of the standard library alone; secrets go over TLS or stay on this machine."""

import json
import urllib.error
import urllib.request
from typing import Any, Final
from urllib.parse import urlsplit

_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_SECONDS: Final = 60


class Refused(Exception):
    """The server said no; the text is its sentence."""


class Unreachable(Exception):
    """The server does not answer, or not as ours does; the same call may succeed later."""


class RestClient:
    """Calls below /api/v1 with a session's token."""

    def __init__(self, url: str, token: str | None) -> None:
        """Keep where and who.

        Raises:
            Refused: It is neither https nor this machine.
        """
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            raise Refused(f"{url} is not an https address; passwords and sessions are not sent in the clear")
        self._base = f"{url.rstrip('/')}/api/v1"
        self._headers = {"Accept-Language": "en", **({"Authorization": f"Bearer {token}"} if token else {})}

    def get(self, path: str) -> Any:  # noqa: ANN401  (parsed JSON)
        """Return what is there. Raises Refused, Unreachable."""
        return json.loads(self._call("GET", path))

    def post(self, path: str, body: dict[str, Any]) -> Any:  # noqa: ANN401  (parsed JSON)
        """Act. Raises Refused, Unreachable."""
        return json.loads(self._call("POST", path, json.dumps(body).encode()))

    def content(self, path: str) -> bytes:
        """Return a file. Raises Refused, Unreachable."""
        return self._call("GET", path)

    def _call(self, method: str, path: str, body: bytes | None = None) -> bytes:
        headers = {**self._headers, **({"Content-Type": "application/json"} if body else {})}
        request = urllib.request.Request(self._base + path, data=body, headers=headers, method=method)  # noqa: S310
        try:
            with _OPENER.open(request, timeout=_SECONDS) as answer:
                content: bytes = answer.read()
        except urllib.error.HTTPError as error:
            raise _refused(error) from error
        except (urllib.error.URLError, OSError) as cause:
            raise Unreachable(f"the server does not answer ({cause}); run this again later") from cause
        return content


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Another address never gets our token."""

    def redirect_request(self, *args: object, **kwargs: object) -> None:
        """Follow none."""


_OPENER: Final = urllib.request.build_opener(_NoRedirect)


def _refused(error: urllib.error.HTTPError) -> Refused | Unreachable:
    try:
        problem = json.loads(error.read())
        text = f"{problem['detail']} ({problem['code']})"
    except (ValueError, KeyError, TypeError):
        return Unreachable(f"the server answers {error.code}, not as Vanthu does")
    fault = 500
    return Refused(text) if error.code < fault else Unreachable(text)
