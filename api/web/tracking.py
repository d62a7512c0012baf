"""Following a case without an account: by the code on the receipt, typed or scanned; no script, no cookie, no names."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response

from api.contents import file_answer
from api.deps import HouseDep, LanguageDep, ServicesDep
from api.limits import name_of
from api.outsiders import SmallBody, SuppliedDep, admitted, once_of
from api.problems import status_of
from api.web import case_words
from api.web.case_forms import ROOM
from api.web.desk import SEE_OTHER
from api.web.forms import Form, SentFormDep, Typed
from api.web.rendering import rendered
from api.web.verifications import NOT_INDEXED, own_origin
from api.web.words import msgid
from engine.actions.rate_case import rate_case
from engine.actions.send_case_feedback import send_case_feedback
from engine.actions.supplement_case import SupplementCase, supplement_case
from engine.case_dossiers import MAX_FILE_MB
from engine.case_uploads import Sent, digests
from engine.cases import CaseInvalid, CaseState, Satisfaction
from engine.errors import FieldError, Refusal
from engine.ids import CaseSlipId
from engine.neighbours import Services
from engine.tracking import TrackCodeUnknown, answers_of, components_of, result_of, slip_of, track
from engine.verifications import Question, read_code

router = APIRouter()
small = APIRouter(route_class=SmallBody)
"""What is asked and said without files."""

LABELS: Final = {
    "code": msgid("Code on the receipt"),
    "text": msgid("Complaint or suggestion"),
    "satisfaction": msgid("How satisfied are you?"),
    "identity": msgid("Identity number of the applicant"),
    "files": msgid("Files"),
}
NOT_CHOSEN: Final = msgid("Choose one from the list.")
_COUNTED: Final = [Depends(admitted(Question.CODE))]
_ACTING: Final = [Depends(own_origin), *_COUNTED]


@router.get("/track")
def ask(language: LanguageDep, code: str = "") -> Response:
    """Show the form for a code; one that was typed leads to its page."""
    read = read_code(code)
    if read is not None:
        return RedirectResponse(f"/track/{read}", status_code=SEE_OTHER)
    form = Typed.of(LABELS, language, code=code[:100])
    wrong = form.refused(TrackCodeUnknown(), language) if code else form
    return _asked(language, wrong, 404 if code else 200)


@router.get("/track/{code}", dependencies=_COUNTED)
def show(services: ServicesDep, language: LanguageDep, code: str, sent: str = "") -> Response:
    """Show where the case of a code stands; *sent* follows an application that was just handed in."""
    return _page(services, language, code, Typed.of(LABELS, language), sent=bool(sent))


@router.post("/track/{code}/supplement", dependencies=[Depends(own_origin)])
def supplement(house: HouseDep, language: LanguageDep, sent: SuppliedDep, code: str) -> Response:
    """Take in what the office asked the applicant for; the case goes on by itself."""
    services, form = house.services, Form(sent)
    typed = Typed.of(LABELS, language)
    try:
        files = _sent_of(form, components_of(code, services=services))
        supplement_case(_supplement(code, form, files), services=services, room=house.outsiders)
    except Refusal as refusal:
        return _page(services, language, code, typed.refused(_named(refusal), language), status_of(refusal))
    return _back(code)


def _supplement(code: str, form: Form, files: Sequence[Sent]) -> SupplementCase:
    identity = form.text("identity")
    once = once_of(form.text("once"), f"supplement {code}", identity, digests(files))
    return SupplementCase(code=code, identity=identity, files=files, once=once)


def _sent_of(form: Form, components: Sequence[str]) -> list[Sent]:
    return [
        Sent(code=component, name=name_of(file), content=file.file.read(ROOM))
        for place, component in enumerate(components)
        for file in form.files(f"files_{place}")
    ]


def _named(refusal: Refusal) -> Refusal:
    """Return a refusal of files with each error at the field for all of them: the page has one sentence for each."""
    if not isinstance(refusal, CaseInvalid):
        return refusal
    return CaseInvalid(errors=[replace(error, field=error.field.split("/")[0]) for error in refusal.errors])


@small.post("/track/{code}/rating", dependencies=_ACTING)
def rate(services: ServicesDep, language: LanguageDep, form: SentFormDep, code: str) -> Response:
    """Keep how satisfied the applicant is."""
    typed, chosen = Typed.of(LABELS, language), form.text("satisfaction")
    try:
        if chosen not in set(Satisfaction):
            raise CaseInvalid(errors=[FieldError(field="satisfaction", code="required", message=NOT_CHOSEN)])
        with services.begin() as work:
            rate_case(code, Satisfaction(chosen), at=services.clock(), work=work)
    except Refusal as refusal:
        return _page(services, language, code, typed.refused(refusal, language), status_of(refusal))
    return _back(code)


@small.post("/track/{code}/feedback", dependencies=_ACTING)
def send(services: ServicesDep, language: LanguageDep, form: SentFormDep, code: str) -> Response:
    """Keep what the applicant wrote."""
    typed = Typed.of(LABELS, language).typed(form)
    try:
        with services.begin() as work:
            text = form.text("text")
            once = once_of(form.text("once"), f"feedback {code}", text)
            send_case_feedback(code, text, at=services.clock(), work=work, once=once)
    except Refusal as refusal:
        return _page(services, language, code, typed.refused(refusal, language), status_of(refusal))
    return _back(code)


@small.post("/track/{code}/result", dependencies=_ACTING)
def fetch(services: ServicesDep, language: LanguageDep, form: SentFormDep, code: str) -> Response:
    """Send the result that was returned as a file, to whoever names the identity number."""
    try:
        file_id = result_of(code, form.text("identity"), services=services)
    except Refusal as refusal:
        typed = Typed.of(LABELS, language).refused(refusal, language)
        return _page(services, language, code, typed, status_of(refusal))
    return _pdf(services.read(file_id), "ket-qua.pdf", attached=True)


@small.post("/track/{code}/slip", dependencies=_ACTING)
def fetch_slip(services: ServicesDep, language: LanguageDep, form: SentFormDep, code: str) -> Response:
    """Send a slip that was given out, to whoever names the identity number."""
    try:
        made = slip_of(code, form.text("identity"), CaseSlipId(form.id("slip")), services=services)
    except Refusal as refusal:
        typed = Typed.of(LABELS, language).refused(refusal, language)
        return _page(services, language, code, typed, status_of(refusal))
    return _pdf(made, "phieu.pdf")


def _pdf(content: bytes, name: str, *, attached: bool = False) -> Response:
    answer = file_answer(content, "application/pdf", name, attached=attached)
    answer.headers.update(NOT_INDEXED)
    return answer


@small.post("/track/{code}/answers", dependencies=_ACTING)
def read_answers(services: ServicesDep, language: LanguageDep, form: SentFormDep, code: str) -> Response:
    """Show what was written about the case and answered, to whoever names the identity number."""
    typed = Typed.of(LABELS, language)
    try:
        answers = answers_of(code, form.text("identity"), services=services)
    except Refusal as refusal:
        return _page(services, language, code, typed.refused(refusal, language), status_of(refusal))
    return _page(services, language, code, typed, answers=answers)


def _back(code: str) -> Response:
    return RedirectResponse(f"/track/{read_code(code) or 'x'}", status_code=SEE_OTHER)


def _asked(language: str, form: Typed, status: int) -> Response:
    return _sent("tracking/show.html", language, {"form": form, "case": None, "code": "", "here": "/track"}, status)


def _page(services: Services, language: str, code: str, form: Typed, status: int = 200, **shown: object) -> Response:
    try:
        found = track(code, services=services)
    except TrackCodeUnknown as refusal:
        return _asked(language, Typed.of(LABELS, language).refused(refusal, language), status_of(refusal))
    values = {
        "form": form,
        "case": found,
        "code": read_code(code) or "",
        "here": f"/track/{read_code(code) or ''}",
        "answers": (),
        "sent": False,
        "most_megabytes": MAX_FILE_MB,
        "said": case_words,
        "over": found.state is CaseState.RETURNED,
        **shown,
    }
    return _sent("tracking/show.html", language, values, status)


def _sent(template: str, language: str, values: dict[str, object], status: int) -> Response:
    page = rendered(template, language, values, status)
    page.headers.update(NOT_INDEXED)
    return page
