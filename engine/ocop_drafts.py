"""OCOP score sheets filled in halfway: kept as the form draft of the work item in which a member scores.

A member has one sheet of a product, however many windows show it: whoever sends one says which state of it they saw.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from engine.dossiers import Dossier
from engine.errors import Conflict
from engine.ids import RubricId
from engine.ocop_proposals import MemberSheet
from engine.ocop_turns import require_turn
from engine.people import Person
from engine.ports import UnitOfWork
from engine.rubrics import Knockout
from engine.scoring import Sheet

SCORED: Final = "scored"
"""The outcome of the work item whose form the sheet stands for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSheet:
    """What a member chose so far, and when it was saved."""

    sheet: Sheet
    saved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSheet:
    """A member's sheet of a product as it stands: what was saved halfway since, and what was kept last."""

    saved: SavedSheet | None
    kept: MemberSheet | None

    @property
    def rev(self) -> int:
        """When it was saved or kept last, in microseconds since 1970; 0 where that was never done."""
        moments = [self.saved.saved_at] if self.saved else []
        moments += [self.kept.filled_at] if self.kept else []
        return max((round(moment.timestamp() * 1_000_000) for moment in moments), default=0)

    def require_seen(self, rev: int | None) -> None:
        """Raise SheetMoved unless the sheet still is at this revision; None: any will do."""
        if rev not in (None, self.rev):
            raise SheetMoved


def own_sheet(dossier: Dossier, person: Person, work: UnitOfWork) -> OwnSheet:
    """Return the member's sheet as it stands; raises NotScoredNow."""
    sheets = work.ocop.proposals.sheets(dossier.id)
    kept = next((one for one in sheets if one.member_id == person.id), None)
    return OwnSheet(saved=find_saved(dossier, person, work), kept=kept)


def content_of(sheet: Sheet) -> Mapping[str, object]:
    """Return the sheet as a form draft keeps it."""
    return {
        "choices": dict(sheet.choices),
        "case": sheet.case,
        "knockouts": [ground.value for ground in sheet.knockouts],
    }


def find_saved(dossier: Dossier, person: Person, work: UnitOfWork) -> SavedSheet | None:
    """Return what the member saved of the sheet they are to fill in now, or None; raises NotScoredNow."""
    item = require_turn(dossier, person, work)
    draft = work.form_drafts.find(item.id, person.id)
    if draft is None or draft.outcome != SCORED:
        return None
    values = draft.values()
    sheet = Sheet(
        rubric_id=RubricId(dossier.rules_id),
        choices=values.get("choices", {}),
        case=values.get("case"),
        knockouts=tuple(Knockout(word) for word in values.get("knockouts", ())),
    )
    return SavedSheet(sheet=sheet, saved_at=draft.saved_at)


class SheetMoved(Conflict):
    """The member saved or kept the same sheet elsewhere meanwhile."""

    code = "ocop.sheet_moved"
    template = (
        "You saved or kept this sheet in another window meanwhile, so nothing was changed now. Compare with what is "
        "kept, then send what is to stand."
    )
