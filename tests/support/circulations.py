"""Circulated documents in tests: sent, read and answered by the real actions."""

from dataclasses import replace
from typing import Any

from engine.actions.answer_circulation import AnswerCirculation, answer_circulation
from engine.actions.circulate_document import CirculateDocument, circulate_document
from engine.actions.note_reading import note_reading
from engine.circulations import Addressee, Ask, Circulation
from engine.ids import AgencyId, DocumentId
from tests.support.office import Office


def circulate(office: Office, document_id: DocumentId, by: str = "vanthu", **changes: Any) -> Circulation:
    """Send a document to communes."""
    request = replace(
        CirculateDocument(document_id=document_id, asks=Ask.ANSWER, note="Báo cáo tiến độ trước ngày 30"), **changes
    )
    services = office.house.services
    with services.begin() as work:
        return circulate_document(request, by=office.people[by], at=services.clock(), work=work)


def addressee(office: Office, circulation: Circulation, commune: str) -> Addressee:
    """Return what a commune did."""
    with office.house.services.begin() as work:
        found = work.circulations.find_addressee(circulation.id, agency_of(office, commune))
    assert found is not None
    return found


def agency_of(office: Office, commune: str) -> AgencyId:
    """Return the agency of a commune."""
    return office.people[f"vanthu.{commune}"].agency_id


def read(office: Office, circulation: Circulation, by: str) -> None:
    """Have it before oneself."""
    services = office.house.services
    with services.begin() as work:
        note_reading(circulation.id, by=office.people[by], at=services.clock(), work=work)


def answer(office: Office, circulation: Circulation, by: str, **said: Any) -> None:
    """Answer it."""
    services = office.house.services
    request = replace(AnswerCirculation(circulation_id=circulation.id), **said)
    with services.begin() as work:
        answer_circulation(request, by=office.people[by], at=services.clock(), work=work)
