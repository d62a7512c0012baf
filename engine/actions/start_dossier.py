"""Start the procedure of a dossier for recognition: its covering document is drafted, the commune assesses itself."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from engine import access, dossier_access, procedures
from engine.competence import Matter
from engine.documents import DocumentInvalid, OutgoingDocument, OutgoingState, Urgency
from engine.dossier_errors import DossierNotInState, DossierStarted
from engine.dossier_events import CompositionStarted
from engine.dossiers import Dossier, DossierKind, DossierState
from engine.drafts import Draft, FieldChecks, compose, make_letter
from engine.files import StoredFile
from engine.ids import DocumentId, DossierId, PersonId
from engine.neighbours import Services
from engine.operations.deliver import COVERING
from engine.people import Person
from engine.ports import UnitOfWork
from engine.verifications import new_code

PROCEDURE: Final = "ntm_dossier"


@dataclass(frozen=True, slots=True, kw_only=True)
class StartDossier:
    """Which dossier is started, who signs its covering document, and the text of that until it is revised."""

    dossier_id: DossierId
    signer: PersonId
    body: str


def start_dossier(request: StartDossier, *, by: Person, services: Services) -> OutgoingDocument:
    """Draft the covering document (Tờ trình) to the agency that decides, and start the procedure on it.

    Raises:
        DossierNotFound, NotAllowed: It is not theirs to compose.
        DossierStarted: It was started before.
        DossierNotInState: It is of a kind that has no such procedure, or not a draft.
        DocumentInvalid: Text or signer are wrong; all is named.
        DrafterMayNotSign: Drafter and signer are the same person.
        LetterUnprintable: The text has characters that cannot be printed.
    """
    access.require(by, "draft_document")
    with services.begin() as work:
        seen = work.dossiers.get(request.dossier_id)
        _require(by, seen, work)
        draft = _draft(request, seen, by, services.clock(), work)
        letter = compose(draft, work)
    code = new_code(services.safe.random)
    file = make_letter(letter, code=code, by=by.id, agency_id=by.agency_id, services=services)
    with services.begin() as work:
        at = services.clock()
        dossier = work.dossiers.lock(request.dossier_id)
        _require(by, dossier, work)
        document = _document(draft, file, by, at, DocumentId(work.new_id()))
        work.files.add(file)
        data = {
            "dossier_id": str(dossier.id),
            "unit_id": str(draft.unit.id),
            "drafter": str(by.id),
            "signer": str(draft.signer.person.id),
        }
        beginning = procedures.Beginning(key=PROCEDURE, data=data)
        move = procedures.start(beginning, document, by=by.id, at=at, work=work)
        return _kept(dossier, move.outgoing(), code, work)


def _kept(dossier: Dossier, document: OutgoingDocument, code: str, work: UnitOfWork) -> OutgoingDocument:
    work.verifications.add_code(document.id, code)
    work.dossiers.save(replace(dossier, own_document_id=document.id))
    work.record(
        CompositionStarted(
            by=document.created_by,
            at=document.created_at,
            agency_id=dossier.agency_id,
            dossier_id=dossier.id,
            document_id=document.id,
            signer=document.signer,
        )
    )
    return document


def _require(by: Person, dossier: Dossier, work: UnitOfWork) -> None:
    dossier_access.require_compose(by, dossier, work)
    if dossier.own_document_id is not None:
        raise DossierStarted
    if dossier.kind is not DossierKind.NTM or dossier.state is not DossierState.DRAFT:
        raise DossierNotInState(state=dossier.state.value)


def _draft(request: StartDossier, dossier: Dossier, by: Person, at: datetime, work: UnitOfWork) -> Draft:
    check = FieldChecks()
    check.body(request.body)
    units = work.people.units(by.agency_id)
    unit = next((one for one in units if one.id in by.units), units[0])
    signer = check.signer(request.signer, Matter(type=COVERING, unit_id=unit.id), by, at, work)
    check.done(DocumentInvalid)
    if signer is None:
        raise DocumentInvalid
    return Draft(
        type=COVERING,
        subject=dossier.subject,
        body=request.body,
        urgency=int(Urgency.NORMAL),
        recipients=(work.people.get_agency(dossier.receiver_id),),
        others=(),
        signer=signer,
        unit=unit,
    )


def _document(draft: Draft, file: StoredFile, by: Person, at: datetime, document_id: DocumentId) -> OutgoingDocument:
    return OutgoingDocument(
        id=document_id,
        agency_id=by.agency_id,
        type=draft.type,
        subject=draft.subject,
        urgency=Urgency.NORMAL,
        file_id=file.id,
        created_at=at,
        created_by=by.id,
        reader_units=frozenset({draft.unit.id}),
        drafter=by.id,
        unit_id=draft.unit.id,
        signer=draft.signer.person.id,
        signer_under=draft.signer.competence.by,
        state=OutgoingState.DRAFT,
        body=draft.body,
        recipients=tuple(agency.id for agency in draft.recipients),
    )
