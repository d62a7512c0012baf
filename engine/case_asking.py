"""Asking other agencies about a case: who may, the slip that asks, who reads it, and what ends with the case.

Source: Decree 118/2025/NĐ-CP.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from engine import access
from engine.calendars import WorkCalendar
from engine.case_opinion_events import CaseOpinionEnded
from engine.case_opinions import (
    CaseOpinion,
    CaseOpinionNotFound,
    OpinionFile,
    OpinionNotYoursToAsk,
    OpinionStanding,
    View,
)
from engine.case_slips import DESK, CaseFile, SlipPage, printed_half_days, printed_moment
from engine.cases import Case, CaseNotInState, CaseState
from engine.deadlines import end_of_day, half_days_between, office_date
from engine.documents import DocumentNotFound
from engine.ids import CaseOpinionId, FileId, PersonId
from engine.letters import date_line
from engine.messages import Sending, SendingKind
from engine.notices import News, NoticeKind
from engine.notify import notify
from engine.people import Person
from engine.ports import UnitOfWork
from engine.work_items import WorkItem

PROCEDURE: Final = "case_opinion"
"""By which an agency that is asked gives its opinion."""
ENDED: Final = "case_opinion_ended"
"""The message that tells it that the opinion is not needed any more; its correlation is the id of the opinion."""
SYMBOL: Final = "PYK"
"""Symbol of the slip that asks; numbered by year, as the other slips of a case."""
ANSWERS: Final = "answer"
"""The step at which an opinion is given; its outcomes are the views."""
TITLE: Final = "Phiếu lấy ý kiến giải quyết hồ sơ"
_PASS_MESSAGE: Final = "pass_message"  # noqa: S105  a job's name
_STANDINGS: Final[Mapping[OpinionStanding, str]] = {
    OpinionStanding.WAITING: "Đang chờ ý kiến",
    OpinionStanding.SILENT: "Hết hạn, không có ý kiến",
    OpinionStanding.ENDED: "Kết thúc, không có ý kiến",
}
_HANDLES: Final = ("handle_", "prepare_result")
"""How the elements begin at which somebody handles a case."""


def printed_number(number: int) -> str:
    """Return the number of a slip as printed, '05/PYK-TTPVHCC'."""
    return f"{number:02d}/{SYMBOL}-{DESK}"


def require_handling(case: Case, by: Person, work: UnitOfWork) -> None:
    """Raise unless the case is being handled, and by this person's step.

    Raises:
        CaseNotInState: It is not received yet, waits for its applicant, or has its result.
        OpinionNotYoursToAsk: It is at somebody else's step.
    """
    if case.state is not CaseState.PROCESSING:
        raise CaseNotInState(code=case.code, state=case.state.value)
    instance = work.instances.find_of_document(case.document_id)
    items = work.work_items.open_of(instance.id) if instance else ()
    if not any(item.element_id.startswith(_HANDLES) and access.may_act(by, item) for item in items):
        raise OpinionNotYoursToAsk


def may_ask(case: Case, by: Person, work: UnitOfWork) -> bool:
    """Say whether the person may ask other agencies about the case now."""
    try:
        require_handling(case, by, work)
    except (CaseNotInState, OpinionNotYoursToAsk):
        return False
    return True


def most_half_days(case: Case, calendar: WorkCalendar, at: datetime) -> int:
    """Return how many half days an opinion may take: what is left of the case's own time, one at least."""
    return max(1, half_days_between(calendar, at, case.due)) if case.due and case.due > at else 1


def asking_page(file: CaseFile, opinion: CaseOpinion, to: Sequence[str], given_by: str) -> SlipPage:
    """Return the slip that asks; it names the case and nobody who handed it in, whom the files may name."""
    settings, day = file.procedure.settings, office_date(opinion.due)
    whole = opinion.due == end_of_day(day)
    until = f"Hết ngày {day:%d/%m/%Y}" if whole else f"Hết buổi sáng ngày {day:%d/%m/%Y}"
    return SlipPage(
        agency=file.agency,
        parent=file.parent,
        number_line=f"Số: {opinion.number}",
        date_line=date_line(file.place, office_date(opinion.asked_at)),
        title=TITLE,
        facts=(
            ("Kính gửi", "; ".join(to)),
            ("Mã hồ sơ", file.case.code),
            ("Thủ tục", f"{settings.name} (mã {settings.code})"),
            ("Nội dung lấy ý kiến", opinion.question),
            ("Tệp gửi kèm", "; ".join(one.name for one in opinion.files) or "Không"),
            ("Đề nghị trả lời", until),
        ),
        sentences=("Hết thời hạn trên mà chưa có ý kiến, cơ quan chủ trì ghi nhận và tiếp tục giải quyết hồ sơ",),
        given_by=given_by,
    )


def opinion_line(opinion: CaseOpinion, agency: str) -> tuple[str, ...]:
    """Return the line of the control slip that tells of an agency that was asked, as a step is told of there."""
    ended = opinion.answered_at or opinion.ended_at
    return (
        f"Lấy ý kiến {agency}, phiếu {opinion.number}",
        printed_half_days(opinion.half_days),
        printed_moment(opinion.asked_at),
        printed_moment(ended),
        agency,
        _standing(opinion),
    )


def opinion_sentences(opinion: CaseOpinion, agency: str) -> tuple[str, ...]:
    """Return what an agency was asked and what it answered, in words and with the names of the files, for the slip."""
    asked = f"Phiếu {opinion.number} gửi {agency}: {_whole(opinion.question)}{_files(opinion.files)}"
    if opinion.view is None:
        return (asked,)
    said = f": {_whole(opinion.text)}" if opinion.text else ""
    return (asked, f"{agency} trả lời: {_standing(opinion).lower()}{said}{_files(opinion.answer_files)}")


def _standing(opinion: CaseOpinion) -> str:
    if opinion.view is None:
        return _STANDINGS[opinion.standing]
    view = "Đồng ý" if opinion.view is View.AGREED else "Không đồng ý"
    return f"{view}, quá hạn" if opinion.came_late else view


def _whole(text: str) -> str:
    """Return a text of several lines as one, without the mark at its end."""
    return " ".join(text.split()).rstrip(".;")


def _files(files: Sequence[OpinionFile]) -> str:
    return f" (kèm theo: {'; '.join(one.name for one in files)})" if files else ""


def readable_opinion(opinion_id: CaseOpinionId, by: Person, work: UnitOfWork) -> CaseOpinion:
    """Return it for whoever may read the case, or the question where it arrived. Raises CaseOpinionNotFound."""
    opinion = work.case_opinions.get(opinion_id)
    documents = (opinion.document_id, work.cases.get(opinion.case_id).document_id)
    try:
        allowed = any(access.may_read(by, work.documents.get(one)) for one in documents)
    except DocumentNotFound:
        allowed = False
    if not allowed:
        raise CaseOpinionNotFound
    return opinion


def answering_item(opinion: CaseOpinion, work: UnitOfWork) -> WorkItem | None:
    """Return the open work item in which the agency gives its opinion; None before and after."""
    instance = work.instances.find_of_document(opinion.document_id)
    items = work.work_items.open_of(instance.id) if instance else ()
    return next((item for item in items if item.element_id == ANSWERS), None)


def file_of_opinion(opinion: CaseOpinion, file_id: FileId) -> OpinionFile:
    """Return the file that went with the question or the answer. Raises CaseOpinionNotFound."""
    found = next((one for one in (*opinion.files, *opinion.answer_files) if one.file_id == file_id), None)
    if found is None:
        raise CaseOpinionNotFound
    return found


def end_open(case: Case, *, by: PersonId, at: datetime, work: UnitOfWork) -> None:
    """End what is still asked about a locked case that is settled; the agencies that were asked are told by the worker.

    Whoever has sent an answer before keeps it on record; nobody waits for the others any more.
    """
    for opinion in work.case_opinions.lock_open(case.id):
        work.case_opinions.save(opinion.ended(at))
        work.record(
            CaseOpinionEnded(
                by=by,
                at=at,
                agency_id=case.agency_id,
                case_id=case.id,
                case_opinion_id=opinion.id,
                asked_agency=opinion.agency_id,
            )
        )
        _tell(opinion, work)


def _tell(opinion: CaseOpinion, work: UnitOfWork) -> None:
    correlation = str(opinion.id)
    if not work.messages.waiting(opinion.agency_id, SendingKind.MESSAGE, ENDED, correlation):
        return
    sending = Sending(
        id=work.new_id(),
        agency_id=opinion.agency_id,
        name=ENDED,
        correlation=correlation,
        payload=json.dumps({"opinion_id": correlation}),
    )
    work.jobs.defer(_PASS_MESSAGE, sending.arguments())


def tell_asker(opinion: CaseOpinion, case: Case, template: str, at: datetime, work: UnitOfWork) -> None:
    """Tell whoever asked how it stands; the place 'agency' of the sentence is filled with who was asked."""
    news = News(
        agency_id=case.agency_id,
        kind=NoticeKind.WATCH,
        source=f"case_opinion:{opinion.id}:{opinion.standing.value}",
        template=template,
        facts={"agency": work.people.get_agency(opinion.agency_id).name, "case": case.code},
        path=f"/cases/{case.id}",
        document_id=case.document_id,
    )
    notify([opinion.asked_by], news, at=at, work=work)
