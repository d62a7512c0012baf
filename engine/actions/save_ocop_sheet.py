"""Save an OCOP score sheet that is filled in halfway; it stays for the member, and no record is made of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine import dossier_access
from engine.form_drafts import FormDraft, packed
from engine.ids import DossierId, RubricId
from engine.ocop_drafts import SCORED, content_of, own_sheet
from engine.ocop_turns import require_turn
from engine.people import Person
from engine.ports import UnitOfWork
from engine.rubrics import Knockout
from engine.scoring import Progress, Sheet, so_far


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveOcopSheet:
    """Levels by item code, as far as the member has come; *rev* is the sheet's as it was seen."""

    dossier_id: DossierId
    choices: Mapping[str, int]
    case: int | None = None
    knockouts: tuple[Knockout, ...] = ()
    rev: int | None = None


def save_ocop_sheet(request: SaveOcopSheet, *, by: Person, at: datetime, work: UnitOfWork) -> Progress:
    """Keep what was chosen so far as the member's one draft, and return what it comes to.

    Raises:
        DossierNotFound: There is no such dossier.
        NotScoredNow: The product is not before this member.
        SheetMoved: The member saved or kept it elsewhere meanwhile.
        SheetInvalid: Choices are none of their items; all are named. Items may be open.
    """
    dossier = work.dossiers.get(request.dossier_id)
    dossier_access.require_read(by, dossier, work)
    item = require_turn(dossier, by, work)
    work.ocop.proposals.lock(dossier.id)
    own_sheet(dossier, by, work).require_seen(request.rev)
    rubric = work.ocop.rubrics.get(RubricId(dossier.rules_id))
    sheet = Sheet(rubric_id=rubric.id, choices=request.choices, case=request.case, knockouts=request.knockouts)
    progress = so_far(rubric, sheet)
    draft = FormDraft(
        work_item_id=item.id,
        person_id=by.id,
        outcome=SCORED,
        data=packed(content_of(sheet)),
        comment=None,
        saved_at=at,
    )
    work.form_drafts.save(draft)
    return progress
