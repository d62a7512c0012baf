"""Ids in paths: one that is malformed names nothing, so it is answered as what is not there."""

import re
from typing import Annotated, Final
from uuid import UUID

from pydantic import BeforeValidator

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


def _names(absent: type[NotFound]) -> BeforeValidator:
    """Return what reads an id, and raises *absent* where it cannot be one: pydantic lets that through as it is."""

    def read(text: str) -> UUID:
        if not _UUID.fullmatch(text):
            raise absent
        return UUID(text)

    return BeforeValidator(read)


CasePath = Annotated[CaseId, _names(CaseNotFound)]
SurveyPath = Annotated[SurveyId, _names(SurveyNotFound)]
CaseSlipPath = Annotated[CaseSlipId, _names(SlipNotFound)]
LocalityPath = Annotated[LocalityId, _names(LocalityNotFound)]
AchievementPath = Annotated[AchievementId, _names(AchievementUnknown)]
CirculationPath = Annotated[CirculationId, _names(CirculationNotFound)]
CouncilPath = Annotated[CouncilId, _names(CouncilNotFound)]
CouncilSessionPath = Annotated[CouncilSessionId, _names(SessionNotFound)]
CouncilVotePath = Annotated[MotionId, _names(MotionNotFound)]
OwnerPath = Annotated[UUID, _names(PersonNotFound)]
DocumentPath = Annotated[DocumentId, _names(DocumentNotFound)]
WorkItemPath = Annotated[WorkItemId, _names(WorkItemNotFound)]
RegisterPath = Annotated[RegisterId, _names(RegisterNotFound)]
InstancePath = Annotated[InstanceId, _names(InstanceNotFound)]
IncidentPath = Annotated[IncidentId, _names(IncidentNotFound)]
StandInPath = Annotated[StandInId, _names(StandInNotFound)]
DefinitionPath = Annotated[DefinitionId, _names(DefinitionNotFound)]
MigrationPath = Annotated[MigrationId, _names(MigrationNotFound)]
SignatureBatchPath = Annotated[SignatureBatchId, _names(SignatureBatchNotFound)]
WebhookPath = Annotated[WebhookId, _names(WebhookNotFound)]
WebhookDeliveryPath = Annotated[WebhookDeliveryId, _names(WebhookDeliveryNotFound)]
NoticePath = Annotated[NoticeId, _names(NoticeNotFound)]
TrustAnchorPath = Annotated[TrustAnchorId, _names(TrustAnchorNotFound)]
DossierPath = Annotated[DossierId, _names(DossierNotFound)]
OcopEntityPath = Annotated[OcopEntityId, _names(EntityNotFound)]
OcopProductPath = Annotated[OcopProductId, _names(ProductNotFound)]
OcopRatingPath = Annotated[OcopRatingId, _names(CertificateNotFound)]
CaseOpinionPath = Annotated[CaseOpinionId, _names(CaseOpinionNotFound)]
CaseFeedbackPath = Annotated[CaseFeedbackId, _names(FeedbackNotFound)]
FieldVisitPath = Annotated[FieldVisitId, _names(FieldVisitNotFound)]
