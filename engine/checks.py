"""Checks before anything fails: whether what signing and archiving need is there, since when not, and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from engine.ids import AgencyId

EXPIRES_SOON: Final = timedelta(days=30)
CERTIFICATE: Final = "certificate:"
TIMESTAMPS: Final = "timestamps:"
STORE: Final = "store"
DATABASE: Final = "database"
MAIL: Final = "mail"
DISK: Final = "disk"
RENEWALS: Final = "renewals"
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
        name: 'store', 'mail', …, 'timestamps:' and the authority's address, or 'certificate:' and the name of the key.
        agency_id: Whose certificate it is; None for what everybody uses.
        subject: Who holds the certificate, or the authority's address; '' where there is only one.
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


def timestamp_check(url: str) -> str:
    """Return the name of the check of the time-stamp authority at this address."""
    return TIMESTAMPS + url


def end_warning(subject: str, not_after: datetime, at: datetime) -> Finding | None:
    """Return what is to be said of a valid certificate's end, None where it is far."""
    if not_after - at >= EXPIRES_SOON:
        return None
    template = "The certificate of %(subject)s ends on %(end)s. Have it renewed before."
    return _warning("expires_soon", template, subject=subject, end=_day(not_after))


def weak_warning(subject: str, algorithm: str, until: date | None) -> Finding:
    """Return what is to be said of a certificate whose key or digest may not sign for long any more."""
    template = (
        "The certificate of %(subject)s relies on %(algorithm)s, which may sign until %(end)s only. "
        "Have a certificate with a stronger key issued before."
    )
    return _warning("weakens_soon", template, subject=subject, algorithm=algorithm, end=_day(until))


def _warning(code: str, template: str, **facts: str) -> Finding:
    return Finding(state=CheckState.WARNING, code=code, template=template, facts=facts)


def _day(moment: date | None) -> str:
    return "" if moment is None else moment.strftime("%d/%m/%Y")
