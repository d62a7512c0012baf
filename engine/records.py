"""What the engine needs of storage for what an office keeps: people, contents, documents, number books, deliveries.

The words are those of engine.ports: ``get`` returns or raises, ``find`` returns or is None, ``lock`` keeps others out.
"""

from collections.abc import Collection, Mapping, Sequence, Set
from datetime import datetime
from typing import Protocol

from engine.approvals import Approval
from engine.calendars import CalendarYear, WorkCalendar
from engine.comments import Comment
from engine.deliveries import Delivery
from engine.directives import Directive
from engine.document_lines import DocumentLine
from engine.documents import ArchivedFile, Document, IncomingDocument, OutgoingDocument, Version
from engine.files import StoredFile
from engine.form_drafts import FormDraft
from engine.ids import (
    AgencyId,
    CommentId,
    DeliveryId,
    DocumentId,
    FileId,
    PersonId,
    RegisterId,
    SessionId,
    StandInId,
    WorkItemId,
)
from engine.people import Agency, Person, Session, Unit
from engine.queries import DocumentQuery, ForecastQuery, NewPerson, Page, PageRequest
from engine.registers import Direction, Register, RegisterEntry
from engine.sign_in_tries import Tries
from engine.stand_ins import StandIn
from engine.validations import KeptReport, ValidationReport


class People(Protocol):
    """Agencies, units, people, their sessions and failed sign-ins."""

    def found(self, agency: Agency, units: Sequence[Unit], people: Sequence[NewPerson]) -> None:
        """Keep a new agency with its units, its people and its two registers (created with it)."""

    def find_agency(self, agency_id: AgencyId) -> Agency | None:
        """Return the agency, or None."""

    def get_agency(self, agency_id: AgencyId) -> Agency:
        """Return the agency, or raise AgencyNotFound."""

    def agencies(self) -> Sequence[Agency]:
        """Return all agencies of this installation, by name."""

    def units(self, agency_id: AgencyId) -> Sequence[Unit]:
        """Return the agency's units, in the order they were given."""

    def get(self, person_id: PersonId) -> Person:
        """Return the person, or raise PersonNotFound."""

    def of_agency(self, agency_id: AgencyId) -> Sequence[Person]:
        """Return the agency's people, in the order they were given."""

    def find_login(self, username: str) -> tuple[Person, str] | None:
        """Return the person and the password hash, or None."""

    def add_session(self, session: Session) -> None:
        """Keep a new session."""

    def find_session(self, token_sha256: str, at: datetime) -> tuple[Session, Person] | None:
        """Return the session that is valid at *at* and its person, with the places they may act in then, or None."""

    def end_session(self, session_id: SessionId) -> None:
        """Forget the session."""

    def forget_sessions(self, before: datetime) -> int:
        """Forget the sessions that ended before this moment; return how many."""

    def tries(self, counter: str, at: datetime) -> Tries:
        """Return what is counted there, as it was last kept; none, since *at*, where nothing is."""

    def lock_tries(self, counter: str, at: datetime) -> Tries:
        """Return what is counted there and hold it until the transaction ends; others who ask for it wait."""

    def keep_tries(self, counter: str, tries: Tries) -> None:
        """Keep what is counted there; who calls holds it."""

    def forget_tries(self, before: datetime) -> int:
        """Forget what is counted since before this moment; return how many that were."""


class StandIns(Protocol):
    """Who acts in whose place."""

    def get(self, stand_in_id: StandInId) -> StandIn:
        """Return the stand-in, or raise StandInNotFound."""

    def several(self, stand_in_ids: Collection[StandInId]) -> Mapping[StandInId, StandIn]:
        """Return those of the stand-ins that there are, by id, in one statement."""

    def lock(self, stand_in_id: StandInId) -> StandIn:
        """Return the stand-in for changing, or raise StandInNotFound."""

    def hold(self, stand_in_id: StandInId, at: datetime) -> None:
        """Keep the stand-in from being revoked until this transaction ends; raises StandInOver if it does not hold."""

    def of_people(self, people: Collection[PersonId]) -> Sequence[StandIn]:
        """Return what is on record of these people on either side; keeps others from recording any meanwhile."""

    def passed_on(self, stand_in_id: StandInId) -> Sequence[StandIn]:
        """Return what was passed on under this one and is not revoked, for changing."""

    def placed(self, person: Person, at: datetime) -> Person:
        """Return the person as they may act at this moment: the places they may act in, and whether replaced."""

    def find_acting_head(self, agency_id: AgencyId, at: datetime) -> StandIn | None:
        """Return by what somebody acts as head of the agency at this moment, or None."""

    def in_force(self, agency_id: AgencyId, at: datetime) -> Sequence[StandIn]:
        """Return the agency's stand-ins that hold at this moment."""

    def search(self, agency_id: AgencyId, page: PageRequest, *, of: PersonId | None = None) -> Page[StandIn]:
        """Return a page of the agency's stand-ins, the newest first; with *of* only those with this person in them."""

    def add(self, stand_in: StandIn) -> None:
        """Keep a new stand-in."""

    def save(self, stand_in: StandIn) -> None:
        """Keep a locked stand-in as revoked."""


class Approvals(Protocol):
    """Opinions on steps that several people must agree on."""

    def add(self, approval: Approval) -> None:
        """Keep a new opinion."""

    def of_items(self, work_item_ids: Collection[WorkItemId]) -> Sequence[Approval]:
        """Return the opinions on these work items, the oldest first."""


class Files(Protocol):
    """What is known of the contents in the store."""

    def find(self, file_id: FileId) -> StoredFile | None:
        """Return the file, or None."""

    def get(self, file_id: FileId) -> StoredFile:
        """Return the file, or raise FileNotFound."""

    def add(self, file: StoredFile) -> None:
        """Keep a new file; nothing happens if its content is known."""

    def known(self, file_ids: Collection[FileId]) -> Set[FileId]:
        """Return those of the contents that are on record."""

    def may_be_used_by(self, file_id: FileId, person: Person) -> bool:
        """Say whether the person stored this content, or may read a document that has it."""

    def note_upload(self, file_id: FileId, person_id: PersonId) -> None:
        """Note that this person brought this content, so that they may use it."""


class Calendars(Protocol):
    """Which days an office works."""

    def get(self, agency_id: AgencyId, year: int) -> CalendarYear:
        """Return a year, as it was confirmed or else as it is proposed; raises YearOutOfRange."""

    def lock(self, agency_id: AgencyId, year: int) -> CalendarYear:
        """Return a year for changing."""

    def save(self, year: CalendarYear) -> None:
        """Keep the new value of a year; raises CalendarChanged if its rev is not the next one."""

    def of(self, agency_id: AgencyId) -> WorkCalendar:
        """Return the agency's calendar of all years; it is kept from one transaction to the next."""


class Documents(Protocol):
    """Documents, their versions, archived contents and validation reports."""

    def get(self, document_id: DocumentId) -> Document:
        """Return the document, or raise DocumentNotFound."""

    def several(self, document_ids: Collection[DocumentId]) -> Mapping[DocumentId, Document]:
        """Return those of the documents that there are, by id, in one statement."""

    def lines(self, document_ids: Collection[DocumentId]) -> Mapping[DocumentId, DocumentLine]:
        """Return what lists say of these documents, by id, in one statement."""

    def lock(self, document_id: DocumentId) -> Document:
        """Return the document for changing, or raise DocumentNotFound."""

    def add(self, document: Document) -> None:
        """Keep a new document."""

    def save(self, document: Document) -> None:
        """Keep the new value of a locked document; its rev goes up by one."""

    def forecast(self, query: ForecastQuery, page: PageRequest) -> Page[IncomingDocument]:
        """Return a page of the unfinished documents that are late once *query.until* has passed, the soonest first."""

    def duplicates(self, document: IncomingDocument) -> Sequence[DocumentId]:
        """Return registered documents of the agency with the same number, symbol and issuing agency."""

    def replies_to(self, document_id: DocumentId) -> Sequence[OutgoingDocument]:
        """Return the outgoing documents that answer this one."""

    def search(self, query: DocumentQuery, page: PageRequest) -> Page[Document]:
        """Return a page of documents, the newest first."""

    def versions(self, document_id: DocumentId) -> Sequence[Version]:
        """Return all versions, the oldest first."""

    def add_version(self, version: Version) -> None:
        """Keep a new version; its ordinal must be the next one."""

    def add_archived(self, archived: ArchivedFile) -> None:
        """Note where a content lies in the locked archive."""

    def archived(self, document_id: DocumentId) -> Sequence[ArchivedFile]:
        """Return the document's contents in the locked archive."""

    def add_report(self, document_id: DocumentId, file_id: FileId, report: ValidationReport) -> None:
        """Keep what a validation of this content said."""

    def reports_of(self, document_id: DocumentId) -> Mapping[FileId, ValidationReport]:
        """Return the newest validation of each of its contents that was validated: versions and attachments."""

    def find_report(self, document_id: DocumentId) -> KeptReport | None:
        """Return the newest validation, or None."""

    def reports(self, document_id: DocumentId) -> Sequence[KeptReport]:
        """Return the validations of the document, the newest first, at most a hundred."""


class Registers(Protocol):
    """Number books."""

    def of_agency(self, agency_id: AgencyId) -> Sequence[Register]:
        """Return the agency's registers."""

    def get(self, register_id: RegisterId) -> Register:
        """Return the register, or raise RegisterNotFound."""

    def for_direction(self, agency_id: AgencyId, direction: Direction) -> Register:
        """Return the agency's register of this direction, or raise RegisterNotFound."""

    def open_copies(self, register: Register) -> Register:
        """Return the agency's register of copies on paper, this one where there was none."""

    def next_number(self, register_id: RegisterId, year: int) -> int:
        """Take the next number of the year; callers wait for one another, a rollback gives it back."""

    def add(self, entry: RegisterEntry) -> None:
        """Keep a new entry."""

    def find_entry(self, document_id: DocumentId) -> RegisterEntry | None:
        """Return the document's entry that is not cancelled, or None."""

    def save(self, entry: RegisterEntry) -> None:
        """Keep the entry as cancelled."""

    def entries_of(self, document_id: DocumentId) -> Sequence[RegisterEntry]:
        """Return every number the document ever took, cancelled ones too, the oldest first."""

    def entries(self, register_id: RegisterId, year: int, page: PageRequest) -> Page[RegisterEntry]:
        """Return a page of a year's entries, the highest number first."""


class Directives(Protocol):
    """Directions given on incoming documents; those that were taken back are not returned."""

    def add(self, directive: Directive) -> None:
        """Keep a new directive."""

    def of_document(self, document_id: DocumentId) -> Sequence[Directive]:
        """Return the directives, the oldest first."""

    def recall(self, document_id: DocumentId, given_at: datetime, at: datetime) -> None:
        """Note that the directive given at that moment, if one was, holds no more; it stays on record."""

    def latest(self, document_ids: Collection[DocumentId]) -> Mapping[DocumentId, Directive]:
        """Return the newest directive of each of the documents that have one, in one statement."""


class Deliveries(Protocol):
    """Documents on their way between agencies of this installation."""

    def add(self, delivery: Delivery) -> None:
        """Keep a new delivery."""

    def get(self, delivery_id: DeliveryId) -> Delivery:
        """Return the delivery, or raise DeliveryNotFound."""

    def save(self, delivery: Delivery) -> None:
        """Keep its new value."""

    def of_outgoing(self, document_id: DocumentId) -> Sequence[Delivery]:
        """Return the deliveries of an issued document."""

    def refused(self, document_ids: Collection[DocumentId]) -> Sequence[Delivery]:
        """Return which deliveries of these documents were refused."""

    def refused_at(self, incoming_ids: Collection[DocumentId]) -> Sequence[Delivery]:
        """Return those of the deliveries of these incoming documents that were refused."""


class FormDrafts(Protocol):
    """Forms filled in halfway; a work item that ends takes its drafts with it."""

    def find(self, work_item_id: WorkItemId, person_id: PersonId) -> FormDraft | None:
        """Return the person's draft for the item, or None."""

    def save(self, draft: FormDraft) -> None:
        """Keep the draft, in place of the one before."""

    def remove(self, work_item_id: WorkItemId, person_id: PersonId) -> bool:
        """Forget the person's draft; say whether there was one."""

    def keep_only(self, work_item_id: WorkItemId, outcomes: Collection[str]) -> None:
        """Forget everybody's drafts of the item for other outcomes than these."""


class Comments(Protocol):
    """What people say about documents."""

    def add(self, comment: Comment) -> None:
        """Keep a new comment."""

    def find(self, comment_id: CommentId) -> Comment | None:
        """Return the comment, or None."""

    def of_document(self, document_id: DocumentId, page: PageRequest) -> Page[Comment]:
        """Return a page of the document's comments, the newest first."""


class Watches(Protocol):
    """Who watches which document."""

    def of_documents(self, document_ids: Collection[DocumentId]) -> Mapping[DocumentId, Mapping[PersonId, datetime]]:
        """Return who watches each of these documents, since when; documents nobody watches are left out."""

    def add(self, document: Document, person_id: PersonId, at: datetime) -> bool:
        """Note that the person watches the document; say whether they did not before."""

    def remove(self, document_id: DocumentId, person_id: PersonId) -> bool:
        """Note that the person watches it no longer; say whether they did before."""
