"""Who signs a document and who initialled it, as answers show them."""

from datetime import datetime
from typing import Any

from api.rest.answers import Answer, Names, PersonRef
from engine.documents import OutgoingDocument
from engine.ports import UnitOfWork
from engine.signatories import InitialKind
from engine.signing_places import SignerStanding, SignerState, signers_standing


class SignerAnswer(Answer):
    """One who signs, in the order of the fields; `state` says how far that is, `next` whose turn it is."""

    person: PersonRef | None
    field: str
    capacity: str | None
    countersigns: bool
    state: SignerState
    signed_at: datetime | None
    signed_by: PersonRef | None


class InitialAnswer(Answer):
    """An initial (ký nháy): who checked the content or the form of which file."""

    kind: InitialKind
    by: PersonRef | None
    at: datetime
    file_id: str


def signing_parts(document: OutgoingDocument | None, names: Names, work: UnitOfWork) -> dict[str, Any]:
    """Return the parts of an answer that say who signs an outgoing document, how far each is, and who initialled it."""
    if document is None:
        return {"signers": [], "in_order": None, "collective": None, "initials": []}
    return {
        "signers": [_signer(one, names) for one in signers_standing(document, work)],
        "in_order": document.in_order,
        "collective": document.collective,
        "initials": [
            InitialAnswer(kind=one.kind, by=names.person(one.by), at=one.at, file_id=one.file_id)
            for one in document.initials
        ],
    }


def _signer(one: SignerStanding, names: Names) -> SignerAnswer:
    return SignerAnswer(
        person=names.person(one.place.person),
        field=one.place.field,
        capacity=one.place.capacity,
        countersigns=one.place.countersigns,
        state=one.state,
        signed_at=one.signed_at,
        signed_by=names.person(one.signed_by) if one.signed_by else None,
    )
