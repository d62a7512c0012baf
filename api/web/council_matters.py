"""What a document has before councils, as pages of the document and of its work show it."""

from collections.abc import Sequence

from api.web.desk import Desk
from engine.conducting import may_know
from engine.council_sessions import Matter
from engine.documents import Document
from engine.ports import UnitOfWork


def matters_of(document: Document, desk: Desk, work: UnitOfWork) -> Sequence[Matter]:
    """Return what was put to councils about the document, as far as the person may know of these councils."""
    matters = work.council_sessions.matters_about(document.id)
    known = {one: may_know(desk.person, work.councils.get(one)) for one in {matter.council_id for matter in matters}}
    return [matter for matter in matters if known[matter.council_id]]
