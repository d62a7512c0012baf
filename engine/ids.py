"""Identifiers: each kind has its own type, so that one cannot be passed for another."""

from typing import NewType
from uuid import UUID

AgencyId = NewType("AgencyId", UUID)
UnitId = NewType("UnitId", UUID)
PersonId = NewType("PersonId", UUID)
DocumentId = NewType("DocumentId", UUID)
FileId = NewType("FileId", str)
"""SHA-256 of the content, 64 lower-case hexadecimal digits."""
RegisterId = NewType("RegisterId", UUID)
EntryId = NewType("EntryId", UUID)
DefinitionId = NewType("DefinitionId", UUID)
InstanceId = NewType("InstanceId", UUID)
TaskId = NewType("TaskId", UUID)
"""A task of a running procedure, as SpiffWorkflow numbers it."""
WorkItemId = NewType("WorkItemId", UUID)
IncidentId = NewType("IncidentId", UUID)
DeliveryId = NewType("DeliveryId", UUID)
EventId = NewType("EventId", UUID)
ActivityId = NewType("ActivityId", UUID)
SignatureId = NewType("SignatureId", UUID)
SessionId = NewType("SessionId", UUID)
CommentId = NewType("CommentId", UUID)
WebhookId = NewType("WebhookId", UUID)
WebhookDeliveryId = NewType("WebhookDeliveryId", UUID)
NoticeId = NewType("NoticeId", UUID)
MailId = NewType("MailId", UUID)
StandInId = NewType("StandInId", UUID)
TrustAnchorId = NewType("TrustAnchorId", UUID)
MigrationId = NewType("MigrationId", UUID)
KeyChoiceId = NewType("KeyChoiceId", UUID)
SignatureBatchId = NewType("SignatureBatchId", UUID)
CouncilId = NewType("CouncilId", UUID)
CouncilSessionId = NewType("CouncilSessionId", UUID)
MatterId = NewType("MatterId", UUID)
"""Something put to a council for its vote."""
MotionId = NewType("MotionId", UUID)
CirculationId = NewType("CirculationId", UUID)
CaseProcedureId = NewType("CaseProcedureId", UUID)
CaseId = NewType("CaseId", UUID)
CaseSlipId = NewType("CaseSlipId", UUID)
CaseFeedbackId = NewType("CaseFeedbackId", UUID)
CaseOpinionId = NewType("CaseOpinionId", UUID)
RubricId = NewType("RubricId", str)
"""An OCOP score sheet: decision, set and digest."""
DossierId = NewType("DossierId", UUID)
SurveyId = NewType("SurveyId", UUID)
ContributionId = NewType("ContributionId", UUID)
LocalityId = NewType("LocalityId", UUID)
CriteriaSetId = NewType("CriteriaSetId", str)
"""A version of a set of criteria, as in 'commune-2026/1': its code and its version."""
AchievementId = NewType("AchievementId", UUID)
CorrectionId = NewType("CorrectionId", UUID)
"""Of what was recorded by hand, such as a past recognition."""
TargetId = NewType("TargetId", UUID)
TemplateId = NewType("TemplateId", UUID)
PublicationId = NewType("PublicationId", UUID)
OcopEntityId = NewType("OcopEntityId", UUID)
OcopProductId = NewType("OcopProductId", UUID)
OcopRatingId = NewType("OcopRatingId", UUID)
OcopSheetId = NewType("OcopSheetId", UUID)
FieldVisitId = NewType("FieldVisitId", UUID)

SYSTEM = PersonId(UUID("00000000-0000-7000-8000-000000000001"))
"""The actor of what no person does: a finished job, a due timer."""
