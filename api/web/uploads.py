"""Uploads: files kept as soon as they arrive, so that a form with a mistake need not have them chosen again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import UploadFile

from api.limits import name_of
from api.texts import sentence
from api.web.forms import Form
from api.web.words import msgid
from engine.actions.store_file import store_file
from engine.documents import Attachment
from engine.dossier_errors import DossierInvalid
from engine.errors import FieldError, Invalid
from engine.files import FileTooLarge
from engine.ids import FileId
from engine.neighbours import Services
from engine.people import Person
from engine.ports import UnitOfWork

CHOOSE_FILE: Final = msgid("Choose a file.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A file that was kept, as the form shows it."""

    id: FileId
    name: str
    pages: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploads:
    """The files of a form: the main one, the attachments, and what is wrong with those that could not be kept."""

    main: Kept | None = None
    attachments: tuple[Kept, ...] = ()
    errors: tuple[FieldError, ...] = ()

    @property
    def main_id(self) -> FileId:
        """The main file, or an id that no file has."""
        return self.main.id if self.main else FileId("")

    def as_attachments(self) -> tuple[Attachment, ...]:
        """Return the attachments as documents have them; one that could not be kept is sent as a file nobody has.

        So the rules refuse the whole form and name all that is wrong with it at once.
        """
        lost = [Attachment(file_id=FileId(""), name=error.field) for error in self.errors if error.field != "file"]
        return (*(Attachment(file_id=kept.id, name=kept.name) for kept in self.attachments), *lost)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """Where files are handed in: by whom, into which house, how large they may be, in which language it answers."""

    by: Person
    services: Services
    limit_mb: int
    language: str


def take_uploads(form: Form, counter: Counter) -> Uploads:
    """Keep what was chosen now, besides what an earlier try kept already."""
    by, services = counter.by, counter.services
    errors: list[FieldError] = []
    with services.begin() as work:
        main = kept_before(form.text("file_id"), form.text("file_name"), by, work)
        removed = set(form.texts("attachment_removed"))
        pairs = zip(form.texts("attachment_id"), form.texts("attachment_name"), strict=False)
        before = [kept_before(file_id, name, by, work) for file_id, name in pairs if file_id not in removed]
    for chosen in form.files("file")[:1]:
        main = take("file", chosen, counter, errors)
    new = [take("attachments", chosen, counter, errors) for chosen in form.files("attachments")]
    return Uploads(main=main, attachments=_once([*before, *new]), errors=tuple(errors))


def take_one(form: Form, field: str, counter: Counter) -> Kept:
    """Keep the one file chosen in a field and return it.

    Raises:
        DossierInvalid: None was chosen.
        Invalid: It cannot be kept.
    """
    chosen = next(iter(form.files(field)), None)
    if chosen is None:
        raise DossierInvalid(errors=[FieldError(field=field, code="required", message=CHOOSE_FILE)])
    limit = counter.limit_mb * 1_000_000
    content = chosen.file.read(limit + 1)
    if len(content) > limit:
        raise FileTooLarge(limit_mb=counter.limit_mb)
    stored = store_file(content, by=counter.by, services=counter.services)
    return Kept(id=stored.id, name=name_of(chosen), pages=stored.pages, size=stored.size)


def kept_before(file_id: str, name: str, by: Person, work: UnitOfWork) -> Kept | None:
    """Return a file that an earlier try kept, None where it is not theirs to use."""
    file = work.files.find(FileId(file_id)) if file_id else None
    if file is None or not work.files.may_be_used_by(file.id, by):
        return None
    return Kept(id=file.id, name=name or "PDF", pages=file.pages, size=file.size)


def take(field: str, chosen: UploadFile, counter: Counter, errors: list[FieldError]) -> Kept | None:
    """Keep a file that was chosen; what is wrong with it is added to *errors*."""
    name = name_of(chosen)
    limit = counter.limit_mb * 1_000_000
    try:
        content = chosen.file.read(limit + 1)
        if len(content) > limit:
            raise FileTooLarge(limit_mb=counter.limit_mb)
        stored = store_file(content, by=counter.by, services=counter.services)
    except Invalid as refusal:
        said = sentence(refusal, counter.language)
        message = said if field == "file" else f"{name}: {said}"
        errors.append(FieldError(field=field, code=refusal.code, message=message))
        return None
    return Kept(id=stored.id, name=name, pages=stored.pages, size=stored.size)


def _once(kept: Sequence[Kept | None]) -> tuple[Kept, ...]:
    return tuple({file.id: file for file in kept if file is not None}.values())
