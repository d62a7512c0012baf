"""Documents circulated to communes: sent once to each, read marks, answers, reminders."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest

from api.wiring import database_url
from engine.access import NotAllowed
from engine.actions.close_circulation import close_circulation
from engine.actions.note_reading import note_reading
from engine.actions.remind_addressees import remind_addressees
from engine.circulating import READS, answer_file
from engine.circulations import (
    Circulation,
    CirculationClosed,
    CirculationInvalid,
    CirculationNotFound,
    NotToBeCirculated,
    RemindedToday,
    Standing,
)
from engine.deadlines import office_date
from engine.ids import DocumentId
from engine.localities import CommuneGroup
from engine.rounds.circulate import remind_late, send_circulated
from engine.stand_ins import StandInKind
from tests.support.circulations import addressee, agency_of, answer, circulate, read
from tests.support.house import Crowd, NewHouse, jobs_of
from tests.support.office import Office, a_pdf


@pytest.fixture(scope="module")
def office(new_house: NewHouse, people: Crowd, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """People at work in a house of this module's own."""
    with new_house("circulated", tmp_path_factory.mktemp("circulated")) as house, jobs_of(house) as run_jobs:
        yield Office(house=house, people=people, run_jobs=run_jobs)


@pytest.fixture(scope="module")
def issued(office: Office) -> DocumentId:
    """A decision that was issued to nobody in particular."""
    return office.issued()


def told(office: Office, circulation: Circulation) -> list[str]:
    """Return the sources of what was told of it."""
    with psycopg.connect(database_url(office.house.settings)) as connection:
        rows = connection.execute(
            "SELECT DISTINCT source FROM notices WHERE source LIKE %s ORDER BY source",
            (f"circulation:{circulation.id}:%",),
        ).fetchall()
    return [str(source).partition(f"{circulation.id}:")[2] for (source,) in rows]


def test_it_is_delivered_to_every_commune_once_and_marks_who_read_and_answered(
    office: Office, issued: DocumentId
) -> None:
    circulation = circulate(office, issued)
    assert addressee(office, circulation, "xa1").standing is Standing.WAITING

    assert send_circulated(services=office.house.services) == 2
    assert send_circulated(services=office.house.services) == 0
    again = circulate(office, issued)
    assert send_circulated(services=office.house.services) == 0
    assert addressee(office, again, "xa1").incoming_id == addressee(office, circulation, "xa1").incoming_id

    for _ in range(2):
        read(office, circulation, "vanthu.xa1")
    read(office, circulation, "xa1.chutich")
    answer(office, circulation, "xa1.chutich", text="Xã đã đạt 17/19 tiêu chí.")
    answer(office, circulation, "xa1.chutich", text="Bổ sung: 18/19 tiêu chí.")
    first, second = (addressee(office, circulation, commune) for commune in ("xa1", "xa2"))
    assert (first.standing, first.readers, second.standing) == (Standing.ANSWERED, 2, Standing.SENT)
    with office.house.services.begin() as work:
        progress = work.circulations.progress([circulation.id], office_date(circulation.begun_at))[circulation.id]
    assert (progress.all, progress.read, progress.answered, progress.late) == (2, 1, 1, 0)
    assert f"{agency_of(office, 'xa1')}:answered" in told(office, circulation)


def test_a_commune_answers_with_a_document_it_issued_to_the_one_that_asks(office: Office, issued: DocumentId) -> None:
    circulation = circulate(office, issued)
    send_circulated(services=office.house.services)

    with pytest.raises(CirculationInvalid) as empty:
        answer(office, circulation, "vanthu.xa1")
    with pytest.raises(CirculationInvalid) as foreign:
        answer(office, circulation, "vanthu.xa1", document_id=issued)

    assert [error.field for error in empty.value.errors] == ["text"]
    assert [error.field for error in foreign.value.errors] == ["document_id"]


def test_an_answer_brings_a_file_that_both_sides_and_nobody_else_read(office: Office, issued: DocumentId) -> None:
    circulation, services = circulate(office, issued), office.house.services
    send_circulated(services=services)
    file_id = office.upload(a_pdf(3), by="vanthu.xa1")
    with pytest.raises(CirculationInvalid):
        answer(office, circulation, "vanthu.xa2", file_id=file_id, file_name="bieu.pdf")

    answer(office, circulation, "vanthu.xa1", file_id=file_id, file_name="bieu.pdf")

    with services.begin() as work:
        for reader in ("vanthu", "vanthu.xa1"):
            found = answer_file(circulation.id, file_id, office.people[reader], work)
            assert (found.file_name, found.text) == ("bieu.pdf", "")
        with pytest.raises(CirculationNotFound):
            answer_file(circulation.id, file_id, office.people["vanthu.xa2"], work)


def test_an_agency_has_read_it_once_its_clerk_or_a_leader_had_it_before_them(
    office: Office, issued: DocumentId
) -> None:
    circulation = circulate(office, issued)
    send_circulated(services=office.house.services)
    colleague = next(
        name for name, person in office.people.people.items() if name.startswith("xa1.") and not person.roles & READS
    )
    document_id = addressee(office, circulation, "xa1").incoming_id
    assert document_id is not None
    with office.house.services.begin() as work:
        arrived = work.documents.lock(document_id)
        work.documents.save(arrived.read_by(people=[office.people[colleague].id]))
        note_reading(circulation.id, by=office.people[colleague], at=office.house.services.clock(), work=work)

    seen = addressee(office, circulation, "xa1")
    assert (seen.standing, seen.readers) == (Standing.SENT, 1)
    read(office, circulation, "vanthu.xa1")
    assert addressee(office, circulation, "xa1").standing is Standing.READ


def test_only_issued_documents_go_to_communes_and_only_the_office_sends_them(
    office: Office, issued: DocumentId
) -> None:
    with pytest.raises(NotToBeCirculated):
        circulate(office, office.draft().document.id)
    with pytest.raises(NotAllowed):
        circulate(office, issued, by="chuyenvien")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"note": " "}, "note"),
        ({"due": date(2020, 1, 1)}, "due"),
        ({"groups": frozenset({CommuneGroup.URBAN})}, "groups"),
    ],
)
def test_it_says_what_is_asked_until_a_day_to_come_and_reaches_somebody(
    office: Office, issued: DocumentId, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(CirculationInvalid) as no:
        circulate(office, issued, **changes)

    assert [error.field for error in no.value.errors] == [field]


def test_a_group_of_communes_can_be_chosen(office: Office, issued: DocumentId) -> None:
    circulation = circulate(office, issued, groups=frozenset({CommuneGroup.MOUNTAIN}))

    with office.house.services.begin() as work:
        sent = work.circulations.addressees(circulation.id)
    assert [one.agency_id for one in sent] == [agency_of(office, "xa2")]


def test_who_it_was_not_sent_to_finds_nothing(office: Office, issued: DocumentId) -> None:
    circulation = circulate(office, issued, groups=frozenset({CommuneGroup.MOUNTAIN}))
    send_circulated(services=office.house.services)

    for stranger in ("vanthu.xa1", "vanthu", "xa2.chuyenvien"):
        with pytest.raises(CirculationNotFound):
            read(office, circulation, stranger)


def test_the_late_are_reminded_before_the_day_and_once_it_has_passed_and_never_again(
    office: Office, issued: DocumentId
) -> None:
    services, clock = office.house.services, office.house.services.clock
    circulation = circulate(office, issued, due=office_date(clock()))
    send_circulated(services=services)
    answer(office, circulation, "vanthu.xa1", text="Đã thực hiện.")

    assert remind_late(services=services) == 1
    assert remind_late(services=services) == 0
    after = replace(services, clock=lambda: clock() + timedelta(days=1))
    assert remind_late(services=after) == 1
    assert remind_late(services=after) == 0
    assert remind_late(services=replace(services, clock=lambda: clock() + timedelta(days=2))) == 0

    second = agency_of(office, "xa2")
    assert told(office, circulation) == sorted(
        [f"{agency_of(office, 'xa1')}:answered", f"{second}:over", f"{second}:soon"]
    )
    assert addressee(office, circulation, "xa2").reminders == 2
    late = addressee(office, circulation, "xa2").is_late(circulation, office_date(clock()) + timedelta(days=1))
    assert late


def test_the_sender_reminds_and_closes_and_then_nothing_is_asked(office: Office, issued: DocumentId) -> None:
    services, clerk = office.house.services, office.people["vanthu"]
    circulation = circulate(office, issued)
    send_circulated(services=services)

    with services.begin() as work:
        assert remind_addressees(circulation.id, by=clerk, at=services.clock(), work=work) == 2
    with services.begin() as work:
        close_circulation(circulation.id, by=clerk, at=services.clock(), work=work)

    with pytest.raises(CirculationClosed):
        answer(office, circulation, "vanthu.xa1", text="Muộn")
    with pytest.raises(CirculationClosed), services.begin() as work:
        remind_addressees(circulation.id, by=clerk, at=services.clock(), work=work)


def test_nobody_is_reminded_twice_on_a_day_and_again_on_the_next(office: Office, issued: DocumentId) -> None:
    services, clerk = office.house.services, office.people["vanthu"]
    circulation = circulate(office, issued)
    send_circulated(services=services)

    def remind(days: int = 0) -> int:
        with services.begin() as work:
            return remind_addressees(circulation.id, by=clerk, at=services.clock() + timedelta(days=days), work=work)

    assert remind() == 2
    with pytest.raises(RemindedToday):
        remind()
    before = told(office, circulation)
    answer(office, circulation, "vanthu.xa1", text="Đã thực hiện.")
    assert remind(days=1) == 1
    answer(office, circulation, "vanthu.xa2", text="Đã thực hiện.")
    assert remind(days=1) == 0

    again = [one for one in told(office, circulation) if one not in before and not one.endswith(":answered")]
    assert len(again) == 1
    assert addressee(office, circulation, "xa1").reminders == 1
    assert addressee(office, circulation, "xa2").reminders == 2


def test_who_acts_as_head_reads_for_the_agency_and_is_reminded_and_the_head_they_replace_not(
    office: Office, issued: DocumentId
) -> None:
    services, clerk = office.house.services, office.people["vanthu"]
    circulation = circulate(office, issued)
    send_circulated(services=services)
    acting = office.stand_in("xa1.chutich", "xa1.chuyenvien", by="xa1.truongphong", kind=StandInKind.ACTING)
    now = office.placed("xa1.chuyenvien").placed("xa1.chutich")

    with pytest.raises(CirculationNotFound):
        read(now, circulation, "xa1.chutich")
    read(now, circulation, "xa1.chuyenvien")
    with services.begin() as work:
        remind_addressees(circulation.id, by=clerk, at=services.clock(), work=work)
    office.revoke(acting, by="xa1.truongphong")

    assert addressee(office, circulation, "xa1").read_at is not None
    with psycopg.connect(database_url(office.house.settings)) as connection:
        rows = connection.execute("SELECT person_id FROM notices WHERE source LIKE %s", (f"%{circulation.id}%",))
        reminded = {person_id for (person_id,) in rows}
    assert office.people["xa1.chuyenvien"].id in reminded
    assert office.people["xa1.chutich"].id not in reminded
