"""One transaction over everything: begun, committed or rolled back here and nowhere else."""

import contextlib
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Final, Generic, TypeVar
from uuid import UUID

import uuid_utils.compat
from sqlalchemy import Engine

from engine.audit import AuditEvent, audit_event
from engine.calendars import WorkCalendar
from engine.criteria import CriteriaSet
from engine.definitions import Definition
from engine.events import Event
from engine.files import StoredFile
from engine.ids import AgencyId, CriteriaSetId, EventId, FileId
from engine.ocop_records import OcopStores
from engine.ports import Begin
from storage.achievements import PostgresAchievements
from storage.approvals import PostgresApprovals
from storage.assessments import PostgresAssessments
from storage.attachment_seals import PostgresAttachmentSeals
from storage.audit import PostgresAuditLog
from storage.calendars import PostgresCalendars
from storage.case_feedback import PostgresCaseFeedback
from storage.case_opinions import PostgresCaseOpinions
from storage.case_procedures import PostgresCaseProcedures
from storage.cases import PostgresCases
from storage.checks import PostgresChecks
from storage.circulations import PostgresCirculations
from storage.client_signatures import PostgresClientSignatures
from storage.comments import PostgresComments
from storage.copies import PostgresCopies
from storage.council_sessions import PostgresCouncilSessions
from storage.councils import PostgresCouncils
from storage.criteria import PostgresCriteriaSets
from storage.cursors import PostgresAuditCursors
from storage.definitions import PostgresDefinitions
from storage.deliveries import PostgresDeliveries
from storage.directives import PostgresDirectives
from storage.documents import PostgresDocuments
from storage.dossiers import PostgresDossiers
from storage.field_visits import PostgresFieldVisits
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
from storage.ocop import PostgresOcopRatings, PostgresOcopRegister
from storage.ocop_proposals import PostgresOcopProposals
from storage.organisations import Organisation, PostgresOrganisations
from storage.page_views import PostgresViewedPages
from storage.people import PostgresPeople
from storage.proposal_meetings import PostgresProposalMeetings
from storage.public_drafts import PostgresPublicDrafts
from storage.publications import PostgresPublications
from storage.registers import PostgresRegisters
from storage.renewals import PostgresRenewals
from storage.requests import PostgresRequests
from storage.rubrics import PostgresRubrics
from storage.service_index import PostgresServiceIndex
from storage.signature_batches import PostgresSignatureBatches
from storage.signature_images import PostgresSignatureImages
from storage.signing_keys import PostgresKeyChoices
from storage.signings import PostgresSignings
from storage.stand_ins import PostgresStandIns
from storage.statements import Statements, transaction
from storage.surveys import PostgresContributions, PostgresSurveys
from storage.targets import PostgresTargets
from storage.templates import PostgresTemplates
from storage.timers import PostgresTimers
from storage.trust_anchors import PostgresTrustAnchors
from storage.verifications import PostgresVerifications
from storage.watches import PostgresWatches
from storage.webhooks import PostgresWebhooks
from storage.work_items import PostgresWorkItems

N = TypeVar("N")

_new_salt = partial(secrets.token_bytes, 16)


def transactions(engine: Engine) -> Begin:
    """Return what opens a transaction on *engine*: it commits when the block ends and rolls back when it raises.

    A change without a recorded event is refused by the database when the block ends (ChangeNotRecorded).
    """
    known = Known()

    @contextlib.contextmanager
    def begin() -> Iterator[PostgresUnitOfWork]:
        with transaction(engine) as statements:
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


class _Noun(Generic[N]):
    """One of the nouns of a unit of work, made when it is first asked for: a transaction needs few of the forty."""

    def __init__(self, of: Callable[[Statements], N]) -> None:
        self._of: Final = of
        self._name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, work: "PostgresUnitOfWork", owner: type) -> N:
        noun = self._of(work._connection)  # noqa: SLF001  it is a part of the class
        # From now on the attribute is found before this is asked.
        work.__dict__[self._name] = noun
        return noun


class PostgresUnitOfWork:
    """Everything the engine may read or change, in one transaction of PostgreSQL."""

    localities = _Noun(PostgresLocalities)
    achievements = _Noun(PostgresAchievements)
    targets = _Noun(PostgresTargets)
    dossiers = _Noun(PostgresDossiers)
    assessments = _Noun(PostgresAssessments)
    field_visits = _Noun(PostgresFieldVisits)
    surveys = _Noun(PostgresSurveys)
    contributions = _Noun(PostgresContributions)
    public_drafts = _Noun(PostgresPublicDrafts)
    proposal_meetings = _Noun(PostgresProposalMeetings)
    approvals = _Noun(PostgresApprovals)
    documents = _Noun(PostgresDocuments)
    registers = _Noun(PostgresRegisters)
    directives = _Noun(PostgresDirectives)
    instances = _Noun(PostgresInstances)
    work_items = _Noun(PostgresWorkItems)
    form_drafts = _Noun(PostgresFormDrafts)
    comments = _Noun(PostgresComments)
    watches = _Noun(PostgresWatches)
    incidents = _Noun(PostgresIncidents)
    timers = _Noun(PostgresTimers)
    migrations = _Noun(PostgresInstanceMigrations)
    messages = _Noun(PostgresMessages)
    deliveries = _Noun(PostgresDeliveries)
    audit = _Noun(PostgresAuditLog)
    cursors = _Noun(PostgresAuditCursors)
    webhooks = _Noun(PostgresWebhooks)
    notices = _Noun(PostgresNotices)
    mails = _Noun(PostgresMails)
    checks = _Noun(PostgresChecks)
    jobs = _Noun(JobQueue)
    requests = _Noun(PostgresRequests)
    signings = _Noun(PostgresSignings)
    client_signatures = _Noun(PostgresClientSignatures)
    key_choices = _Noun(PostgresKeyChoices)
    attachment_seals = _Noun(PostgresAttachmentSeals)
    signature_images = _Noun(PostgresSignatureImages)
    signature_batches = _Noun(PostgresSignatureBatches)
    page_views = _Noun(PostgresViewedPages)
    renewals = _Noun(PostgresRenewals)
    verifications = _Noun(PostgresVerifications)
    trust_anchors = _Noun(PostgresTrustAnchors)
    templates = _Noun(PostgresTemplates)
    publications = _Noun(PostgresPublications)
    copies = _Noun(PostgresCopies)
    circulations = _Noun(PostgresCirculations)
    councils = _Noun(PostgresCouncils)
    case_procedures = _Noun(PostgresCaseProcedures)
    cases = _Noun(PostgresCases)
    case_feedback = _Noun(PostgresCaseFeedback)
    case_opinions = _Noun(PostgresCaseOpinions)
    service_index = _Noun(PostgresServiceIndex)
    council_sessions = _Noun(PostgresCouncilSessions)

    def __init__(self, connection: Statements, known: Known) -> None:
        self._connection: Final = connection
        self._known: Final = known
        self._leaves: Final[list[AuditEvent]] = []
        self.recorded: Final[list[Event]] = []

    @cached_property
    def ocop(self) -> OcopStores:
        """Products, certificates, proposals and score sheets of OCOP."""
        return OcopStores(
            rubrics=PostgresRubrics(self._connection),
            register=PostgresOcopRegister(self._connection),
            ratings=PostgresOcopRatings(self._connection),
            proposals=PostgresOcopProposals(self._connection),
        )

    @cached_property
    def people(self) -> PostgresPeople:
        """Agencies, units and people."""
        return PostgresPeople(self._connection, self.new_id, self._organisations)

    @cached_property
    def stand_ins(self) -> PostgresStandIns:
        """Who acts in whose place."""
        return PostgresStandIns(self._connection, self._organisations)

    @cached_property
    def _organisations(self) -> PostgresOrganisations:
        return PostgresOrganisations(self._connection, self._known.organisations)

    @cached_property
    def files(self) -> PostgresFiles:
        """What is known of contents."""
        return PostgresFiles(self._connection, self._known.files)

    @cached_property
    def definitions(self) -> PostgresDefinitions:
        """The installed procedures."""
        return PostgresDefinitions(self._connection, self._known.definitions)

    @cached_property
    def criteria_sets(self) -> PostgresCriteriaSets:
        """What agencies measure themselves by."""
        return PostgresCriteriaSets(self._connection, self._known.criteria_sets)

    @cached_property
    def calendars(self) -> PostgresCalendars:
        """The agencies' calendars."""
        return PostgresCalendars(self._connection, self._known.calendars)

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
