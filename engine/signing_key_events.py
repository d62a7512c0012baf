"""What happens to signing keys, in the past tense; see engine.events."""

from dataclasses import dataclass

from engine.events import Event
from engine.ids import KeyChoiceId, PersonId, WorkItemId


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyChosen(Event):
    """From now on a person, or the agency where *person_id* is None, signs with this key."""

    action = "signing_key.chosen"
    subject_type = "key_choice"
    key_choice_id: KeyChoiceId
    person_id: PersonId | None
    kind: str
    certificate: str | None
    """SHA-256 of the certificate, hexadecimal; None for a file."""
    before: KeyChoiceId | None
    """The choice it takes the place of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtpSent(Event):
    """A signing service was asked to send the one-time code for a key."""

    action = "signing_key.otp_sent"
    subject_type = "work_item"
    work_item_id: WorkItemId
    key_id: str
    """Id of the person or agency whose key it is."""
