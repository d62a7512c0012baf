"""A dossier for recognition, from the commune's first value to the procedure that handles it in the province."""

from datetime import timedelta

import pytest

from engine.access import NotAllowed
from engine.actions.ask_signature import AskSignature, ask_signature
from engine.actions.close_survey import close_survey
from engine.actions.complete_work_item import CompleteWorkItem, complete_work_item
from engine.actions.record_contribution import RecordContribution, record_contribution
from engine.actions.start_dossier import StartDossier, start_dossier
from engine.contributions import ContributionSource
from engine.deadlines import office_date
from engine.documents import DocumentInvalid, DrafterMayNotSign, IncomingState, OutgoingDocument, OutgoingState
from engine.dossier_errors import DossierFrozen, DossierNotInState, DossierStarted
from engine.dossier_kinds import COVER, NTM_PARTS
from engine.dossier_readiness import Step, all_steps
from engine.dossiers import Dossier, DossierState
from engine.ids import DocumentId, LocalityId
from engine.proposal_meetings import MeetingInvalid
from engine.surveys import household_code
from engine.work_items import WorkItem
from tests.engine.runtime.drawing import event, exclusive, flows, human, service
from tests.support.calls import deploy
from tests.support.composing import COMMUNE, DRAFTER, Desk
from tests.support.office import Office

HEAD, CHIEF, CLERK = "xa1.chutich", "xa1.truongphong", "vanthu.xa1"
BODY = "Kính đề nghị Ủy ban nhân dân tỉnh xem xét, công nhận xã Hoằng Thử đạt chuẩn nông thôn mới năm 2026."


@pytest.fixture
def desk(office: Office) -> Desk:
    return Desk(office)


def started(desk: Desk, dossier: Dossier, by: str = DRAFTER, signer: str = HEAD) -> OutgoingDocument:
    request = StartDossier(dossier_id=dossier.id, signer=desk.office.people[signer].id, body=BODY)
    return start_dossier(request, by=desk.office.people[by], services=desk.services)


def inbox(desk: Desk, element: str) -> WorkItem:
    """Return the one open item at this element."""
    found = {item.id: item for name in (DRAFTER, HEAD, CHIEF, CLERK) for item in desk.office.inbox(name)}
    (item,) = [item for item in found.values() if item.element_id == element]
    return item


def complete(desk: Desk, element: str, outcome: str, by: str, **data: object) -> None:
    request = CompleteWorkItem(work_item_id=inbox(desk, element).id, outcome=outcome, data=data)
    with desk.services.begin() as work:
        complete_work_item(request, by=desk.office.people[by], at=desk.services.clock(), work=work)
    desk.office.run_jobs()


def sign(desk: Desk, element: str, by: str, key: str = "default") -> None:
    request = AskSignature(work_item_id=inbox(desk, element).id, key=key)
    ask_signature(request, by=desk.office.people[by], services=desk.services)
    desk.office.run_jobs()


def issued(desk: Desk) -> None:
    """Take the covering document all the way, by the called procedure."""
    complete(desk, "draft", "submit", DRAFTER)
    complete(desk, "review_content", "approve", CHIEF)
    complete(desk, "review_format", "approve", CHIEF)
    sign(desk, "sign", HEAD)
    complete(desk, "number", "number", CLERK)
    sign(desk, "seal", CLERK, key="agency")


def surveyed(desk: Desk, dossier: Dossier) -> None:
    survey = desk.survey(dossier, households=3)
    for number in range(1, 4):
        desk.answer(household_code(survey.id, number, desk.services.safe.mark))
    with desk.services.begin() as work:
        close_survey(survey.id, by=desk.office.people[DRAFTER], at=desk.services.clock(), work=work)


def heard(desk: Desk, dossier: Dossier) -> None:
    with desk.services.begin() as work:
        at = desk.services.clock()
        request = RecordContribution(
            dossier_id=dossier.id,
            source=ContributionSource.VILLAGE_MEETING,
            name="Thôn Đông",
            held_on=office_date(at),
            present=80,
            agreed=80,
        )
        record_contribution(request, by=desk.office.people[DRAFTER], at=at, work=work)


def composed(desk: Desk, locality_id: LocalityId = COMMUNE) -> Dossier:
    """Return a dossier whose commune met and agreed; nothing is signed yet."""
    dossier = desk.open(locality_id=locality_id)
    started(desk, dossier)
    desk.assess_all(dossier)
    complete(desk, "assess", "done", DRAFTER)
    yesterday = office_date(desk.services.clock()) - timedelta(days=1)
    complete(desk, "publish", "published", DRAFTER, place="Trụ sở xã", until=yesterday.isoformat())
    heard(desk, dossier)
    complete(desk, "opinions", "done", DRAFTER)
    surveyed(desk, dossier)
    complete(desk, "survey", "done", DRAFTER)
    desk.meet(dossier, 9)
    complete(desk, "meeting", "held", CHIEF)
    return dossier


def dossier_now(desk: Desk, dossier: Dossier) -> Dossier:
    with desk.services.begin() as work:
        return work.dossiers.get(dossier.id)


STAND_IN = (
    event("start", "begin"),
    human("check", "accept", "supplement"),
    exclusive("how", "accept"),
    service("ask", "ask_dossier_supplement", reason="'Bổ sung số liệu 2.1'"),
    '<intermediateCatchEvent id="wait" vanthu:correlation="dossier_id">'
    '<messageEventDefinition messageRef="supplemented"/></intermediateCatchEvent>',
    service("accept", "accept_dossier"),
    service("decide", "decide_dossier"),
    event("end", "finished"),
    flows(
        "begin > check > how > ask > wait > check",
        "how > accept > decide > finished",
        how_ask="outcome == 'supplement'",
    ),
    "</process><message id='supplemented' name='dossier_supplemented'/><process id='drawn'>",
)
"""Small stand-in for the procedure of the province: it asks for supplements until it accepts and decides."""


def test_the_commune_s_dossier_arrives_in_the_province_with_its_signed_covering_document(desk: Desk) -> None:
    deploy(desk.office, "ntm_recognition", *STAND_IN, startsWith="via dossier_id")
    dossier = composed(desk)
    for place, rule in enumerate(one for one in NTM_PARTS if one.code != COVER):
        if rule.required:
            desk.add(dossier, rule.code, place + 1)
    complete(desk, "complete_parts", "done", DRAFTER)
    issued(desk)

    sent = dossier_now(desk, dossier)
    assert sent.state is DossierState.SUBMITTED
    assert sent.own_document_id is not None
    assert sent.received_document_id is not None
    covering, arrived = desk.office.outgoing(sent.own_document_id), desk.office.incoming(sent.received_document_id)
    assert covering.state is OutgoingState.ISSUED
    assert arrived.state is IncomingState.RECEIVED
    assert (arrived.agency_id, arrived.file_id) == (dossier.receiver_id, covering.file_id)
    assert sent.get_part(COVER).files[0].file_id == covering.file_id
    with desk.services.begin() as work:
        assert [one.incoming_id for one in work.deliveries.of_outgoing(covering.id)] == [arrived.id]
        assert b'"indicator":"2.1"' in work.dossiers.get_manifest(dossier.id, 1)
        handled = work.instances.find_of_document(arrived.id)
    assert handled is not None
    assert handled.definition_key == "ntm_recognition"
    with pytest.raises(DossierFrozen):
        desk.assess(sent, i2_1=99)
    supplied_again(desk, sent, arrived.id)


def supplied_again(desk: Desk, sent: Dossier, arrived: DocumentId) -> None:
    """The province asks for a supplement; the commune supplies it, and it is handled with the same document."""
    desk.office.complete(arrived, "check", "supplement", "vanthu")
    desk.office.run_jobs()
    desk.assess(dossier_now(desk, sent), i2_1=99)
    complete(desk, "supplement", "done", DRAFTER)

    again = dossier_now(desk, sent)
    assert (again.state, len(again.submissions)) == (DossierState.SUBMITTED, 2)
    assert again.received_document_id == arrived
    desk.office.complete(arrived, "check", "accept", "vanthu")
    desk.office.run_jobs()
    assert dossier_now(desk, sent).state is DossierState.DECIDED
    with desk.services.begin() as work:
        assert again.own_document_id is not None
        instance = work.instances.find_of_document(again.own_document_id)
    assert instance is not None
    assert instance.finished_at is not None


def test_what_is_not_ready_goes_back_to_whoever_has_to_complete_it(desk: Desk) -> None:
    dossier = desk.open()
    started(desk, dossier)

    complete(desk, "assess", "done", DRAFTER)
    assert inbox(desk, "assess")
    desk.assess_all(dossier)
    complete(desk, "assess", "done", DRAFTER)
    today = office_date(desk.services.clock()).isoformat()
    complete(desk, "publish", "published", DRAFTER, place="Trụ sở xã", until=today)
    heard(desk, dossier)
    complete(desk, "opinions", "done", DRAFTER)

    assert inbox(desk, "opinions")  # the draft is published until the end of today
    with desk.services.begin() as work:
        steps = {one.step: one for one in all_steps(dossier, desk.services.clock(), work)}
    assert [one.code for one in steps[Step.OPINIONS].missing] == ["dossier.draft_still_open"]
    assert steps[Step.SELF_ASSESSMENT].ready
    assert [one.code for one in steps[Step.SURVEY].missing] == ["dossier.survey_not_opened"]
    assert [one.code for one in steps[Step.MEETING].missing] == ["dossier.meeting_not_recorded"]
    assert [one.code for one in steps[Step.PARTS].missing] == ["dossier.parts_missing"]


def test_nine_of_ten_propose_and_fewer_do_not_and_more_than_were_there_are_no_result(desk: Desk) -> None:
    dossier = desk.open()
    started(desk, dossier)
    desk.assess_all(dossier)
    complete(desk, "assess", "done", DRAFTER)
    yesterday = office_date(desk.services.clock()) - timedelta(days=1)
    complete(desk, "publish", "published", DRAFTER, place="Trụ sở xã", until=yesterday.isoformat())
    heard(desk, dossier)
    complete(desk, "opinions", "done", DRAFTER)
    complete(desk, "survey", "done", DRAFTER)
    assert inbox(desk, "survey")  # nobody was asked
    surveyed(desk, dossier)
    complete(desk, "survey", "done", DRAFTER)

    complete(desk, "meeting", "held", CHIEF)
    assert inbox(desk, "meeting")  # no meeting is recorded
    with pytest.raises(MeetingInvalid):
        desk.meet(dossier, 11)
    assert not desk.meet(dossier, 8).passed
    complete(desk, "meeting", "held", CHIEF)
    assert inbox(desk, "assess")


def test_a_dossier_is_started_once_by_its_commune_and_signed_by_somebody_else(desk: Desk) -> None:
    dossier = desk.open()

    with pytest.raises(DrafterMayNotSign):
        started(desk, dossier, by=HEAD, signer=HEAD)
    with pytest.raises(DocumentInvalid):
        started(desk, dossier, signer=CLERK)
    with pytest.raises((NotAllowed, DossierNotInState)):
        started(desk, dossier, by="kiemtra")
    started(desk, dossier)
    with pytest.raises(DossierStarted):
        started(desk, dossier)
