"""Ids in paths: one that is malformed names nothing, so it is answered as what is not there."""

import re
from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Path

from engine.achievements import AchievementUnknown
from engine.case_feedback import FeedbackNotFound
from engine.case_opinions import CaseOpinionNotFound
from engine.case_slips import SlipNotFound
from engine.cases import CaseNotFound
from engine.circulations import CirculationNotFound
from engine.council_sessions import SessionNotFound
from engine.council_votes import MotionNotFound
from engine.councils import CouncilNotFound
from engine.definitions import DefinitionNotFound
from engine.documents import DocumentNotFound
from engine.dossier_errors import DossierNotFound
from engine.errors import NotFound
from engine.field_visits import FieldVisitNotFound
from engine.ids import (
    AchievementId,
    CaseFeedbackId,
    CaseId,
    CaseOpinionId,
    CaseSlipId,
    CirculationId,
    CouncilId,
    CouncilSessionId,
    DefinitionId,
    DocumentId,
    DossierId,
    FieldVisitId,
    FileId,
    IncidentId,
    InstanceId,
    LocalityId,
    MigrationId,
    MotionId,
    NoticeId,
    OcopEntityId,
    OcopProductId,
    OcopRatingId,
    RegisterId,
    SignatureBatchId,
    StandInId,
    SurveyId,
    TrustAnchorId,
    WebhookDeliveryId,
    WebhookId,
    WorkItemId,
)
from engine.incidents import IncidentNotFound
from engine.instance_migrations import MigrationNotFound
from engine.instances import InstanceNotFound
from engine.localities import LocalityNotFound
from engine.notices import NoticeNotFound
from engine.ocop_products import EntityNotFound, ProductNotFound
from engine.ocop_ratings import CertificateNotFound
from engine.people import PersonNotFound
from engine.registers import RegisterNotFound
from engine.signature_batches import SignatureBatchNotFound
from engine.stand_ins import StandInNotFound
from engine.surveys import SurveyNotFound
from engine.trust_anchors import TrustAnchorNotFound
from engine.webhooks import WebhookDeliveryNotFound, WebhookNotFound
from engine.work_items import WorkItemNotFound

_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

_Text = Annotated[str, Path(json_schema_extra={"format": "uuid"})]


def _uuid(text: str, absent: type[NotFound]) -> UUID:
    if not _UUID.fullmatch(text):
        raise absent
    return UUID(text)


async def _trust_anchor(trust_anchor_id: _Text) -> TrustAnchorId:
    return TrustAnchorId(_uuid(trust_anchor_id, TrustAnchorNotFound))


async def _document(document_id: _Text) -> DocumentId:
    return DocumentId(_uuid(document_id, DocumentNotFound))


async def _work_item(work_item_id: _Text) -> WorkItemId:
    return WorkItemId(_uuid(work_item_id, WorkItemNotFound))


async def _register(register_id: _Text) -> RegisterId:
    return RegisterId(_uuid(register_id, RegisterNotFound))


async def _instance(instance_id: _Text) -> InstanceId:
    return InstanceId(_uuid(instance_id, InstanceNotFound))


async def _incident(incident_id: _Text) -> IncidentId:
    return IncidentId(_uuid(incident_id, IncidentNotFound))


async def _stand_in(stand_in_id: _Text) -> StandInId:
    return StandInId(_uuid(stand_in_id, StandInNotFound))


async def _definition(definition_id: _Text) -> DefinitionId:
    return DefinitionId(_uuid(definition_id, DefinitionNotFound))


async def _migration(migration_id: _Text) -> MigrationId:
    return MigrationId(_uuid(migration_id, MigrationNotFound))


async def _batch(batch_id: _Text) -> SignatureBatchId:
    return SignatureBatchId(_uuid(batch_id, SignatureBatchNotFound))


def _webhook(webhook_id: _Text) -> WebhookId:
    return WebhookId(_uuid(webhook_id, WebhookNotFound))


def _delivery(delivery_id: _Text) -> WebhookDeliveryId:
    return WebhookDeliveryId(_uuid(delivery_id, WebhookDeliveryNotFound))


def _notice(notice_id: _Text) -> NoticeId:
    return NoticeId(_uuid(notice_id, NoticeNotFound))


async def _locality(locality_id: _Text) -> LocalityId:
    return LocalityId(_uuid(locality_id, LocalityNotFound))


async def _case(case_id: _Text) -> CaseId:
    return CaseId(_uuid(case_id, CaseNotFound))


async def _survey(survey_id: _Text) -> SurveyId:
    return SurveyId(_uuid(survey_id, SurveyNotFound))


async def _slip(slip_id: _Text) -> CaseSlipId:
    return CaseSlipId(_uuid(slip_id, SlipNotFound))


async def _owner(owner_id: _Text) -> UUID:
    return _uuid(owner_id, PersonNotFound)


CasePath = Annotated[CaseId, Depends(_case)]
SurveyPath = Annotated[SurveyId, Depends(_survey)]
CaseSlipPath = Annotated[CaseSlipId, Depends(_slip)]
LocalityPath = Annotated[LocalityId, Depends(_locality)]


async def _achievement(achievement_id: _Text) -> AchievementId:
    return AchievementId(_uuid(achievement_id, AchievementUnknown))


AchievementPath = Annotated[AchievementId, Depends(_achievement)]


async def _circulation(circulation_id: _Text) -> CirculationId:
    return CirculationId(_uuid(circulation_id, CirculationNotFound))


async def _council(council_id: _Text) -> CouncilId:
    return CouncilId(_uuid(council_id, CouncilNotFound))


async def _council_session(session_id: _Text) -> CouncilSessionId:
    return CouncilSessionId(_uuid(session_id, SessionNotFound))


async def _council_vote(vote_id: _Text) -> MotionId:
    return MotionId(_uuid(vote_id, MotionNotFound))


CirculationPath = Annotated[CirculationId, Depends(_circulation)]
CouncilPath = Annotated[CouncilId, Depends(_council)]
CouncilSessionPath = Annotated[CouncilSessionId, Depends(_council_session)]
CouncilVotePath = Annotated[MotionId, Depends(_council_vote)]
OwnerPath = Annotated[UUID, Depends(_owner)]
DocumentPath = Annotated[DocumentId, Depends(_document)]
WorkItemPath = Annotated[WorkItemId, Depends(_work_item)]
RegisterPath = Annotated[RegisterId, Depends(_register)]
InstancePath = Annotated[InstanceId, Depends(_instance)]
IncidentPath = Annotated[IncidentId, Depends(_incident)]
StandInPath = Annotated[StandInId, Depends(_stand_in)]
DefinitionPath = Annotated[DefinitionId, Depends(_definition)]
MigrationPath = Annotated[MigrationId, Depends(_migration)]
SignatureBatchPath = Annotated[SignatureBatchId, Depends(_batch)]
WebhookPath = Annotated[WebhookId, Depends(_webhook)]
WebhookDeliveryPath = Annotated[WebhookDeliveryId, Depends(_delivery)]
NoticePath = Annotated[NoticeId, Depends(_notice)]
TrustAnchorPath = Annotated[TrustAnchorId, Depends(_trust_anchor)]


async def _dossier(dossier_id: _Text) -> DossierId:
    return DossierId(_uuid(dossier_id, DossierNotFound))


DossierPath = Annotated[DossierId, Depends(_dossier)]


async def _ocop_entity(entity_id: _Text) -> OcopEntityId:
    return OcopEntityId(_uuid(entity_id, EntityNotFound))


async def _ocop_product(product_id: _Text) -> OcopProductId:
    return OcopProductId(_uuid(product_id, ProductNotFound))


async def _ocop_rating(rating_id: _Text) -> OcopRatingId:
    return OcopRatingId(_uuid(rating_id, CertificateNotFound))


async def _ocop_file(file_id: str) -> FileId:
    return FileId(file_id)


OcopEntityPath = Annotated[OcopEntityId, Depends(_ocop_entity)]
OcopProductPath = Annotated[OcopProductId, Depends(_ocop_product)]
OcopRatingPath = Annotated[OcopRatingId, Depends(_ocop_rating)]
OcopFilePath = Annotated[FileId, Depends(_ocop_file)]


async def _case_opinion(opinion_id: _Text) -> CaseOpinionId:
    return CaseOpinionId(_uuid(opinion_id, CaseOpinionNotFound))


async def _case_feedback(feedback_id: _Text) -> CaseFeedbackId:
    return CaseFeedbackId(_uuid(feedback_id, FeedbackNotFound))


CaseOpinionPath = Annotated[CaseOpinionId, Depends(_case_opinion)]
CaseFeedbackPath = Annotated[CaseFeedbackId, Depends(_case_feedback)]


async def _field_visit(visit_id: _Text) -> FieldVisitId:
    return FieldVisitId(_uuid(visit_id, FieldVisitNotFound))


FieldVisitPath = Annotated[FieldVisitId, Depends(_field_visit)]
