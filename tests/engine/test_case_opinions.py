"""How far an opinion on a case is, and what is refused on the way."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from engine.case_opinions import CaseOpinion, CaseOpinionClosed, OpinionFile, OpinionStanding, View
from engine.ids import AgencyId, CaseId, CaseOpinionId, DocumentId, FileId, PersonId
from tests.storage.builders import NOON

SOMETHING = UUID(int=1)
SOMEBODY = PersonId(SOMETHING)
ASKED = CaseOpinion(
    id=CaseOpinionId(SOMETHING),
    case_id=CaseId(SOMETHING),
    agency_id=AgencyId(SOMETHING),
    document_id=DocumentId(SOMETHING),
    number="01/PYK-TTPVHCC",
    question="Có phù hợp quy hoạch không?",
    half_days=2,
    asked_by=SOMEBODY,
    asked_at=NOON,
    due=NOON + timedelta(days=1),
    files=(OpinionFile(file_id=FileId("0" * 64), name="ban-ve.pdf"),),
)


def test_an_answer_is_taken_once_in_time_or_late() -> None:
    in_time = ASKED.answered(View.AGREED, "", SOMEBODY, ASKED.due)
    silent = ASKED.silent(ASKED.due)
    late = silent.answered(View.NOT_AGREED, "Ngoài quy hoạch", SOMEBODY, ASKED.due + timedelta(minutes=1))

    assert (ASKED.standing, silent.standing) == (OpinionStanding.WAITING, OpinionStanding.SILENT)
    assert (in_time.came_late, late.came_late, late.standing) == (False, True, OpinionStanding.ANSWERED)
    for over in (in_time, ASKED.ended(NOON)):
        with pytest.raises(CaseOpinionClosed):
            over.answered(View.AGREED, "", SOMEBODY, NOON)
    with pytest.raises(CaseOpinionClosed):
        in_time.ended(NOON)
    assert replace(ASKED, ended_at=NOON).standing is OpinionStanding.ENDED
