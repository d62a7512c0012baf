"""Drafts before the public: the list and a draft for everybody without an account, and the notice to post."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response

from api.contents import file_answer
from api.deps import LanguageDep, ServicesDep
from api.outsiders import SmallBody, admitted, draft_asked, once_of
from api.problems import status_of
from api.web import criteria_words
from api.web.desk import SEE_OTHER, Desk, DeskDep
from api.web.dossiers import readable
from api.web.forms import Form, FormDep, SentFormDep, Typed, id_of
from api.web.rendering import rendered
from api.web.verifications import own_origin
from api.web.words import msgid
from engine import assessing
from engine.actions.answer_public_opinion import AnswerPublicOpinion, answer_public_opinion
from engine.actions.give_public_opinion import give_public_opinion
from engine.case_slips import SlipPage
from engine.criteria import SetFinding, judge
from engine.deadlines import office_date
from engine.dossiers import Dossier
from engine.errors import Conflict, Invalid
from engine.ids import DossierId
from engine.letters import date_line
from engine.neighbours import Services
from engine.ports import UnitOfWork
from engine.public_drafts import MAX_OPINIONS, MOST_ANSWERED, PublicDraft, PublicDraftNotFound, PublicOpinion
from engine.verifications import Question, read_code

router = APIRouter()
public = APIRouter(route_class=SmallBody)
"""For everybody, without an account."""

LABELS: Final[Mapping[str, str]] = {
    "agreed": msgid("Do you agree that the commune proposes its recognition?"),
    "text": msgid("What you want to say"),
}
RESPONSE_LABELS: Final[Mapping[str, str]] = {
    "numbers": msgid("Opinions that get this answer"),
    "response": msgid("Answer of the commune"),
}
ANSWERED_SHOWN: Final = 100
"""The newest of those the commune answered; a page for everybody costs the same whatever was sent."""
YES: Final = msgid("I agree")
NO: Final = msgid("I do not agree")
NOTICE_TITLE: Final = "Niêm yết dự thảo lấy ý kiến nhân dân"


@public.get("/drafts", dependencies=[Depends(admitted(Question.CODE))])
def show_list(services: ServicesDep, language: LanguageDep) -> Response:
    """Show what communes ask the public about now."""
    with services.begin() as work:
        drafts = work.public_drafts.open_on(office_date(services.clock()))
        lines = [
            (one, work.localities.get(one.locality_id).name, work.dossiers.get(one.dossier_id).subject)
            for one in drafts
        ]
    lines.sort(key=lambda line: (line[1], line[0].until))
    return rendered("drafts/list.html", language, {"lines": lines, "here": "/drafts", "form": None})


@public.get("/drafts/{code}", dependencies=[Depends(admitted(Question.CODE))])
def show(services: ServicesDep, language: LanguageDep, code: str, given: bool = False) -> Response:
    """Show a draft to whoever wants to read it, with the form for an opinion while that is asked."""
    form = Typed.of(LABELS, language)
    with services.begin() as work:
        draft = work.public_drafts.find_by_code(read_code(code) or "")
        if draft is None:
            return _missing(services, language)
        return _public(draft, _Shown(form=form, given=given), services, language, work)


@public.post("/drafts/{code}", dependencies=[Depends(own_origin), Depends(admitted(Question.OPINION, draft_asked))])
def give(form: SentFormDep, services: ServicesDep, language: LanguageDep, code: str) -> Response:
    """Keep an opinion and thank, or say why it is not kept."""
    agreed = {"yes": True, "no": False}.get(form.text("agreed"))
    try:
        with services.begin() as work:
            found = read_code(code) or ""
            text = form.text("text")
            once = once_of(form.text("once"), found, agreed, text)
            kept = give_public_opinion(found, text, agreed=agreed, at=services.clock(), work=work, once=once)
    except PublicDraftNotFound:
        return _missing(services, language)
    except (Invalid, Conflict) as refusal:
        again = Typed.of(LABELS, language).typed(form).refused(refusal, language)
        with services.begin() as work:
            asked = work.public_drafts.find_by_code(read_code(code) or "")
            assert asked is not None  # noqa: S101  it was found a moment ago, and none is ever removed
            return _public(asked, _Shown(form=again, status=status_of(refusal)), services, language, work)
    return RedirectResponse(f"/drafts/{kept.code}?given=1", status_code=SEE_OTHER)


def _missing(services: Services, language: str) -> Response:
    form = Typed.of(LABELS, language).refused(PublicDraftNotFound(), language)
    return rendered("drafts/list.html", language, {"lines": (), "here": "/drafts", "form": form}, 404)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """How a draft is shown: with which form, after an opinion was given, as which status."""

    form: Typed
    given: bool = False
    status: int = 200


def _public(draft: PublicDraft, shown: _Shown, services: Services, language: str, work: UnitOfWork) -> Response:
    dossier = work.dossiers.get(draft.dossier_id)
    opinions = work.public_drafts.count_opinions(draft.dossier_id)
    rules, finding = _judged(draft, dossier, work)
    values = {
        "draft": draft,
        "subject": dossier.subject,
        "locality": work.localities.get(draft.locality_id),
        "issuer": work.people.get_agency(draft.agency_id).name,
        "set": rules.set,
        "finding": finding,
        "conditions": [(one, draft.values.get(one.code)) for one in rules.conditions],
        "agreed": opinions.agreed,
        "disagreed": opinions.disagreed,
        "answered": work.public_drafts.opinions_of(draft.dossier_id, ANSWERED_SHOWN),
        "is_open": draft.is_open(services.clock()),
        "given": shown.given,
        "form": shown.form,
        "yes": YES,
        "no": NO,
        "here": f"/drafts/{draft.code}",
        "criteria_terms": criteria_words,
    }
    return rendered("drafts/show.html", language, values, shown.status)


def _judged(draft: PublicDraft, dossier: Dossier, work: UnitOfWork) -> tuple[assessing.Rules, SetFinding]:
    rules = assessing.rules_of(dossier, work)
    own = {one.code for one in rules.set.indicators}
    reported = {code: value for code, value in draft.values.items() if code in own}
    return rules, judge(rules.set, reported, rules.classified)


@router.get("/dossiers/{dossier_id}/draft-notice")
def notice(desk: DeskDep, services: ServicesDep, dossier_id: str) -> Response:
    """Give the notice to be posted in the office and the villages, with the code that leads to the draft."""
    with services.begin() as work:
        dossier = readable(dossier_id, desk, work)
        draft = work.public_drafts.find_newest(dossier.id)
        if draft is None:
            raise PublicDraftNotFound
        agency, locality = work.people.get_agency(draft.agency_id), work.localities.get(draft.locality_id)
    page = SlipPage(
        agency=agency.name,
        parent=agency.parent_name,
        number_line="",
        date_line=date_line(agency.place, office_date(draft.published_at)),
        title=NOTICE_TITLE,
        facts=(
            ("Nội dung", dossier.subject),
            ("Địa bàn", locality.name),
            ("Nơi niêm yết", draft.place),
            ("Nhận ý kiến đến hết ngày", f"{draft.until:%d/%m/%Y}"),
        ),
        sentences=(
            "Mời nhân dân đọc dự thảo tự đánh giá và góp ý; không cần tài khoản, không cần ghi tên",
            "Quét mã bên dưới bằng điện thoại, hoặc góp ý trực tiếp tại trụ sở",
        ),
        url=services.draft_url(draft.code),
        code=draft.code,
    )
    return file_answer(services.pdfs.print_slip(page), "application/pdf", "Thông báo niêm yết.pdf")


def draft_facts(dossier: Dossier, desk: Desk, services: Services, work: UnitOfWork) -> dict[str, object]:
    """Return what the commune's own page shows of the newest draft and what people said of it."""
    draft = work.public_drafts.find_newest(dossier.id)
    opinions: list[PublicOpinion] = list(work.public_drafts.opinions_of(dossier.id)) if draft else []
    return {
        "draft": draft,
        "draft_open": draft is not None and draft.is_open(desk.at),
        "draft_address": (services.draft_url(draft.code) or f"/drafts/{draft.code}") if draft else "",
        "opinions": opinions,
        "unanswered": [one for one in reversed(opinions) if one.wants_answer],
        "most_answered": MOST_ANSWERED,
    }


@router.post("/dossiers/{dossier_id}/public-opinions/{number}")
def answer(desk: DeskDep, form: FormDep, services: ServicesDep, dossier_id: str, number: int) -> Response:
    """Answer an opinion, or say why the answer is not kept."""
    key = DossierId(id_of(dossier_id))
    with services.begin() as work:
        answer_public_opinion(_request(key, number, form), by=desk.person, at=desk.at, work=work)
    return desk.to(f"/dossiers/{key}/opinions", "opinion_answered")


def opinion_number(typed: str) -> int:
    """Return the number of an opinion, 0, which none has, where it cannot be one."""
    number = int(typed) if typed.isdecimal() and typed.isascii() and len(typed) <= len(str(MAX_OPINIONS)) else 0
    return number if number <= MAX_OPINIONS else 0


def _request(key: DossierId, number: int, form: Form) -> AnswerPublicOpinion:
    number = number if 0 < number <= MAX_OPINIONS else 0
    return AnswerPublicOpinion(dossier_id=key, number=number, response=form.text("response"), rev=form.number("rev"))
