"""What authorities said of revocation a moment ago: used again for the next file by the same signers while it is fresh.

Every file still gets its own copy of it, and every answer is verified anew against the file's certificates.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from asn1crypto import crl, ocsp
from pyhanko_certvalidator import ValidationContext

FRESH_FOR: Final = timedelta(minutes=5)
"""So long an answer is used again: as long as a certificate that was found fit counts as fit for signing."""
_MOST: Final = 64
"""Groups of signers that are remembered."""

Signers = Collection[bytes]
"""SHA-256 of the certificates of everybody who signed a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Lists and answers about the certificates of some signers, of those above them and of the time-stamps."""

    since: datetime
    crls: tuple[crl.CertificateList, ...] = ()
    ocsps: tuple[ocsp.OCSPResponse, ...] = ()

    @property
    def is_something(self) -> bool:
        """Whether anybody was heard."""
        return bool(self.crls or self.ocsps)

    def fresh(self, at: datetime) -> bool:
        """Say whether it was heard within FRESH_FOR, and none of it is to be replaced by now."""
        return self.since <= at < self.since + FRESH_FOR and all(end is None or end > at for end in self._ends())

    def _ends(self) -> list[datetime | None]:
        lists = [one["tbs_cert_list"]["next_update"].native for one in self.crls]
        answers = [each["next_update"].native for one in self.ocsps for each in one.response_data["responses"]]
        return [*lists, *answers]


class Heard:
    """What one process heard lately, by who signed."""

    def __init__(self) -> None:
        self._known: dict[frozenset[bytes], Answers] = {}

    def about(self, signers: Signers, at: datetime) -> Answers:
        """Return what is still fresh about these signers; nothing where nothing is."""
        known = self._known.get(frozenset(signers))
        return known if known is not None and known.fresh(at) else Answers(since=at)

    def keep(self, signers: Signers, context: ValidationContext, at: datetime) -> None:
        """Remember what was fetched for a file's proofs."""
        if len(self._known) >= _MOST:
            self._known.pop(next(iter(self._known)))
        answers = Answers(since=at, crls=tuple(context.crls), ocsps=tuple(context.ocsps))
        self._known[frozenset(signers)] = answers
