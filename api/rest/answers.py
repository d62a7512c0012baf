"""What REST answers have in common: closed shapes, pages of lists, people by name, problems."""

from collections.abc import Callable
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from api.problems import MEDIA_TYPE
from engine.ids import SYSTEM, AgencyId, PersonId
from engine.people import Agency, Person
from engine.ports import UnitOfWork
from engine.queries import Page

Item = TypeVar("Item", bound="Answer")
Row = TypeVar("Row")


class Answer(BaseModel):
    """Anything the API answers; its fields are exactly those that are documented."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PageOf(Answer, Generic[Item]):
    """One page of a list; *next* is the `after` of the following page, null at the end."""

    items: list[Item]
    next: str | None = None


def page_of(page: Page[Row], shape: Callable[[Row], Item]) -> PageOf[Item]:
    """Return the answer for a page of engine values."""
    return PageOf(items=[shape(row) for row in page.items], next=page.next)


class PersonRef(Answer):
    """A person by name."""

    id: UUID
    name: str
    title: str


class AgencyRef(Answer):
    """An agency by name."""

    id: UUID
    name: str


class Names:
    """People and agencies by id, read once for an answer.

    People of the asker's own agency are known at once; others, such as a sender's clerk, are looked up.
    """

    def __init__(self, agency_id: AgencyId, work: UnitOfWork) -> None:
        self._work = work
        self._people = {person.id: person for person in work.people.of_agency(agency_id)}
        self._agencies: dict[AgencyId, Agency] = {}

    def person(self, person_id: PersonId | None) -> PersonRef | None:
        """Return the person; None for nobody, and for the machine."""
        if person_id is None or person_id == SYSTEM:
            return None
        if person_id not in self._people:
            self._people[person_id] = self._work.people.get(person_id)
        return person_ref(self._people[person_id])

    def agency(self, agency_id: AgencyId) -> AgencyRef:
        """Return the agency."""
        if not self._agencies:
            self._agencies = {agency.id: agency for agency in self._work.people.agencies()}
        return AgencyRef(id=agency_id, name=self._agencies[agency_id].name)

    def by_id(self) -> dict[PersonId, str]:
        """Return the names of the people known so far."""
        return {person.id: person.name for person in self._people.values()}


def person_ref(person: Person) -> PersonRef:
    """Return the person by name."""
    return PersonRef(id=person.id, name=person.name, title=person.title)


class FieldProblem(Answer):
    """One wrong field: its path, a stable code, a sentence."""

    field: str
    code: str
    message: str


class ProblemAnswer(BaseModel):
    """An error (RFC 9457): a stable code, a sentence for people, every wrong field at once."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[FieldProblem] = []


_MEANINGS: Final = {
    400: "The body cannot be read.",
    401: "Nobody is signed in.",
    403: "It may be seen, but not be done by this person.",
    404: "Not there, or not for this person to know: one answer for both.",
    408: "The body did not arrive in time.",
    409: "It does not fit the present state.",
    412: "It changed since its ETag was read.",
    413: "The body is too large.",
    415: "The body is of a kind that is not taken here.",
    422: "Fields are wrong; all are named.",
    429: "Too many tries; wait.",
    503: "A neighbour is away; try again later.",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI description of the errors a route answers with."""
    schema = ProblemAnswer.model_json_schema(ref_template="#/components/schemas/{model}")
    schema["properties"]["errors"]["items"] = FieldProblem.model_json_schema()
    schema.pop("$defs", None)
    return {
        status: {"description": _MEANINGS[status], "content": {MEDIA_TYPE: {"schema": schema}}} for status in statuses
    }
