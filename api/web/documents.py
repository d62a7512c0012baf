"""Documents: finding them, and everything about one on one page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from api.deps import PageDep, WorkDep
from api.web.attachments import attachments_of
from api.web.clocks import clock_of
from api.web.comments import comments_of
from api.web.contents import readable
from api.web.copies import copies_of, source_of
from api.web.council_matters import matters_of
from api.web.desk import Desk, DeskDep
from api.web.forms import Typed, day_of
from api.web.names import names_of
from api.web.procedures import Course, course_of, history, steps
from api.web.recognition_dossiers import dossier_at
from api.web.relatives import Relative, caller_of, relatives
from api.web.rendering import HEADERS
from api.web.renewals import proof_said
from api.web.sayings import signatures, waits
from api.web.words import msgid
from engine import access
from engine.actions.pause_document import MAX_REASON
from engine.choices import recall_hindrance
from engine.circulating import may_circulate
from engine.copies import Medium, may_be_copied
from engine.document_types import DOCUMENT_TYPES
from engine.documents import FINISHED, Document, IncomingDocument, OutgoingDocument
from engine.errors import FieldError
from engine.instances import Instance, InstanceNotFound
from engine.ports import UnitOfWork
from engine.queries import DocumentQuery, PageRequest, WorkItemQuery
from engine.registers import Direction
from engine.signing_places import signers_standing
from engine.work_items import WorkItem

router = APIRouter()

LABELS: Final = {
    "q": msgid("Words of the subject, number or sender"),
    "type": msgid("Type of document"),
    "from": msgid("From day"),
    "to": msgid("To day"),
}
LONGEST_SEARCH: Final = 200
TABS: Final = ("", Direction.INCOMING.value, Direction.OUTGOING.value)
NOT_A_DAY: Final = msgid("This is not a date of the calendar; write it as 28/02/2026.")


@router.get("/documents")
def show_list(desk: DeskDep, work: WorkDep, page: PageDep) -> Response:
    """Show the documents that fit, the newest first."""
    asked = {name: value.strip() for name, value in desk.request.query_params.items() if value.strip()}
    form, days = _search_form(asked, desk)
    direction = Direction(asked["direction"]) if asked.get("direction") in set(Direction) else None
    query = DocumentQuery(
        reader=desk.person,
        direction=direction,
        text=asked.get("q", "")[:LONGEST_SEARCH] or None,
        type=asked.get("type") if asked.get("type") in DOCUMENT_TYPES else None,
        from_date=days.get("from"),
        to_date=days.get("to"),
    )
    found = work.documents.search(query, page)
    kept: dict[str, str] = {name: asked[name] for name in ("direction", "q", "type", "from", "to") if name in asked}
    return desk.page(
        "documents/list.html",
        form=form,
        found=found,
        direction=direction,
        clocks={document.id: clock_of(document, desk, work) for document in found.items},
        is_narrowed=bool(kept.keys() - {"direction"}),
        tabs=[(one, urlencode({**kept, "direction": one})) for one in TABS],
        next_page=urlencode({**kept, "after": found.next}) if found.next else None,
    )


def _search_form(asked: Mapping[str, str], desk: Desk) -> tuple[Typed, dict[str, date]]:
    """Return the search form as filled in, and the days in it that can be read."""
    days: dict[str, date] = {}
    errors = []
    for name in ("from", "to"):
        try:
            days |= {name: day_of(asked[name])} if name in asked else {}
        except ValueError:
            errors.append(FieldError(field=name, code="date", message=NOT_A_DAY))
    form = Typed.of(LABELS, desk.language, **asked).wrong(errors, desk.language)
    return form, days


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """Documents and work that have to do with one."""

    mine: tuple[WorkItem, ...]
    replies: tuple[Document, ...]
    answered: tuple[Document, ...]
    duplicates: tuple[Document, ...]


@router.get("/documents/{document_id}")
def show(desk: DeskDep, work: WorkDep, document_id: str) -> Response:
    """Show everything about a document that the person may know."""
    document = readable(document_id, desk, work)
    names = names_of(document.agency_id, work, desk.speaks("the machine"))
    instance = work.instances.find_of_document(document.id)
    course = course_of(instance, work, detailed=True) if instance else None
    stand_ins = work.stand_ins.in_force(document.agency_id, desk.at)
    return desk.page(
        "documents/show.html",
        document=document,
        names=names,
        clock=clock_of(document, desk, work),
        may_administer=desk.may("administer_instance"),
        may_pause=desk.may("pause_document") and document.state not in FINISHED,
        longest_reason=MAX_REASON,
        related=_related(document, desk, work),
        dossier_here=dossier_at(document.id, instance.definition_key if instance else None, desk, work),
        course=course,
        beside=_beside(instance, desk, work) if instance else (),
        above=caller_of(instance, desk, work) if instance else None,
        waits=waits(document, course, names, stand_ins, desk, work) if course else (),
        happened=history(course, names, desk) if course else (),
        steps=steps(course, names, desk) if course else (),
        own_last=_to_take_back(course, desk, work) if course else None,
        **_kept(document, desk, work),
        **comments_of(document, desk, work),
    )


@router.get("/documents/{document_id}/diagram.json")
def diagram(desk: DeskDep, work: WorkDep, document_id: str) -> Response:
    """Return the procedure's model and where the document stands in it, for the diagram of its page."""
    document = readable(document_id, desk, work)
    instance = work.instances.find_of_document(document.id)
    if instance is None:
        raise InstanceNotFound
    course = course_of(instance, work)
    return JSONResponse({"bpmn_xml": course.model.bpmn_xml, **course.marks()}, headers=dict(HEADERS))


def _beside(instance: Instance, desk: Desk, work: UnitOfWork) -> list[Relative]:
    """Return what the document's procedure called, and what else works on the document."""
    called = {one.id: one for one in work.instances.called_by(instance.id)}
    others = {one.id: one for one in work.instances.beside(instance.document_id)}
    return relatives(list((called | others).values()), desk, work)


def _to_take_back(course: Course, desk: Desk, work: UnitOfWork) -> WorkItem | None:
    """Return the item the person completed last, if they can take it back now."""
    own = [item for item in course.items if item.completed_by == desk.person.id and item.completed_at]
    last = max(own, key=lambda item: item.completed_at or item.opened_at, default=None)
    return last if last and recall_hindrance(last, desk.person, work) is None else None


def _kept(document: Document, desk: Desk, work: UnitOfWork) -> dict[str, Any]:
    """Return what is kept with a document: its file, versions, directives, verdict, deliveries."""
    outgoing = isinstance(document, OutgoingDocument)
    copy_of = source_of(document, work)
    return {
        "file": work.files.get(document.file_id),
        "versions": work.documents.versions(document.id),
        "archived": work.documents.archived(document.id),
        "directives": () if outgoing else work.directives.of_document(document.id),
        "deliveries": work.deliveries.of_outgoing(document.id) if outgoing else (),
        "signers": () if copy_of or not isinstance(document, OutgoingDocument) else signers_standing(document, work),
        "on_paper": copy_of is not None and copy_of[0].target is Medium.PAPER,
        "voided": work.signings.voided(document.id) if isinstance(document, OutgoingDocument) else (),
        "attachments": attachments_of(document, work),
        "copies": copies_of(document, desk, work),
        "council_matters": matters_of(document, desk, work),
        "may_circulate": isinstance(document, OutgoingDocument) and may_circulate(desk.person, document),
        "asked_opinion": None if outgoing else work.case_opinions.find_of_document(document.id),
        "circulated_by": None if outgoing else work.circulations.find_received(document.id),
        "copy_of": copy_of,
        "may_read_source": copy_of is not None and access.may_read(desk.person, copy_of[1]),
        "may_copy": desk.may("draft_document") and may_be_copied(document),
        "verdict": signatures(work.documents.find_report(document.id), desk),
        "proof": proof_said(document, desk, work),
    }


def _related(document: Document, desk: Desk, work: UnitOfWork) -> Related:
    person = desk.person
    answered = document.replies_to if isinstance(document, OutgoingDocument) else ()
    warned = "duplicates" in desk.request.query_params
    same = work.documents.duplicates(document) if warned and isinstance(document, IncomingDocument) else ()
    ids = {*answered, *same}
    others = (
        {known.id: known for known in work.documents.several(ids).values() if access.may_read(person, known)}
        if ids
        else {}
    )
    mine = work.work_items.search(WorkItemQuery(person=person, document_id=document.id), PageRequest())
    replies = [reply for reply in work.documents.replies_to(document.id) if access.may_read(person, reply)]
    return Related(
        mine=mine.items,
        replies=tuple(replies),
        answered=tuple(known for known in others.values() if known.id in answered),
        duplicates=tuple(known for known in others.values() if known.id not in answered),
    )
