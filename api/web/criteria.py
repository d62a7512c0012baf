"""Sets of criteria on pages: what is in force, each version indicator by indicator; loading one from Excel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.contents import workbook_answer
from api.deps import ServicesDep, WorkDep
from api.web import criteria_words
from api.web.desk import Desk, DeskDep
from api.web.forms import FormDep, Typed
from api.web.names import names_of
from api.web.words import msgid
from api.web.workbooks import chosen_workbook
from engine import access
from engine.actions.load_criteria_set import load_criteria_set
from engine.actions.load_shipped_criteria import load_shipped_criteria
from engine.criteria import Certainty, CriteriaSet, Tier, last_day
from engine.criteria_loading import Loading
from engine.criteria_reading import read_book
from engine.criteria_sheets import Cell, book_of
from engine.deadlines import office_date
from engine.errors import Conflict, Invalid, Refusal
from engine.ids import CriteriaSetId
from engine.neighbours import Services
from engine.ntm_conditions import survey_rules
from engine.proposal_meetings import share_text, wanted_by
from engine.provinces import may_provincial, require_provincial

router = APIRouter()

INVALID: Final = 422
LABELS: Final[Mapping[str, str]] = {"file": msgid("Filled-in workbook (.xlsx)")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A version in the list: its last day, and how many of its indicators nothing is judged by yet."""

    version: CriteriaSet
    last: date | None
    is_in_force: bool
    open: int
    loading: Loading


@router.get("/criteria-sets")
def show_list(desk: DeskDep, services: ServicesDep) -> Response:
    """Show every version by level, and for the province's administrator how to load one."""
    access.require(desk.person, "read_criteria")
    return _list(desk, services)


@router.post("/criteria-sets")
def load(desk: DeskDep, form: FormDep, services: ServicesDep) -> Response:
    """Load a filled-in workbook as a version, or name every cell that is wrong."""
    with services.begin() as work:
        require_provincial(desk.person, "manage_criteria", work)
    try:
        book = chosen_workbook(form)
        with services.begin() as work:
            version = read_book(book, work.criteria_sets.all())
            loading = load_criteria_set(version, by=desk.person, at=desk.at, work=work)
    except (Invalid, Conflict) as refusal:
        return _list(desk, services, refusal)
    return desk.to(f"/criteria-sets/{loading.set_id}", "criteria_loaded", name=version.name)


@router.post("/criteria-sets/shipped")
def load_shipped(desk: DeskDep, form: FormDep, services: ServicesDep) -> Response:
    """Load the national sets that come with Vanthu and are not known yet."""
    try:
        with services.begin() as work:
            loaded = load_shipped_criteria(by=desk.person, at=desk.at, work=work)
    except Conflict as refusal:
        return _list(desk, services, refusal)
    return desk.to("/criteria-sets", "shipped_loaded", count=str(len(loaded)))


@router.get("/criteria-sets/{code}/{version}")
def show(desk: DeskDep, work: WorkDep, code: str, version: str) -> Response:
    """Show a version: its criteria, indicators, limits, what is from memory and what is to be entered."""
    access.require(desk.person, "read_criteria")
    found = work.criteria_sets.get(CriteriaSetId(f"{code}/{version}"))
    lines = _lines(work.criteria_sets.all(), work.criteria_sets.loadings(), desk)
    return desk.page(
        "criteria/show.html",
        line=next(line for line in lines if line.version.id == found.id),
        criteria=found,
        may_manage=may_provincial(desk.person, "manage_criteria", work),
        areas=[area for area in criteria_words.AREAS if _has_limits(found, area)],
        names=names_of(desk.person.agency_id, work, desk.speaks("the machine")),
        terms=criteria_words,
        shares=survey_rules(found),
        wanted=share_text(wanted_by(found)),
        certainties=[each for each in Certainty if any(one.certainty is each for one in found.indicators)],
    )


@router.get("/criteria-sets/{code}/{version}/workbook")
def download(desk: DeskDep, work: WorkDep, code: str, version: str) -> Response:
    """Give a version as a workbook, which filled in is loaded as the next one."""
    access.require(desk.person, "read_criteria")
    found = work.criteria_sets.get(CriteriaSetId(f"{code}/{version}"))
    return workbook_answer(book_of(found), f"{found.code}-{found.version}.xlsx", guide=guide())


def guide() -> Sequence[Sequence[Cell]]:
    """Return the sheet that says how the workbook is filled in, in Vietnamese as the rest of it."""
    return [
        ["Mục", "Cách ghi"],
        ["Cấp độ", "Một trong: " + ", ".join(tier.value for tier in Tier)],
        [
            "Có hiệu lực từ ngày, Đến hết ngày",
            "Ngày, dạng 28/02/2026; để trống ngày kết thúc nếu văn bản không quy định",
        ],
        ["Thay thế phiên bản", "Mã và số phiên bản bị thay thế, như commune-2026/1; để trống nếu không thay thế"],
        ["So sánh", "≥ hoặc ≤ với chỉ tiêu là số; Đạt với chỉ tiêu đánh giá đạt hay không đạt; để trống nếu chưa có"],
        [
            "Mức chung, các vùng, các nhóm",
            "Mức của vùng hoặc nhóm được ưu tiên; nơi không ghi riêng thì theo mức chung",
        ],
        ["Trọng yếu khi thu hồi, Không bắt buộc, Nếu có", "Ghi x nếu đúng"],
        ["Minh chứng", "Các tài liệu, cách nhau bằng dấu chấm phẩy"],
        ["Cơ quan phụ trách", "Ký hiệu của đơn vị thẩm định, như SNNMT; để trống là cơ quan điều phối"],
    ]


def _has_limits(found: CriteriaSet, area: str) -> bool:
    return any(area in limit.where for indicator in found.indicators for limit in indicator.thresholds)


def _lines(versions: Sequence[CriteriaSet], loadings: Sequence[Loading], desk: Desk) -> list[Line]:
    today = office_date(desk.at)
    by_id = {loading.set_id: loading for loading in loadings}
    found = []
    for version in versions:
        last = last_day(version, versions)
        found.append(
            Line(
                version=version,
                last=last,
                is_in_force=version.effective_from <= today and (last is None or today <= last),
                open=sum(each.comparator is None for each in version.indicators),
                loading=by_id[version.id],
            )
        )
    return found


def _list(desk: Desk, services: Services, refusal: Refusal | None = None) -> Response:
    with services.begin() as work:
        versions, loadings = work.criteria_sets.all(), work.criteria_sets.loadings()
        may_manage = may_provincial(desk.person, "manage_criteria", work)
    lines = _lines(versions, loadings, desk)
    form = Typed.of(LABELS, desk.language)
    return desk.page(
        "criteria/list.html",
        status=INVALID if refusal else 200,
        tiers=[(tier, [line for line in reversed(lines) if line.version.tier is tier]) for tier in Tier],
        may_manage=may_manage,
        form=form.refused(refusal, desk.language) if refusal else form,
        terms=criteria_words,
    )
