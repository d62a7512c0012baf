"""What the engine needs of storage: one transaction over everything that is kept.

``get`` returns or raises, ``find`` returns or is None, ``lock`` gets and keeps others out until the transaction ends.
``add`` keeps a new thing, ``save`` the new value of a kept one. The stores and rooms beyond it
are in engine.neighbours.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol
from uuid import UUID

from engine.announcements import AuditCursors, Checks, Mails, Notices, Webhooks
from engine.appearance_records import AttachmentSeals, Copies, SignatureImages
from engine.assessment_records import Assessments
from engine.audit import AuditEvent, Place, ReadLeaf
from engine.case_records import OneStopRecords
from engine.circulation_records import Circulations
from engine.council_records import Councils, CouncilSessions
from engine.criteria_records import Achievements, CriteriaSets, Localities, Targets
from engine.dossier_records import Dossiers
from engine.events import Event
from engine.field_visit_records import FieldVisits
from engine.ids import AgencyId, EventId, PersonId
from engine.migration_records import InstanceMigrations
from engine.ocop_records import OcopStores
from engine.procedure_records import Definitions, Incidents, Instances, Messages, Timers, WorkItems
from engine.publications import Publications
from engine.queries import EVERYTHING, AuditQuery, Once, Page, PageRequest
from engine.records import (
    Approvals,
    Calendars,
    Comments,
    Deliveries,
    Directives,
    Documents,
    Files,
    FormDrafts,
    People,
    Registers,
    StandIns,
    Watches,
)
from engine.renewal_records import Renewals
from engine.signing_records import ClientSignatures, KeyChoices, SignatureBatches, Signings, ViewedPages
from engine.survey_records import Contributions, ProposalMeetings, PublicDrafts, Surveys
from engine.templates import Templates
from engine.validation_records import TrustAnchors
from engine.verifications import Verifications


class AuditLog(Protocol):
    """The leaves, for reading; they are written by ``UnitOfWork.record`` alone."""

    def search(
        self, agency_id: AgencyId, page: PageRequest, *, subject_id: str | None = None, query: AuditQuery = EVERYTHING
    ) -> Page[AuditEvent]:
        """Return a page of the agency's leaves, the newest first; of one subject, or of those the query asks for."""

    def about(self, agency_id: AgencyId, subject_ids: Collection[str]) -> Sequence[AuditEvent]:
        """Return the agency's leaves about any of these subjects, the oldest first, with what private is still kept."""

    def after(self, place: Place, limit: int) -> Sequence[ReadLeaf]:
        """Return the leaves behind a reader's place, in the order of their transactions, without private values.

        Leaves of a transaction that wrote before another one still writes are all there, so a reader misses none.
        """

    def newest(self) -> Place:
        """Return the place behind everything that can be read by now."""

    def counts_anew(self) -> bool:
        """Say whether leaves stand where no transaction has come yet: the database was restored on another server."""

    def several(self, event_ids: Collection[EventId]) -> Mapping[EventId, AuditEvent]:
        """Return these leaves by id, without private values."""


class Jobs(Protocol):
    """Work for the worker, kept by the transaction and started after it commits."""

    def defer(self, name: str, arguments: Mapping[str, str]) -> None:
        """Have the worker run the job *name* with these arguments once this transaction is committed."""


class Requests(Protocol):
    """Requests that made something, by the caller's Idempotency-Key."""

    def find(self, person_id: PersonId, once: Once) -> UUID | None:
        """Return what the same request made before, or None; raises IdempotencyKeyReused for another content."""

    def remember(self, person_id: PersonId, once: Once, made: UUID, at: datetime) -> None:
        """Note what the request made."""

    def forget(self, before: datetime) -> int:
        """Forget the requests from before this moment; return how many."""


class UnitOfWork(OneStopRecords, Protocol):
    """One transaction over everything the engine may read or change."""

    @property
    def people(self) -> People:
        """Agencies, units, people."""

    @property
    def stand_ins(self) -> StandIns:
        """Who acts in whose place."""

    @property
    def trust_anchors(self) -> TrustAnchors:
        """Whom signatures are trusted by."""

    @property
    def approvals(self) -> Approvals:
        """Opinions on steps that several people must agree on."""

    @property
    def files(self) -> Files:
        """What is known of contents."""

    @property
    def documents(self) -> Documents:
        """Documents."""

    @property
    def registers(self) -> Registers:
        """Number books."""

    @property
    def directives(self) -> Directives:
        """Directions."""

    @property
    def definitions(self) -> Definitions:
        """Procedure models."""

    @property
    def instances(self) -> Instances:
        """Running procedures."""

    @property
    def work_items(self) -> WorkItems:
        """People's tasks."""

    @property
    def form_drafts(self) -> FormDrafts:
        """Forms filled in halfway."""

    @property
    def comments(self) -> Comments:
        """What people say about documents."""

    @property
    def watches(self) -> Watches:
        """Who watches which document."""

    @property
    def signings(self) -> Signings:
        """Signatures asked for."""

    @property
    def client_signatures(self) -> ClientSignatures:
        """What is signed elsewhere."""

    @property
    def key_choices(self) -> KeyChoices:
        """Who signs with which key."""

    @property
    def attachment_seals(self) -> AttachmentSeals:
        """The agency's signatures on attachments."""

    @property
    def signature_images(self) -> SignatureImages:
        """What hands and seals look like."""

    @property
    def copies(self) -> Copies:
        """What makes documents copies."""

    @property
    def dossiers(self) -> Dossiers:
        """What is submitted to be decided on."""

    @property
    def templates(self) -> Templates:
        """Texts documents are drafted from."""

    @property
    def publications(self) -> Publications:
        """The public register."""

    @property
    def councils(self) -> Councils:
        """Councils and their members."""

    @property
    def council_sessions(self) -> CouncilSessions:
        """Sessions of councils and their votes."""

    @property
    def assessments(self) -> Assessments:
        """What is reported of indicators."""

    @property
    def field_visits(self) -> FieldVisits:
        """Visits of departments that appraise."""

    @property
    def surveys(self) -> Surveys:
        """What households are asked."""

    @property
    def contributions(self) -> Contributions:
        """What is said of drafts."""

    @property
    def public_drafts(self) -> PublicDrafts:
        """Drafts of dossiers before the public."""

    @property
    def proposal_meetings(self) -> ProposalMeetings:
        """Meetings that propose recognition."""

    @property
    def circulations(self) -> Circulations:
        """Documents sent to localities."""

    @property
    def verifications(self) -> Verifications:
        """What outsiders verify."""

    @property
    def signature_batches(self) -> SignatureBatches:
        """Documents signed together."""

    @property
    def page_views(self) -> ViewedPages:
        """Pages people had before them."""

    @property
    def incidents(self) -> Incidents:
        """Stuck steps."""

    @property
    def migrations(self) -> InstanceMigrations:
        """Procedures taken to other versions."""

    @property
    def calendars(self) -> Calendars:
        """Which days are worked."""

    @property
    def timers(self) -> Timers:
        """Moments waited for."""

    @property
    def messages(self) -> Messages:
        """Messages and signals waited for."""

    @property
    def deliveries(self) -> Deliveries:
        """Documents between agencies."""

    @property
    def audit(self) -> AuditLog:
        """The log, for reading."""

    @property
    def cursors(self) -> AuditCursors:
        """Where the readers of the whole log stand."""

    @property
    def webhooks(self) -> Webhooks:
        """Who outside is told what is recorded."""

    @property
    def notices(self) -> Notices:
        """What people are told."""

    @property
    def mails(self) -> Mails:
        """Mails on their way."""

    @property
    def checks(self) -> Checks:
        """What was found of the neighbours."""

    @property
    def renewals(self) -> Renewals:
        """How long archived files can be proven."""

    @property
    def localities(self) -> Localities:
        """Province, communes, villages."""

    @property
    def criteria_sets(self) -> CriteriaSets:
        """What localities are judged by."""

    @property
    def achievements(self) -> Achievements:
        """What they are recognised as."""

    @property
    def ocop(self) -> OcopStores:
        """Products, certificates, proposals and score sheets of OCOP."""

    @property
    def targets(self) -> Targets:
        """What they want to be recognised as."""

    @property
    def jobs(self) -> Jobs:
        """Work for the worker."""

    @property
    def requests(self) -> Requests:
        """Repeated requests."""

    def savepoint(self) -> AbstractContextManager[None]:
        """Undo what is changed and recorded in the block, and nothing else, where the block raises."""

    def new_id(self) -> UUID:
        """Return a fresh UUIDv7."""

    def record(self, event: Event) -> None:
        """Append the event to the audit log, in this same transaction; without one no change commits."""


Begin = Callable[[], AbstractContextManager[UnitOfWork]]
"""Opens a transaction: commits when the block ends, rolls back when it raises."""
