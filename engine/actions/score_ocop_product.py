"""Fill in one's OCOP score sheet of a product, as a member of the council at whose turn it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine import dossier_access
from engine.dossiers import Dossier
from engine.ids import DossierId, OcopSheetId, RubricId
from engine.ocop_drafts import own_sheet
from engine.ocop_events import OcopSheetFilled
from engine.ocop_proposals import MemberSheet
from engine.ocop_turns import require_turn
from engine.people import Person
from engine.ports import UnitOfWork
from engine.rubrics import Knockout
from engine.scoring import Sheet, choices_of, score


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreOcopProduct:
    """Levels by item code, 0 where none is reached; or *points* by item code, from which the levels follow.

    Attributes:
        rev: The sheet's as it was seen; None: whatever it is.
    """

    dossier_id: DossierId
    choices: Mapping[str, int]
    points: Mapping[str, int] | None = None
    case: int | None = None
    knockouts: tuple[Knockout, ...] = ()
    rev: int | None = None


def score_ocop_product(request: ScoreOcopProduct, *, by: Person, at: datetime, work: UnitOfWork) -> MemberSheet:
    """Keep the sheet of this round and return it; one filled in before stays on record, replaced.

    Raises:
        DossierNotFound, ProposalNotFound: There is no such dossier.
        NotScoredNow: The product is not before this member.
        SheetMoved: The member saved or kept it elsewhere meanwhile.
        SheetInvalid: Items are open, or choices are none of theirs; all are named.
        RubricEdited: The score sheet is not the one the dossier was submitted under.
    """
    dossier = work.dossiers.get(request.dossier_id)
    dossier_access.require_read(by, dossier, work)
    item = require_turn(dossier, by, work)
    proposal = work.ocop.proposals.lock(dossier.id)
    own_sheet(dossier, by, work).require_seen(request.rev)
    rubric = work.ocop.rubrics.get(RubricId(dossier.rules_id))
    given = choices_of(rubric, request.points, request.case) if request.points else {}
    sheet = Sheet(
        rubric_id=rubric.id, choices={**request.choices, **given}, case=request.case, knockouts=request.knockouts
    )
    kept = MemberSheet(
        id=OcopSheetId(work.new_id()),
        dossier_id=dossier.id,
        member_id=by.id,
        sheet=sheet,
        score=score(rubric, sheet),
        filled_at=at,
        scoring_round=proposal.scoring_round,
    )
    work.ocop.proposals.put_sheet(kept)
    work.form_drafts.remove(item.id, by.id)
    work.record(_event(kept, dossier, by, at))
    return kept


def _event(kept: MemberSheet, dossier: Dossier, by: Person, at: datetime) -> OcopSheetFilled:
    return OcopSheetFilled(
        by=by.id,
        at=at,
        agency_id=dossier.receiver_id,
        dossier_id=dossier.id,
        sheet_id=kept.id,
        rubric_id=kept.sheet.rubric_id,
        total=kept.score.total,
        scoring_round=kept.scoring_round,
        choices=kept.sheet.choices,
        knockouts=[ground.value for ground in kept.score.knockouts],
    )
