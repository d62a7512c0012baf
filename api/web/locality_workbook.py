"""Localities from Excel on pages: download them, see what a filled-in workbook would change, then load it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.contents import workbook_answer
from api.deps import ServicesDep, WorkDep
from api.problems import status_of
from api.web import criteria_words
from api.web.desk import Desk, DeskDep
from api.web.forms import FormDep, Typed
from api.web.localities import LABELS as FACT_LABELS
from api.web.localities import NO, YES
from api.web.names import Names, names_of
from api.web.words import msgid
from api.web.workbooks import brought, carried, chosen_workbook
from engine.actions.load_localities import LoadLocalities, load_localities
from engine.criteria_sheets import Book
from engine.errors import Conflict, Invalid
from engine.localities import AreaClass, CommuneGroup, Locality, Region
from engine.locality_loading import current_book, plan_loading
from engine.locality_reading import LocalityPlanMoved
from engine.locality_sheets import GUIDE, plain_book
from engine.neighbours import Services
from engine.provinces import require_provincial

router = APIRouter()

LABELS: Final[Mapping[str, str]] = {"file": msgid("Filled-in workbook (.xlsx)")}
_WORDS: Final[Mapping[StrEnum, str]] = {
    **{each: criteria_words.REGIONS[each] for each in Region},
    **{each: criteria_words.GROUPS[each] for each in CommuneGroup},
    **{each: criteria_words.AREA_CLASSES[each] for each in AreaClass},
}


@router.get("/localities/workbook")
def show(desk: DeskDep, services: ServicesDep) -> Response:
    """Show how localities are loaded from Excel."""
    return _page(desk, services, None)


@router.get("/localities/workbook/file")
def download(desk: DeskDep, work: WorkDep) -> Response:
    """Give all localities as a workbook, to be changed, added to and loaded."""
    return workbook_answer(current_book(by=desk.person, work=work), "dia-phuong.xlsx", guide=GUIDE)


@router.post("/localities/workbook")
def preview(desk: DeskDep, form: FormDep, services: ServicesDep) -> Response:
    """Show what the workbook would change, or name every cell that is wrong; nothing is kept."""
    with services.begin() as work:
        require_provincial(desk.person, "manage_localities", work)
    try:
        return _page(desk, services, plain_book(chosen_workbook(form)))
    except (Invalid, Conflict) as refusal:
        return _page(desk, services, None, refusal)


@router.post("/localities/workbook/loading")
def load(desk: DeskDep, form: FormDep, services: ServicesDep) -> Response:
    """Keep what the preview showed; where it would be something else now, show that first."""
    book: Book | None = None
    try:
        book = brought(form, LocalityPlanMoved())
        with services.begin() as work:
            request = LoadLocalities(book=book, previewed=form.text("previewed"))
            plan = load_localities(request, by=desk.person, at=desk.at, work=work)
    except LocalityPlanMoved as refusal:
        return _page(desk, services, book, refusal)
    except (Invalid, Conflict) as refusal:
        return _page(desk, services, None, refusal)
    return desk.to("/localities", "localities_loaded", added=str(len(plan.added)), changed=str(len(plan.changed)))


def _page(desk: Desk, services: Services, book: Book | None, refusal: Invalid | Conflict | None = None) -> Response:
    with services.begin() as work:
        require_provincial(desk.person, "manage_localities", work)
        plan = None if book is None else plan_loading(book, by=desk.person, work=work)
        names = names_of(desk.person.agency_id, work, desk.speaks("the machine"))
    form = Typed.of(LABELS, desk.language)

    def shown(one: Locality, fact: str) -> str:
        return _shown(one, fact, names, desk)

    return desk.page(
        "localities/workbook.html",
        status=status_of(refusal) if refusal else 200,
        plan=plan,
        book=carried(book) if book is not None else "",
        form=form.refused(refusal, desk.language) if refusal else form,
        labels=FACT_LABELS,
        shown=shown,
        terms=criteria_words,
    )


def _shown(one: Locality, fact: str, names: Names, desk: Desk) -> str:
    """Return a fact of a locality as people read it."""
    if fact == "agency_id":
        return names.agency(one.agency_id) if one.agency_id else "–"
    value = getattr(one, fact)
    if value is None:
        return "–"
    if isinstance(value, bool):
        return desk.speaks(YES if value else NO)
    said = _WORDS.get(value) if isinstance(value, StrEnum) else None
    return desk.speaks(said) if said else str(value)
