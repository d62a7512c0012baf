"""What a dossier still lacks, in words, as pages of the dossier and of its steps show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from api.web.desk import Desk
from api.web.words import msgid
from engine import dossier_access
from engine.dossier_readiness import Readiness, Step, all_steps, readiness
from engine.dossiers import Dossier, DossierKind
from engine.ids import DocumentId
from engine.ports import UnitOfWork
from engine.work_items import WorkItem

STEPS: Final[Mapping[Step, str]] = {
    Step.SELF_ASSESSMENT: msgid("Self-assessment with evidence"),
    Step.OPINIONS: msgid("Opinions on the draft"),
    Step.SURVEY: msgid("Survey of satisfaction"),
    Step.MEETING: msgid("Meeting that proposes recognition"),
    Step.PARTS: msgid("Parts of the dossier"),
}
PATHS: Final[Mapping[Step, str]] = {
    Step.SELF_ASSESSMENT: "#criteria",
    Step.OPINIONS: "/opinions",
    Step.SURVEY: "/opinions",
    Step.MEETING: "/meetings",
    Step.PARTS: "#parts",
}
ELEMENTS: Final[Mapping[str, Step]] = {
    "assess": Step.SELF_ASSESSMENT,
    "opinions": Step.OPINIONS,
    "survey": Step.SURVEY,
    "meeting": Step.MEETING,
    "complete_parts": Step.PARTS,
}
"""The steps of the procedure that go on only when something is ready."""
PROCEDURE: Final = "ntm_dossier"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One step: what it is called, where it is done, what is missing; nothing: it is ready."""

    label: str
    path: str
    missing: tuple[str, ...]


def lines_of(dossier: Dossier, desk: Desk, work: UnitOfWork) -> Sequence[Line]:
    """Return every step of a dossier for recognition that its commune still composes, none of another."""
    if dossier.kind is not DossierKind.NTM or not dossier.is_open:
        return ()
    lines, said = list[Line](), set[str]()
    for one in all_steps(dossier, desk.at, work):
        # What an earlier step lacks is not said again, as long as something else keeps this one.
        new = tuple(gap for gap in one.missing if gap.code not in said) or one.missing
        lines.append(_line(replace(one, missing=new), dossier, desk))
        said |= {gap.code for gap in one.missing}
    return lines


def lines_at(document_id: DocumentId, item: WorkItem, desk: Desk, work: UnitOfWork) -> Sequence[Line]:
    """Return what the step of this item lacks; of other procedures nothing, and without a statement."""
    step = ELEMENTS.get(item.element_id) if item.procedure == PROCEDURE else None
    found = work.dossiers.find_of_document(document_id) if step is not None else None
    if step is None or found is None or not dossier_access.may_read(desk.person, found, work):
        return ()
    return [_line(readiness(step, found, desk.at, work), found, desk)]


def reopened(done: WorkItem, work: UnitOfWork) -> WorkItem | None:
    """Return the same step of a dossier where it opened again at once, since something is missing."""
    if done.procedure != PROCEDURE or done.element_id not in ELEMENTS:
        return None
    again = (one for one in work.work_items.open_of(done.instance_id) if one.id != done.id)
    return next((one for one in again if one.element_id == done.element_id), None)


def _line(one: Readiness, dossier: Dossier, desk: Desk) -> Line:
    return Line(
        label=desk.speaks(STEPS[one.step]),
        path=f"/dossiers/{dossier.id}{PATHS[one.step]}",
        missing=tuple(desk.says(gap) for gap in one.missing),
    )
