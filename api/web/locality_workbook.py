"""Localities from Excel on pages: download them, see what a filled-in workbook would change, then load it."""

import base64
import json
import zlib
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import TypeAdapter

from api.contents import file_answer
from api.deps import ServicesDep, WorkDep
from api.problems import status_of
from api.web import criteria_words
from api.web.desk import Desk, DeskDep
from api.web.forms import FormDep, Typed
from api.web.localities import LABELS as FACT_LABELS
from api.web.localities import NO, YES
from api.web.names import Names, names_of
from api.web.words import msgid
from api.workbooks import MAX_BYTES, MEDIA_TYPE, read_workbook, write_workbook
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
_MOST: Final = 20_000_000
_BOOK: Final = TypeAdapter(dict[str, list[list[str]]])


@router.get("/localities/workbook")
def show(desk: DeskDep, services: ServicesDep) -> Response:
    """Show how localities are loaded from Excel."""
    return _page(desk, services, None)


@router.get("/localities/workbook/file")
def download(desk: DeskDep, work: WorkDep) -> Response:
    """Give all localities as a workbook, to be changed, added to and loaded."""
    content = write_workbook(current_book(by=desk.person, work=work), guide=GUIDE)
    return file_answer(content, MEDIA_TYPE, "dia-phuong.xlsx", attached=True)


@router.post("/localities/workbook")
def preview(desk: DeskDep, form: FormDep, services: ServicesDep) -> Response:
    """Show what the workbook would change, or name every cell that is wrong; nothing is kept."""
    with services.begin() as work:
        require_provincial(desk.person, "manage_localities", work)
    chosen = form.files("file")
    try:
        return _page(desk, services, read_workbook(chosen[0].file.read(MAX_BYTES + 1) if chosen else b""))
    except (Invalid, Conflict) as refusal:
        return _page(desk, services, None, refusal)


@router.post("/localities/workbook/loading")
def load(desk: DeskDep, form: FormDep, services: ServicesDep) -> Response:
    """Keep what the preview showed; where it would be something else now, show that first."""
    book: Book | None = None
    try:
        book = unpacked(form.text("book"))
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
        book=packed(book) if book is not None else "",
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


def packed(book: Book) -> str:
    """Return what is read of a workbook as a form carries it from the preview to the loading."""
    return carried(plain_book(book))


def carried(book: Book) -> str:
    """Return a plain workbook as a form carries it."""
    said = json.dumps(book, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(zlib.compress(said.encode(), 9)).decode()


def unpacked(text: str) -> Book:
    """Return a workbook as `packed` wrote it; raises LocalityPlanMoved where it is none."""
    try:
        unpacking = zlib.decompressobj()
        said = unpacking.decompress(base64.urlsafe_b64decode(text.encode("ascii", "replace")), _MOST)
        book: Book = _BOOK.validate_json(said)
    except (ValueError, zlib.error) as cause:
        raise LocalityPlanMoved from cause
    return book
