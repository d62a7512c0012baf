"""Who may sign a work item, and with whose key; asked wherever the signature is made."""

from datetime import datetime
from typing import Final

from engine import access
from engine.choices import step_of
from engine.definitions import Outcome, SignatureKind
from engine.documents import Document, OutgoingDocument
from engine.ids import PersonId
from engine.people import Person
from engine.ports import UnitOfWork
from engine.signing_places import field_of, require_nobody_signs, require_own
from engine.signings import KeyNotYours, WrongKeyKind
from engine.work_items import WorkItem, WorkItemTakesNoSignature

DEFAULT: Final = "default"
AGENCY: Final = "agency"


def require_may_sign(
    item: WorkItem, document: Document, by: Person, at: datetime, work: UnitOfWork
) -> tuple[Outcome, str]:
    """Return the outcome that is given by signing the item, and the field it is signed in.

    Raises:
        WorkItemNotOpen: It is done, or being signed.
        WorkItemTakesNoSignature: The step is not done by signing.
        NotCompetent, PrintedForAnother: Nothing lets the person sign it, or it names another signer or right.
        HeadReplaced, ReservedToHead: Somebody else acts as head, or only the head signs it.
        NoFieldForSignature, AnotherSigns: The document has no place for it, or another's signature is being made.
    """
    item.require_open()
    _, step = step_of(item, work)
    outcome = next((known for known in step.outcomes if known.signature is not None), None)
    if outcome is None or outcome.signature is None:
        raise WorkItemTakesNoSignature
    field = field_of(item, outcome.signature, work)
    if outcome.signature is SignatureKind.PERSON and isinstance(document, OutgoingDocument):
        require_own(item, document, field, by, at, work)
    require_nobody_signs(document, item, work)
    return outcome, field


def whose_key(key: str, outcome: Outcome, by: Person) -> PersonId | None:
    """Return whose key is to sign: the person's own, or the agency's (None).

    Args:
        key: 'default' (the person's own), 'agency', or the id of either.
        outcome: What is given by signing.
        by: Who signs.

    Raises:
        WrongKeyKind, KeyNotYours: The key does not fit the step or the person.
        NotAllowed: It is not their post to use the agency's key.
    """
    if outcome.signature is SignatureKind.AGENCY:
        if key not in (AGENCY, str(by.agency_id)):
            raise WrongKeyKind(needed="agency")
        access.require(by, "use_agency_key")
        return None
    if key in (AGENCY, str(by.agency_id)):
        raise WrongKeyKind(needed="personal")
    if key not in (DEFAULT, str(by.id)):
        raise KeyNotYours
    return by.id
