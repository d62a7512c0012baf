"""Opinions of other agencies on cases, on pages: asking for them, and where the asked agency answers."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.contents import file_answer
from api.deps import HouseDep, ServicesDep, WorkDep
from api.problems import status_of
from api.web.desk import Desk, DeskDep
from api.web.forms import Form, FormDep, Typed, id_of
from api.web.names import names_of
from api.web.uploads import Counter, Uploads, take_uploads
from api.web.words import msgid
from engine import access
from engine.actions.answer_case_opinion import AnswerCaseOpinion, answer_case_opinion
from engine.actions.ask_case_opinion import AskCaseOpinion, ask_case_opinion
from engine.case_asking import answering_item, file_of_opinion, most_half_days, readable_opinion, require_handling
from engine.case_opinions import (
    CaseOpinion,
    CaseOpinionInvalid,
    OpinionFile,
    OpinionStanding,
    View,
)
from engine.case_reading import readable_case
from engine.errors import FieldError, Invalid
from engine.ids import AgencyId, CaseId, CaseOpinionId, FileId
from engine.ports import UnitOfWork

router = APIRouter()

LABELS: Final = {
    "agencies": msgid("Agencies to ask"),
    "question": msgid("What they are asked"),
    "half_days": msgid("How many half days they have"),
    "case_files": msgid("Files of the case to send along"),
    "attachments": msgid("Other files (PDF, JPEG, PNG)"),
}
ANSWER_LABELS: Final = {
    "view": msgid("Opinion of your agency"),
    "text": msgid("Opinion in words"),
    "attachments": msgid("Files (PDF, JPEG, PNG)"),
}
VIEWS: Final[Mapping[str, str]] = {View.AGREED: msgid("Agrees"), View.NOT_AGREED: msgid("Does not agree")}
STANDINGS: Final[Mapping[str, str]] = {
    OpinionStanding.WAITING: msgid("Waiting for the opinion"),
    OpinionStanding.SILENT: msgid("No opinion in time"),
    OpinionStanding.ANSWERED: msgid("Answered"),
    OpinionStanding.ENDED: msgid("Not needed any more"),
}
TONES: Final[Mapping[str, str]] = {
    OpinionStanding.WAITING: "new",
    OpinionStanding.SILENT: "stopped",
    OpinionStanding.ANSWERED: "done",
    OpinionStanding.ENDED: "done",
}
NOT_CHOSEN: Final = msgid("Choose one from the list.")


@router.get("/cases/{case_id}/opinions/new")
def show_form(desk: DeskDep, work: WorkDep, case_id: str) -> Response:
    """Show the form that asks other agencies."""
    return _form(desk, CaseId(id_of(case_id)), Typed.of(LABELS, desk.language, half_days="2"), work)


@router.post("/cases/{case_id}/opinions")
def ask(desk: DeskDep, form: FormDep, house: HouseDep, services: ServicesDep, case_id: str) -> Response:
    """Ask them, or show the form again with everything that is wrong."""
    key = CaseId(id_of(case_id))
    uploads = take_uploads(form, _counter(desk, house))
    try:
        with services.begin() as work:
            request = _request(key, form, uploads, desk, work)
        asked = ask_case_opinion(request, by=desk.person, services=services)
    except Invalid as refusal:
        typed = Typed.of(LABELS, desk.language).typed(form).refused(_placed(refusal), desk.language)
        with services.begin() as work:
            return _form(desk, key, typed, work, uploads, status_of(refusal))
    return desk.to(f"/cases/{key}", "opinion_asked", count=str(len(asked)))


@router.get("/case-opinions/{opinion_id}")
def show(desk: DeskDep, work: WorkDep, opinion_id: str) -> Response:
    """Show what is asked and what was answered, to both agencies; the asked one answers here."""
    opinion = readable_opinion(CaseOpinionId(id_of(opinion_id)), desk.person, work)
    return _page(desk, opinion, Typed.of(ANSWER_LABELS, desk.language), work)


@router.post("/case-opinions/{opinion_id}/answer")
def answer(desk: DeskDep, form: FormDep, house: HouseDep, services: ServicesDep, opinion_id: str) -> Response:
    """Give the agency's opinion, or show the page again with what is wrong."""
    key = CaseOpinionId(id_of(opinion_id))
    uploads = take_uploads(form, _counter(desk, house))
    try:
        request = _answer_of(key, form, uploads)
        with services.begin() as work:
            answer_case_opinion(request, by=desk.person, at=desk.at, work=work)
    except Invalid as refusal:
        typed = Typed.of(ANSWER_LABELS, desk.language).typed(form).refused(_placed(refusal), desk.language)
        with services.begin() as work:
            opinion = readable_opinion(key, desk.person, work)
            return _page(desk, opinion, typed, work, uploads, status_of(refusal))
    return desk.to(f"/case-opinions/{key}", "opinion_given")


@router.get("/case-opinions/{opinion_id}/files/{file_id}")
def content(desk: DeskDep, services: ServicesDep, opinion_id: str, file_id: str) -> Response:
    """Send a file that went with the question or the answer."""
    with services.begin() as work:
        opinion = readable_opinion(CaseOpinionId(id_of(opinion_id)), desk.person, work)
        found = file_of_opinion(opinion, FileId(file_id))
        media_type = work.files.get(found.file_id).media_type
    return file_answer(services.read(found.file_id), media_type, found.name)


def _counter(desk: Desk, house: HouseDep) -> Counter:
    limit = house.settings.max_upload_mb
    return Counter(by=desk.person, services=house.services, limit_mb=limit, language=desk.language)


def _files(uploads: Uploads) -> list[OpinionFile]:
    return [OpinionFile(file_id=kept.id, name=kept.name) for kept in uploads.attachments]


def _request(key: CaseId, form: Form, uploads: Uploads, desk: Desk, work: UnitOfWork) -> AskCaseOpinion:
    _require_kept(uploads)
    case = readable_case(key, desk.person, work)
    dossier = work.dossiers.find_of_document(case.document_id)
    known = {one.file_id: one.name for one in dossier.files} if dossier else {}
    chosen = [FileId(one) for one in form.texts("case_files")]
    request = AskCaseOpinion(
        case_id=key,
        agencies=[AgencyId(id_of(one)) for one in form.texts("agencies")],
        question=form.text("question"),
        half_days=form.number("half_days"),
        files=[*(OpinionFile(file_id=one, name=known[one]) for one in chosen if one in known), *_files(uploads)],
    )
    return replace(request, once=form.once(request))


def _answer_of(key: CaseOpinionId, form: Form, uploads: Uploads) -> AnswerCaseOpinion:
    _require_kept(uploads)
    view = form.text("view")
    if view not in set(View):
        raise CaseOpinionInvalid(errors=[FieldError(field="view", code="required", message=NOT_CHOSEN)])
    return AnswerCaseOpinion(opinion_id=key, view=View(view), text=form.text("text"), files=_files(uploads))


def _require_kept(uploads: Uploads) -> None:
    if uploads.errors:
        raise CaseOpinionInvalid(errors=uploads.errors)


def _placed(refusal: Invalid) -> Invalid:
    """Return the refusal with each error at the field of the page it is about."""
    names = {"recipients": "agencies", "files": "attachments"}
    errors = [
        FieldError(field=names.get(first, first), code=error.code, message=error.message)
        for error in refusal.errors
        for first in [error.field.split("/")[0]]
    ]
    return CaseOpinionInvalid(errors=errors) if errors else refusal


def _form(
    desk: Desk, key: CaseId, typed: Typed, work: UnitOfWork, uploads: Uploads | None = None, status: int = 200
) -> Response:
    case = readable_case(key, desk.person, work)
    require_handling(case, desk.person, work)
    dossier = work.dossiers.find_of_document(case.document_id)
    return desk.page(
        "cases/ask_opinion.html",
        status=status,
        case=case,
        procedure=work.case_procedures.get(case.procedure_id),
        form=typed,
        uploads=uploads or Uploads(),
        most=most_half_days(case, work.calendars.of(case.agency_id), desk.at),
        agencies=[(str(one.id), one.name) for one in work.people.agencies() if one.id != case.agency_id],
        files=[(one.file_id, one.name) for one in dossier.files] if dossier else [],
    )


def _page(
    desk: Desk,
    opinion: CaseOpinion,
    typed: Typed,
    work: UnitOfWork,
    uploads: Uploads | None = None,
    status: int = 200,
) -> Response:
    case = work.cases.get(opinion.case_id)
    asked_here = opinion.agency_id == desk.person.agency_id
    item = answering_item(opinion, work) if asked_here else None
    document = work.documents.get(opinion.document_id if asked_here else case.document_id)
    return desk.page(
        "cases/opinion.html",
        status=status,
        opinion=opinion,
        case=case,
        procedure=work.case_procedures.get(case.procedure_id),
        asked_here=asked_here,
        document=document,
        may_answer=opinion.is_open and item is not None and access.may_act(desk.person, item),
        item=item,
        views=[(value, desk.speaks(said)) for value, said in VIEWS.items()],
        said_views=VIEWS,
        standings=STANDINGS,
        tones=TONES,
        form=typed,
        uploads=uploads or Uploads(),
        names=names_of(desk.person.agency_id, work, desk.speaks("the machine")),
    )
