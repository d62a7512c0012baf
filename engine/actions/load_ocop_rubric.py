"""Load the OCOP score sheet of one set under an earlier decision; it never changes afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine import access
from engine.ocop_events import OcopRubricLoaded
from engine.people import Person
from engine.ports import UnitOfWork
from engine.rubrics import Rubric, rubric_from


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadOcopRubric:
    """A sheet in the form of the files the product comes with, as parsed JSON or TOML."""

    content: Mapping[str, object]


def load_ocop_rubric(request: LoadOcopRubric, *, by: Person, at: datetime, work: UnitOfWork) -> Rubric:
    """Keep the sheet and return it; the very same one again changes nothing.

    Raises:
        NotAllowed: The person does not administer the installation.
        RubricInvalid: Its figures do not add up; all reasons are named.
        RubricKnown: There is another one for this decision and set.
    """
    access.require(by, "load_ocop_rubrics")
    rubric = rubric_from(request.content)
    known = work.ocop.rubrics.find(rubric.decision, rubric.set_number)
    if known is not None and known.id == rubric.id:
        return known
    work.ocop.rubrics.add(dict(request.content), rubric, by.id, at)
    work.record(
        OcopRubricLoaded(
            by=by.id,
            at=at,
            agency_id=by.agency_id,
            rubric_id=rubric.id,
            decision=rubric.decision,
            set_number=rubric.set_number,
        )
    )
    return rubric
