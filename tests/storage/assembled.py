"""A council, and a circulated document, with a row in each of their tables."""

from engine.circulations import Addressee, Ask, Circulation, CirculationAnswer
from engine.council_sessions import (
    BallotKind,
    CouncilSession,
    Interest,
    Matter,
    MatterState,
    SessionForm,
    SessionState,
)
from engine.council_votes import Ballot, Choice, Motion
from engine.councils import Council, Member, MemberFunction
from engine.ids import CirculationId, CouncilId, CouncilSessionId, MatterId, MotionId
from engine.ports import UnitOfWork
from tests.storage.builders import NOON, TODAY, Desk, new_id


def fill_councils(work: UnitOfWork, desk: Desk) -> None:
    """Keep a council in session, with an open vote and a ballot in it."""
    clerk, agency_id = desk.office.person("clerk").id, desk.office.agency.id
    session = a_council_session(work, desk)
    matter = Matter(
        id=MatterId(new_id()),
        council_id=session.council_id,
        agency_id=agency_id,
        document_id=desk.document.id,
        instance_id=desk.instance.id,
        question="Công nhận xã",
        asked_at=NOON,
        state=MatterState.CONVENED,
        session_id=session.id,
    )
    motion = Motion(
        id=MotionId(new_id()),
        session_id=session.id,
        matter_id=matter.id,
        agency_id=agency_id,
        ballot=BallotKind.OPEN,
        presiding=clerk,
        opened_by=clerk,
        opened_at=NOON,
    )
    work.council_sessions.add_matter(matter)
    work.council_sessions.add_interest(
        matter.id, Interest(person_id=clerk, reason="Người thân", declared_by=clerk, declared_at=NOON)
    )
    work.council_sessions.add_motion(motion)
    work.council_sessions.cast(Ballot(motion_id=motion.id, person_id=clerk, at=NOON, choice=Choice.AGREE))


def a_council_session(work: UnitOfWork, desk: Desk) -> CouncilSession:
    """Return the kept open session of a kept council of one."""
    clerk, agency_id = desk.office.person("clerk").id, desk.office.agency.id
    council = Council(
        id=CouncilId(new_id()),
        agency_id=agency_id,
        name="Hội đồng",
        purpose="ntm",
        basis="QĐ 1",
        members=(Member(person_id=clerk, function=MemberFunction.CHAIR),),
        valid_from=TODAY,
        created_by=clerk,
        created_at=NOON,
    )
    session = CouncilSession(
        id=CouncilSessionId(new_id()),
        council_id=council.id,
        agency_id=agency_id,
        at=NOON,
        place="Phòng họp",
        form=SessionForm.MEETING,
        ballot=BallotKind.OPEN,
        convened_by=clerk,
        convened_at=NOON,
        presiding=clerk,
        state=SessionState.OPEN,
        present=frozenset({clerk}),
        opened_at=NOON,
    )
    work.councils.add(council)
    work.council_sessions.add(session)
    return session


def fill_circulations(work: UnitOfWork, desk: Desk) -> None:
    """Keep a circulated document that was read and answered."""
    clerk, agency_id = desk.office.person("clerk").id, desk.office.agency.id
    circulation = Circulation(
        id=CirculationId(new_id()),
        agency_id=agency_id,
        document_id=desk.document.id,
        asks=Ask.ANSWER,
        note="Báo cáo",
        begun_by=clerk,
        begun_at=NOON,
    )
    work.circulations.add(circulation, [Addressee(circulation_id=circulation.id, agency_id=agency_id)])
    work.circulations.add_reading(circulation.id, clerk, NOON)
    work.circulations.add_answer(
        CirculationAnswer(circulation_id=circulation.id, agency_id=agency_id, by=clerk, at=NOON, text="Đã làm")
    )
