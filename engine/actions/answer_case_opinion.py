"""Answer what another agency asks about a case: agree or not, in words, with files; the step of the answer is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine import access
from engine.actions.complete_work_item import CompleteWorkItem, complete_work_item
from engine.case_asking import answering_item
from engine.case_opinions import (
    MAX_FILES,
    MAX_TEXT,
    CaseOpinion,
    CaseOpinionInvalid,
    CaseOpinionNotFound,
    OpinionFile,
    OpinionNotYoursToGive,
    View,
)
from engine.drafts import MAX_NAME, FieldChecks
from engine.ids import CaseOpinionId
from engine.people import Person
from engine.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCaseOpinion:
    """The answer; who does not agree says why."""

    opinion_id: CaseOpinionId
    view: View
    text: str = ""
    files: Sequence[OpinionFile] = ()


def answer_case_opinion(request: AnswerCaseOpinion, *, by: Person, at: datetime, work: UnitOfWork) -> CaseOpinion:
    """Keep the answer with its files, finish the step that waits for it, and tell whoever asked.

    Raises:
        CaseOpinionNotFound: It was not asked of this person's agency.
        CaseOpinionClosed: It was answered, or the case settled without it.
        OpinionNotYoursToGive: It is not at the step of the answer.
        CaseOpinionInvalid: Some fields are wrong; all are named.
        WorkItemNotFound, WorkItemNotYours: The step is somebody else's.
    """
    opinion = work.case_opinions.get(request.opinion_id)
    if opinion.agency_id != by.agency_id or not access.may_read(by, work.documents.get(opinion.document_id)):
        raise CaseOpinionNotFound
    opinion.require_open()
    _require_right(request, by, work)
    item = answering_item(opinion, work)
    if item is None:
        raise OpinionNotYoursToGive
    work.work_items.lock(item.id)
    work.case_opinions.lock(opinion.id).require_open()
    files = dict.fromkeys(OpinionFile(file_id=one.file_id, name=one.name.strip()[:MAX_NAME]) for one in request.files)
    work.case_opinions.answer_with(opinion.id, tuple(files))
    text = request.text.strip()
    done = CompleteWorkItem(work_item_id=item.id, outcome=request.view.value, data={"text": text} if text else {})
    complete_work_item(done, by=by, at=at, work=work)
    return work.case_opinions.get(opinion.id)


def _require_right(request: AnswerCaseOpinion, by: Person, work: UnitOfWork) -> None:
    check = FieldChecks()
    if request.view is View.NOT_AGREED or request.text.strip():
        check.text("text", request.text, MAX_TEXT)
    if len(request.files) > MAX_FILES:
        check.add("files", "too_many", f"At most {MAX_FILES} files at once. Put several pages into one PDF.")
    for place, one in enumerate(request.files[:MAX_FILES]):
        check.known_file(f"files/{place}", one.file_id, by, work)
    check.done(CaseOpinionInvalid)
