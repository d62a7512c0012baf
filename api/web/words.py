"""What closed sets are called on a page, in English; the catalogue has the office's own words for them."""

from collections.abc import Mapping
from typing import Final

from engine.attachment_seals import AttachmentState
from engine.cases import CASE_TYPES
from engine.checks import CheckState
from engine.copies import Medium
from engine.copy_forms import COPY_FORMS
from engine.council_sessions import BallotKind, MatterState, SessionForm, SessionState
from engine.council_votes import Choice
from engine.councils import MemberFunction, PassBase
from engine.deliveries import DeliveryState
from engine.document_types import DOCUMENT_TYPES
from engine.documents import IncomingState, OutgoingState, VersionKind
from engine.explanations import ROLE_NAMES
from engine.hands import Hand
from engine.incidents import IncidentState
from engine.instance_migrations import Effect, Hindrance, MigratedState
from engine.notices import NoticeKind, When
from engine.registers import Direction
from engine.renewals import End
from engine.runtime.comparison import ChangeKind
from engine.signatories import InitialKind
from engine.signature_batches import BatchItemState
from engine.signing_places import SignerState
from engine.stand_ins import StandInKind, StandInState
from engine.trust_anchors import TrustPurpose
from engine.validations import Coverage, Indication, Modification, RevocationState, SignatureKind, Verdict
from engine.webhooks import DeliveryState as WebhookDeliveryState
from engine.webhooks import WebhookAddressRefused, WebhookAway, WebhookState

TYPES: Final = DOCUMENT_TYPES
TYPE_NAMES: Final = DOCUMENT_TYPES | COPY_FORMS | CASE_TYPES
"""What documents are called by their type: also copies, which nobody chooses as a type."""
ROLES: Final = ROLE_NAMES


def msgid(text: str) -> str:
    """Mark a sentence that is translated where it is shown."""
    return text


URGENCIES: Final[Mapping[int, str]] = {
    0: msgid("Normal"),
    1: msgid("Urgent (khẩn)"),
    2: msgid("Very urgent (thượng khẩn)"),
    3: msgid("Express (hỏa tốc)"),
}

DIRECTIONS: Final[Mapping[str, str]] = {
    Direction.INCOMING: msgid("Incoming documents"),
    Direction.OUTGOING: msgid("Outgoing documents"),
    Direction.COPIES: msgid("Copies on paper"),
}

STATES: Final[Mapping[str, str]] = {
    IncomingState.RECEIVED: msgid("Received, not registered"),
    IncomingState.REGISTERED: msgid("Registered"),
    IncomingState.DIRECTED: msgid("Directed"),
    IncomingState.ASSIGNED: msgid("Assigned"),
    IncomingState.IN_PROGRESS: msgid("In progress"),
    IncomingState.CLOSED: msgid("Closed"),
    IncomingState.REFUSED: msgid("Refused"),
    IncomingState.STOPPED: msgid("Handling stopped"),
    OutgoingState.DRAFT: msgid("Draft"),
    OutgoingState.IN_REVIEW: msgid("In review"),
    OutgoingState.TO_SIGN: msgid("Waiting for signature"),
    OutgoingState.SIGNING: msgid("Being signed"),
    OutgoingState.SIGNED: msgid("Signed"),
    OutgoingState.NUMBERED: msgid("Numbered"),
    OutgoingState.SEALED: msgid("Sealed"),
    OutgoingState.ISSUED: msgid("Issued"),
    OutgoingState.RECALLED: msgid("Recalled"),
    OutgoingState.CANCELLED: msgid("Cancelled"),
}

STATE_TONES: Final[Mapping[str, str]] = {
    IncomingState.RECEIVED: "new",
    IncomingState.CLOSED: "done",
    IncomingState.REFUSED: "stopped",
    IncomingState.STOPPED: "stopped",
    OutgoingState.DRAFT: "new",
    OutgoingState.ISSUED: "done",
    OutgoingState.RECALLED: "stopped",
    OutgoingState.CANCELLED: "stopped",
}
"""How a state looks; every other one is under way."""

VERSION_KINDS: Final[Mapping[str, str]] = {
    VersionKind.ORIGINAL: msgid("As it came"),
    VersionKind.PREPARED: msgid("Prepared for number and signatures"),
    VersionKind.INITIALLED: msgid("With initials (ký nháy)"),
    VersionKind.SIGNED: msgid("Signed by the official"),
    VersionKind.NUMBERED: msgid("With number and date"),
    VersionKind.SEALED: msgid("Sealed by the agency"),
    VersionKind.FINAL: msgid("Final, with proofs for the archive"),
    VersionKind.RENEWED: msgid("Stamped anew, so that it stays provable"),
}

INITIALS: Final[Mapping[str, str]] = {
    InitialKind.CONTENT: msgid("Initialled the content (ký nháy)"),
    InitialKind.FORMAT: msgid("Initialled the form and layout (ký nháy)"),
}

SIGNER_STATES: Final[Mapping[str, str]] = {
    SignerState.SIGNED: msgid("has signed"),
    SignerState.BEING_SIGNED: msgid("signs at this moment"),
    SignerState.NEXT: msgid("signs next"),
    SignerState.LATER: msgid("has not signed yet"),
}

MEDIA: Final = {Medium.PAPER: msgid("on paper"), Medium.ELECTRONIC: msgid("electronic")}
ATTACHMENT_STATES: Final = {
    AttachmentState.OPEN: msgid("the agency signs it when the document is sealed"),
    AttachmentState.SIGNING: msgid("being signed by the agency"),
    AttachmentState.SIGNED: msgid("signed by the agency, top right on page 1"),
    AttachmentState.AS_IT_CAME: msgid("carries a signature already; goes along as it came"),
}
DELIVERIES: Final[Mapping[str, str]] = {
    DeliveryState.ARRIVED: msgid("Arrived"),
    DeliveryState.REFUSED: msgid("Refused by the recipient"),
    DeliveryState.ACCEPTED: msgid("Accepted and registered"),
    DeliveryState.ASSIGNED: msgid("Assigned at the recipient"),
    DeliveryState.IN_PROGRESS: msgid("In progress at the recipient"),
    DeliveryState.DONE: msgid("Finished at the recipient"),
}

VERDICTS: Final[Mapping[str, str]] = {
    Verdict.VALID: msgid("Every signature is valid"),
    Verdict.REVIEW: msgid("A person has to look at the signatures"),
    Verdict.INVALID: msgid("Not valid: do not rely on this file"),
    Verdict.UNSIGNED: msgid("The file carries no digital signature"),
}

SIGNATURE_KINDS: Final[Mapping[str, str]] = {
    SignatureKind.CERTIFICATION: msgid("Signature of the authorised person"),
    SignatureKind.APPROVAL: msgid("Further signature"),
    SignatureKind.TIMESTAMP: msgid("Archive time-stamp"),
}

COVERAGES: Final[Mapping[str, str]] = {
    Coverage.FILE: msgid("It covers the whole file."),
    Coverage.REVISION: msgid("It covers the whole file as it was when it was signed."),
    Coverage.PART: msgid("It covers only a part of the file."),
}

MODIFICATIONS: Final[Mapping[str, str]] = {
    Modification.NONE: msgid("Nothing was added afterwards."),
    Modification.ARCHIVAL: msgid("Only proofs for the archive were added afterwards."),
    Modification.FORM: msgid("Number, date or a further signature were filled in afterwards, as it allows."),
    Modification.NOTES: msgid("Notes were added afterwards."),
    Modification.OTHER: msgid("Something else was changed afterwards."),
}

INDICATIONS: Final[Mapping[str, str]] = {
    Indication.PASSED: msgid("confirmed"),
    Indication.FAILED: msgid("refuted"),
    Indication.INDETERMINATE: msgid("not to be decided"),
}

REVOCATIONS: Final[Mapping[str, str]] = {
    RevocationState.GOOD: msgid("not revoked"),
    RevocationState.REVOKED: msgid("revoked"),
    RevocationState.UNKNOWN: msgid("nobody was heard about it"),
    RevocationState.NOT_ASKED: msgid("trusted by itself"),
}

TRUST_PURPOSES: Final[Mapping[str, str]] = {
    TrustPurpose.SIGNATURES: msgid("signatures"),
    TrustPurpose.TIMESTAMPS: msgid("time-stamps"),
    TrustPurpose.ANY: msgid("signatures and time-stamps"),
}

INCIDENT_STATES: Final[Mapping[str, str]] = {
    IncidentState.OPEN: msgid("Waits for a person"),
    IncidentState.RETRYING: msgid("Being tried again"),
    IncidentState.RESOLVED: msgid("Over"),
}

NOTICE_KINDS: Final[Mapping[str, str]] = {
    NoticeKind.WORK: msgid("New work"),
    NoticeKind.DUE: msgid("Work that is due or overdue"),
    NoticeKind.REFUSED: msgid("A recipient refused a document"),
    NoticeKind.MENTION: msgid("Somebody mentions me"),
    NoticeKind.WATCH: msgid("Something new about what I watch"),
    NoticeKind.INCIDENT: msgid("An incident I can act on"),
    NoticeKind.WEBHOOK: msgid("A webhook was switched off"),
    NoticeKind.SERVICE: msgid("A service fails that signing or mail needs"),
}

CHANNELS: Final[Mapping[str, str]] = {"app": msgid("In the application"), "mail": msgid("By e-mail")}

WHEN: Final[Mapping[str, str]] = {
    When.OFF: msgid("not at all"),
    When.AT_ONCE: msgid("at once"),
    When.DAILY: msgid("once a day"),
}

WEBHOOK_STATES: Final[Mapping[str, str]] = {
    WebhookState.ACTIVE: msgid("Switched on"),
    WebhookState.DISABLED: msgid("Switched off"),
}

DELIVERY_STATES: Final[Mapping[str, str]] = {
    WebhookDeliveryState.WAITING: msgid("waits"),
    WebhookDeliveryState.DELIVERED: msgid("taken in by its receiver"),
    WebhookDeliveryState.FAILED: msgid("given up"),
}

WEBHOOK_TROUBLES: Final[Mapping[str, str]] = {
    WebhookAway.code: msgid("no answer in time"),
    WebhookAddressRefused.code: msgid("not sent: the address leads into the office's own network"),
}

CHECKS: Final[Mapping[str, str]] = {
    "timestamps": msgid("Time-stamp service"),
    "store": msgid("Store of contents and archive"),
    "database": msgid("Database"),
    "log": msgid("Telling people what happens"),
    "disk": msgid("Disk"),
    "renewals": msgid("Proof of what is archived"),
    "mail": msgid("Mail server"),
    "certificate": msgid("Certificate"),
}

ENDS: Final[Mapping[str, str]] = {
    End.CERTIFICATE: msgid("Then the certificate of its time-stamp ends"),
    End.ALGORITHM: msgid("Then an algorithm of its time-stamp is no longer trusted"),
}

FLAWS: Final[Mapping[str, str]] = {
    CheckState.WARNING: msgid("certificate not for long"),
    CheckState.BAD: msgid("certificate may not sign"),
}

CHECK_STATES: Final[Mapping[str, str]] = {
    CheckState.GOOD: msgid("Good"),
    CheckState.WARNING: msgid("Take care"),
    CheckState.BAD: msgid("Fails"),
}

CHECK_TONES: Final[Mapping[str, str]] = {
    CheckState.GOOD: "good",
    CheckState.WARNING: "busy",
    CheckState.BAD: "warning",
}

STAND_IN_KINDS: Final[Mapping[str, str]] = {
    StandInKind.ABSENCE: msgid("Work during an absence"),
    StandInKind.DEPUTY: msgid("Signs for (KT.)"),
    StandInKind.BY_ORDER: msgid("Signs by order (TL.)"),
    StandInKind.AUTHORISED: msgid("Authorised to sign (TUQ.)"),
    StandInKind.ACTING: msgid("Acting head (Q.)"),
}

STAND_IN_STATES: Final[Mapping[str, str]] = {
    StandInState.PLANNED: msgid("not yet begun"),
    StandInState.IN_FORCE: msgid("in force"),
    StandInState.OVER: msgid("over"),
    StandInState.REVOKED: msgid("revoked"),
}

STEP_STATES: Final[Mapping[str, str]] = {
    "done": msgid("done"),
    "active": msgid("now"),
    "stuck": msgid("stuck"),
    "ahead": msgid("not yet"),
    "skipped": msgid("skipped"),
}

HANDS: Final[Mapping[Hand, str]] = {
    Hand.CLAIMED: msgid("taken"),
    Hand.RELEASED: msgid("given back"),
    Hand.DELEGATED: msgid("given to %(name)s"),
    Hand.HANDED_OVER: msgid("handed over to %(name)s"),
    Hand.HANDOVER_REFUSED: msgid("refused, back to %(name)s"),
}
"""How work changed hands, in the history of a document."""
CHANGES: Final[Mapping[str, str]] = {
    ChangeKind.ADDED: msgid("added"),
    ChangeKind.REMOVED: msgid("removed"),
    ChangeKind.CHANGED: msgid("changed"),
}
CHANGE_TONES: Final[Mapping[str, str]] = {
    ChangeKind.ADDED: "done",
    ChangeKind.REMOVED: "stopped",
    ChangeKind.CHANGED: "under-way",
}

HINDRANCES: Final[Mapping[str, str]] = {
    Hindrance.GONE: msgid("A step is not there any more"),
    Hindrance.OTHER_KIND: msgid("A step is of another kind"),
    Hindrance.OTHER_SCOPE: msgid("A step lies in another sub-process"),
    Hindrance.BRANCH_UNKNOWN: msgid("A branch does not lead to the join any more"),
    Hindrance.BRANCH_MISSING: msgid("A join would wait for a branch for ever"),
    Hindrance.WOULD_GO_ON: msgid("A join would go on by itself"),
    Hindrance.NOTHING_WAITS: msgid("Nothing would be waited for"),
    Hindrance.DATA_MISSING: msgid("Data are missing"),
    Hindrance.SIGNING: msgid("A signature is being made"),
    Hindrance.OPINIONS: msgid("Opinions were given already"),
    Hindrance.ENDED: msgid("The procedure is over"),
    Hindrance.ELSEWHERE: msgid("It runs by another version already"),
    Hindrance.FAILED: msgid("It could not be done"),
}
EFFECTS: Final[Mapping[str, str]] = {
    Effect.RENAMED: msgid("goes on at a step that is called otherwise"),
    Effect.RELEASED: msgid("work is given back"),
    Effect.REASSIGNED: msgid("work is for somebody else"),
    Effect.NOBODY_MAY: msgid("nobody may do the work"),
    Effect.ASKED_ANEW: msgid("the machine does a step once more"),
    Effect.BEGUN: msgid("a timer or message begins to be waited for"),
    Effect.OVERDUE: msgid("a timer fires at once"),
    Effect.DROPPED: msgid("a timer or message is not waited for any more"),
}
MIGRATIONS: Final[Mapping[str, str]] = {
    "running": msgid("Under way"),
    "stopped": msgid("Stopped"),
    "finished": msgid("Finished"),
}
MIGRATED: Final[Mapping[str, str]] = {
    MigratedState.WAITING: msgid("Waiting"),
    MigratedState.DONE: msgid("Taken"),
    MigratedState.REFUSED: msgid("Could not go"),
    MigratedState.UNDONE: msgid("Was put back"),
}
MIGRATED_TONES: Final[Mapping[str, str]] = {
    MigratedState.WAITING: "new",
    MigratedState.DONE: "done",
    MigratedState.REFUSED: "under-way",
    MigratedState.UNDONE: "new",
}

BATCH_ITEMS: Final[Mapping[str, str]] = {
    BatchItemState.WAITING: msgid("Waiting"),
    BatchItemState.PREPARED: msgid("Being signed"),
    BatchItemState.SIGNED: msgid("Signed"),
    BatchItemState.FAILED: msgid("Not signed"),
    BatchItemState.SKIPPED: msgid("Nothing to sign any more"),
}
BATCH_TONES: Final[Mapping[str, str]] = {
    BatchItemState.WAITING: "new",
    BatchItemState.PREPARED: "new",
    BatchItemState.SIGNED: "done",
    BatchItemState.FAILED: "under-way",
    BatchItemState.SKIPPED: "under-way",
}

MEMBER_FUNCTIONS: Final[Mapping[str, str]] = {
    MemberFunction.CHAIR: msgid("Chair"),
    MemberFunction.DEPUTY_CHAIR: msgid("Deputy chair"),
    MemberFunction.SECRETARY: msgid("Secretary"),
    MemberFunction.REVIEWER: msgid("Reviewer"),
    MemberFunction.MEMBER: msgid("Member"),
}
PASS_BASES: Final[Mapping[str, str]] = {
    PassBase.PRESENT: msgid("those present"),
    PassBase.MEMBERS: msgid("all members"),
}
SESSION_FORMS: Final[Mapping[str, str]] = {
    SessionForm.MEETING: msgid("In a meeting"),
    SessionForm.WRITTEN: msgid("By opinions in writing"),
}
BALLOTS: Final[Mapping[str, str]] = {
    BallotKind.OPEN: msgid("Open ballot"),
    BallotKind.SECRET: msgid("Secret ballot"),
}
SESSION_STATES: Final[Mapping[str, str]] = {
    SessionState.CONVENED: msgid("Convened"),
    SessionState.OPEN: msgid("In session"),
    SessionState.CLOSED: msgid("Closed"),
    SessionState.ADJOURNED: msgid("Adjourned"),
    SessionState.CANCELLED: msgid("Not held"),
}
WRITTEN_STATES: Final[Mapping[str, str]] = {
    SessionState.OPEN: msgid("Opinions are asked for"),
    SessionState.ADJOURNED: msgid("Broken off"),
}
MATTER_STATES: Final[Mapping[str, str]] = {
    MatterState.WAITING: msgid("Waits for a session"),
    MatterState.CONVENED: msgid("On the agenda"),
    MatterState.DECIDED: msgid("Voted on"),
    MatterState.WITHDRAWN: msgid("Taken back"),
}
SESSION_TONES: Final[Mapping[str, str]] = {
    SessionState.CONVENED: "new",
    SessionState.OPEN: "under-way",
    SessionState.CLOSED: "done",
    SessionState.ADJOURNED: "stopped",
    SessionState.CANCELLED: "stopped",
}
VOTES: Final[Mapping[str, str]] = {
    Choice.AGREE: msgid("Agree"),
    Choice.DISAGREE: msgid("Disagree"),
    Choice.ABSTAIN: msgid("No opinion"),
}
