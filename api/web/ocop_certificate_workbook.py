"""OCOP certificates from Excel on pages: download the table, see what a filled-in one would enter, then load it."""

from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.contents import workbook_answer
from api.deps import HouseDep, ServicesDep, WorkDep
from api.problems import status_of
from api.web.desk import Desk, DeskDep
from api.web.forms import Form, FormDep, Typed
from api.web.uploads import Counter, take
from api.web.words import msgid
from api.web.workbooks import brought, carried, chosen_workbook
from engine import access
from engine.actions.load_ocop_certificates import LoadOcopCertificates, load_ocop_certificates
from engine.criteria_sheets import Book
from engine.errors import Conflict, FieldError, Invalid
from engine.neighbours import Services
from engine.ocop_certificate_loading import current_book, plan_loading
from engine.ocop_certificate_sheets import GUIDE, OcopBookWrong, OcopPlanMoved, plain_book, with_files
from engine.ocop_certificates import require_council_s_office

router = APIRouter()

LABELS: Final[Mapping[str, str]] = {
    "file": msgid("Filled-in workbook (.xlsx)"),
    "decisions": msgid("Decisions named in it (PDF)"),
}


@router.get("/ocop-certificates/workbook")
def show(desk: DeskDep, services: ServicesDep) -> Response:
    """Show how certificates are loaded from Excel."""
    return _page(desk, services, None)


@router.get("/ocop-certificates/workbook/file")
def download(desk: DeskDep, work: WorkDep) -> Response:
    """Give the products without a certificate as a workbook to be filled in."""
    book = current_book(by=desk.person, at=desk.at, work=work)
    return workbook_answer(book, "giay-chung-nhan-ocop.xlsx", guide=GUIDE)


@router.post("/ocop-certificates/workbook")
def preview(desk: DeskDep, form: FormDep, house: HouseDep) -> Response:
    """Show what the workbook would enter, or name every cell that is wrong; only the decisions are kept."""
    services = house.services
    _require(desk, services)
    try:
        book = plain_book(chosen_workbook(form))
        return _page(desk, services, with_files(book, _decisions(form, desk, house)))
    except (Invalid, Conflict) as refusal:
        return _page(desk, services, None, refusal)


@router.post("/ocop-certificates/workbook/loading")
def load(desk: DeskDep, form: FormDep, services: ServicesDep) -> Response:
    """Keep what the preview showed; where it would be something else now, show that first."""
    book: Book | None = None
    try:
        book = brought(form, OcopPlanMoved())
        with services.begin() as work:
            request = LoadOcopCertificates(book=book, previewed=form.text("previewed"))
            plan = load_ocop_certificates(request, by=desk.person, at=desk.at, work=work)
    except OcopPlanMoved as refusal:
        return _page(desk, services, book, refusal)
    except (Invalid, Conflict) as refusal:
        return _page(desk, services, None, refusal)
    return desk.to("/ocop-products", "ocop_certificates_loaded", entered=str(len(plan.entries)))


def _decisions(form: Form, desk: Desk, house: HouseDep) -> dict[str, str]:
    """Keep the decisions chosen with the workbook; return their ids by name."""
    counter = Counter(
        by=desk.person, services=house.services, limit_mb=house.settings.max_upload_mb, language=desk.language
    )
    errors: list[FieldError] = []
    kept = [take("decisions", chosen, counter, errors) for chosen in form.files("decisions")]
    if errors:
        raise OcopBookWrong(errors=errors)
    return {file.name: file.id for file in kept if file is not None}


def _require(desk: Desk, services: Services) -> None:
    access.require(desk.person, "keep_ocop_register")
    with services.begin() as work:
        require_council_s_office(desk.person, desk.at, work)


def _page(desk: Desk, services: Services, book: Book | None, refusal: Invalid | Conflict | None = None) -> Response:
    _require(desk, services)
    plan = None
    if book is not None:
        with services.begin() as work:
            plan = plan_loading(book, by=desk.person, at=desk.at, work=work)
    form = Typed.of(LABELS, desk.language)
    return desk.page(
        "ocop/workbook.html",
        status=status_of(refusal) if refusal else 200,
        plan=plan,
        book=carried(book) if book is not None else "",
        form=form.refused(refusal, desk.language) if refusal else form,
    )
