"""What the engine needs of storage for councils; the words are those of engine.ports."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Protocol

from engine.council_sessions import CouncilSession, Interest, Matter
from engine.council_votes import Ballot, Motion
from engine.councils import Council
from engine.ids import AgencyId, CouncilId, CouncilSessionId, DocumentId, MatterId, MotionId, PersonId
from engine.queries import Page, PageRequest


class Councils(Protocol):
    """Councils with their members."""

    def get(self, council_id: CouncilId) -> Council:
        """Return the council, or raise CouncilNotFound."""

    def find_for(self, agency_id: AgencyId, purpose: str, day: date) -> Council | None:
        """Return the agency's council for a purpose that is in office on this day, the last founded; or None."""

    def search(self, agency_id: AgencyId, page: PageRequest, *, of: PersonId | None = None) -> Page[Council]:
        """Return a page of the agency's councils, the newest first; with *of* only those this person sits in."""

    def add(self, council: Council) -> None:
        """Keep a new one."""

    def save(self, council: Council) -> None:
        """Keep its last day; raises CouncilMoved if its rev is not the next one."""


class CouncilSessions(Protocol):
    """Sessions, what is on their agendas, and the votes in them. Who changes any of it holds the session."""

    def get(self, session_id: CouncilSessionId) -> CouncilSession:
        """Return the session, or raise SessionNotFound."""

    def lock(self, session_id: CouncilSessionId) -> CouncilSession:
        """Return the session, for changing it and all that is in it; or raise SessionNotFound."""

    def of_council(self, council_id: CouncilId, page: PageRequest) -> Page[CouncilSession]:
        """Return a page of its sessions, the newest first."""

    def add(self, session: CouncilSession) -> None:
        """Keep a new one."""

    def save(self, session: CouncilSession) -> None:
        """Keep the new value of a locked one."""

    def get_matter(self, matter_id: MatterId) -> Matter:
        """Return the matter with the interests declared in it, or raise MatterNotFound."""

    def lock_matters(self, matter_ids: Collection[MatterId]) -> Sequence[Matter]:
        """Return those of these matters that are there, for changing, by their ids."""

    def matters_of(self, session_id: CouncilSessionId) -> Sequence[Matter]:
        """Return what is on its agenda, in the order it was put to the council."""

    def agenda_of(self, session: CouncilSession) -> Sequence[Matter]:
        """Return what was put on its agenda, also what waits for, or is on, another session now."""

    def written_until(self, moment: datetime) -> Sequence[CouncilSession]:
        """Return the open sessions whose written opinions are due by this moment."""

    def waiting(self, council_id: CouncilId) -> Sequence[Matter]:
        """Return what waits for a session of the council, the oldest first."""

    def matters_about(self, document_id: DocumentId) -> Sequence[Matter]:
        """Return what was put to a council about the document, the oldest first."""

    def add_matter(self, matter: Matter) -> None:
        """Keep a new one."""

    def save_matter(self, matter: Matter) -> None:
        """Keep how far it is."""

    def add_interest(self, matter_id: MatterId, interest: Interest) -> None:
        """Keep an interest; a second one of the same member says nothing new and changes nothing."""

    def get_motion(self, motion_id: MotionId) -> Motion:
        """Return the vote, or raise MotionNotFound."""

    def motions_of(self, session_id: CouncilSessionId) -> Sequence[Motion]:
        """Return the votes of the session, the oldest first."""

    def motions_on(self, matter_id: MatterId) -> Sequence[Motion]:
        """Return the votes on a matter, the oldest first."""

    def open_for(self, person_id: PersonId) -> Sequence[Motion]:
        """Return the open votes in which this member may cast a ballot now and has not: in the room, or in writing."""

    def add_motion(self, motion: Motion) -> None:
        """Keep a new one."""

    def save_motion(self, motion: Motion) -> None:
        """Keep it as counted, or void."""

    def ballots(self, motion_id: MotionId) -> Sequence[Ballot]:
        """Return who cast a ballot, in no order that says when, with what it says as far as that is kept."""

    def cast(self, ballot: Ballot) -> bool:
        """Keep a ballot; say whether this member had none in this vote before."""

    def burn(self, motion_id: MotionId) -> None:
        """Remove what the secret ballots of a vote say; who cast one stays known."""
