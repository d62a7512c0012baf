"""OCOP score sheets on a page: which there are; an administrator loads those of an earlier decision."""

import json
import tomllib
from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import ServicesDep
from api.web.desk import Desk, DeskDep
from api.web.forms import Form, FormDep, Typed
from api.web.ocop_desk import again, done
from api.web.uploads import CHOOSE_FILE
from api.web.words import msgid
from engine import access
from engine.actions.load_ocop_rubric import LoadOcopRubric, load_ocop_rubric
from engine.errors import FieldError, Refusal
from engine.neighbours import Services
from engine.rubrics import SETS, RubricInvalid, built_in

router = APIRouter()

LABELS: Final[Mapping[str, str]] = {"file": msgid("Score sheet (TOML or JSON)")}
UNREADABLE: Final = msgid("This is neither TOML nor JSON. Write it as the sheets that come with the product.")
_LARGEST: Final = 1_000_000


@router.get("/ocop-rubrics")
def show(desk: DeskDep, services: ServicesDep) -> Response:
    """Show the score sheets there are, and to an administrator the form to load one."""
    return _page(desk, services)


@router.post("/ocop-rubrics")
def load(desk: DeskDep, form: FormDep, services: ServicesDep) -> Response:
    """Load a score sheet of an earlier decision, or say what does not add up."""
    loaded = done(load_ocop_rubric, lambda: LoadOcopRubric(content=_content(form)), desk, services)
    if isinstance(loaded, Refusal):
        shown, status = again(LABELS, form, loaded, desk)
        return _page(desk, services, shown, status)
    return desk.to("/ocop-rubrics", "ocop_rubric_loaded", number=str(loaded.set_number), decision=loaded.decision)


def _content(form: Form) -> Mapping[str, Any]:
    chosen = next(iter(form.files("file")), None)
    if chosen is None:
        raise RubricInvalid(errors=[FieldError(field="file", code="required", message=CHOOSE_FILE)])
    try:
        text = chosen.file.read(_LARGEST).decode("utf-8")
        content = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (ValueError, RecursionError) as cause:
        raise RubricInvalid(errors=[FieldError(field="file", code="rubric.unreadable", message=UNREADABLE)]) from cause
    # What is kept is JSON, so a day of TOML is written as JSON writes it.
    plain: Mapping[str, Any] = json.loads(json.dumps(content, default=str))
    return plain


def _page(desk: Desk, services: Services, form: Typed | None = None, status: int = 200) -> Response:
    access.require(desk.person, "read_ocop_register")
    with services.begin() as work:
        loaded = work.ocop.rubrics.loaded()
    return desk.page(
        "ocop/rubrics.html",
        status=status,
        ours=[built_in(number) for number in range(1, SETS + 1)],
        loaded=loaded,
        may_load=desk.may("load_ocop_rubrics"),
        form=form or Typed.of(LABELS, desk.language),
    )
