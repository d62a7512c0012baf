"""Work items as answers show them, and whether a caller still acts on the one they saw."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from api.rest.answers import Answer, Names, PersonRef
from api.rest.calls import Call
from api.rest.preconditions import require_match
from api.texts import ENGLISH, explained, notice_text, spoken, told
from engine import access
from engine.approvals import Approval
from engine.calendars import WorkCalendar
from engine.certificate_watch import flaws_ahead
from engine.checks import Check, CheckState
from engine.choices import OfferedOutcome, offered, recall_hindrance
from engine.deadlines import Light
from engine.definitions import SignatureKind
from engine.document_lines import DocumentLine, line_of
from engine.explanations import why, why_not_recalled
from engine.files import StoredFile
from engine.ids import InstanceId, WorkItemId
from engine.people import Person, Role
from engine.ports import UnitOfWork
from engine.registers import Direction
from engine.work_items import WorkItem, WorkItemNotFound, WorkItemState


class WorkDocument(Answer):
    """The document a work item is about."""

    id: UUID
    direction: Direction
    type: str
    subject: str
    state: str
    number: str | None


class FileFacts(Answer):
    """The very bytes a work item is about; who signs, signs these."""

    sha256: str
    size: int
    pages: int
    signatures: int


class OutcomeAnswer(Answer):
    """One way to finish a work item; `signature` says whose key gives it (then it is done by signing)."""

    id: str
    label: str
    form: dict[str, Any]
    signature: SignatureKind | None


class ApprovalAnswer(Answer):
    """One person's opinion on a step that several must agree on."""

    person: PersonRef | None
    on_behalf_of: PersonRef | None
    outcome: str
    at: datetime


class WorkItemLine(Answer):
    """A work item as lists show it; `light` and `due_in_words` are about its time limit, while it is open.

    `on_behalf_of` is in whose place the assignee has it or it was done, `by_stand_in` by what. A step that several
    people must agree on needs more than one of `approvals_needed`.
    """

    id: UUID
    element_id: str
    name: str
    document_id: UUID
    instance_id: UUID
    document: WorkDocument
    state: WorkItemState
    assignee: PersonRef | None
    roles: list[Role]
    unit_id: UUID | None
    urgency: int
    opened_at: datetime
    due_date: date | None
    due_at: datetime | None
    light: Light | None
    due_in_words: str
    waiting_for: str | None
    waiting_since: datetime | None
    outcome: str | None
    completed_by: PersonRef | None
    completed_at: datetime | None
    on_behalf_of: PersonRef | None
    by_stand_in: UUID | None
    approvals_needed: int
    approvals_given: int
    seen_at: datetime | None
    handed_by: PersonRef | None
    handed_note: str | None
    rev: int


class FlawAnswer(Answer):
    """What was found wrong with a certificate, before anybody signs with it: whose, since when, what to do."""

    subject: str
    state: CheckState
    code: str
    message: str
    since: datetime


class WorkItemAnswer(WorkItemLine):
    """A work item with what it offers, and why it is with whom it is.

    `certificate_flaws` are of the certificate its document is to be signed or sealed with next.

    Of an item one completed, `may_recall` says whether it can be taken back now, `recall_hindrance` why not.
    """

    outcomes: list[OutcomeAnswer]
    approvals: list[ApprovalAnswer]
    why: str
    may_act: bool
    may_recall: bool
    recall_hindrance: str | None
    file: FileFacts
    certificate_flaws: list[FlawAnswer]


def require_item_match(work_item_id: WorkItemId, accepted: str | None, by: Person, work: UnitOfWork) -> None:
    """Lock the item and raise PreconditionFailed unless it is as the caller saw it; who may not act learns nothing.

    Raises:
        WorkItemNotFound, WorkItemNotYours, WorkItemExcluded: It is not theirs to act on.
        PreconditionFailed: It changed.
    """
    if accepted is not None:
        item, _ = work.work_items.lock(work_item_id)
        access.require_act(by, item)
        require_match(accepted, item.rev)


def work_item_line(
    item: WorkItem, document: DocumentLine, names: Names, calendar: WorkCalendar, call: Call
) -> WorkItemLine:
    """Return the item as lists show it."""
    found = item.standing(document.pause, calendar, call.at)
    return WorkItemLine(
        id=item.id,
        element_id=item.element_id,
        name=item.name_en if call.language == ENGLISH else item.name,
        document_id=item.document_id,
        instance_id=item.instance_id,
        document=_document(document),
        state=item.state,
        assignee=names.person(item.assignee),
        roles=sorted(item.roles),
        unit_id=item.unit_id,
        urgency=item.urgency,
        opened_at=item.opened_at,
        due_date=item.due_date,
        due_at=item.due_at,
        light=found.light if found else None,
        due_in_words=told(found, call.language) if found else "",
        waiting_for=spoken(item.waiting_for, call.language) if item.waiting_for else None,
        waiting_since=item.waiting_since,
        outcome=item.outcome,
        completed_by=names.person(item.completed_by),
        completed_at=item.completed_at,
        on_behalf_of=names.person(item.on_behalf_of),
        by_stand_in=item.by_stand_in,
        approvals_needed=item.needs,
        approvals_given=item.agreed,
        seen_at=item.seen_at,
        handed_by=names.person(item.handed_by),
        handed_note=item.handed_note,
        rev=item.rev,
    )


def work_item_answer(item: WorkItem, call: Call, work: UnitOfWork, *, just_done: bool = False) -> WorkItemAnswer:
    """Return the item with what it offers while it is open; *just_done*: this transaction completed it."""
    document = work.documents.get(item.document_id)
    names, calendar = Names(call.by.agency_id, work), work.calendars.of(item.agency_id)
    line = work_item_line(item, line_of(document), names, calendar, call)
    is_open = item.state is WorkItemState.OPEN
    explains = item.state is not WorkItemState.COMPLETED
    own = item.completed_by == call.by.id
    hindrance = recall_hindrance(item, call.by, work, just_done=just_done) if own else None
    return WorkItemAnswer(
        **dict(line),
        outcomes=[_outcome(outcome, call) for outcome in offered(item, work)] if is_open else [],
        approvals=[_approval(given, names) for given in work.approvals.of_items([item.id])] if item.needs > 1 else [],
        why=" ".join(explained(said, call.language) for said in why(item, call.by, call.at, work)) if explains else "",
        may_act=is_open and access.may_act(call.by, item),
        may_recall=own and hindrance is None,
        recall_hindrance=explained(why_not_recalled(item, hindrance, work), call.language) if hindrance else None,
        file=file_facts(work.files.get(document.file_id)),
        certificate_flaws=[_flaw(check, call) for check in flaws_ahead(document, work)] if is_open else [],
    )


def _flaw(check: Check, call: Call) -> FlawAnswer:
    return FlawAnswer(
        subject=check.subject,
        state=check.found.state,
        code=check.found.code,
        message=notice_text(check.found.template, check.found.facts, call.language),
        since=check.since,
    )


def _approval(given: Approval, names: Names) -> ApprovalAnswer:
    return ApprovalAnswer(
        person=names.person(given.person_id),
        on_behalf_of=names.person(given.on_behalf_of),
        outcome=given.outcome,
        at=given.at,
    )


def visible_item(work_item_id: WorkItemId, by: Person, work: UnitOfWork) -> WorkItem:
    """Return the item, or raise WorkItemNotFound unless the person may do it or read its document.

    What was withdrawn from them is nobody's to do: only who reads the document knows of it still.
    """
    item = work.work_items.get(work_item_id)
    theirs = access.is_candidate(by, item) and item.state is not WorkItemState.CANCELLED
    if not theirs and not access.may_read(by, work.documents.get(item.document_id)):
        raise WorkItemNotFound
    return item


def waiting_items(instance_id: InstanceId, work: UnitOfWork) -> list[WorkItem]:
    """Return the instance's items that are open or being signed, read without keeping anybody out."""
    unfinished = (WorkItemState.OPEN, WorkItemState.SIGNING)
    return [item for item in work.work_items.of_instance(instance_id) if item.state in unfinished]


def file_facts(file: StoredFile) -> FileFacts:
    """Return what is known of a content."""
    return FileFacts(sha256=file.id, size=file.size, pages=file.pages, signatures=file.signatures)


def _outcome(outcome: OfferedOutcome, call: Call) -> OutcomeAnswer:
    return OutcomeAnswer(
        id=outcome.id,
        label=outcome.label_en if call.language == ENGLISH else outcome.label,
        form=dict(outcome.form),
        signature=outcome.signature,
    )


def _document(line: DocumentLine) -> WorkDocument:
    return WorkDocument(
        id=line.id,
        direction=line.direction,
        type=line.type,
        subject=line.subject,
        state=line.state,
        number=line.number,
    )
