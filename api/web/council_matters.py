"""What a document has before councils, and what waits for a member's ballot, as several pages show it."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.web.desk import Desk
from engine import access
from engine.conducting import may_know
from engine.council_sessions import Matter, MatterState
from engine.council_votes import Motion, MotionState
from engine.councils import Council
from engine.documents import Document
from engine.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Treated:
    """A matter put to a council about a document, as the page shows it.

    Attributes:
        knows: Whether the person may open the pages of the council.
        motion: The vote that was counted, None before.
        minutes: Its minutes once they are made, where the person may read them.
    """

    matter: Matter
    council: Council
    knows: bool
    motion: Motion | None
    minutes: Document | None


def matters_of(document: Document, desk: Desk, work: UnitOfWork) -> Sequence[Treated]:
    """Return what was put to councils about the document: all to who may know of the council, else what was decided."""
    matters = work.council_sessions.matters_about(document.id)
    councils = {one: work.councils.get(one) for one in {matter.council_id for matter in matters}}
    known = {key: may_know(desk.person, council) for key, council in councils.items()}
    return [
        _treated(matter, councils[matter.council_id], knows=known[matter.council_id], desk=desk, work=work)
        for matter in matters
        if known[matter.council_id] or matter.state is MatterState.DECIDED
    ]


def _treated(matter: Matter, council: Council, *, knows: bool, desk: Desk, work: UnitOfWork) -> Treated:
    is_decided = matter.state is MatterState.DECIDED
    motions = work.council_sessions.motions_on(matter.id) if is_decided else ()
    called = work.instances.called_by(matter.instance_id) if is_decided else ()
    minutes = work.documents.get(called[-1].document_id) if called else None
    return Treated(
        matter=matter,
        council=council,
        knows=knows,
        motion=next((one for one in reversed(motions) if one.state is MotionState.CLOSED), None),
        minutes=minutes if minutes is not None and access.may_read(desk.person, minutes) else None,
    )


def waiting_votes(desk: Desk, work: UnitOfWork) -> Sequence[tuple[Motion, Matter]]:
    """Return the open votes in which the person's ballot is missing, with what each is about, the oldest first."""
    store = work.council_sessions
    return [(motion, store.get_matter(motion.matter_id)) for motion in store.open_for(desk.person.id)]
