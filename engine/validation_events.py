"""What happens to checks of signatures and to whom they trust, in the past tense; see engine.events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.events import Event, Private
from engine.ids import DocumentId, FileId, TrustAnchorId


@dataclass(frozen=True, slots=True, kw_only=True)
class SignaturesChecked(Event):
    """Somebody had the signatures of a document checked again; *problems* are codes."""

    action = "document.signatures_checked"
    subject_type = "document"
    document_id: DocumentId
    file_id: FileId
    verdict: str
    problems: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustAnchorAdded(Event):
    """An administrator made an authority trusted."""

    action = "trust_anchor.added"
    subject_type = "trust_anchor"
    trust_anchor_id: TrustAnchorId
    certificate: str
    purpose: str
    reason: Private


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedListLoaded(Event):
    """An administrator made the authorities of a trusted list trusted; *list* is the SHA-256 of its file.

    Those that lost their status are *ended*: they vouch for what was signed before, and for nothing after.
    """

    action = "trusted_list.loaded"
    subject_type = "agency"
    list: str
    name: str
    operator: str
    certificates: Sequence[str]
    passed_over: int
    reason: Private
    ended: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustAnchorRemoved(Event):
    """An administrator had an authority not count any more: at all, or for what is signed from *until* on."""

    action = "trust_anchor.removed"
    subject_type = "trust_anchor"
    trust_anchor_id: TrustAnchorId
    certificate: str
    reason: Private
    until: datetime | None = None
