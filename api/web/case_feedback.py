"""What applicants wrote, on a page of the office: what waits for its answer, and until when."""

from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import ServicesDep
from api.problems import status_of
from api.web.desk import Desk, DeskDep
from api.web.forms import FormDep, Typed, id_of
from api.web.words import msgid
from engine import access
from engine.actions.answer_case_feedback import AnswerCaseFeedback, answer_case_feedback
from engine.deadlines import office_date
from engine.errors import Conflict, Invalid
from engine.ids import CaseFeedbackId
from engine.neighbours import Services

router = APIRouter()

LABELS: Final = {"answer": msgid("Answer")}


@router.get("/case-feedback")
def show(desk: DeskDep, services: ServicesDep) -> Response:
    """Show what waits for an answer, what is due first before the others."""
    access.require(desk.person, "answer_case_feedback")
    return _page(desk, services, Typed.of(LABELS, desk.language), "")


@router.post("/case-feedback/{feedback_id}/answer")
def answer(desk: DeskDep, form: FormDep, services: ServicesDep, feedback_id: str) -> Response:
    """Keep the answer, or say what is wrong with it."""
    access.require(desk.person, "answer_case_feedback")
    request = AnswerCaseFeedback(feedback_id=CaseFeedbackId(id_of(feedback_id)), answer=form.text("answer"))
    try:
        with services.begin() as work:
            answer_case_feedback(request, by=desk.person, at=desk.at, work=work)
    except (Invalid, Conflict) as refusal:
        typed = Typed.of(LABELS, desk.language).typed(form).refused(refusal, desk.language)
        return _page(desk, services, typed, feedback_id, status_of(refusal))
    return desk.to("/case-feedback", "feedback_answered")


def _page(desk: Desk, services: Services, typed: Typed, at: str, status: int = 200) -> Response:
    with services.begin() as work:
        waiting = work.case_feedback.open_of(desk.person.agency_id)
        cases = {one.case_id: work.cases.get(one.case_id) for one in waiting}
    empty = Typed.of(LABELS, desk.language)
    return desk.page(
        "case_feedback/list.html",
        status=status,
        waiting=[(one, cases[one.case_id], typed if str(one.id) == at else empty) for one in waiting],
        form=typed,
        late_from=office_date(desk.at),
    )
