"""A council at work in tests: matters put to it, sessions, votes; each step by the real action."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from engine import procedures
from engine.actions.cast_ballot import CastBallot, cast_ballot
from engine.actions.close_vote import close_vote
from engine.actions.convene_session import ConveneSession, convene_session
from engine.actions.declare_interest import DeclareInterest, declare_interest
from engine.actions.end_session import EndSession, end_session
from engine.actions.mark_attendance import MarkAttendance, mark_attendance
from engine.actions.open_session import OpenSession, open_session
from engine.actions.open_vote import open_vote
from engine.call_events import InstanceStarted
from engine.council_sessions import CouncilSession, Interest, Matter, SessionForm
from engine.council_votes import Ballot, Choice, Motion
from engine.councils import Council
from engine.deadlines import office_date
from engine.errors import VanthuError
from engine.events import Private
from engine.ids import SYSTEM, DocumentId
from tests.support.house import Crowd, NewHouse, jobs_of
from tests.support.office import Office

MEMBERS = tuple(f"hd{number}" for number in range(1, 10))
CHAIR, SECRETARY = "hd1", "hd9"


@pytest.fixture(scope="module")
def chamber(
    request: pytest.FixtureRequest, new_house: NewHouse, people: Crowd, tmp_path_factory: pytest.TempPathFactory
) -> Iterator["Chamber"]:
    """The council in a house of the module's own."""
    name = request.module.__name__.rpartition(".")[2]
    with new_house(name, tmp_path_factory.mktemp(name)) as house, jobs_of(house) as run_jobs:
        yield Chamber(office=Office(house=house, people=people, run_jobs=run_jobs))


def refused(kind: type[VanthuError], act: Callable[[], object]) -> None:
    """See that what is done is refused so."""
    with pytest.raises(kind):
        act()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chamber:
    """The province's council for new rural areas, as its secretary, its members and the machine act on it."""

    office: Office
    purpose: str = "ntm"

    @property
    def now(self) -> datetime:
        """The moment of the house."""
        return self.office.house.services.clock()

    @property
    def council(self) -> Council:
        """The council in office."""
        with self.office.house.services.begin() as work:
            found = work.councils.find_for(self.office.people[CHAIR].agency_id, self.purpose, office_date(self.now))
        assert found is not None
        return found

    def put(self, document_id: DocumentId | None = None, form: str = "meeting", **more: str) -> Matter:
        """Have a procedure put a question about a document, else about a new one, to the council."""
        about = document_id or self.office.register().document.id
        services = self.office.house.services
        with services.begin() as work:
            definition = work.definitions.find_active("review")
            assert definition is not None
            given = {"council": self.purpose, "question": "Công nhận xã Hoằng Thử đạt chuẩn", "form": form, **more}
            move = procedures.start_by_message(
                definition, work.documents.lock(about), given, by=SYSTEM, at=self.now, work=work
            )
            work.record(
                InstanceStarted(
                    by=SYSTEM,
                    at=self.now,
                    agency_id=move.document.agency_id,
                    instance_id=move.instance.id,
                    document_id=about,
                    definition_id=definition.id,
                    name="review",
                    correlation=Private(value=""),
                    payload=Private(value=""),
                    sender=None,
                    effects=(),
                )
            )
            return work.council_sessions.matters_about(about)[-1]

    def convene(self, *matters: Matter, by: str = SECRETARY, **changes: Any) -> CouncilSession:
        """Convene a session for now."""
        request = {"at": self.now, "place": "Phòng họp số 2", **changes}
        with self.office.house.services.begin() as work:
            made = ConveneSession(council_id=self.council.id, matters=[matter.id for matter in matters], **request)
            return convene_session(made, by=self.office.people[by], at=self.now, work=work)

    def write(self, *matters: Matter, days: int = 5) -> CouncilSession:
        """Ask for opinions in writing until so many days from now."""
        until = self.now + timedelta(days=days)
        return self.convene(*matters, form=SessionForm.WRITTEN, until=until, place="")

    def open(self, session: CouncilSession, present: Iterable[str], presiding: str = CHAIR) -> CouncilSession:
        """Call the roll."""
        here = [self.office.people[name].id for name in present]
        request = OpenSession(session_id=session.id, present=here, presiding=self.office.people[presiding].id)
        with self.office.house.services.begin() as work:
            return open_session(request, by=self.office.people[SECRETARY], at=self.now, work=work)

    def mark(self, session: CouncilSession, member: str, *, is_present: bool) -> CouncilSession:
        """Note that somebody came or left."""
        request = MarkAttendance(session_id=session.id, member=self.office.people[member].id, is_present=is_present)
        with self.office.house.services.begin() as work:
            return mark_attendance(request, by=self.office.people[SECRETARY], at=self.now, work=work)

    def declare(self, session: CouncilSession, matter: Matter, member: str, by: str | None = None) -> Interest:
        """Declare an interest, for oneself or as *by*."""
        request = DeclareInterest(
            session_id=session.id,
            matter_id=matter.id,
            member=self.office.people[member].id,
            reason="Là người thân của Chủ tịch xã",
        )
        with self.office.house.services.begin() as work:
            return declare_interest(request, by=self.office.people[by or member], at=self.now, work=work)

    def vote(self, session: CouncilSession, matter: Matter, by: str = SECRETARY) -> Motion:
        """Put the matter to the vote."""
        with self.office.house.services.begin() as work:
            return open_vote(session.id, matter.id, by=self.office.people[by], at=self.now, work=work)

    def cast(self, motion: Motion, member: str, choice: Choice = Choice.AGREE, opinion: str = "") -> Motion:
        """Cast a member's ballot."""
        request = CastBallot(motion_id=motion.id, choice=choice, opinion=opinion)
        return cast_ballot(request, by=self.office.people[member], services=self.office.house.services)

    def close(self, motion: Motion, by: str = SECRETARY) -> Motion:
        """Count the ballots."""
        return close_vote(motion.id, by=self.office.people[by], services=self.office.house.services)

    def end(self, session: CouncilSession, reason: str = "") -> CouncilSession:
        """Close the session, or adjourn it with a reason."""
        request = EndSession(session_id=session.id, reason=reason)
        with self.office.house.services.begin() as work:
            return end_session(request, by=self.office.people[SECRETARY], at=self.now, work=work)

    def in_session(self, present: Iterable[str] = MEMBERS, **changes: Any) -> tuple[CouncilSession, Matter]:
        """Return an open session with one matter on its agenda."""
        matter = self.put()
        return self.open(self.convene(matter, **changes), present), matter

    def matter(self, matter: Matter) -> Matter:
        """Return the matter as it is now."""
        with self.office.house.services.begin() as work:
            return work.council_sessions.get_matter(matter.id)

    def motions(self, session: CouncilSession) -> list[Motion]:
        """Return the votes of a session."""
        with self.office.house.services.begin() as work:
            return list(work.council_sessions.motions_of(session.id))

    def ballots(self, motion: Motion) -> list[Ballot]:
        """Return the ballots as they are kept now."""
        with self.office.house.services.begin() as work:
            return list(work.council_sessions.ballots(motion.id))
