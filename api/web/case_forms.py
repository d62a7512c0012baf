"""Applications on pages, for the clerk who enters one and the applicant who sends one: fields, labels, files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from api.limits import name_of
from api.web.forms import Form, Typed
from api.web.schema_forms import SchemaField, outcome_form
from api.web.uploads import Counter, Kept, kept_before, take
from api.web.words import msgid
from engine.case_dossiers import MAX_FILE_MB, BroughtFile
from engine.case_entry import HandedIn
from engine.case_procedures import CaseProcedure
from engine.case_uploads import Sent
from engine.cases import ReturnBy
from engine.choices import OfferedOutcome
from engine.errors import FieldError, Invalid, NeighbourAway, Refusal
from engine.forms import offer

LABELS: Final = {
    "channel": msgid("How the application came"),
    "return_by": msgid("How the result is returned"),
    "name": msgid("Name of the applicant"),
    "identity": msgid("Identity number"),
    "address": msgid("Address"),
    "phone": msgid("Telephone"),
    "email": msgid("E-mail"),
    "papers": msgid("Papers that came"),
    "files": msgid("Files"),
}
ROOM: Final = MAX_FILE_MB * 1_000_000 + 1
"""So many bytes of a file that comes online are read: one more than it may have."""


def labels_of(procedure: CaseProcedure) -> Mapping[str, str]:
    """Return the labels of all fields: ours in English, those an administrator set as they were set."""
    properties = procedure.settings.form.get("properties", {})
    papers = {f"files_{place}": one.name for place, one in enumerate(procedure.settings.components)}
    return {**LABELS, **{name: str(field.get("title", name)) for name, field in properties.items()}, **papers}


def fresh(procedure: CaseProcedure, language: str, **values: str) -> Typed:
    """Return the empty form of an application."""
    return Typed.of(labels_of(procedure), language, **values)


def fields_of(procedure: CaseProcedure, language: str) -> Sequence[SchemaField]:
    """Return the fields of the procedure's form."""
    shown = OfferedOutcome(id="", label="", label_en="", form=offer(procedure.settings.form, {}), signature=None)
    return outcome_form(shown, language).fields


def refused(typed: Typed, refusal: Refusal | NeighbourAway, procedure: CaseProcedure, language: str) -> Typed:
    """Return the form as refused, each error at the field of the page it is about."""
    errors = [_placed(error, procedure) for error in refusal.errors] if isinstance(refusal, Invalid) else []
    return typed.wrong(errors, language) if errors else typed.refused(refusal, language)


def _placed(error: FieldError, procedure: CaseProcedure) -> FieldError:
    codes = [one.code for one in procedure.settings.components]
    name = error.field.removeprefix("answers/")
    first, _, code = name.partition("/")
    return replace(error, field=f"files_{codes.index(code)}" if first == "files" and code in codes else name)


def return_by_of(form: Form) -> ReturnBy:
    """Return how the applicant wants the result, at the counter where it was not said."""
    chosen = form.text("return_by")
    return ReturnBy(chosen) if chosen in set(ReturnBy) else ReturnBy.COUNTER


def sent_of(form: Form, procedure: CaseProcedure) -> tuple[Sent, ...]:
    """Return the files an applicant sent, none read further than a file may be long."""
    return tuple(
        Sent(code=one.code, name=name_of(file), content=file.file.read(ROOM))
        for place, one in enumerate(procedure.settings.components)
        for file in form.files(f"files_{place}")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Scans:
    """The scans a clerk chose: what was kept for each component by its place, and what is wrong with others."""

    kept: Mapping[int, tuple[Kept, ...]]
    errors: tuple[FieldError, ...] = ()


def take_scans(form: Form, procedure: CaseProcedure, counter: Counter) -> Scans:
    """Keep what was chosen now, besides what an earlier try kept already."""
    errors: list[FieldError] = []
    kept: dict[int, tuple[Kept, ...]] = {}
    for place in range(len(procedure.settings.components)):
        pairs = zip(form.texts(f"kept_{place}"), form.texts(f"kept_name_{place}"), strict=False)
        with counter.services.begin() as work:
            before = [kept_before(file_id, name, counter.by, work) for file_id, name in pairs]
        new = [take(f"files_{place}", file, counter, errors) for file in form.files(f"files_{place}")]
        kept[place] = tuple({one.id: one for one in (*before, *new) if one is not None}.values())
    return Scans(kept=kept, errors=tuple(errors))


def handed_in(form: Form, procedure: CaseProcedure, scans: Scans) -> list[HandedIn]:
    """Return the papers that came by what a clerk ticked, counted and scanned."""
    return [
        HandedIn(
            code=one.code,
            originals=max(0, form.number(f"originals_{place}")) if form.text(f"came_{place}") == "yes" else 0,
            copies=max(0, form.number(f"copies_{place}")) if form.text(f"came_{place}") == "yes" else 0,
            files=tuple(BroughtFile(code=one.code, file_id=file.id, name=file.name) for file in scans.kept[place]),
        )
        for place, one in enumerate(procedure.settings.components)
        if form.text(f"came_{place}") == "yes" or scans.kept[place]
    ]
