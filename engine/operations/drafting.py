"""Making the draft of an outgoing document for a procedure, so that it can call the one that has drafts signed."""

from collections.abc import Mapping
from uuid import UUID

from engine import access
from engine.competence import Matter
from engine.documents import (
    DocumentInvalid,
    DrafterMayNotSign,
    IncomingDocument,
    OutgoingDocument,
    OutgoingState,
    Urgency,
    Version,
    VersionKind,
)
from engine.drafts import Draft, FieldChecks, compose, make_letter
from engine.errors import Conflict, Refusal
from engine.files import StoredFile
from engine.heads import now_in_post
from engine.ids import AgencyId, DocumentId, PersonId, UnitId
from engine.letters import Letter, LetterIncomplete, LetterUnprintable
from engine.operations.jobs import Finish, Job
from engine.operations.move import Data, Move, OperationMisplaced
from engine.people import Person
from engine.ports import UnitOfWork
from engine.verifications import new_code

_TEXTS = ("type", "subject", "body")


class DraftRefused(Conflict):
    """What a procedure gives for a draft makes no document; the model may let somebody correct it."""

    code = "operation.draft_refused"
    template = "The draft cannot be made: %(reason)s Correct that and send it again."


def make_draft(job: Job) -> Finish:
    """Make an outgoing draft of the parameters, with its PDF; no procedure works on it yet.

    The parameters are ``type``, ``subject``, ``body``, the ids of ``drafter`` and ``signer``, and perhaps ``unit_id``
    (else the drafter's own), ``urgency``, ``recipients``, a list of agencies, and ``others``, names of recipients
    outside the installation. What is made for an incoming document answers it. The result names ``document_id`` and
    ``unit_id``.
    """
    services = job.services
    with services.begin() as work:
        by = drafter_of(job, work)
        try:
            draft = draft_given(job.parameters, by, job, work)
        except (DocumentInvalid, DrafterMayNotSign) as refused:
            raise DraftRefused(reason=reason_of(refused)) from refused
        letter = compose(draft, work)
    code = new_code(services.safe.random)
    file = printed_letter(letter, code, by, job)

    def keep(move: Move) -> Data:
        document = document_of(draft, by, file, move)
        move.work.files.add(file)
        move.work.documents.add(document)
        move.work.documents.add_version(first_version(document))
        move.work.verifications.add_code(document.id, code)
        return {"document_id": str(document.id), "unit_id": str(document.unit_id)}

    return keep


def printed_letter(letter: Letter, code: str, by: Person, job: Job) -> StoredFile:
    """Return the kept PDF of the letter. Raises DraftRefused."""
    try:
        return make_letter(letter, code=code, by=by.id, agency_id=by.agency_id, services=job.services)
    except (LetterIncomplete, LetterUnprintable) as refused:
        raise DraftRefused(reason=reason_of(refused)) from refused


def reason_of(refused: Refusal) -> str:
    """Return in a sentence why a draft was refused: every wrong field, else what the refusal says."""
    wrong = [f"{error.field}: {error.message}" for error in getattr(refused, "errors", ())]
    return " ".join(wrong) or str(refused)


def draft_given(given: Data, by: Person, job: Job, work: UnitOfWork) -> Draft:
    """Return the draft the parameters make.

    Raises:
        DocumentInvalid, DrafterMayNotSign: They make none.
        OperationMisplaced: They are not what the operation takes.
    """
    document_type, subject, body = (str(given.get(name) or "") for name in _TEXTS)
    urgency, recipients, others = given.get("urgency") or 0, given.get("recipients") or [], given.get("others") or []
    if not isinstance(urgency, int) or not isinstance(recipients, list) or not isinstance(others, list):
        raise OperationMisplaced(operation="make_draft", why="urgency is no number, or recipients no list")
    check = FieldChecks()
    check.document_type(document_type)
    check.text("subject", subject, 500)
    check.body(body)
    check.urgency(urgency)
    unit = next((one for one in work.people.units(by.agency_id) if one.id == _unit_id(given, by)), None)
    if unit is None:
        raise OperationMisplaced(operation="make_draft", why="the drafter works in no such unit")
    matter = Matter(type=document_type, unit_id=unit.id)
    at = job.services.clock()
    signer = check.signer(now_in_post(person_given(given, "signer", work), at, work).id, matter, by, at, work)
    agencies = check.recipients([AgencyId(_id(str(one))) for one in recipients], by, work)
    outside = check.others([str(one) for one in others])
    check.done(DocumentInvalid)
    if signer is None:
        raise DocumentInvalid
    return Draft(
        type=document_type,
        subject=subject.strip(),
        body=body,
        urgency=urgency,
        recipients=agencies,
        others=outside,
        signer=signer,
        unit=unit,
    )


def document_of(draft: Draft, by: Person, file: StoredFile, move: Move) -> OutgoingDocument:
    """Return the new document of a draft."""
    return OutgoingDocument(
        id=DocumentId(move.work.new_id()),
        agency_id=by.agency_id,
        type=draft.type,
        subject=draft.subject,
        urgency=Urgency(draft.urgency),
        file_id=file.id,
        created_at=move.at,
        created_by=by.id,
        reader_units=frozenset({draft.unit.id}),
        drafter=by.id,
        unit_id=draft.unit.id,
        signer=draft.signer.person.id,
        signer_under=draft.signer.competence.by,
        state=OutgoingState.DRAFT,
        body=draft.body,
        recipients=tuple(agency.id for agency in draft.recipients),
        others=draft.others,
        replies_to=(move.document.id,) if isinstance(move.document, IncomingDocument) else (),
    )


def first_version(document: OutgoingDocument) -> Version:
    """Return the version a document made here begins with."""
    return Version(
        document_id=document.id,
        ordinal=1,
        kind=VersionKind.PREPARED,
        file_id=document.file_id,
        made_at=document.created_at,
        made_by=document.created_by,
    )


def drafter_of(job: Job, work: UnitOfWork) -> Person:
    """Return the drafter: a model may take them from a form, so whoever it is must be allowed to draft here."""
    drafter = person_given(job.parameters, "drafter", work)
    if drafter.agency_id != job.document.agency_id or not access.may(drafter, "draft_document"):
        raise OperationMisplaced(operation="make_draft", why="the drafter may draft nothing in this agency")
    return drafter


def person_given(given: Data, name: str, work: UnitOfWork) -> Person:
    """Return the person whose id is given under this name. Raises OperationMisplaced, PersonNotFound."""
    return work.people.get(PersonId(_id(str(given.get(name)))))


def _unit_id(given: Mapping[str, object], by: Person) -> UnitId | None:
    named = given.get("unit_id")
    chosen = UnitId(_id(str(named))) if named else min(by.units, default=None)
    return chosen if chosen in by.units else None


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as cause:
        raise OperationMisplaced(operation="make_draft", why=f"'{text}' is no id") from cause
