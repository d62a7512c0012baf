"""Procedures of the one-stop office as its administrator sets them: papers, fees, form and steps, without a model.

What is set is one version and never changes; a case keeps the version by which it was handed in. The terms of the
steps are working half days and add up to the time limit that was made public.

Source: Decree 118/2025/NĐ-CP; levels of online service: Decree 42/2022/NĐ-CP.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from engine.cases import Channel
from engine.deadlines import MAX_DAYS
from engine.document_types import DOCUMENT_TYPES
from engine.errors import Conflict, FieldError, Invalid, NotFound
from engine.forms import Schema, choices_of, mistakes_in
from engine.ids import AgencyId, CaseProcedureId, PersonId, UnitId
from engine.people import Role

MAX_CODE: Final = 40
MAX_NAME: Final = 300
MAX_HALF_DAYS: Final = 2 * MAX_DAYS
MAX_LISTED: Final = 40
"""Papers, fees, or steps of one procedure."""
MAX_COPIES: Final = 20
MAX_FEE: Final = 1_000_000_000
"""Đồng; more is a slip of the hand."""
STEP_ROLES: Final = (Role.SPECIALIST, Role.HEAD_OF_UNIT, Role.CHIEF_OF_OFFICE, Role.DEPUTY_HEAD, Role.HEAD, Role.CLERK)
"""Who a step can be for."""
UNIT_ROLES: Final = frozenset({Role.SPECIALIST, Role.HEAD_OF_UNIT})
"""Posts of a unit: a step for one names the unit; the others are posts of the whole agency."""


class ServiceLevel(StrEnum):
    """How much of the procedure goes online.

    Whole: every step, the result online or by the public post; partly: all else (NĐ 42/2022); none: not online.
    """

    WHOLE = "whole"
    PARTLY = "partly"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A paper an applicant hands in (thành phần hồ sơ): how many originals and copies of it, and whether always."""

    code: str
    name: str
    originals: int = 1
    copies: int = 0
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """A fee or charge (phí, lệ phí) in đồng; 0 says that nothing is taken."""

    name: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the procedure inside the office (quy trình nội bộ).

    Attributes:
        half_days: Working half days it may take.
        role: The post whose holders do it.
        unit_id: In which unit (for UNIT_ROLES); None where the post is of the whole agency.
    """

    name: str
    half_days: int
    role: Role
    unit_id: UnitId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an administrator sets of a procedure.

    Attributes:
        code: Its code in the national list, as in '1.001612'.
        field: Area of work (lĩnh vực).
        channels: How applications may come.
        form: JSON Schema of what the applicant fills in.
        sets: How many sets of the papers are handed in (số bộ).
        steps: In their order; the last one prepares the result.
        signing_half_days: For the signature of the result; 0 where it is none that is signed.
        half_days: The time limit that was made public.
        result: What the applicant gets.
        result_type: Type of the document that is signed, None where the result is no document.
        offered: False withdraws the procedure: its cases go on, new ones are refused.
    """

    code: str
    name: str
    field: str
    level: ServiceLevel
    channels: frozenset[Channel]
    form: Schema
    components: tuple[Component, ...]
    fees: tuple[Fee, ...]
    steps: tuple[Step, ...]
    signing_half_days: int
    half_days: int
    result: str
    result_type: str | None = None
    sets: int = 1
    offered: bool = True

    def as_json(self) -> dict[str, Any]:
        """Return everything that is set as plain JSON, the channels in order."""
        return {
            **{name: getattr(self, name) for name in self.__slots__},
            "level": self.level.value,
            "channels": sorted(channel.value for channel in self.channels),
            "form": dict(self.form),
            "components": [asdict(one) for one in self.components],
            "fees": [asdict(one) for one in self.fees],
            "steps": [
                {**asdict(one), "role": one.role.value, "unit_id": str(one.unit_id) if one.unit_id else None}
                for one in self.steps
            ],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseProcedure:
    """One version of a procedure of an agency; the highest *version* of a code is the one for new cases."""

    id: CaseProcedureId
    agency_id: AgencyId
    version: int
    settings: Settings
    made_at: datetime
    made_by: PersonId

    def require_offered(self, channel: Channel) -> None:
        """Raise CaseProcedureWithdrawn or ChannelNotOffered unless a new case may come by this way."""
        if not self.settings.offered:
            raise CaseProcedureWithdrawn(code=self.settings.code)
        if channel not in self.settings.channels:
            raise ChannelNotOffered(code=self.settings.code)


def require_right(
    settings: Settings, units: Iterable[UnitId], holders: Mapping[Role, frozenset[UnitId | None]]
) -> None:
    """Raise CaseProcedureInvalid, naming every mistake, unless a procedure can be set so.

    Args:
        settings: What somebody typed.
        units: Those of the agency.
        holders: In which units there is somebody of each role; None among them says: somewhere.
    """
    errors = [
        *_text_errors(settings),
        *_channel_errors(settings),
        *_component_errors(settings.components),
        *_fee_errors(settings.fees),
        *_step_errors(settings.steps, frozenset(units), holders),
        *_term_errors(settings),
        *_form_errors(settings.form),
    ]
    if errors:
        raise CaseProcedureInvalid(errors=errors)


def _text_errors(settings: Settings) -> Iterator[FieldError]:
    yield from _named("code", settings.code, MAX_CODE)
    if settings.code.strip() and not all(one.isalnum() or one in ".-_" for one in settings.code):
        yield _error("code", "not_a_code", "A code has letters, digits and . - _ only, as in 1.001612.")
    yield from _named("name", settings.name, MAX_NAME)
    yield from _named("field", settings.field, MAX_NAME)
    yield from _named("result", settings.result, MAX_NAME)
    if settings.result_type is not None and settings.result_type not in DOCUMENT_TYPES:
        yield _error("result_type", "unknown", "There is no such type of document. Choose one from the list.")
    if not 1 <= settings.sets <= MAX_COPIES:
        yield _error("sets", "out_of_range", f"From 1 to {MAX_COPIES} sets of the papers.")


def _channel_errors(settings: Settings) -> Iterator[FieldError]:
    if not settings.channels:
        yield _error("channels", "required", "Say how applications may come: at the counter, by post, online.")
    online = Channel.ONLINE in settings.channels
    if online and settings.level is ServiceLevel.NONE:
        yield _error("level", "online_without_level", "A procedure that is taken online is wholly or partly online.")
    if not online and settings.level is not ServiceLevel.NONE:
        yield _error("level", "level_without_online", "A procedure with an online service is taken online.")


def _component_errors(components: Sequence[Component]) -> Iterator[FieldError]:
    yield from _count_errors("components", components, least=1)
    yield from _twice("components", [one.code for one in components])
    for place, one in enumerate(components):
        here = f"components/{place}"
        yield from _named(f"{here}/code", one.code, MAX_CODE)
        yield from _named(f"{here}/name", one.name, MAX_NAME)
        if not (0 <= one.originals <= MAX_COPIES and 0 <= one.copies <= MAX_COPIES):
            yield _error(f"{here}/originals", "out_of_range", f"From 0 to {MAX_COPIES} originals and copies.")
        elif one.originals + one.copies == 0:
            yield _error(f"{here}/originals", "none", "Say how many originals or copies of it are handed in.")


def _fee_errors(fees: Sequence[Fee]) -> Iterator[FieldError]:
    yield from _count_errors("fees", fees, least=0)
    for place, one in enumerate(fees):
        yield from _named(f"fees/{place}/name", one.name, MAX_NAME)
        if one.amount < 0:
            yield _error(f"fees/{place}/amount", "negative", "A fee cannot be below 0 đồng; 0 says that it is free.")
        elif one.amount > MAX_FEE:
            yield _error(f"fees/{place}/amount", "too_large", f"A fee is at most {MAX_FEE} đồng.")


def _step_errors(
    steps: Sequence[Step], units: frozenset[UnitId], holders: Mapping[Role, frozenset[UnitId | None]]
) -> Iterator[FieldError]:
    yield from _count_errors("steps", steps, least=1)
    for place, one in enumerate(steps):
        here = f"steps/{place}"
        yield from _named(f"{here}/name", one.name, MAX_NAME)
        if not 1 <= one.half_days <= MAX_HALF_DAYS:
            yield _error(f"{here}/half_days", "out_of_range", "A step takes at least one half day, in whole half days.")
        if one.role not in STEP_ROLES:
            yield _error(f"{here}/role", "unknown", "This post handles no cases. Choose another one.")
        if (one.role in UNIT_ROLES) != (one.unit_id is not None):
            yield _error(f"{here}/unit_id", "unit", "A step for a specialist or a head of unit names the unit.")
        elif one.unit_id is not None and one.unit_id not in units:
            yield _error(f"{here}/unit_id", "not_found", "There is no such unit in your agency.")
        elif one.unit_id not in holders.get(one.role, frozenset()):
            yield _error(f"{here}/role", "nobody", "Nobody holds this post there, so the step would wait for ever.")


def _term_errors(settings: Settings) -> Iterator[FieldError]:
    if not 0 <= settings.signing_half_days <= MAX_HALF_DAYS:
        yield _error("signing_half_days", "out_of_range", "The time for the signature cannot be negative.")
    if settings.result_type is not None and settings.signing_half_days == 0:
        yield _error("signing_half_days", "required", "A result that is signed needs time for its signature.")
    if settings.result_type is not None and settings.steps and settings.steps[-1].role not in UNIT_ROLES:
        message = "Who does the last step drafts the result, so that step is for somebody of a unit."
        yield _error("steps", "no_drafter", message)
    if settings.result_type is None and settings.signing_half_days:
        yield _error("signing_half_days", "not_asked", "A result that is not signed needs no time for it.")
    total = sum(one.half_days for one in settings.steps) + settings.signing_half_days
    if total != settings.half_days:
        message = f"The steps and the signature take {total} half days together; the time limit says otherwise."
        yield _error("half_days", "not_the_sum", message)


def _form_errors(form: Schema) -> Iterator[FieldError]:
    found = mistakes_in(form)
    for mistake in found:
        yield _error(f"form/{mistake.place}".rstrip("/"), mistake.code, mistake.message)
    if not found and choices_of(form):
        yield _error("form", "choices", "An applicant chooses from no list of the office. Write the choices out.")


def _named(field: str, value: str, longest: int) -> Iterator[FieldError]:
    if not value.strip():
        yield _error(field, "required", "This field must not be empty.")
    elif len(value) > longest:
        yield _error(field, "too_long", f"This field takes at most {longest} characters.")
    elif not value.isprintable():
        yield _error(field, "unprintable", "This field has characters that cannot be printed. Type it again.")


def _count_errors(field: str, listed: Sequence[Any], *, least: int) -> Iterator[FieldError]:
    if len(listed) < least:
        yield _error(field, "required", "There must be at least one.")
    if len(listed) > MAX_LISTED:
        yield _error(field, "too_many", f"At most {MAX_LISTED}.")


def _twice(field: str, codes: Sequence[str]) -> Iterator[FieldError]:
    for place, code in enumerate(codes):
        if code in codes[:place]:
            yield _error(f"{field}/{place}/code", "twice", "The same is given twice.")


def _error(field: str, code: str, message: str) -> FieldError:
    return FieldError(field=field, code=code, message=message)


class CaseProcedureNotFound(NotFound):
    """No such procedure in this agency."""

    code = "case_procedure.not_found"
    template = "There is no such procedure in your agency. Choose one from the list."


class CaseProcedureChanged(Conflict):
    """Somebody else set the next version meanwhile."""

    code = "case_procedure.changed"
    template = "Somebody changed the procedure %(code)s meanwhile. Reload it, look at what is new, then set it again."


class CaseProcedureInvalid(Invalid):
    """Some settings of a procedure are wrong; all are named."""

    code = "case_procedure.invalid"
    template = "The procedure cannot be set so. Correct what is marked and send it again."


class CaseProcedureWithdrawn(Invalid):
    """The procedure takes no new cases."""

    code = "case_procedure.withdrawn"
    template = "The procedure %(code)s was withdrawn and takes no new cases. Choose the one that replaced it."


class ChannelNotOffered(Invalid):
    """Applications for this procedure do not come this way."""

    code = "case_procedure.channel_not_offered"
    template = "The procedure %(code)s is not taken in this way. Choose another one of those that are offered."


class FormOutdated(Conflict):
    """The procedure was changed since an applicant opened its form."""

    code = "case_procedure.form_outdated"
    template = "The form of this procedure was changed meanwhile. Open it again from the list and fill it in once more."
