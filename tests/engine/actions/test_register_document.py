"""Registering an incoming document."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from engine.access import NotAllowed
from engine.actions.register_document import RegisterDocument, register_document
from engine.deadlines import office_date
from engine.documents import DocumentInvalid, IncomingState
from engine.ids import FileId
from engine.people import Person
from engine.queries import IdempotencyKeyReused, Once, PageRequest
from engine.registers import Direction
from tests.support.office import NOVEMBER, Office, a_pdf

NEW_YEAR_S_EVE = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
"""Half past eleven at night in Việt Nam."""


def register_at(office: Office, at: datetime, by: Person | None = None) -> int:
    request = RegisterDocument(
        file_id=office.upload(a_pdf()),
        code_number="1",
        code_notation="BC-UBND",
        issued_date=NOVEMBER,
        organ_name="Ủy ban nhân dân xã Hoằng Thử",
        type="BC",
        subject="Báo cáo",
    )
    with office.house.services.begin() as work:
        made = register_document(request, by=by or office.people["vanthu"], at=at, work=work)
    return made.document.arrival_number or 0


def numbers_taken(office: Office) -> list[int]:
    with office.house.services.begin() as work:
        agency = office.people["vanthu"].agency_id
        register = work.registers.for_direction(agency, Direction.INCOMING)
        year = office_date(office.house.services.clock()).year
        return [entry.number for entry in work.registers.entries(register.id, year, PageRequest(limit=200)).items]


def test_a_registered_document_has_the_next_number_of_today_and_waits_for_direction(office: Office) -> None:
    first, second = office.register(), office.register(code_number="13")

    assert [first.document.arrival_number, second.document.arrival_number] == [1, 2]
    assert first.document.arrival_date == office_date(office.house.services.clock())
    assert office.incoming(first.document.id).state is IncomingState.REGISTERED
    assert [item.element_id for item in office.inbox("chutich")] == ["direct", "direct"]


def test_the_series_restarts_when_the_year_changes_in_viet_nam(office: Office) -> None:
    before = [register_at(office, NEW_YEAR_S_EVE) for _ in range(2)]
    after = register_at(office, NEW_YEAR_S_EVE + timedelta(hours=1))

    assert (before, after) == ([1, 2], 1)


def test_a_hundred_registrations_at_once_leave_no_gap_and_no_double(office: Office) -> None:
    file_id = office.upload(a_pdf())

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda n: office.register(file_id=file_id, code_number=str(n)), range(1, 101)))

    assert sorted(made.document.arrival_number or 0 for made in taken) == list(range(1, 101))


def test_the_same_number_symbol_and_agency_is_a_warning_not_an_obstacle(office: Office) -> None:
    first = office.register()
    again = office.register()

    assert again.duplicates == (first.document.id,)
    assert again.document.arrival_number == 2


def test_another_agency_with_the_same_number_is_no_duplicate(office: Office) -> None:
    office.register()

    assert office.register(organ_name="Sở Tài chính").duplicates == ()


@pytest.mark.parametrize("username", ["chuyenvien", "chutich", "kiemtra", "quantri"])
def test_only_a_clerk_registers(office: Office, username: str) -> None:
    with pytest.raises(NotAllowed):
        register_at(office, office.house.services.clock(), office.people[username])


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"code_number": " "}, "code_number", "required"),
        ({"code_number": "1" * 12}, "code_number", "too_long"),
        ({"code_notation": "QĐ UBND"}, "code_notation", "has_spaces"),
        ({"subject": "x" * 501}, "subject", "too_long"),
        ({"subject": "a\x00b"}, "subject", "unprintable"),
        ({"subject": "a\u202eb"}, "subject", "unprintable"),
        ({"code_number": "12😀"}, "code_number", "not_a_symbol"),
        ({"code_notation": "QĐ'UBND"}, "code_notation", "not_a_symbol"),
        ({"issued_date": date(1900, 1, 1)}, "issued_date", "too_old"),
        ({"type": "XX"}, "type", "unknown"),
        ({"urgency": 4}, "urgency", "unknown"),
        ({"issued_date": date(2999, 1, 1)}, "issued_date", "in_future"),
        ({"due_date": date(2020, 1, 1)}, "due_date", "in_past"),
        ({"due_date": date(9999, 12, 31)}, "due_date", "too_far"),
        ({"file_id": FileId("0" * 64)}, "file_id", "not_found"),
    ],
)
def test_a_wrong_field_is_named_and_uses_up_no_number(
    office: Office, changes: dict[str, Any], field: str, code: str
) -> None:
    with pytest.raises(DocumentInvalid) as refused:
        office.register(**changes)

    assert [(error.field, error.code) for error in refused.value.errors] == [(field, code)]
    assert numbers_taken(office) == []


def test_all_wrong_fields_are_named_at_once(office: Office) -> None:
    with pytest.raises(DocumentInvalid) as refused:
        office.register(code_number="", type="XX", urgency=9)

    assert [error.field for error in refused.value.errors] == ["code_number", "type", "urgency"]


def test_another_s_upload_cannot_be_registered_by_guessing_its_digest(office: Office) -> None:
    theirs = office.upload(a_pdf(3), by="vanthu.xa1")

    with pytest.raises(DocumentInvalid):
        office.register(file_id=theirs)


def test_the_same_request_again_gives_the_same_document(office: Office) -> None:
    once = Once(key="a", fingerprint="1")
    first = office.register(once=once)

    assert office.register(once=once, file_id=first.document.file_id).document.id == first.document.id
    assert numbers_taken(office) == [1]


def test_the_same_key_for_another_request_is_refused(office: Office) -> None:
    office.register(once=Once(key="a", fingerprint="1"))

    with pytest.raises(IdempotencyKeyReused):
        office.register(once=Once(key="a", fingerprint="2"))
