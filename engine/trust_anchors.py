"""Whom signatures are trusted by: authorities an administrator added, one by one or from a trusted list, and why.

They count for the whole installation. One is never erased: it is removed, dated, and stands on record.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from engine.errors import Conflict, FieldError, Invalid, NotFound
from engine.ids import AgencyId, PersonId, TrustAnchorId

MAX_REASON: Final = 500


class TrustPurpose(StrEnum):
    """What an authority is trusted for."""

    SIGNATURES = "signatures"
    TIMESTAMPS = "timestamps"
    ANY = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustCandidate:
    """An authority as a file describes it, before anybody trusts it.

    Attributes:
        subject: Who it is.
        certificate: Its certificate, DER.
        sha256: Digest of the certificate, hexadecimal.
        not_before: First moment of its validity.
        not_after: Last moment of its validity.
        purpose: What it is for.
        trusted_from: From when on the list says so; None without a list.
        trusted_until: Until when the list says so, where it says so no more.
        is_authority: Its certificate may issue others, or sign time-stamps where it is for these.
    """

    subject: str
    certificate: bytes
    sha256: str
    not_before: datetime
    not_after: datetime
    purpose: TrustPurpose = TrustPurpose.ANY
    trusted_from: datetime | None = None
    trusted_until: datetime | None = None
    is_authority: bool = True

    def counted_from(self, wanted: datetime | None) -> datetime:
        """Return from when on it counts: from *wanted*, but only while its certificate is valid."""
        return self.not_before if wanted is None else min(max(wanted, self.not_before), self.not_after)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedList:
    """A trusted list of ETSI TS 119 612 whose signature was verified.

    Attributes:
        name: Its scheme's name.
        operator: Whose certificate its signature was verified by.
        sha256: Digest of the file, hexadecimal.
        issued_at: When it was issued.
        next_update: Until when a newer one is to be expected; None where it is closed.
        services: The services of a type and status that count, and those that did until some day.
        passed_over: How many others it has.
    """

    name: str
    operator: str
    sha256: str
    issued_at: datetime
    next_update: datetime | None
    services: tuple[TrustCandidate, ...]
    passed_over: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustAnchor:
    """An authority that is trusted, since when, by whom and why; and since when not any more.

    Attributes:
        id: Its id.
        agency_id: Agency of the administrator who added it.
        subject: Who it is.
        certificate: Its certificate, DER.
        sha256: Digest of the certificate, hexadecimal.
        purpose: What it is trusted for.
        source: 'certificate', or the name of the list it is from.
        trusted_from: From when on it counts.
        trusted_until: The first moment it counts no more; what was proven to be signed before stays trusted.
        not_after: Last moment of its certificate's validity.
        added_at: When it was added.
        added_by: Who added it.
        reason: Why, in the administrator's words.
        removed_at: Since when it does not count any more.
        removed_by: Who removed it.
        removed_because: Why.
    """

    id: TrustAnchorId
    agency_id: AgencyId
    subject: str
    certificate: bytes
    sha256: str
    purpose: TrustPurpose
    source: str
    trusted_from: datetime
    not_after: datetime
    added_at: datetime
    added_by: PersonId
    reason: str
    removed_at: datetime | None = None
    removed_by: PersonId | None = None
    removed_because: str | None = None
    trusted_until: datetime | None = None

    def ended(self, until: datetime) -> "TrustAnchor":
        """Return this anchor as one that vouches for nothing signed from *until* on.

        Raises:
            TrustAnchorGone: It does not count any more, or no longer than that already.
            TrustEndEarly: It would never have counted.
        """
        if self.removed_at is not None or (self.trusted_until is not None and self.trusted_until <= until):
            raise TrustAnchorGone
        if until <= self.trusted_from:
            raise TrustEndEarly(since=self.trusted_from.date())
        return replace(self, trusted_until=until)

    def removed(self, by: PersonId, at: datetime, reason: str) -> "TrustAnchor":
        """Return this anchor as one that does not count any more. Raises TrustAnchorGone."""
        if self.removed_at is not None:
            raise TrustAnchorGone
        return replace(self, removed_at=at, removed_by=by, removed_because=reason)


def required_reason(reason: str) -> str:
    """Return the reason without blanks around it. Raises TrustReasonMissing."""
    told = reason.strip()
    if not told or len(told) > MAX_REASON:
        raise TrustReasonMissing(most=MAX_REASON)
    return told


class TrustRefused(Invalid):
    """What was uploaded cannot be trusted; the error is about one field."""

    field = "file"

    def __init__(self, **facts: object) -> None:
        error = FieldError(field=self.field, code=self.code, message=self.template % facts)
        super().__init__(errors=[error], **facts)


class TrustReasonMissing(TrustRefused):
    """Whoever makes others trusted says why."""

    code = "trust.reason_missing"
    template = "Say in a few words why, with the decision it rests on (at most %(most)s characters)."
    field = "reason"


class TrustEndEarly(TrustRefused):
    """An authority would end to be trusted before it began."""

    code = "trust.end_early"
    template = "This authority is trusted from %(since)s on. Choose a later day, or leave the day empty."
    field = "until"


class TrustDayUnreadable(TrustRefused):
    """What was written is no day."""

    code = "trust.day_unreadable"
    template = "This is not a date of the calendar; write it as 28/02/2026."
    field = "until"


class NoCertificate(TrustRefused):
    """The file holds no certificate."""

    code = "trust.no_certificate"
    template = "The file holds no certificate. Choose a file in the PEM or DER format (.pem, .cer, .crt)."


class NotAnAuthority(TrustRefused):
    """The certificate is a person's or a machine's: nobody could revoke it any more."""

    code = "trust.not_an_authority"
    template = "The certificate of %(subject)s is not that of an authority. Choose the certificate of its issuer."


class TrustOutlived(TrustRefused):
    """The certificate has expired, so it cannot vouch for anything any more."""

    code = "trust.outlived"
    template = "The certificate of %(subject)s expired on %(not_after)s. Choose the authority's present certificate."


class TrustedListUnreadable(TrustRefused):
    """The file is no trusted list."""

    code = "trust.list_unreadable"
    template = "The file is not a trusted list by ETSI TS 119 612. Fetch it again from its operator."


class TrustedListForged(TrustRefused):
    """The list's signature is not its operator's."""

    code = "trust.list_forged"
    template = (
        "The signature of the trusted list does not hold with the operator's certificate you gave. "
        "Fetch the list and the certificate again; nothing was added."
    )


class TrustedListOutlived(TrustRefused):
    """A newer list is due, so this one may name services that lost their status."""

    code = "trust.list_outlived"
    template = "This trusted list was to be replaced by %(next_update)s. Fetch the present one."


class TrustedListEmpty(TrustRefused):
    """Nothing in it counts."""

    code = "trust.list_empty"
    template = "The trusted list names no service for certificates or time-stamps that is granted and new here."


class AlreadyTrusted(Conflict):
    """The certificate counts already."""

    code = "trust.already_trusted"
    template = "%(subject)s is trusted already."


class TrustAnchorNotFound(NotFound):
    """There is no such anchor."""

    code = "trust.not_found"
    template = "This trusted authority is not there."


class TrustAnchorGone(Conflict):
    """It was removed before."""

    code = "trust.removed_already"
    template = "This authority was removed before and does not count any more."
