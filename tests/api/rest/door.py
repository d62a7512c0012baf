"""A route as strangers try it; each part of the house names its own, and test_anonymous_first tries them all."""

from dataclasses import dataclass
from typing import Any

from httpx2 import Response

from tests.api.rest.callers import Caller
from tests.support.office import a_pdf

NOT_ADMINISTRATOR = (("vanthu", 403), ("chutich", 403), ("kiemtra", 403))
SOMEBODY = "01a203dd-c979-75e1-9d26-000000000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A route as a stranger tries it.

    Attributes:
        refused: Who of those signed in may not, and the status they get.
        body: JSON that has the right form.
        files: Field of a file that is good.
    """

    method: str
    path: str
    refused: tuple[tuple[str, int], ...] = ()
    body: dict[str, Any] | None = None
    files: str | None = None

    def tried(self, caller: Caller, ids: dict[str, str]) -> Response:
        """Call the route with the ids of things that are there."""
        files = [(self.files, ("a.pdf", a_pdf()))] if self.files else None
        return caller.ask(self.method, self.path.format(**ids), json=self.body, files=files)
