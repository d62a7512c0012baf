"""The meeting that proposes recognition, on a page: those recorded, and the form for another one."""

from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import HouseDep, WorkDep
from api.problems import status_of
from api.web import dossier_words
from api.web.desk import Desk, DeskDep
from api.web.dossiers import may_compose, readable
from api.web.forms import Form, FormDep, Typed, id_of
from api.web.names import names_of
from api.web.uploads import Counter, take_one
from api.web.words import msgid
from engine import assessing
from engine.actions.record_proposal_meeting import RecordProposalMeeting, record_proposal_meeting
from engine.deadlines import VIETNAM
from engine.errors import Conflict, Invalid
from engine.ids import DossierId, FileId
from engine.ports import UnitOfWork
from engine.proposal_meetings import share_text, wanted_by

router = APIRouter()

LABELS: Final[Mapping[str, str]] = {
    "held_at": msgid("Beginning"),
    "place": msgid("Place"),
    "chair": msgid("Chair (name and post)"),
    "secretary": msgid("Secretary (name and post)"),
    "present": msgid("How many were present"),
    "agreed": msgid("How many agreed"),
    "disagreed": msgid("How many disagreed"),
    "said": msgid("What was discussed, for the minutes"),
    "file": msgid("Minutes, if they are made already (PDF)"),
}


@router.get("/dossiers/{dossier_id}/meetings")
def show(desk: DeskDep, work: WorkDep, dossier_id: str) -> Response:
    """Show the meetings of a dossier, and the form for one."""
    local = desk.at.astimezone(VIETNAM)
    form = Typed.of(LABELS, desk.language, held_at=f"{local:%Y-%m-%dT%H:%M}")
    return _page(dossier_id, form, desk, work)


def _page(dossier_id: str, form: Typed, desk: Desk, work: UnitOfWork, status: int = 200) -> Response:
    dossier = readable(dossier_id, desk, work)
    rules = assessing.rules_of(dossier, work)
    return desk.page(
        "dossiers/meetings.html",
        status=status,
        dossier=dossier,
        meetings=work.proposal_meetings.of_dossier(dossier.id),
        form=form,
        composing=may_compose(dossier, desk),
        needed=f"{share_text(wanted_by(rules.set))}%",
        from_memory=rules.set.shares.meeting is None,
        names=names_of(desk.person.agency_id, work, desk.speaks("the machine")),
        terms=dossier_words,
    )


@router.post("/dossiers/{dossier_id}/meetings")
def record(desk: DeskDep, form: FormDep, house: HouseDep, dossier_id: str) -> Response:
    """Record a meeting with its minutes, or say what is wrong."""
    services, key = house.services, DossierId(id_of(dossier_id))
    limit = house.settings.max_upload_mb
    counter = Counter(by=desk.person, services=services, limit_mb=limit, language=desk.language)
    try:
        kept = take_one(form, "file", counter) if form.files("file") else None
        request = _request(key, form, kept.id if kept else None)
        meeting = record_proposal_meeting(request, by=desk.person, services=services)
    except (Invalid, Conflict) as refusal:
        again = Typed.of(LABELS, desk.language).typed(form).refused(refusal, desk.language, {"file_id": "file"})
        with services.begin() as work:
            return _page(dossier_id, again, desk, work, status_of(refusal))
    return desk.to(f"/dossiers/{key}/meetings", "meeting_recorded", percent=meeting.percent_text)


def _request(key: DossierId, form: Form, file_id: FileId | None) -> RecordProposalMeeting:
    return RecordProposalMeeting(
        dossier_id=key,
        held_at=form.moment("held_at"),
        place=form.text("place"),
        chair=form.text("chair"),
        secretary=form.text("secretary"),
        present=form.number("present"),
        agreed=form.number("agreed"),
        disagreed=form.number("disagreed"),
        said=form.text("said"),
        file_id=file_id,
    )
