"""One transaction over everything: begun, committed or rolled back here and nowhere else."""

import contextlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

import uuid_utils.compat
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import TimeoutError as PoolExhausted

from engine.audit import AuditEvent, audit_event
from engine.calendars import WorkCalendar
from engine.criteria import CriteriaSet
from engine.definitions import Definition
from engine.events import Event
from engine.files import StoredFile
from engine.ids import AgencyId, CriteriaSetId, EventId, FileId
from engine.ports import Begin
from storage.achievements import PostgresAchievements
from storage.approvals import PostgresApprovals
from storage.attachment_seals import PostgresAttachmentSeals
from storage.audit import PostgresAuditLog
from storage.calendars import PostgresCalendars
from storage.checks import PostgresChecks
from storage.client_signatures import PostgresClientSignatures
from storage.comments import PostgresComments
from storage.copies import PostgresCopies
from storage.criteria import PostgresCriteriaSets
from storage.cursors import PostgresAuditCursors
from storage.database import DatabaseCrowded
from storage.definitions import PostgresDefinitions
from storage.deliveries import PostgresDeliveries
from storage.directives import PostgresDirectives
from storage.documents import PostgresDocuments
from storage.dossiers import PostgresDossiers
from storage.files import PostgresFiles
from storage.form_drafts import PostgresFormDrafts
from storage.incidents import PostgresIncidents
from storage.instance_migrations import PostgresInstanceMigrations
from storage.instances import PostgresInstances
from storage.jobs import JobQueue
from storage.localities import PostgresLocalities
from storage.mails import PostgresMails
from storage.messages import PostgresMessages
from storage.notices import PostgresNotices
from storage.page_views import PostgresViewedPages
from storage.people import Organisation, PostgresPeople
from storage.publications import PostgresPublications
from storage.registers import PostgresRegisters
from storage.renewals import PostgresRenewals
from storage.requests import PostgresRequests
from storage.signature_batches import PostgresSignatureBatches
from storage.signature_images import PostgresSignatureImages
from storage.signing_keys import PostgresKeyChoices
from storage.signings import PostgresSignings
from storage.stand_ins import PostgresStandIns
from storage.statements import Statements, transaction
from storage.templates import PostgresTemplates
from storage.timers import PostgresTimers
from storage.trust_anchors import PostgresTrustAnchors
from storage.verifications import PostgresVerifications
from storage.watches import PostgresWatches
from storage.webhooks import PostgresWebhooks
from storage.work_items import PostgresWorkItems

_new_salt = partial(secrets.token_bytes, 16)


def transactions(engine: Engine) -> Begin:
    """Return what opens a transaction on *engine*: it commits when the block ends and rolls back when it raises.

    A change without a recorded event is refused by the database when the block ends (ChangeNotRecorded).
    """
    known = Known()
    # The transaction is begun and ended by storage.statements, in step with its other statements.
    autocommit = engine.execution_options(isolation_level="AUTOCOMMIT")

    @contextlib.contextmanager
    def begin() -> Iterator[PostgresUnitOfWork]:
        with _connected(autocommit) as connection, transaction(connection) as statements:
            work = PostgresUnitOfWork(statements, known)
            yield work
            work.finish()

    return begin


@dataclass(frozen=True, slots=True)
class Known:
    """What the transactions of one process keep for each other: it cannot change, or carries its version."""

    definitions: dict[UUID, Definition] = field(default_factory=dict)
    organisations: dict[AgencyId, Organisation] = field(default_factory=dict)
    calendars: dict[AgencyId, WorkCalendar] = field(default_factory=dict)
    files: dict[FileId, StoredFile] = field(default_factory=dict)
    criteria_sets: dict[CriteriaSetId, CriteriaSet] = field(default_factory=dict)


@contextlib.contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    try:
        connection = engine.connect()
    except PoolExhausted as cause:
        raise DatabaseCrowded from cause
    with connection:
        yield connection


class PostgresUnitOfWork:
    """Everything the engine may read or change, in one transaction of PostgreSQL."""

    def __init__(self, connection: Statements, known: "Known") -> None:
        self._connection = connection
        self._leaves: list[AuditEvent] = []
        self.recorded: list[Event] = []
        self._open_signing(connection)
        self.localities = PostgresLocalities(connection)
        self.criteria_sets = PostgresCriteriaSets(connection, known.criteria_sets)
        self.achievements = PostgresAchievements(connection)
        self.people = PostgresPeople(connection, self.new_id, known.organisations)
        self.stand_ins = PostgresStandIns(connection)
        self.approvals = PostgresApprovals(connection)
        self.files = PostgresFiles(connection, known.files)
        self.documents = PostgresDocuments(connection)
        self.registers = PostgresRegisters(connection)
        self.dossiers = PostgresDossiers(connection)
        self.directives = PostgresDirectives(connection)
        self.definitions = PostgresDefinitions(connection, known.definitions)
        self.instances = PostgresInstances(connection)
        self.work_items = PostgresWorkItems(connection)
        self.form_drafts = PostgresFormDrafts(connection)
        self.comments = PostgresComments(connection)
        self.watches = PostgresWatches(connection)
        self.incidents = PostgresIncidents(connection)
        self.calendars = PostgresCalendars(connection, known.calendars)
        self.timers = PostgresTimers(connection)
        self.migrations = PostgresInstanceMigrations(connection)
        self.messages = PostgresMessages(connection)
        self.deliveries = PostgresDeliveries(connection)
        self.audit = PostgresAuditLog(connection)
        self.cursors = PostgresAuditCursors(connection)
        self.webhooks = PostgresWebhooks(connection)
        self.notices = PostgresNotices(connection)
        self.mails = PostgresMails(connection)
        self.checks = PostgresChecks(connection)
        self.jobs = JobQueue(connection)
        self.requests = PostgresRequests(connection)

    def _open_signing(self, connection: Statements) -> None:
        self.signings = PostgresSignings(connection)
        self.client_signatures = PostgresClientSignatures(connection)
        self.key_choices = PostgresKeyChoices(connection)
        self.attachment_seals = PostgresAttachmentSeals(connection)
        self.signature_images = PostgresSignatureImages(connection)
        self.signature_batches = PostgresSignatureBatches(connection)
        self.page_views = PostgresViewedPages(connection)
        self.renewals = PostgresRenewals(connection)
        self.verifications = PostgresVerifications(connection)
        self.trust_anchors = PostgresTrustAnchors(connection)
        self.copies = PostgresCopies(connection)
        self.templates = PostgresTemplates(connection)
        self.publications = PostgresPublications(connection)

    @contextlib.contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what is changed and recorded in the block, and nothing else, where the block raises."""
        leaves, recorded = len(self._leaves), len(self.recorded)
        kept = False
        try:
            with self._connection.savepoint():
                yield
            kept = True
        finally:
            if not kept:
                del self._leaves[leaves:], self.recorded[recorded:]

    def new_id(self) -> UUID:
        """Return a fresh UUIDv7."""
        return uuid_utils.compat.uuid7()

    def record(self, event: Event) -> None:
        """Append the event to the audit log, in this same transaction; without one no change commits."""
        self._leaves.append(audit_event(EventId(self.new_id()), event, _new_salt))
        self.recorded.append(event)

    def finish(self) -> None:
        """Write the leaves and commit; the database refuses a change that has none."""
        self.audit.append(self._leaves)
        self._connection.finish()
