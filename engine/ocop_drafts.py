"""OCOP score sheets filled in halfway: kept as the form draft of the work item in which a member scores."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from engine.dossiers import Dossier
from engine.ids import RubricId
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
