"""Checks before anything fails: whether what signing and archiving need is there, since when not, and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from engine.ids import AgencyId

EXPIRES_SOON: Final = timedelta(days=30)
CERTIFICATE: Final = "certificate:"
TIMESTAMPS: Final = "timestamps"
STORE: Final = "store"
DATABASE: Final = "database"
MAIL: Final = "mail"
DISK: Final = "disk"
LOG: Final = "log"


class CheckState(StrEnum):
    """How a neighbour was found."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found: a state, a stable code, and a sentence with what to do; its facts are texts."""

    state: CheckState
    code: str
    template: str
    facts: Mapping[str, str] = field(default_factory=dict)


GOOD: Final = Finding(state=CheckState.GOOD, code="ok", template="It answers as it should.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What was found of one neighbour, or of one certificate, when it was last looked at.

    Attributes:
        name: 'timestamps', 'store', …, or 'certificate:' and the name of the key.
        agency_id: Whose certificate it is; None for what everybody uses.
        subject: Who holds the certificate; '' for what everybody uses.
        since: The moment since which it has been in this state.
        took_ms: How long the look took, in milliseconds.
    """

    name: str
    agency_id: AgencyId | None
    subject: str
    found: Finding
    since: datetime
    checked_at: datetime
    took_ms: int

    def after(self, before: "Check | None") -> "Check":
        """Return this check with the moment its state began, known from the one *before*."""
        same = before is not None and before.found.state is self.found.state
        return replace(self, since=before.since) if before is not None and same else self

    def got_worse(self, before: "Check | None") -> bool:
        """Say whether people are to be told: bad now, and not bad before."""
        was_bad = before is not None and before.found.state is CheckState.BAD
        return self.found.state is CheckState.BAD and not was_bad


def certificate_check(key: str) -> str:
    """Return the name of the check of a key's certificate."""
    return CERTIFICATE + key


def validity_finding(subject: str, not_before: datetime, not_after: datetime, at: datetime) -> Finding | None:
    """Return what is to be said of a certificate's time, None where it is long enough."""
    facts = {"subject": subject, "end": _day(not_after), "start": _day(not_before)}
    if at > not_after:
        template = "The certificate of %(subject)s ended on %(end)s: nothing can be signed with it. Renew it."
        return Finding(state=CheckState.BAD, code="expired", template=template, facts=facts)
    if at < not_before:
        template = "The certificate of %(subject)s is valid only from %(start)s. Check the clock or the certificate."
        return Finding(state=CheckState.BAD, code="not_yet_valid", template=template, facts=facts)
    if not_after - at < EXPIRES_SOON:
        template = "The certificate of %(subject)s ends on %(end)s. Have it renewed before."
        return Finding(state=CheckState.WARNING, code="expires_soon", template=template, facts=facts)
    return None


def _day(moment: datetime) -> str:
    return moment.strftime("%d/%m/%Y")
