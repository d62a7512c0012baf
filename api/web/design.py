"""The design page: every component of the pages in one place, to be looked at and photographed."""

from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.texts import told
from api.web.clocks import Clock
from api.web.desk import DeskDep
from api.web.forms import Typed
from api.web.words import msgid
from engine.deadlines import Light, Standing, end_of_day, office_date
from engine.errors import FieldError

router = APIRouter()

LABELS: Final = {
    "text": msgid("Number"),
    "long": msgid("Subject (trích yếu)"),
    "day": msgid("Date of the document"),
    "choice": msgid("Type of document"),
    "several": msgid("Recipients"),
    "file": msgid("PDF of the document"),
}


@router.get("/design")
def show(desk: DeskDep) -> Response:
    """Show every component, in its states."""
    fresh = Typed.of(LABELS, desk.language, text="15", choice="QĐ")
    error = FieldError(field="text", code="required", message=msgid("This field must not be empty."))
    wrong = Typed(labels=fresh.labels, prefix="wrong-").wrong([error], desk.language)
    due = end_of_day(office_date(desk.at))
    clocks = [
        Clock(
            due=due,
            by_noon=False,
            light=light,
            said=told(Standing(light=light, due=due, half_days=3), desk.language),
        )
        for light in Light
    ]
    return desk.page("design/show.html", form=fresh, wrong=wrong, clocks=clocks)
