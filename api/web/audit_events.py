"""The audit log for its readers: who did what, when, to what, in words, with the leaf as it was kept behind them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import PageDep, WorkDep
from api.web.action_words import ACTIONS, FIELDS
from api.web.desk import Desk, DeskDep
from api.web.forms import Typed, day_of
from api.web.names import Names, names_of
from api.web.words import msgid
from engine import access
from engine.audit import AuditEvent
from engine.deadlines import VIETNAM
from engine.errors import FieldError
from engine.ids import SYSTEM, DocumentId, PersonId
from engine.notify import called
from engine.ports import UnitOfWork
from engine.queries import AuditQuery, DocumentQuery, PageRequest

router = APIRouter()

LONGEST: Final = 200
LABELS: Final[Mapping[str, str]] = {
    "who": msgid("Who did it"),
    "what": msgid("What was done"),
    "from": msgid("From day"),
    "to": msgid("To day"),
    "document": msgid("Document (number or words of its subject)"),
}
NOT_A_DAY: Final = msgid("This is not a date of the calendar; write it as 28/02/2026.")
_DOCUMENTS: Final = PageRequest(limit=20)
"""So many documents that fit are looked at; more words find the right one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One leaf as a page shows it; *document* is the one it is about, by type and number."""

    event: AuditEvent
    who: str
    what: str
    facts: Sequence[tuple[str, str]]
    document: tuple[str, str] | None
    leaf: str
    leaf_hash: str


@router.get("/audit/events")
def show_list(desk: DeskDep, work: WorkDep, page: PageDep, subject: str = "") -> Response:
    """Show the agency's leaves, the newest first; with *subject* those about one thing."""
    access.require(desk.person, "read_audit")
    asked = {name: desk.request.query_params.get(name, "").strip()[:LONGEST] for name in LABELS}
    wanted = subject.strip()[:LONGEST]
    form, query = _query(asked, desk, work)
    found = work.audit.search(desk.person.agency_id, page, subject_id=wanted or None, query=query)
    names = names_of(desk.person.agency_id, work, desk.speaks("the machine"))
    kept = {name: value for name, value in {**asked, "subject": wanted}.items() if value}
    people = sorted(names.people.values(), key=lambda one: one.name)
    return desk.page(
        "audit_events/list.html",
        told=_told(found.items, names, desk, work),
        subject=wanted,
        form=form,
        narrowed=bool(kept),
        people=[(str(SYSTEM), names.machine), *((str(one.id), f"{one.name}, {one.title}") for one in people)],
        actions=sorted(((action, desk.speaks(said)) for action, said in ACTIONS.items()), key=lambda one: one[1]),
        next_page=urlencode({**kept, "after": found.next}) if found.next else None,
    )


def _query(asked: Mapping[str, str], desk: Desk, work: UnitOfWork) -> tuple[Typed, AuditQuery]:
    """Return the form as it was filled in, and what it asks for; what cannot be read is said and not asked."""
    days: dict[str, datetime] = {}
    errors = []
    for name in ("from", "to"):
        try:
            if asked[name]:
                days[name] = datetime.combine(day_of(asked[name]), datetime.min.time(), tzinfo=VIETNAM)
        except (ValueError, OverflowError):
            errors.append(FieldError(field=name, code="date", message=NOT_A_DAY))
    query = AuditQuery(
        subjects=_subjects(asked["document"], desk, work) if asked["document"] else None,
        actor=_person(asked["who"]),
        action=asked["what"] or None,
        since=days.get("from"),
        before=days["to"] + timedelta(days=1) if "to" in days else None,
    )
    return Typed.of(LABELS, desk.language, **asked).wrong(errors, desk.language), query


def _person(text: str) -> PersonId | None:
    try:
        return PersonId(UUID(text)) if text else None
    except ValueError:
        return None


def _subjects(text: str, desk: Desk, work: UnitOfWork) -> tuple[str, ...]:
    """Return the ids of the documents that fit, and of their procedures and work items."""
    found = work.documents.search(DocumentQuery(reader=desk.person, text=text), _DOCUMENTS).items
    subjects = [str(one.id) for one in found]
    for document in found:
        instance = work.instances.find_of_document(document.id)
        if instance is not None:
            subjects += [str(instance.id), *(str(item.id) for item in work.work_items.of_instance(instance.id))]
    return tuple(subjects)


def _told(events: Sequence[AuditEvent], names: Names, desk: Desk, work: UnitOfWork) -> list[Told]:
    leaves = [json.loads(event.leaf) for event in events]
    about = [_document_id(event, leaf) for event, leaf in zip(events, leaves, strict=True)]
    known = work.documents.several({one for one in about if one is not None}) if any(about) else {}
    return [
        Told(
            event=event,
            who=names.person(event.actor),
            what=desk.speaks(ACTIONS.get(event.action, event.action)),
            facts=_facts(event, leaf, names, desk),
            document=(str(document), called(known[document])) if document and document in known else None,
            leaf=json.dumps(leaf, ensure_ascii=False, indent=2),
            leaf_hash=event.leaf_hash.hex(),
        )
        for event, leaf, document in zip(events, leaves, about, strict=True)
    ]


def _document_id(event: AuditEvent, leaf: Mapping[str, object]) -> DocumentId | None:
    data = leaf.get("data")
    named = event.subject_id if event.subject_type == "document" else None
    named = named or (str(data.get("document_id") or "") if isinstance(data, Mapping) else "")
    try:
        return DocumentId(UUID(named)) if named else None
    except ValueError:
        return None


def _facts(event: AuditEvent, leaf: Mapping[str, object], names: Names, desk: Desk) -> list[tuple[str, str]]:
    """Return what the leaf says in words: fields by what they are called, people and units by name."""
    data = leaf.get("data")
    kept = {one.path: one.value for one in event.private}
    said = {**(data if isinstance(data, Mapping) else {}), **kept}
    return [
        (desk.speaks(FIELDS[name]), names.shown(value))
        for name, value in said.items()
        if name in FIELDS and value not in (None, "", [], {})
    ]
