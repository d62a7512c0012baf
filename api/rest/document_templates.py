"""Templates of documents: which there are, what they say, and an agency's own text from a day on."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from api.deps import WorkDep
from api.rest.answers import Answer, problems
from api.rest.calls import CallDep
from api.rest.fields import CalendarDate, RequestBody
from api.rest.preconditions import RepeatKeyDep
from api.rest.routes import Door
from engine import access
from engine.actions.save_template import SaveTemplate, save_template
from engine.deadlines import office_date
from engine.shipped_templates import shipped, template_for
from engine.templates import MAX_PARAGRAPH, MAX_PARAGRAPHS, DocumentTemplate

router = APIRouter(route_class=Door, tags=["document-templates"])

Line = Annotated[str, Field(min_length=1, max_length=MAX_PARAGRAPH)]


class TemplateFieldAnswer(Answer):
    """A name the text may use, and what it means."""

    name: str
    label: str
    sample: Any


class TemplateAnswer(Answer):
    """A version of a template; 0 is the one that comes with Vanthu."""

    code: str
    version: int
    name: str
    type: str
    head_only: bool
    subject: str
    paragraphs: list[str]
    fields: list[TemplateFieldAnswer]
    effective_from: date
    source: str
    made_at: datetime | None
    made_by: UUID | None


class TemplatesAnswer(Answer):
    """The templates the caller's agency drafts from today."""

    items: list[TemplateAnswer]


class TemplateBody(RequestBody):
    """A new text; `source` says by which decision it was changed."""

    subject: Annotated[str, Field(min_length=1, max_length=500)]
    paragraphs: Annotated[list[Line], Field(min_length=1, max_length=MAX_PARAGRAPHS)]
    effective_from: CalendarDate
    source: Annotated[str, Field(min_length=1, max_length=500)]


@router.get(
    "/document-templates",
    summary="Templates of documents",
    response_model=TemplatesAnswer,
    responses=problems(403),
)
def list_templates(call: CallDep, work: WorkDep) -> TemplatesAnswer:
    """Return what the agency drafts from today: its own texts, else those that come with Vanthu."""
    access.require(call.by, "read_templates")
    today = office_date(call.at)
    ours = [one for one in shipped().values() if one.effective_from <= today]
    found = [template_for(call.by.agency_id, one.code, today, work.templates) for one in ours]
    return TemplatesAnswer(items=[_answer(one) for one in found])


@router.get(
    "/document-templates/{template_code}",
    summary="Versions of a template",
    response_model=TemplatesAnswer,
    responses=problems(403, 404),
)
def list_versions(template_code: str, call: CallDep, work: WorkDep) -> TemplatesAnswer:
    """Return the agency's own versions, the newest first, and last the one that comes with Vanthu."""
    access.require(call.by, "read_templates")
    ours = template_for(call.by.agency_id, template_code, date.max, work.templates)
    versions = list(work.templates.versions(call.by.agency_id, template_code))
    return TemplatesAnswer(items=[_answer(one) for one in (*versions, shipped().get(template_code, ours))])


@router.post(
    "/document-templates/{template_code}/versions",
    status_code=201,
    summary="Save a text of the agency's own",
    response_model=TemplateAnswer,
    responses=problems(403, 404, 422),
)
def post_version(
    template_code: str, body: TemplateBody, key: RepeatKeyDep, call: CallDep, work: WorkDep, response: Response
) -> TemplateAnswer:
    """Keep the text as the agency's next version, from that day on."""
    asked = SaveTemplate(
        code=template_code,
        subject=body.subject,
        paragraphs=body.paragraphs,
        effective_from=body.effective_from,
        source=body.source,
        once=key.once(body),
    )
    kept = save_template(asked, by=call.by, at=call.at, work=work)
    response.headers["Location"] = f"/api/v1/document-templates/{kept.code}"
    return _answer(kept)


def _answer(known: DocumentTemplate) -> TemplateAnswer:
    return TemplateAnswer(
        code=known.code,
        version=known.version,
        name=known.name,
        type=known.type,
        head_only=known.head_only,
        subject=known.subject,
        paragraphs=list(known.paragraphs),
        fields=[TemplateFieldAnswer(name=one.name, label=one.label, sample=one.sample) for one in known.fields],
        effective_from=known.effective_from,
        source=known.source,
        made_at=known.made_at,
        made_by=known.made_by,
    )
