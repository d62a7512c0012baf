"""What a document has before councils, and what waits for a member's ballot, as several pages show it."""

from collections.abc import Sequence

from api.web.desk import Desk
from engine.conducting import may_know
from engine.council_sessions import Matter
from engine.council_votes import Motion
from engine.documents import Document
from engine.ports import UnitOfWork


def matters_of(document: Document, desk: Desk, work: UnitOfWork) -> Sequence[Matter]:
    """Return what was put to councils about the document, as far as the person may know of these councils."""
    matters = work.council_sessions.matters_about(document.id)
    known = {one: may_know(desk.person, work.councils.get(one)) for one in {matter.council_id for matter in matters}}
    return [matter for matter in matters if known[matter.council_id]]


def waiting_votes(desk: Desk, work: UnitOfWork) -> Sequence[tuple[Motion, Matter]]:
    """Return the open votes in which the person's ballot is missing, with what each is about, the oldest first."""
    store = work.council_sessions
    return [(motion, store.get_matter(motion.matter_id)) for motion in store.open_for(desk.person.id)]
