"""What a procedure does with a council: put a matter to it, take it back, read the result, make the minutes."""

from typing import Final
from uuid import UUID

from engine import access, council_sessions
from engine.competence import Competence, Matter
from engine.council_sessions import MatterState, SessionForm
from engine.council_votes import Motion, MotionState
from engine.councils import NoCouncil
from engine.deadlines import office_date
from engine.documents import OutgoingDocument, OutgoingState, Urgency, Version, VersionKind
from engine.drafts import Draft, Further, Signer, compose, find_signer, make_letter
from engine.files import StoredFile
from engine.ids import DocumentId, MatterId
from engine.letters import Authority
from engine.minutes import CHAIR, SECRETARY, Minutes, NothingToMinute
from engine.operations.jobs import Finish, Job
from engine.operations.move import Data, Move, OperationMisplaced
from engine.people import Person, Unit
from engine.ports import UnitOfWork
from engine.signatories import Signatory
from engine.signatures import signer_field
from engine.verifications import new_code

MINUTES: Final = "BB"


def put_to_council(move: Move, parameters: Data, data: Data) -> Data:
    """Put the question to the agency's council for this purpose.

    Its members may read the document from now on, and what was issued about it, as the report of the appraisal.

    The result names ``matter_id``, ``council_id``, who is ``secretary`` and ``chair``, and the ``limit`` of the session
    where the procedure was given one: a length of time, as in '10 days'.

    Raises:
        NoCouncil: The agency has none in office for it.
    """
    work, purpose, limit = move.work, str(parameters.get("council") or ""), data.get("limit")
    council = work.councils.find_for(move.instance.agency_id, purpose, office_date(move.at))
    if council is None:
        raise NoCouncil(purpose=purpose)
    matter = council_sessions.Matter(
        id=MatterId(work.new_id()),
        council_id=council.id,
        agency_id=council.agency_id,
        document_id=move.document.id,
        instance_id=move.instance.id,
        question=str(parameters.get("question") or move.document.subject),
        asked_at=move.at,
        form=SessionForm(str(parameters.get("form") or SessionForm.MEETING.value)),
    )
    work.council_sessions.add_matter(matter)
    members = {member.person_id for member in council.members}
    move.document = move.document.read_by(people=members)
    for issued in work.documents.replies_to(move.document.id):
        if issued.agency_id == council.agency_id and issued.state is OutgoingState.ISSUED:
            work.documents.save(work.documents.lock(issued.id).read_by(people=members))
    return {
        "matter_id": str(matter.id),
        "council_id": str(council.id),
        "secretary": str(council.secretary),
        "chair": str(council.chair),
        # Procedures that were under way when limits came call this without one.
        "limit": limit if isinstance(limit, str) else None,
    }


def withdraw_matter(move: Move, parameters: Data, data: Data) -> Data:
    """Take a matter back that waits for a session, once. Raises MatterNotWaiting: it is on an agenda, or decided."""
    sessions = move.work.council_sessions
    for matter in sessions.lock_matters([_matter_id(parameters)]):
        if matter.state is not MatterState.WITHDRAWN:
            sessions.save_matter(matter.withdrawn())
    return {}


def read_council_result(move: Move, parameters: Data, data: Data) -> Data:
    """Return the result of a matter: whether it passed, how many agreed, of how many present and members.

    ``percent`` is a text, cut off after two decimals; ``divided`` says whether opinions differed; ``withdrawn`` that it
    was taken back and never voted on.
    """
    matter = move.work.council_sessions.get_matter(_matter_id(parameters))
    motion = _counted(matter, move.work)
    tally = motion.tally if motion else None
    return {
        "passed": tally is not None and tally.passed,
        "agreed": tally.agreed if tally else 0,
        "present": tally.present if tally else 0,
        "members": tally.members if tally else 0,
        "percent": tally.percent_text if tally else "0",
        "divided": tally is not None and tally.is_divided,
        "withdrawn": matter.state is MatterState.WITHDRAWN,
    }


def make_minutes(job: Job) -> Finish:
    """Make the minutes of a matter that was voted on, an outgoing draft for its chair and secretary to sign.

    The result names ``document_id``, ``unit_id``, ``drafter`` and ``signer``, as `joint_document` is started with.

    Raises:
        NothingToMinute: It was not voted on.
    """
    services = job.services
    with services.begin() as work:
        minutes = _minutes(job, work)
        draft = _draft(minutes, job, work)
        letter = compose(draft, work)
    code, drafter = new_code(services.safe.random), minutes.council.secretary
    file = make_letter(letter, code=code, by=drafter, agency_id=job.document.agency_id, services=services)

    def keep(move: Move) -> Data:
        document = _document(draft, minutes, file, move)
        move.work.files.add(file)
        move.work.documents.add(document)
        move.work.documents.add_version(_first(document))
        move.work.verifications.add_code(document.id, code)
        return {
            "document_id": str(document.id),
            "unit_id": str(document.unit_id),
            "drafter": str(document.drafter),
            "signer": str(document.signer),
        }

    return keep


def _minutes(job: Job, work: UnitOfWork) -> Minutes:
    matter = work.council_sessions.get_matter(_matter_id(job.parameters))
    motion = _counted(matter, work)
    if motion is None or matter.session_id is None or matter.agency_id != job.document.agency_id:
        raise NothingToMinute
    council = work.councils.get(matter.council_id)
    names = {person.id: person.name for person in work.people.of_agency(council.agency_id)}
    return Minutes(
        council=council,
        session=work.council_sessions.get(matter.session_id),
        matter=matter,
        motion=motion,
        ballots=work.council_sessions.ballots(motion.id),
        names=names,
    )


def _draft(minutes: Minutes, job: Job, work: UnitOfWork) -> Draft:
    drafter = work.people.get(minutes.council.secretary)
    unit = _unit(drafter, job.parameters.get("unit_id"), work)
    if unit is None or not access.may(drafter, "draft_document"):
        raise OperationMisplaced(operation="make_minutes", why="the secretary may draft nothing in this unit")
    presiding, at = work.people.get(minutes.motion.presiding), job.services.clock()
    matter = Matter(type=MINUTES, unit_id=unit.id)
    # Both sign in their capacity; by what post they might sign other documents does not stand on minutes.
    in_capacity = Competence(authority=Authority.OWN)
    signatory = Signatory(person=drafter.id, field=signer_field(2), capacity=SECRETARY)
    return Draft(
        type=MINUTES,
        subject=minutes.subject,
        body=minutes.body,
        urgency=0,
        recipients=(),
        others=("Các thành viên Hội đồng",),
        signer=find_signer(presiding, matter, at, work) or Signer(person=presiding, competence=in_capacity),
        unit=unit,
        further=(Further(person=drafter, signatory=signatory, competence=None),),
        capacity=CHAIR,
    )


def _document(draft: Draft, minutes: Minutes, file: StoredFile, move: Move) -> OutgoingDocument:
    return OutgoingDocument(
        id=DocumentId(move.work.new_id()),
        agency_id=file.agency_id,
        type=draft.type,
        subject=draft.subject,
        urgency=Urgency.NORMAL,
        file_id=file.id,
        created_at=move.at,
        created_by=minutes.council.secretary,
        # Who deals with the document has to know what came of it, and goes by it.
        reader_units=move.document.reader_units | {draft.unit.id},
        reader_people=frozenset(member.person_id for member in minutes.council.members),
        drafter=minutes.council.secretary,
        unit_id=draft.unit.id,
        signer=draft.signer.person.id,
        signer_under=draft.signer.competence.by,
        state=OutgoingState.DRAFT,
        body=draft.body,
        others=draft.others,
        further=tuple(one.signatory for one in draft.further),
        in_order=False,
        capacity=draft.capacity,
    )


def _first(document: OutgoingDocument) -> Version:
    return Version(
        document_id=document.id,
        ordinal=1,
        kind=VersionKind.PREPARED,
        file_id=document.file_id,
        made_at=document.created_at,
        made_by=document.created_by,
    )


def _unit(drafter: Person, named: object, work: UnitOfWork) -> Unit | None:
    """Return the unit of this id, else the first of the drafter's own in the order of the agency."""
    own = [unit for unit in work.people.units(drafter.agency_id) if unit.id in drafter.units]
    return next((unit for unit in own if named in (None, "", str(unit.id))), None)


def _counted(matter: council_sessions.Matter, work: UnitOfWork) -> Motion | None:
    found = [motion for motion in work.council_sessions.motions_on(matter.id) if motion.state is MotionState.CLOSED]
    return found[-1] if found else None


def _matter_id(parameters: Data) -> MatterId:
    try:
        return MatterId(UUID(str(parameters.get("matter_id"))))
    except ValueError as cause:
        raise OperationMisplaced(operation="council", why="'matter_id' is no id") from cause
