"""Save a template: the agency's own text from a day on; earlier versions stay, as do drafts made of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from engine import access
from engine.comments import UNPRINTABLE
from engine.deadlines import office_date
from engine.ids import TemplateId
from engine.people import Person
from engine.ports import UnitOfWork
from engine.publication_events import TemplateSaved
from engine.queries import Once
from engine.shipped_templates import shipped
from engine.template_filling import require_sound
from engine.templates import DocumentTemplate, TemplateInvalid, TemplateNotFound, wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveTemplate:
    """A new text of a template; its fields, its type and who signs stay as they come with Vanthu.

    Attributes:
        source: By which decision or whose order the text was changed.
    """

    code: str
    subject: str
    paragraphs: Sequence[str]
    effective_from: date
    source: str
    once: Once | None = None


def save_template(request: SaveTemplate, *, by: Person, at: datetime, work: UnitOfWork) -> DocumentTemplate:
    """Keep the text as the agency's next version.

    Raises:
        NotAllowed: It is not the person's post to set texts.
        TemplateNotFound: There is no template of this code.
        TemplateInvalid: The text cannot be filled in, or holds from a day that has passed; all that is wrong is named.
    """
    access.require(by, "save_templates")
    if request.once and (known := work.requests.find(by.id, request.once)):
        return work.templates.get(TemplateId(known))
    ours = shipped().get(request.code)
    if ours is None:
        raise TemplateNotFound(name=request.code)
    if request.effective_from < office_date(at):
        message = "A text holds from today or a later day: what was drafted before keeps its own."
        raise TemplateInvalid(errors=[wrong("effective_from", "past", message)])
    _require_printable(request)
    text = [line.strip() for line in request.paragraphs if line.strip()]
    changed = ours.next(request.subject.strip(), text, request.effective_from, request.source.strip())
    require_sound(changed)
    version = work.templates.next_version(by.agency_id, request.code)
    kept = replace(changed, version=version, agency_id=by.agency_id, made_at=at, made_by=by.id)
    template_id = TemplateId(work.new_id())
    work.templates.add(template_id, kept)
    if request.once:
        work.requests.remember(by.id, request.once, template_id, at)
    work.record(_event(template_id, kept, by, at))
    return kept


def _require_printable(request: SaveTemplate) -> None:
    given = {"subject": [request.subject], "paragraphs": request.paragraphs, "source": [request.source]}
    message = "This field has characters that cannot be printed. Type it again."
    errors = [
        wrong(field, "unprintable", message)
        for field, lines in given.items()
        if any(UNPRINTABLE.search(line) for line in lines)
    ]
    if errors:
        raise TemplateInvalid(errors=errors)


def _event(template_id: TemplateId, kept: DocumentTemplate, by: Person, at: datetime) -> TemplateSaved:
    return TemplateSaved(
        by=by.id,
        at=at,
        agency_id=by.agency_id,
        template_id=template_id,
        code=kept.code,
        version=kept.version,
        text_sha256=kept.digest(),
        effective_from=kept.effective_from,
        source=kept.source,
    )
