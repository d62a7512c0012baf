"""Drafts before the public and meetings that propose: who may say what until when, and minutes that are made."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from engine.actions.answer_public_opinion import AnswerPublicOpinion, answer_public_opinion
from engine.actions.answer_public_opinions import AnswerPublicOpinions, answer_public_opinions
from engine.actions.close_survey import close_survey
from engine.actions.give_public_opinion import give_public_opinion
from engine.actions.load_criteria_set import load_criteria_set
from engine.actions.submit_dossier import submit_dossier
from engine.criteria import Shares
from engine.dossier_errors import DossierFrozen, DossierNotFound
from engine.dossier_readiness import Step, readiness
from engine.dossiers import Dossier
from engine.ids import CriteriaSetId
from engine.proposal_meetings import PART, MeetingInvalid, percent_text
from engine.public_drafts import (
    MAX_OPINIONS,
    MOST_ANSWERED,
    OpinionCount,
    OpinionsOver,
    PublicDraftNotFound,
    PublicOpinion,
    PublicOpinionInvalid,
    PublicOpinionMoved,
    PublicOpinionNotFound,
    ResponseInvalid,
    TooManyOpinions,
)
from engine.queries import IdempotencyKeyReused, Once
from engine.surveys import household_code
from tests.support.composing import CODE, DRAFTER, Desk
from tests.support.office import Office


@pytest.fixture
def desk(office: Office) -> Desk:
    return Desk(office)


def give(
    desk: Desk,
    text: str = "",
    agreed: bool | None = True,
    code: str = CODE,
    *,
    days: int = 0,
    once: Once | None = None,
) -> None:
    at = desk.services.clock() + timedelta(days=days)
    with desk.services.begin() as work:
        give_public_opinion(code, text, agreed=agreed, at=at, work=work, once=once)


def answer(desk: Desk, dossier: Dossier, number: int, response: str, rev: int = 0, by: str = DRAFTER) -> PublicOpinion:
    request = AnswerPublicOpinion(dossier_id=dossier.id, number=number, response=response, rev=rev)
    with desk.services.begin() as work:
        return answer_public_opinion(request, by=desk.office.people[by], at=desk.services.clock(), work=work)


def test_what_people_say_of_a_draft_is_numbered_counted_and_wants_an_answer(desk: Desk) -> None:
    dossier = desk.open()
    desk.publish(dossier)
    give(desk)
    give(desk, "Kênh thôn Đông chưa xong", agreed=False)

    def missing() -> list[str]:
        with desk.services.begin() as work:
            at = desk.services.clock() + timedelta(days=16)
            return [one.code for one in readiness(Step.OPINIONS, dossier, at, work).missing]

    assert missing() == ["dossier.opinions_unanswered"]
    answered = answer(desk, dossier, 2, " Hoàn thành trong tháng 12 ")
    assert (answered.response, answered.rev) == ("Hoàn thành trong tháng 12", 1)
    assert missing() == []
    with pytest.raises(PublicOpinionMoved):
        answer(desk, dossier, 2, "Khác", rev=0)
    with pytest.raises(PublicOpinionNotFound):
        answer(desk, dossier, 3, "Gì đó")
    with pytest.raises(ResponseInvalid):
        answer(desk, dossier, 1, " ")
    with pytest.raises(DossierNotFound):
        answer(desk, dossier, 1, "Gì đó", by="xa2.chuyenvien")
    leaves = str(desk.leaves(dossier.id, dossier.agency_id))
    assert "Kênh" not in leaves
    for said in ("Kênh thôn Đông chưa xong", "Hoàn thành trong tháng 12"):
        assert sha256(said.encode()).hexdigest() in leaves


def test_many_opinions_get_one_answer_or_none_of_them_does(desk: Desk) -> None:
    dossier = desk.open()
    desk.publish(dossier)
    for number in range(1, 5):
        give(desk, f"Kênh chưa xong {number}", agreed=False)

    def answer_all(*numbers: int, response: str = "Hoàn thành trong tháng 12", by: str = DRAFTER) -> list[int]:
        request = AnswerPublicOpinions(dossier_id=dossier.id, numbers=numbers, response=response)
        with desk.services.begin() as work:
            done = answer_public_opinions(request, by=desk.office.people[by], at=desk.services.clock(), work=work)
        return [one.number for one in done]

    assert answer_all(3, 1, 1) == [1, 3]
    with pytest.raises(PublicOpinionMoved):
        answer_all(2, 3)
    with pytest.raises(PublicOpinionNotFound):
        answer_all(2, 9)
    with pytest.raises(DossierNotFound):
        answer_all(2, by="xa2.chuyenvien")
    for wrong in ((), range(1, MOST_ANSWERED + 2)):
        with pytest.raises(ResponseInvalid):
            answer_all(*wrong)
    with pytest.raises(ResponseInvalid):
        answer_all(2, response=" ")
    with desk.services.begin() as work:
        answered = {one.number for one in work.public_drafts.opinions_of(dossier.id) if one.response}
    assert answered == {1, 3}
    leaves = [leaf for leaf in desk.leaves(dossier.id, dossier.agency_id) if "opinions_answered" in str(leaf)]
    assert len(leaves) == 1
    assert sha256("Hoàn thành trong tháng 12".encode()).hexdigest() in str(leaves)


def test_an_opinion_sent_twice_is_one_opinion(desk: Desk) -> None:
    dossier, once = desk.open(), Once(key="o", fingerprint="1")
    desk.publish(dossier)

    for _ in range(2):
        give(desk, "Đồng ý", once=once)

    with pytest.raises(IdempotencyKeyReused):
        give(desk, "Khác", once=Once(key="o", fingerprint="2"))
    with desk.services.begin() as work:
        assert work.public_drafts.count_opinions(dossier.id).given == 1


def test_an_opinion_without_yes_or_no_a_no_without_a_word_a_wrong_code_and_one_too_late_are_refused(desk: Desk) -> None:
    desk.publish(desk.open(), days=1)

    with pytest.raises(PublicOpinionInvalid) as refused:
        give(desk, "x" * 2001, agreed=None)
    assert [error.field for error in refused.value.errors] == ["agreed", "text"]
    with pytest.raises(PublicOpinionInvalid):
        give(desk, agreed=False)
    with pytest.raises(PublicDraftNotFound):
        give(desk, code="1" * 26)
    with pytest.raises(OpinionsOver):
        give(desk, days=2)


def test_the_minutes_of_a_meeting_are_made_and_lie_in_their_part(desk: Desk) -> None:
    dossier = desk.open()
    meeting = desk.meet(dossier, 9, file_id=None, said="Đồng chí Chủ tịch báo cáo.\nĐại biểu thảo luận.")

    with desk.services.begin() as work:
        part = work.dossiers.get(dossier.id).get_part(PART)
    assert (meeting.passed, meeting.percent_text, meeting.abstained) == (True, "90", 0)
    assert [file.file_id for file in part.files] == [meeting.file_id]
    with pikepdf.open(BytesIO(desk.services.read(meeting.file_id))) as pdf:
        assert len(pdf.pages) == 1
    assert percent_text(6, 7) == "85,71"


def test_the_meeting_and_the_survey_are_judged_by_the_shares_of_the_dossier_s_set(desk: Desk) -> None:
    by, at = desk.office.people["quantri"], desk.services.clock()
    shares = Shares(satisfaction=Decimal("92.5"), coverage=Decimal(80), meeting=Decimal(75))
    with desk.services.begin() as work:
        known = work.criteria_sets.get(CriteriaSetId("commune-2026/2"))
        later = replace(known, version=3, effective_from=date(2027, 1, 1), supersedes=known.id, shares=shares)
        load_criteria_set(later, by=by, at=at, work=work)

    dossier = desk.open(rules_id="commune-2026/3")
    made, survey = desk.meet(dossier, 8, file_id=None), desk.survey(dossier, households=10)
    again = desk.meet(dossier, 7)

    assert (made.wanted, made.passed, again.passed) == (Decimal(75), True, False)
    with pikepdf.open(BytesIO(desk.services.read(made.file_id))) as pdf:
        assert len(pdf.pages) == 1
    assert (survey.rate, survey.coverage) == (Decimal("92.5"), Decimal(80))
    with desk.services.begin() as work:
        [missing] = readiness(Step.MEETING, dossier, at, work).missing
        (kept, _) = work.proposal_meetings.of_dossier(dossier.id)
    assert "75%" in str(missing)
    assert kept == again


def test_a_meeting_whose_numbers_cannot_be_or_of_a_submitted_dossier_is_refused(desk: Desk) -> None:
    dossier = desk.full()
    later = desk.services.clock() + timedelta(hours=1)
    wrong: dict[str, Any] = {"present": 0, "disagreed": -1, "place": " ", "held_at": later}
    with pytest.raises(MeetingInvalid) as refused:
        desk.meet(dossier, -1, **wrong)
    assert [error.field for error in refused.value.errors] == ["place", "held_at", "present", "agreed", "disagreed"]
    with pytest.raises(MeetingInvalid):
        desk.meet(dossier, 9, disagreed=2)

    desk.do(submit_dossier, dossier.id)
    with pytest.raises(DossierFrozen):
        desk.meet(dossier, 9)


def test_what_is_missing_is_said_step_by_step(desk: Desk) -> None:
    dossier = desk.open()

    def missing(step: Step) -> list[str]:
        with desk.services.begin() as work:
            return [one.code for one in readiness(step, dossier, desk.services.clock(), work).missing]

    assert missing(Step.OPINIONS) == ["dossier.draft_not_published", "dossier.nothing_contributed"]
    survey = desk.survey(dossier, households=10)
    desk.answer(household_code(survey.id, 1, desk.services.safe.mark), satisfied=False)
    assert missing(Step.SURVEY) == ["dossier.survey_not_closed"]
    with desk.services.begin() as work:
        close_survey(survey.id, by=desk.office.people[DRAFTER], at=desk.services.clock(), work=work)
    assert missing(Step.SURVEY) == ["dossier.survey_too_small", "dossier.survey_unsatisfied"]
    desk.meet(dossier, 8)
    assert missing(Step.MEETING) == ["dossier.meeting_not_agreed"]


def test_more_opinions_than_one_dossier_keeps_are_refused(desk: Desk) -> None:
    dossier = desk.open()
    desk.publish(dossier)
    give(desk)
    give(desk, "Chưa xong", agreed=False)
    with desk.services.begin() as work:
        counted = work.public_drafts.count_opinions(dossier.id)

    assert counted == OpinionCount(given=2, agreed=1, unanswered=1)
    counted.require_room()
    with pytest.raises(TooManyOpinions):
        replace(counted, given=MAX_OPINIONS).require_room()
