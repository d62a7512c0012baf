"""Watchers (người theo dõi): who asked to be told of what happens to a document they may read."""

from engine import access
from engine.documents import Document
from engine.people import Person
from engine.ports import UnitOfWork


def watchers_of(document: Document, work: UnitOfWork) -> tuple[Person, ...]:
    """Return the people who watch the document and may read it still, in the order of the agency's people."""
    watching = work.watches.of_documents([document.id]).get(document.id)
    if not watching:
        return ()
    people = work.people.of_agency(document.agency_id)
    return tuple(person for person in people if person.id in watching and access.may_read(person, document))
