"""Record the meeting that proposes recognition, with its minutes: uploaded ones, or a PDF made of what is said here."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

from engine import assessing, dossier_access
from engine.dossier_events import DossierFileAdded
from engine.dossiers import Dossier, PartFile
from engine.drafts import FieldChecks
from engine.errors import FieldError
from engine.files import PDF, StoredFile
from engine.ids import DossierId, FileId
from engine.neighbours import Services
from engine.people import Agency, Person
from engine.ports import UnitOfWork
from engine.proposal_meetings import (
    FILE_NAME,
    MAX_NAME,
    MAX_NOTE,
    MAX_PLACE,
    PART,
    MeetingInvalid,
    MeetingMinutes,
    ProposalMeeting,
    errors_in,
    wanted_by,
)
from engine.queries import Once
from engine.survey_events import ProposalMeetingRecorded


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordProposalMeeting:
    """A meeting to be recorded; *file_id* are minutes that exist, None has them made."""

    dossier_id: DossierId
    held_at: datetime | None
    place: str
    chair: str
    secretary: str
    present: int
    agreed: int
    disagreed: int
    said: str = ""
    file_id: FileId | None = None
    once: Once | None = None


def record_proposal_meeting(request: RecordProposalMeeting, *, by: Person, services: Services) -> ProposalMeeting:
    """Keep the meeting, and its minutes in their part of the dossier.

    Raises:
        DossierNotFound, NotAllowed: The dossier is not theirs to compose.
        DossierFrozen: It was submitted.
        MeetingInvalid: Some facts cannot be; all are named.
        PartUnknown: It is of a kind that has no such meeting.
        LetterUnprintable: The text has characters that cannot be printed.
    """
    with services.begin() as work:
        if request.once and work.requests.find(by.id, request.once):
            return work.proposal_meetings.of_dossier(request.dossier_id)[0]
        at = services.clock()
        dossier = work.dossiers.get(request.dossier_id)
        _check(request, dossier, by, at, work)
        agency = work.people.get_agency(dossier.agency_id)
        wanted = wanted_by(assessing.rules_of(dossier, work).set)
    made = None if request.file_id else _minutes(request, dossier, (agency, wanted), by, services)
    with services.begin() as work:
        dossier = work.dossiers.lock(request.dossier_id)
        _check(request, dossier, by, at, work)
        if made is not None:
            work.files.add(made)
        file_id = made.id if made is not None else request.file_id
        assert file_id is not None  # noqa: S101  one of the two is there
        meeting = replace(_meeting(request, file_id, by, at, work), wanted=wanted)
        _keep(meeting, dossier, work)
        if request.once:
            work.requests.remember(by.id, request.once, dossier.id, at)
        return meeting


def _check(request: RecordProposalMeeting, dossier: Dossier, by: Person, at: datetime, work: UnitOfWork) -> None:
    dossier_access.require_compose(by, dossier, work)
    dossier.require_open()
    dossier.get_part(PART)
    check = FieldChecks()
    for name, most in (("place", MAX_PLACE), ("chair", MAX_NAME), ("secretary", MAX_NAME)):
        check.text(name, getattr(request, name), most)
    if request.held_at is None or request.held_at > at:
        check.add("held_at", "future", "Give the moment at which the meeting began; it cannot lie ahead.")
    if len(request.said) > MAX_NOTE:
        check.add("said", "too_long", "At most 5000 characters.")
    if request.file_id is not None:
        check.known_file("file_id", request.file_id, by, work)
    errors: list[FieldError] = [*check.found, *errors_in(request.present, request.agreed, request.disagreed)]
    if not errors and request.file_id is not None and work.files.get(request.file_id).media_type != PDF:
        errors.append(FieldError(field="file_id", code="not_a_pdf", message="Minutes are a PDF file."))
    if errors:
        raise MeetingInvalid(errors=errors)


def _minutes(
    request: RecordProposalMeeting, dossier: Dossier, under: tuple[Agency, Decimal], by: Person, services: Services
) -> StoredFile:
    agency, wanted = under
    assert request.held_at is not None  # noqa: S101  checked before
    minutes = MeetingMinutes(
        subject=dossier.subject,
        held_at=request.held_at,
        place=request.place.strip(),
        chair=request.chair.strip(),
        secretary=request.secretary.strip(),
        present=request.present,
        agreed=request.agreed,
        disagreed=request.disagreed,
        said=request.said.replace("\0", " "),
        wanted=wanted,
    )
    letter = minutes.letter(agency.name, agency.parent_name, agency.place)
    letter.require_complete()
    rendered = services.pdfs.render(letter)
    fields = services.pdfs.prepare_fields(rendered.content, rendered.layout)
    dated = services.pdfs.fill_number(fields, "Số:        /BB", minutes.dated(agency.place))
    return services.put_pdf(dated, by=by.id, agency_id=by.agency_id)


def _meeting(
    request: RecordProposalMeeting, file_id: FileId, by: Person, at: datetime, work: UnitOfWork
) -> ProposalMeeting:
    assert request.held_at is not None  # noqa: S101  checked before
    newest = work.proposal_meetings.find_newest(request.dossier_id)
    return ProposalMeeting(
        dossier_id=request.dossier_id,
        ordinal=newest.ordinal + 1 if newest else 1,
        held_at=request.held_at.astimezone(UTC),
        place=request.place.strip(),
        chair=request.chair.strip(),
        secretary=request.secretary.strip(),
        present=request.present,
        agreed=request.agreed,
        disagreed=request.disagreed,
        said=request.said.replace("\0", " ").strip(),
        file_id=file_id,
        recorded_at=at,
        recorded_by=by.id,
    )


def _keep(meeting: ProposalMeeting, dossier: Dossier, work: UnitOfWork) -> None:
    by, at = meeting.recorded_by, meeting.recorded_at
    work.proposal_meetings.add(meeting)
    file = PartFile(file_id=meeting.file_id, name=FILE_NAME, added_at=at, added_by=by)
    if all(known.file_id != file.file_id for known in dossier.get_part(PART).files):
        changed = dossier.with_file(PART, file)
        work.dossiers.add_file(dossier.id, PART, file)
        work.dossiers.save(changed)
        work.record(
            DossierFileAdded(
                by=by, at=at, agency_id=dossier.agency_id, dossier_id=dossier.id, part=PART, file_id=file.file_id
            )
        )
    work.record(
        ProposalMeetingRecorded(
            by=by,
            at=at,
            agency_id=dossier.agency_id,
            dossier_id=dossier.id,
            meeting=meeting.ordinal,
            present=meeting.present,
            agreed=meeting.agreed,
            disagreed=meeting.disagreed,
            passed=meeting.passed,
            file_id=meeting.file_id,
        )
    )
