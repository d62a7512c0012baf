"""What the pages of OCOP have in common: doing what a form asks, and showing it again where that is refused."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, TypeVar

from api.problems import status_of
from api.web.desk import Desk
from api.web.forms import Form, Typed
from api.web.words import msgid
from engine.errors import FieldError, Refusal
from engine.neighbours import Services

Made = TypeVar("Made")
NO_DAY: Final = msgid("This is no day of the calendar. Write it as 31/12/2026.")
EMPTY: Final = msgid("This field must not be empty.")


def done(act: Callable[..., Made], ask: Callable[[], object], desk: Desk, services: Services) -> Made | Refusal:
    """Do in a transaction of its own what *ask* makes of the form; return what it made, or the refusal of either."""
    try:
        request = ask()
        with services.begin() as work:
            return act(request, by=desk.person, at=desk.at, work=work)
    except Refusal as refusal:
        return refusal


def again(
    labels: Mapping[str, str], form: Form, refusal: Refusal, desk: Desk, renamed: Mapping[str, str] | None = None
) -> tuple[Typed, int]:
    """Return the form with what was typed and what is wrong with it, and the status of the answer."""
    return Typed.of(labels, desk.language).typed(form).refused(refusal, desk.language, renamed), status_of(refusal)


def chosen_day(form: Form, name: str, wrong: list[FieldError]) -> date | None:
    """Return the day written in a field; where there is none, or it is no day, say so in *wrong* and return None."""
    try:
        day = form.date(name)
    except ValueError:
        wrong.append(FieldError(field=name, code="date", message=NO_DAY))
        return None
    if day is None:
        wrong.append(FieldError(field=name, code="required", message=EMPTY))
    return day
