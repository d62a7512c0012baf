"""Bad input to recognition by REST: each is refused with the rule that says so, and changes nothing."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.wiring import House
from engine.criteria_sheets import FACTS, INDICATORS
from engine.deadlines import VIETNAM, office_date
from engine.dossier_errors import DossierInvalid
from engine.dossier_kinds import NTM_PARTS
from engine.stand_ins import Scope, StandInKind
from tests.api.rest.callers import Callers, problem
from tests.api.rest.test_criteria import SET, sent, workbook_of
from tests.engine.actions.test_recognise import checked, decision_of, started
from tests.engine.test_rubrics import content_of
from tests.support.composing import Desk, a_photo
from tests.support.councils import MEMBERS, Chamber
from tests.support.office import Office, a_pdf

NOBODY = UUID(int=0)


def test_nobody_votes_twice_from_outside_the_room_without_a_seat_or_with_an_interest(
    callers: Callers, office: Office
) -> None:
    chamber = Chamber(office=office)
    session, matter = chamber.in_session(MEMBERS[:8])
    chamber.declare(session, matter, "hd3")
    ballots = f"/council-votes/{chamber.vote(session, matter).id}/ballots"
    agree, disagree = {"choice": "agree"}, {"choice": "disagree"}
    assert callers["hd2"].post(ballots, agree).status_code == 204

    problem(callers["hd2"].post(ballots, disagree), 409, "council_vote.voted_already")
    problem(callers["hd9"].post(ballots, agree), 409, "council_vote.not_present")
    problem(callers["hd3"].post(ballots, agree), 403, "council_vote.interest")
    problem(callers["vanthu"].post(ballots, agree), 403, "council.not_a_member")
    problem(callers["vanthu.xa1"].post(ballots, agree), 404, "council.not_found")

    assert [one.choice for one in chamber.ballots(chamber.motions(session)[0])] == ["agree"]


def test_a_vote_that_loses_its_quorum_takes_no_ballot_and_has_no_result(callers: Callers, office: Office) -> None:
    chamber = Chamber(office=office)
    session, matter = chamber.in_session(MEMBERS[:7])
    vote = f"/council-votes/{chamber.vote(session, matter).id}"
    callers["hd1"].post(vote + "/ballots", {"choice": "agree"})
    left = {"member": str(office.people["hd7"].id), "is_present": False}
    assert callers["hd9"].post(f"/council-sessions/{session.id}/attendance", left).status_code == 200

    refused = problem(callers["hd2"].post(vote + "/ballots", {"choice": "agree"}), 409, "council_vote.quorum_lost")
    problem(callers["hd9"].post(vote + "/closing"), 409, "council_vote.quorum_lost")

    assert all(figure in refused["detail"] for figure in ("6", "7", "9"))
    assert chamber.motions(session)[0].tally is None


def test_a_decision_of_recognition_is_signed_by_no_deputy_whatever_they_stand_in_for(
    callers: Callers, office: Office
) -> None:
    document_id = decision_of(office, started(office))
    draft = office.item(document_id, "draft").id
    named = {"signer": str(office.people["phochutich"].id)}
    problem(callers["chuyenvien"].post(f"/work-items/{draft}/revision", named), 403, "signing.reserved_to_head")
    checked(office, document_id)
    item, deputy = office.item(document_id, "sign").id, callers["phochutich"]
    problem(deputy.post(f"/work-items/{item}/signature", {"key": "default"}), 404, "work_item.not_found")
    office.stand_in("chutich", "phochutich", kind=StandInKind.DEPUTY, scope=Scope(document_types=frozenset({"QĐ"})))

    for door in ("signature", "signature/prepare", "signer"):
        problem(deputy.post(f"/work-items/{item}/{door}", {"key": "default"}), 403, "signing.reserved_to_head")
    for part in ("", "/attachments/1"):
        deputy.get(f"/documents/{document_id}{part}/pages/1")
    batch = deputy.post("/signature-batches", {"work_item_ids": [str(item)]}).json()
    office.run_jobs()

    (tried,) = deputy.read(f"/signature-batches/{batch['id']}")["items"]
    assert (tried["state"], tried["code"]) == ("failed", "signing.reserved_to_head")
    assert office.outgoing(document_id).state == "to_sign"


@pytest.fixture
def desk(office: Office) -> Desk:
    return Desk(office)


def submitted(callers: Callers, desk: Desk) -> Any:
    """Return a dossier that was assessed, shown with evidence and submitted."""
    dossier = desk.full()
    desk.assess(dossier, i2_1=96)
    desk.show(dossier, "2.1")
    return callers["xa1.chuyenvien"].post(f"/dossiers/{dossier.id}/submit").json()


def test_evidence_and_values_are_not_swapped_after_submission(callers: Callers, desk: Desk) -> None:
    drafter, sent_in = callers["xa1.chuyenvien"], submitted(callers, desk)
    path, part = f"/dossiers/{sent_in['id']}", sent_in["parts"][1]
    photo, paper = drafter.uploaded(a_photo(number=3)), drafter.uploaded(a_pdf(12))
    old = drafter.read(path)

    for tried in (
        drafter.ask("PUT", path + "/evidence", json={"indicator": "2.1", "file_id": photo, "name": "Ảnh khác.jpg"}),
        drafter.ask("PUT", path + "/files", json={"part": part["code"], "file_id": paper, "name": "Khác.pdf"}),
        drafter.ask("DELETE", f"{path}/files/{part['code']}/{part['files'][0]['id']}"),
        drafter.ask("PUT", path + "/assessments", json={"values": {"2.1": {"value": 99}}}),
        drafter.ask("PUT", path + "/assessments", json={"values": {"no_dong": {"value": 0}, "antt": {"value": True}}}),
    ):
        problem(tried, 409, "dossier.frozen")

    assert drafter.read(path) == old


def test_a_debt_of_minus_nothing_is_none(callers: Callers, desk: Desk) -> None:
    drafter, path = callers["xa1.chuyenvien"], f"/dossiers/{desk.open().id}/assessments"

    for written in ("-0", "-0,00", -0.0):
        kept = drafter.ask("PUT", path, json={"values": {"no_dong": {"value": written}}})
        assert kept.status_code == 200, kept.text


@pytest.mark.parametrize("households", [True, "5", 1.0, 0, -1])
def test_a_survey_asks_a_whole_number_of_households(callers: Callers, desk: Desk, households: object) -> None:
    asked = {"surveyor": "MTTQ xã", "households": households}

    refused = callers["xa1.chuyenvien"].post(f"/dossiers/{desk.open().id}/surveys", asked)

    assert [error["field"] for error in refused.json()["errors"]] == ["households"]


def test_no_dossier_is_opened_with_a_last_day_that_is_over(desk: Desk) -> None:
    today = office_date(desk.services.clock())

    with pytest.raises(DossierInvalid) as refused:
        desk.open(submit_by=today - timedelta(days=1))

    assert [(error.field, error.code) for error in refused.value.errors] == [("submit_by", "over")]
    assert desk.open(submit_by=today).submit_by == today


def test_gates_are_not_edited_after_submission(callers: Callers, desk: Desk) -> None:
    """No rules are loaded over themselves, and newer ones do not reach what was submitted."""
    administrator, sent_in = callers["quantri"], submitted(callers, desk)
    sheet = {**content_of(3), "effective_from": "2026-05-22"}
    options = (option for part in sheet["sections"] for item in part["items"] for option in item.get("options", ()))
    del next(option for option in options if "star" in option)["star"]
    problem(administrator.ask("PUT", "/ocop-rubrics", json={"content": sheet}), 409, "ocop.rubric_known")
    book = workbook_of(administrator, SET + "/2")
    book[FACTS][4][1] = "01/01/2026"
    problem(sent(administrator, book), 409, "criteria.succession_wrong")
    book[FACTS][4][1], book[INDICATORS][1][5] = "01/01/2027", "Có quy hoạch"
    assert sent(administrator, book).json()["id"] == "commune-2026/3"

    kept = callers["xa1.chuyenvien"].read(f"/dossiers/{sent_in['id']}")

    assert (kept["rules_id"], kept["submissions"]) == ("commune-2026/2", sent_in["submissions"])


def test_the_last_day_ends_at_midnight_in_viet_nam_whatever_the_day_is_elsewhere(house: House, desk: Desk) -> None:
    last = office_date(house.services.clock()) + timedelta(days=1)
    second = datetime.combine(last, time(23, 59, 59), VIETNAM)
    hands = [second]
    moved = replace(house, services=replace(house.services, clock=lambda: hands[0]))
    dossier = desk.open(submit_by=last)
    for place, rule in enumerate(NTM_PARTS):
        desk.add(dossier, rule.code, place + 1)

    with TestClient(create_app(lambda: nullcontext(moved))) as client:
        drafter = Callers(client)["xa1.chuyenvien"]
        hands[0] = second + timedelta(seconds=1)
        assert hands[0].astimezone(UTC).date() == last
        refused = drafter.post(f"/dossiers/{dossier.id}/submit")
        hands[0] = second
        accepted = drafter.post(f"/dossiers/{dossier.id}/submit")

    assert f"{last:%d/%m/%Y}" in problem(refused, 409, "dossier.submitted_too_late")["detail"]
    assert accepted.json()["state"] == "submitted"


def test_what_has_not_the_form_of_its_field_is_refused_in_words_of_ours(callers: Callers) -> None:
    """Numbers are no days and no moments, and no sentence is the checker's own English."""
    desk, office = callers["chuyenvien"], callers["chanhvanphong"]
    revocation, session = {"issued_date": 20_261_125}, {"at": 20_261_125, "until": "2026-11-25T08:00:00"}
    wrong: tuple[object, ...] = ("NaN", "1,5", [], "1e400", "1.23456")
    answers = [office.ask("PUT", "/service-index/2026/items/1", json={"points": points}) for points in wrong]
    answers += [
        desk.post("/revocations", revocation),
        office.post(f"/councils/{NOBODY}/sessions", session),
        desk.ask("PUT", f"/dossiers/{NOBODY}/assessments", json={"values": {"2.1": {"rev": "9" * 5_000}}}),
    ]

    found = [error for answer in answers for error in answer.json()["errors"]]

    assert {answer.status_code for answer in answers} == {422}
    assert {"issued_date": "date", "at": "moment", "until": "moment"}.items() <= {
        error["field"]: error["code"] for error in found
    }.items()
    assert [error["message"] for error in found if error["message"].isascii()] == []
