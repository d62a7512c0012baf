"""What happens to templates of documents and to the public register."""

from dataclasses import dataclass
from datetime import date

from engine.events import Event
from engine.ids import DocumentId, PublicationId, TemplateId


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateSaved(Event):
    """An agency made a version of a template its own."""

    action = "template.saved"
    subject_type = "template"
    template_id: TemplateId
    code: str
    version: int
    text_sha256: str
    effective_from: date
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftedFromTemplate(Event):
    """The machine drafted a document from a version of a template; 0 is the one that comes with Vanthu."""

    action = "document.drafted_from_template"
    subject_type = "document"
    document_id: DocumentId
    code: str
    version: int
    text_sha256: str
    reserved_to_head: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionPublished(Event):
    """An issued document was put into the public register."""

    action = "publication.made"
    subject_type = "publication"
    publication_id: PublicationId
    document_id: DocumentId
    kind: str
    number: str
    revokes: PublicationId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionAnnounced(Event):
    """Somebody noted how a published decision was announced."""

    action = "publication.announced"
    subject_type = "publication"
    publication_id: PublicationId
    document_id: DocumentId
    on: date
    place: str
    media: str
