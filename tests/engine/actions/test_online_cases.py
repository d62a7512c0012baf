"""Applications that come online: sent without an account, bounded, checked by the desk, supplemented by code."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from engine.actions.submit_case import SubmitCase, submit_case
from engine.actions.supplement_case import SupplementCase, supplement_case
from engine.actions.watch_document import watch_document
from engine.case_dossiers import MAX_FILE_MB, MAX_FILES
from engine.case_procedures import CaseProcedureNotFound, ChannelNotOffered, FormOutdated, ServiceLevel
from engine.case_uploads import Sent
from engine.cases import MOST_WAITING, Case, CaseInvalid, CaseState, Channel, ReturnBy, TooManyWaiting
from engine.deadlines import VIETNAM, half_days_after, office_date
from engine.documents import IncomingState
from engine.dossiers import Dossier, DossierKind, DossierState
from engine.errors import Refusal
from engine.ids import SYSTEM, CaseProcedureId, FileId
from engine.neighbours import ARCHIVE, WORK
from engine.queries import IdempotencyKeyReused, Once
from engine.rounds.make_notices import make_notices
from engine.tracking import (
    TRIES,
    TRIES_A_DAY,
    IdentityNotTheirs,
    IdentityTriedTooOften,
    SupplementNotAsked,
    identified,
    track,
)
from engine.verifications import VerificationThrottled
from tests.support.composing import a_photo
from tests.support.office import Office
from tests.support.one_stop import IDENTITY, a_file, a_request, now, set_procedure


def submit(office: Office, request: SubmitCase) -> Case:
    house = office.house
    return submit_case(request, services=house.services, room=house.outsiders).case


def submitted(office: Office) -> Case:
    return submit(office, a_request(set_procedure(office)))


def supplement(office: Office, case: Case, *sent: Sent, identity: str = IDENTITY, once: Once | None = None) -> None:
    house = office.house
    request = SupplementCase(code=case.track_code, identity=identity, files=sent, once=once)
    supplement_case(request, services=house.services, room=house.outsiders)


def at_once(times: int, ask: Callable[[int], object]) -> list[object]:
    """Do it so often at the same time; return what came of each, refusals too."""

    def tried(number: int) -> object:
        try:
            return ask(number)
        except Refusal as refusal:
            return type(refusal)

    with ThreadPoolExecutor(times) as people:
        return list(people.map(tried, range(times)))


def dossier_of(office: Office, case: Case) -> Dossier:
    with office.house.services.begin() as work:
        found = work.dossiers.find_of_document(case.document_id)
    assert found is not None
    return found


def test_an_application_sent_online_waits_for_the_desk_with_its_files_frozen(office: Office) -> None:
    case = submitted(office)
    services = office.house.services

    assert (case.channel, case.state) == (Channel.ONLINE, CaseState.SUBMITTED)
    dossier = dossier_of(office, case)
    assert (dossier.kind, dossier.state) == (DossierKind.CASE, DossierState.SUBMITTED)
    assert [(part.code, len(part.files)) for part in dossier.parts] == [("TP1", 1), ("TP2", 1), ("TP3", 0)]
    item = office.item(case.document_id, "check")
    assert item.id in {one.id for one in office.inbox("vanthu")}
    with services.begin() as work:
        calendar = work.calendars.of(case.agency_id)
        assert work.documents.get(case.document_id).created_by == SYSTEM
    assert item.due_at == half_days_after(calendar, case.submitted_at, 2)
    seen = track(case.track_code, services=services)
    assert seen.answer_by == item.due_at
    assert seen.asked == ()


def test_watchers_are_told_although_a_dossier_has_no_cover(office: Office) -> None:
    case = submitted(office)
    with office.house.services.begin() as work:
        watch_document(case.document_id, by=office.people["vanthu"], at=office.house.services.clock(), work=work)
    office.complete(case.document_id, "check", "receive", "vanthu")

    assert make_notices(services=office.house.services) > 0


def test_a_received_case_goes_its_way_and_is_closed_into_the_archive_when_it_is_refused(office: Office) -> None:
    case = submitted(office)
    office.complete(case.document_id, "check", "receive", "vanthu")

    assert now(office, case.id).due is not None
    assert dossier_of(office, case).state is DossierState.COMPLETE
    office.complete(
        case.document_id, "handle_specialist", "stop", "chuyenvien", cause="refused", reason="Không đủ điều kiện"
    )
    office.run_jobs()

    closed = dossier_of(office, case)
    assert closed.state is DossierState.CLOSED
    assert office.incoming(case.document_id).state is IncomingState.STOPPED
    assert all(office.house.services.store.exists(ARCHIVE, file.file_id) for file in closed.files)


def test_a_supplement_sent_online_lets_the_case_go_on_by_itself(office: Office) -> None:
    case = submitted(office)
    with pytest.raises(SupplementNotAsked):
        supplement(office, case, a_file("TP3"))
    office.complete(case.document_id, "check", "supplement", "vanthu", reason="Thiếu giấy ủy quyền")
    assert [code for code, _ in track(case.track_code, services=office.house.services).asked] == ["TP1", "TP2", "TP3"]

    with pytest.raises(IdentityNotTheirs):
        supplement(office, case, a_file("TP3"), identity="000000000000")
    with pytest.raises(CaseInvalid):
        supplement(office, case)
    supplement(office, case, a_file("TP3", "uy-quyen.pdf"))
    assert track(case.track_code, services=office.house.services).supplied
    with pytest.raises(SupplementNotAsked):
        supplement(office, case, a_file("TP3"))
    office.run_jobs()

    assert now(office, case.id).state is CaseState.SUBMITTED
    dossier = dossier_of(office, case)
    assert len(dossier.submissions) == 2
    assert [file.name for file in dossier.get_part("TP3").files] == ["uy-quyen.pdf"]
    office.complete(case.document_id, "check", "receive", "vanthu")
    office.complete(case.document_id, "handle_specialist", "supplement", "chuyenvien", reason="Thiếu bản sao")
    supplement(office, case, a_file("TP2", "ban-sao.pdf"))
    office.run_jobs()

    assert now(office, case.id).state is CaseState.PROCESSING
    assert dossier_of(office, case).state is DossierState.COMPLETE
    office.complete(case.document_id, "handle_specialist", "done", "chuyenvien")


def test_a_photo_is_taken_as_a_photo_whatever_it_is_called(office: Office) -> None:
    files = [a_file("TP1", "don.pdf", a_photo()), a_file("TP2", "../../etc/passwd", a_photo("PNG"))]
    case = submit(office, a_request(set_procedure(office), files=files))

    kept = dossier_of(office, case).files
    with office.house.services.begin() as work:
        assert [work.files.get(file.file_id).media_type for file in kept] == ["image/jpeg", "image/png"]


def test_the_same_form_sent_twice_makes_one_case(office: Office) -> None:
    once = Once(key="abc", fingerprint="1")
    request = a_request(set_procedure(office), once=once)

    assert len(set(at_once(3, lambda _: submit(office, request).id))) == 1
    with pytest.raises(IdempotencyKeyReused):
        submit(office, replace(request, once=Once(key="abc", fingerprint="2")))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"identity": "12"}, "identity"),
        ({"answers": {}}, "answers/ten_ho"),
        ({"files": [a_file("TP1")]}, "files/TP2"),
        ({"files": [a_file("TP1"), a_file("TP2"), a_file("TP9")]}, "files"),
        ({"files": [a_file("TP1"), a_file("TP2", content=b"MZ\x90 not a document")]}, "files/TP2"),
        ({"files": [a_file("TP1"), a_file("TP2", content=b"\xff\xd8\xff broken photo")]}, "files/TP2"),
        ({"files": [a_file("TP1"), a_file("TP2", content=b"%PDF-1.7\n" + b" " * MAX_FILE_MB * 10**6)]}, "files/TP2"),
        ({"files": [a_file("TP1"), *[a_file("TP2") for _ in range(MAX_FILES)]]}, "files"),
    ],
)
def test_an_application_with_wrong_fields_or_files_is_not_kept(
    office: Office, changes: dict[str, Any], field: str
) -> None:
    procedure = set_procedure(office)

    with pytest.raises(CaseInvalid) as refused:
        submit(office, a_request(procedure, **changes))

    assert field in {error.field for error in refused.value.errors}
    with office.house.services.begin() as work:
        assert work.cases.states(procedure.agency_id) == {}


def test_one_applicant_cannot_fill_the_desk(office: Office) -> None:
    procedure = set_procedure(office)

    came = at_once(MOST_WAITING + 2, lambda _: submit(office, a_request(procedure)).id)

    assert came.count(TooManyWaiting) == 2
    submit(office, a_request(procedure, identity="038090000009"))


def test_however_many_try_identity_numbers_at_once_few_are_heard(office: Office) -> None:
    code, services = submitted(office).track_code, office.house.services
    for _ in range(TRIES + 1):  # who knows it uses up nothing
        identified(code, IDENTITY, services)

    tried = at_once(TRIES + 3, lambda number: identified(code, f"{number:012}", services))

    assert (tried.count(IdentityNotTheirs), tried.count(VerificationThrottled)) == (TRIES, 3)
    with pytest.raises(VerificationThrottled):
        identified(code, IDENTITY, services)


def test_over_a_day_few_identity_numbers_are_heard(office: Office) -> None:
    code, services = submitted(office).track_code, office.house.services
    morning = datetime.combine(office_date(services.clock()) + timedelta(days=1), time(8), VIETNAM)

    def tried(minutes: int, identity: str = "0" * 12) -> None:
        identified(code, identity, replace(services, clock=lambda: morning + timedelta(minutes=minutes)))

    for number in range(TRIES_A_DAY):
        with pytest.raises(IdentityNotTheirs):
            tried(10 * (number // TRIES))

    for minutes in (100, 15 * 60):
        with pytest.raises(IdentityTriedTooOften):
            tried(minutes, IDENTITY)
    tried(16 * 60, IDENTITY)
    with services.begin() as work:
        assert work.verifications.forget_counts(morning + timedelta(hours=15)) > 0
    with pytest.raises(IdentityTriedTooOften):
        tried(15 * 60, IDENTITY)


def test_no_file_is_kept_before_all_are_judged(office: Office) -> None:
    procedure, good, store = (
        set_procedure(office),
        a_file("TP1", content=a_photo(number=71)),
        office.house.services.store,
    )

    with pytest.raises(CaseInvalid) as refused:
        submit(office, a_request(procedure, files=[good, a_file("TP2", content=b"MZ"), a_file("TP3", content=b"PK")]))

    assert [error.field for error in refused.value.errors] == ["files/TP2", "files/TP3"]
    assert not store.exists(WORK, FileId(good.digest))


def test_a_result_that_is_no_document_does_not_come_as_a_file(office: Office) -> None:
    procedure = set_procedure(office, result_type=None, signing_half_days=0, half_days=6)

    with pytest.raises(CaseInvalid) as refused:
        submit(office, a_request(procedure, return_by=ReturnBy.PAGE))

    assert [(error.field, error.code) for error in refused.value.errors] == [("return_by", "no_file")]
    assert submit(office, a_request(procedure, return_by=None)).return_by is ReturnBy.POST


def test_who_does_not_say_how_gets_a_document_as_a_file(office: Office) -> None:
    assert submit(office, a_request(set_procedure(office), return_by=None)).return_by is ReturnBy.PAGE


def test_the_same_supplement_sent_twice_is_one_also_when_the_case_has_gone_on(office: Office) -> None:
    case, once = submitted(office), Once(key="s", fingerprint="1")
    office.complete(case.document_id, "check", "supplement", "vanthu", reason="Thiếu giấy ủy quyền")

    assert at_once(3, lambda _: supplement(office, case, a_file("TP3"), once=once)) == [None] * 3
    office.run_jobs()
    supplement(office, case, a_file("TP3"), once=once)

    with pytest.raises(IdempotencyKeyReused):
        supplement(office, case, a_file("TP2"), once=replace(once, fingerprint="2"))
    assert len(dossier_of(office, case).submissions) == 2


def test_only_what_is_offered_online_in_its_newest_version_is_taken(office: Office) -> None:
    old = set_procedure(office)
    new = set_procedure(office, based_on=1)
    with pytest.raises(FormOutdated):
        submit(office, a_request(old))
    with pytest.raises(CaseProcedureNotFound):
        submit(office, a_request(new, procedure_id=CaseProcedureId(old.made_by)))
    with office.house.services.begin() as work:
        assert work.case_procedures.agencies_online() == [new.agency_id]

    counter = set_procedure(office, based_on=2, channels=frozenset({Channel.DIRECT}), level=ServiceLevel.NONE)
    with pytest.raises(ChannelNotOffered):
        submit(office, a_request(counter))
    with office.house.services.begin() as work:
        assert work.case_procedures.agencies_online() == []
