"""Surveys and contributions on pages: for the commune that asks, and for a household that has no account."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response

from api.deps import LanguageDep, ServicesDep
from api.outsiders import SmallBody, admitted
from api.problems import status_of
from api.web import dossier_words
from api.web.desk import SEE_OTHER, Desk, DeskDep
from api.web.dossiers import may_compose, readable
from api.web.forms import Form, FormDep, SentFormDep, Typed, id_of
from api.web.names import names_of
from api.web.public_drafts import RESPONSE_LABELS, draft_facts, opinion_number
from api.web.rendering import rendered
from api.web.verifications import NOT_INDEXED, own_origin
from api.web.words import msgid
from engine import dossier_access
from engine.actions.answer_public_opinions import AnswerPublicOpinions, answer_public_opinions
from engine.actions.answer_survey import answer_survey
from engine.actions.close_survey import close_survey
from engine.actions.open_survey import OpenSurvey, open_survey
from engine.actions.record_contribution import RecordContribution, record_contribution
from engine.actions.record_paper_answer import RecordPaperAnswer, record_paper_answer
from engine.answering import Answer
from engine.contributions import ContributionSource
from engine.deadlines import office_date
from engine.dossiers import Dossier
from engine.errors import Conflict, Invalid, NotFound
from engine.ids import DossierId, SurveyId
from engine.neighbours import Services
from engine.ports import UnitOfWork
from engine.surveys import Survey, SurveyNotFound, digest_of_code, household_code
from engine.verifications import Question
from signing.codes import svg_of

router = APIRouter()
public = APIRouter(route_class=SmallBody)
"""For households, who have no account."""

OPEN_LABELS: Final[Mapping[str, str]] = {
    "surveyor": msgid("Who asks (Fatherland Front of the commune)"),
    "households": msgid("Households of the commune"),
    "closes_on": msgid("Last day of answers"),
}
PAPER_LABELS: Final[Mapping[str, str]] = {
    "number": msgid("Number of the household on the slip"),
    "satisfied": msgid("Answer"),
    "comment": msgid("What the household writes"),
}
CONTRIBUTION_LABELS: Final[Mapping[str, str]] = {
    "source": msgid("From"),
    "name": msgid("Name of the organisation or village"),
    "held_on": msgid("Day of the meeting or letter"),
    "present": msgid("How many were present"),
    "agreed": msgid("How many agreed"),
    "text": msgid("What was said"),
    "response": msgid("How it was taken up"),
}
ANSWER_LABELS: Final[Mapping[str, str]] = {
    "satisfied": msgid("Is your household satisfied with what new rural development achieved in the commune?"),
    "comment": msgid("What should be better"),
}
FORMS: Final = (OPEN_LABELS, PAPER_LABELS, CONTRIBUTION_LABELS, RESPONSE_LABELS)
"""Those of the commune's page, in their order."""
YES: Final = msgid("satisfied")
NO: Final = msgid("not satisfied")


@router.get("/dossiers/{dossier_id}/opinions")
def show(desk: DeskDep, services: ServicesDep, dossier_id: str) -> Response:
    """Show surveys and contributions of a dossier, with the forms for them."""
    return _page(dossier_id, desk, services)


def _page(
    dossier_id: str,
    desk: Desk,
    services: Services,
    tried: tuple[Mapping[str, str], Form, Invalid | Conflict | NotFound] | None = None,
) -> Response:
    fresh = [
        Typed.of(OPEN_LABELS, desk.language),
        Typed.of(PAPER_LABELS, desk.language),
        Typed.of(CONTRIBUTION_LABELS, desk.language),
        replace(Typed.of(RESPONSE_LABELS, desk.language), prefix="answer-"),
    ]
    forms = [
        form.typed(tried[1]).refused(tried[2], desk.language) if tried and tried[0] is labels else form
        for form, labels in zip(fresh, FORMS, strict=True)
    ]
    with services.begin() as work:
        facts = _facts(readable(dossier_id, desk, work), desk, services, work)
    if tried is None and facts["households"]:
        forms[0] = forms[0].with_value("households", facts["households"])
    return desk.page(
        "dossiers/opinions.html",
        status=status_of(tried[2]) if tried else 200,
        opening=forms[0],
        paper=forms[1],
        contributing=forms[2],
        answering=forms[3],
        sources=[(one.value, desk.speaks(said)) for one, said in dossier_words.SOURCES.items()],
        answers=_answers(desk),
        terms=dossier_words,
        **facts,
    )


def _facts(dossier: Dossier, desk: Desk, services: Services, work: UnitOfWork) -> dict[str, Any]:
    surveys = work.surveys.of_dossier(dossier.id)
    locality = work.localities.get(dossier.locality_id) if dossier.locality_id else None
    return {
        "dossier": dossier,
        "surveys": surveys,
        "households": str(locality.households) if locality and locality.households else "",
        "comments": {one.id: work.surveys.comments(one.id) for one in surveys if one.closed_at},
        "contributions": work.contributions.of_dossier(dossier.id),
        "composing": may_compose(dossier, desk),
        "names": names_of(desk.person.agency_id, work, desk.speaks("the machine")),
        **draft_facts(dossier, desk, services, work),
    }


def _answers(desk: Desk) -> list[tuple[str, str]]:
    return [("yes", desk.speaks(YES)), ("no", desk.speaks(NO))]


@router.post("/dossiers/{dossier_id}/surveys")
def open_one(desk: DeskDep, form: FormDep, services: ServicesDep, dossier_id: str) -> Response:
    """Open a survey, or say what is wrong."""
    try:
        request = OpenSurvey(
            dossier_id=DossierId(id_of(dossier_id)),
            surveyor=form.text("surveyor"),
            households=form.number("households"),
            closes_on=_day(form, "closes_on"),
        )
        survey = open_survey(request, by=desk.person, services=services)
    except (Invalid, Conflict) as refusal:
        return _page(dossier_id, desk, services, (OPEN_LABELS, form, refusal))
    return desk.to(f"/dossiers/{survey.dossier_id}/opinions", "survey_opened")


def _day(form: Form, name: str) -> date | None:
    try:
        return form.date(name)
    except ValueError:
        return date(1, 1, 1)


@router.post("/dossiers/{dossier_id}/surveys/{survey_id}/close")
def close_one(desk: DeskDep, form: FormDep, services: ServicesDep, dossier_id: str, survey_id: str) -> Response:
    """Close a survey and keep its rate."""
    with services.begin() as work:
        close_survey(SurveyId(id_of(survey_id)), by=desk.person, at=desk.at, work=work)
    return desk.to(f"/dossiers/{id_of(dossier_id)}/opinions", "survey_closed")


@router.post("/dossiers/{dossier_id}/surveys/{survey_id}/paper")
def count_paper(desk: DeskDep, form: FormDep, services: ServicesDep, dossier_id: str, survey_id: str) -> Response:
    """Count the answer of a household that answered on paper."""
    said = Answer(satisfied=_satisfied(form), comment=form.text("comment"))
    request = RecordPaperAnswer(survey_id=SurveyId(id_of(survey_id)), number=form.number("number"), said=said)
    try:
        with services.begin() as work:
            record_paper_answer(request, by=desk.person, at=desk.at, work=work)
    except (Invalid, Conflict, SurveyNotFound) as refusal:
        return _page(dossier_id, desk, services, (PAPER_LABELS, form, refusal))
    return desk.to(f"/dossiers/{id_of(dossier_id)}/opinions", "paper_counted")


def _satisfied(form: Form) -> bool | None:
    return {"yes": True, "no": False}.get(form.text("satisfied"))


@router.get("/dossiers/{dossier_id}/surveys/{survey_id}/slips")
def slips(desk: DeskDep, services: ServicesDep, dossier_id: str, survey_id: str, page: int = 1) -> Response:
    """Show the slips of the households, to be printed and cut; only to who may compose the dossier."""
    with services.begin() as work:
        dossier = readable(dossier_id, desk, work)
        dossier_access.require_compose(desk.person, dossier, work)
        survey = work.surveys.get(SurveyId(id_of(survey_id)))
    if survey.dossier_id != dossier.id:
        raise SurveyNotFound
    first = (max(page, 1) - 1) * SLIPS + 1
    last = min(first + SLIPS - 1, survey.households)
    found = [_slip(survey, number, services) for number in range(first, last + 1)]
    return desk.page(
        "dossiers/slips.html",
        dossier=dossier,
        survey=survey,
        slips=found,
        address=f"{services.public_url or ''}/survey",
        next_page=page + 1 if last < survey.households else None,
    )


def _slip(survey: Survey, number: int, services: Services) -> tuple[int, str, str]:
    """Return a household's number, its code as it is typed, and the code for a camera, '' without an address."""
    code = _code(survey, number, services)
    return (
        number,
        _grouped(code),
        svg_of(f"{services.public_url}/survey/{code}", scale=3) if services.public_url else "",
    )


SLIPS: Final = 200
"""On one page."""


def _code(survey: Survey, number: int, services: Services) -> str:
    return household_code(survey.id, number, services.safe.mark)


def _grouped(code: str) -> str:
    return "-".join(code[place : place + 4] for place in range(0, len(code), 4))


@router.post("/dossiers/{dossier_id}/contributions")
def contribute(desk: DeskDep, form: FormDep, services: ServicesDep, dossier_id: str) -> Response:
    """Record a contribution, or say what is wrong."""
    source = form.text("source")
    request = RecordContribution(
        dossier_id=DossierId(id_of(dossier_id)),
        source=ContributionSource(source) if source in set(ContributionSource) else ContributionSource.PEOPLE,
        name=form.text("name"),
        held_on=_day(form, "held_on") or office_date(desk.at),
        present=form.number("present"),
        agreed=form.number("agreed"),
        text=form.text("text"),
        response=form.text("response") or None,
    )
    try:
        with services.begin() as work:
            record_contribution(request, by=desk.person, at=desk.at, work=work)
    except (Invalid, Conflict) as refusal:
        return _page(dossier_id, desk, services, (CONTRIBUTION_LABELS, form, refusal))
    return desk.to(f"/dossiers/{id_of(dossier_id)}/opinions", "contribution_recorded")


@router.post("/dossiers/{dossier_id}/public-opinions")
def answer_several(desk: DeskDep, form: FormDep, services: ServicesDep, dossier_id: str) -> Response:
    """Give the opinions that were chosen one answer, or say why none got it."""
    chosen = form.text("shown").split(",") if form.text("all") else form.texts("numbers")
    request = AnswerPublicOpinions(
        dossier_id=DossierId(id_of(dossier_id)),
        numbers=[opinion_number(one) for one in chosen],
        response=form.text("response"),
    )
    try:
        with services.begin() as work:
            answered = answer_public_opinions(request, by=desk.person, at=desk.at, work=work)
    except (Invalid, Conflict) as refusal:
        return _page(dossier_id, desk, services, (RESPONSE_LABELS, form, refusal))
    return desk.to(f"/dossiers/{request.dossier_id}/opinions", "opinions_answered", count=str(len(answered)))


@public.get("/survey")
def ask_code(language: LanguageDep, code: str = "") -> Response:
    """Ask a household for its code; one that was typed leads to its survey."""
    plain = "".join(letter for letter in code.lower() if letter.isalnum())[:40]
    if plain:
        return RedirectResponse(f"/survey/{plain}", status_code=SEE_OTHER)
    return _public(language, None, Typed.of(ANSWER_LABELS, language))


@public.get("/survey/{code}", dependencies=[Depends(admitted(Question.CODE))])
def show_survey(services: ServicesDep, language: LanguageDep, code: str) -> Response:
    """Show the question to the household of this code."""
    form = Typed.of(ANSWER_LABELS, language)
    with services.begin() as work:
        found = work.surveys.find_by_code(digest_of_code(code))
    if found is None:
        return _public(language, None, form.refused(SurveyNotFound(), language), status=404)
    survey, _, answered = found
    return _public(language, survey, form, code=code, done=answered)


@public.post("/survey/{code}", dependencies=[Depends(own_origin), Depends(admitted(Question.CODE))])
def take_answer(form: SentFormDep, services: ServicesDep, language: LanguageDep, code: str) -> Response:
    """Count the answer and thank, or say why it is not counted."""
    said = Answer(satisfied=_satisfied(form), comment=form.text("comment"))
    try:
        with services.begin() as work:
            survey = answer_survey(code, said, at=services.clock(), work=work)
    except (Invalid, Conflict, SurveyNotFound) as refusal:
        with services.begin() as work:
            found = work.surveys.find_by_code(digest_of_code(code))
        again = Typed.of(ANSWER_LABELS, language).typed(form).refused(refusal, language)
        return _public(language, found[0] if found else None, again, code=code, status=status_of(refusal))
    return _public(language, survey, Typed.of(ANSWER_LABELS, language), code=code, done=True)


def _public(
    language: str, survey: Survey | None, form: Typed, *, code: str = "", done: bool = False, status: int = 200
) -> Response:
    values = {
        "survey": survey,
        "form": form,
        "code": code,
        "done": done,
        "here": f"/survey/{code}",
        "yes": YES,
        "no": NO,
    }
    page = rendered("surveys/answer.html", language, values, status)
    page.headers.update(NOT_INDEXED)
    return page
