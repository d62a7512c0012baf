"""Proofs that last: until when an archived file can be proven, by which time-stamps, and when it is stamped anew.

A time-stamp proves what it seals as long as its certificate and its algorithms hold. Before they end the file gets a
further one over everything, which is a new version and a new content of the locked archive; the old ones stay.

Source: ETSI EN 319 142-1, clause 5.5; Decree 30/2020/NĐ-CP, art. 5.3: the electronic original keeps its value.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from engine.errors import Conflict, NotFound, VanthuError
from engine.ids import AgencyId, DocumentId, FileId

MARGIN: Final = timedelta(days=180)
"""So long before its proof ends a file is stamped anew; never before half of the time it has."""
TRY_AGAIN: Final = timedelta(hours=1)
"""After a renewal failed it is tried again so much later."""


class End(StrEnum):
    """What ends a proof: the certificate of its last time-stamp, or an algorithm it relies on."""

    CERTIFICATE = "certificate"
    ALGORITHM = "algorithm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """An archive time-stamp in a file.

    Attributes:
        field: Its signature field.
        at: The moment it vouches for.
        authority: Common name of who gave it.
        certificate_ends_at: The first end in the authority's chain of certificates.
        algorithms: What it relies on, by name, as in 'sha256', 'ecdsa-256'.
    """

    field: str
    at: datetime
    authority: str
    certificate_ends_at: datetime
    algorithms: tuple[str, ...]

    def as_data(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "field": self.field,
            "at": self.at.isoformat(),
            "authority": self.authority,
            "certificate_ends_at": self.certificate_ends_at.isoformat(),
            "algorithms": list(self.algorithms),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Stamp":
        """Return what :meth:`as_data` described."""
        return cls(
            field=data["field"],
            at=datetime.fromisoformat(data["at"]),
            authority=data["authority"],
            certificate_ends_at=datetime.fromisoformat(data["certificate_ends_at"]),
            algorithms=tuple(data["algorithms"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """A document's main file as it lies in the locked archive."""

    document_id: DocumentId
    agency_id: AgencyId
    file_id: FileId
    version_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """How long an archived main file of a document can be proven.

    Attributes:
        file_id: The file as it lies in the archive.
        stamps: Its archive time-stamps, the oldest first; none: it was not sealed and is not renewed.
        algorithms_end_at: When the first algorithm of the last time-stamp ends; None: no end is set.
        renew_at: When it is to be stamped anew; later than due where a try failed. None: never.
        failed_since: Since when stamping it anew has failed.
        failure: Why, as the template of an error, and its *facts*.
    """

    document_id: DocumentId
    agency_id: AgencyId
    file_id: FileId
    stamps: tuple[Stamp, ...]
    algorithms_end_at: datetime | None = None
    renew_at: datetime | None = None
    failed_since: datetime | None = None
    failure: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        file_id: FileId,
        document_id: DocumentId,
        agency_id: AgencyId,
        stamps: Sequence[Stamp],
        algorithms_end_at: datetime | None,
    ) -> "Proof":
        """Return what is to be known of a file with these time-stamps."""
        proof = cls(
            document_id=document_id,
            agency_id=agency_id,
            file_id=file_id,
            stamps=tuple(stamps),
            algorithms_end_at=algorithms_end_at if stamps else None,
        )
        return replace(proof, renew_at=proof.due_at)

    @property
    def until(self) -> datetime | None:
        """The last moment at which it can be proven by itself; None: it was not sealed."""
        if not self.stamps:
            return None
        certificate = self.stamps[-1].certificate_ends_at
        return min(certificate, self.algorithms_end_at or certificate)

    @property
    def why(self) -> End:
        """What ends it."""
        is_certificate = bool(self.stamps) and self.until == self.stamps[-1].certificate_ends_at
        return End.CERTIFICATE if is_certificate else End.ALGORITHM

    @property
    def due_at(self) -> datetime | None:
        """When it should be stamped anew."""
        until = self.until
        return None if until is None else renewal_due(self.stamps[-1].at, until)

    def reckoned(self, algorithms_end_at: datetime | None) -> "Proof":
        """Return this proof by another end of its algorithms."""
        reckoned = replace(self, algorithms_end_at=algorithms_end_at)
        return replace(reckoned, renew_at=reckoned.due_at)

    def failed(self, error: VanthuError, at: datetime) -> "Proof":
        """Return this proof after a try that failed: it is tried again, and known since when it fails."""
        return replace(
            self,
            renew_at=at + TRY_AGAIN,
            failed_since=self.failed_since or at,
            failure=error.template,
            facts={name: str(fact) for name, fact in error.facts.items()},
        )


def renewal_due(stamped_at: datetime, until: datetime) -> datetime:
    """Return when a file stamped then, and proven until then, is to be stamped anew."""
    return until - min(MARGIN, max(timedelta(), (until - stamped_at) / 2))


class ProofNotFound(NotFound):
    """The document has no file in the archive whose signatures can be renewed."""

    code = "renewal.proof_not_found"
    template = "Nothing of this document lies in the archive yet."


class NoLaterEnd(Conflict):
    """Every authority's certificate ends as soon as that of the time-stamp there is."""

    code = "renewal.no_later_end"
    template = (
        "No time-stamp service that is set would prove this file for longer than it is proven already. "
        "Set one whose certificate lives longer, or ask its operator."
    )


class RenewalNotProven(Conflict):
    """The renewed file does not pass validation; it is not kept."""

    code = "renewal.not_proven"
    template = "The file does not pass validation after it was stamped anew (%(reason)s). The file before stays."


class LevelUnreachable(Conflict):
    """The level that is asked for cannot be made of what is there; a lower one is never made instead."""

    code = "signature.level_unreachable"
    template = (
        "The document cannot be brought to the level %(level)s, since a signature in it carries no time-stamp. "
        "Ask for B-LTA, or have it signed again with a time-stamp."
    )
