"""Stopping the clock of a document and letting it go on; by real actions on a real database."""

from datetime import datetime, timedelta

import pytest

from engine.access import NotAllowed
from engine.actions.pause_document import PauseDocument, pause_document
from engine.actions.resume_document import resume_document
from engine.deadlines import (
    ClockRuns,
    ClockStands,
    Light,
    end_of_day,
    office_date,
    working_days_after,
    working_days_between,
)
from engine.documents import Document, DocumentInvalid, DocumentNotFound, DocumentNotInState, IncomingDocument
from engine.ids import DocumentId
from tests.support.office import Office

REASON = "Chờ Sở Nông nghiệp bổ sung biên bản"


def pause(office: Office, document_id: DocumentId, by: str = "vanthu", reason: str = REASON) -> Document:
    services = office.house.services
    with services.begin() as work:
        request = PauseDocument(document_id=document_id, reason=reason)
        return pause_document(request, by=office.people[by], at=services.clock(), work=work)


def resume(office: Office, document_id: DocumentId, by: str = "vanthu", at: datetime | None = None) -> Document:
    services = office.house.services
    with services.begin() as work:
        return resume_document(document_id, by=office.people[by], at=at or services.clock(), work=work)


def test_a_pause_moves_due_date_and_open_work_by_the_working_days_it_lasted(office: Office) -> None:
    services = office.house.services
    now = services.clock()
    with services.begin() as work:
        calendar = work.calendars.of(office.people["vanthu"].agency_id)
    due = working_days_after(calendar, office_date(now), 4)
    document_id = office.register(due_date=due).document.id
    later = now + timedelta(days=9)

    paused = pause(office, document_id)
    assert paused.pause is not None
    assert paused.pause.reason == REASON
    item = office.item(document_id, "direct")
    held = item.standing(paused.pause, calendar, later + timedelta(days=30))
    assert held is not None
    assert held.light is Light.PAUSED
    resumed = resume(office, document_id, at=later)

    assert isinstance(resumed, IncomingDocument)
    assert resumed.pause is None
    assert resumed.due_date is not None
    assert working_days_between(calendar, office_date(later), resumed.due_date) == 4
    assert office.item(document_id, "direct").due_at == end_of_day(resumed.due_date)
    with services.begin() as work:
        leaves = work.audit.about(resumed.agency_id, [str(document_id)])
    assert [leaf.action for leaf in leaves][-2:] == ["document.paused", "document.resumed"]


def test_pausing_twice_and_resuming_what_runs_are_refused(office: Office) -> None:
    document_id = office.register().document.id

    with pytest.raises(ClockRuns):
        resume(office, document_id)
    pause(office, document_id)
    with pytest.raises(ClockStands):
        pause(office, document_id)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501, "a\0b"])
def test_a_pause_needs_a_reason_that_can_be_read(office: Office, reason: str) -> None:
    document_id = office.register().document.id

    with pytest.raises(DocumentInvalid):
        pause(office, document_id, reason=reason)


def test_who_may_not_read_learns_nothing_and_who_only_reads_changes_nothing(office: Office) -> None:
    document_id = office.register().document.id

    for stranger in ("xa1.chutich", "chuyenvien", "quantri"):
        with pytest.raises(DocumentNotFound):
            pause(office, document_id, by=stranger)
        with pytest.raises(DocumentNotFound):
            resume(office, document_id, by=stranger)
    with pytest.raises(NotAllowed):
        pause(office, document_id, by="kiemtra")


def test_what_is_finished_is_not_paused(office: Office) -> None:
    document_id = office.register().document.id
    office.complete(document_id, "direct", "file", "chutich")

    with pytest.raises(DocumentNotInState):
        pause(office, document_id)
