"""Signatures that their holder makes on their own computer: what was given out to be signed, and what came back."""

import dataclasses
import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.ids import AgencyId, DocumentId, FileId, InstanceId, PersonId, SignatureId, WorkItemId
from engine.signatures import SignerRole
from engine.signing_keys import KeyKind, SigningKey
from engine.signings import Signing

LIFETIME: Final = timedelta(hours=24)
"""So long what was prepared waits for its signature, unless the installation says otherwise."""
FETCH_WITHIN: Final = timedelta(minutes=10)
"""So long the address works from which the browser plugin fetches the file; it works once."""
HAND_IN_WITHIN: Final = timedelta(hours=1)
"""So long the address works to which the browser plugin sends the signed file."""
WAITS_FOR_HOLDER: Final = "The signature is made on the signer's own computer and has to be handed in here."


class ClientSignatureState(StrEnum):
    """Whether what was given out is still to be signed, and what ended that."""

    OPEN = "open"
    ACCEPTED = "accepted"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedSignature:
    """What a whole file that was signed elsewhere has to have more than it was given out with.

    Attributes:
        role: In what quality was to be signed.
        certificate: SHA-256 of the certificate that was to sign, hexadecimal.
        algorithm: The digest it was to be signed by, or a stronger one: a tool of its own chooses by its own settings.
    """

    role: SignerRole
    certificate: str
    algorithm: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSignature:
    """One digest, or one file, given to one person to be signed with one key outside; it never becomes another one.

    Attributes:
        id: That of the signing it leads to.
        kind: 'client': the digest is signed; 'plugin': the whole file is.
        role: In what quality is signed.
        field: Signature field it is for.
        key: The key with its certificate as it was pinned; no other one may sign.
        certificate_sha256: Digest of that certificate, hexadecimal.
        digest: What is to be signed, hexadecimal: over the signed range of the prepared file by that algorithm, or the
            SHA-256 of the whole file that is given out.
        digest_algorithm: The digest the signature is made by, as in 'sha384': fixed with what is signed.
        base_file_id: The version of the document that is signed.
        prepared_file_id: What is given out: the file with the signature's place open, or the version itself.
        prepared: What embedding needs besides, as JSON (see engine.signatures.PreparedSignature); '' for a whole file.
        to_sign: DER of the attributes over which the key signs; empty for a whole file.
        cms: The accepted signature as a CMS without time-stamp, or None.
        signed_file_id: The accepted file, or None.
    """

    id: SignatureId
    agency_id: AgencyId
    document_id: DocumentId
    instance_id: InstanceId
    work_item_id: WorkItemId
    kind: KeyKind
    role: SignerRole
    field: str
    outcome: str
    key: SigningKey
    certificate_sha256: str
    digest: str
    digest_algorithm: str
    base_file_id: FileId
    prepared_file_id: FileId
    prepared: str
    to_sign: bytes = dataclasses.field(repr=False)
    asked_at: datetime
    asked_by: PersonId
    expires_at: datetime
    state: ClientSignatureState = ClientSignatureState.OPEN
    cms: bytes | None = dataclasses.field(default=None, repr=False)
    signed_file_id: FileId | None = None
    ended_at: datetime | None = None

    @property
    def to_sign_digest(self) -> str:
        """Digest over the attributes, hexadecimal: what a token is given to sign."""
        return hashlib.new(self.digest_algorithm, self.to_sign).hexdigest()

    @property
    def expected(self) -> ExpectedSignature:
        """What is to come back in a whole file."""
        return ExpectedSignature(role=self.role, certificate=self.certificate_sha256, algorithm=self.digest_algorithm)

    @property
    def region(self) -> tuple[int, int] | None:
        """Where in the prepared file the place of the signature begins and ends; None of a whole file."""
        if not self.prepared:
            return None
        prepared = json.loads(self.prepared)
        return prepared["region_start"], prepared["region_end"]

    def require_of(self, person_id: PersonId) -> None:
        """Raise PreparedForAnother unless it was given to this person."""
        if self.asked_by != person_id:
            raise PreparedForAnother

    def require_kind(self, kind: KeyKind) -> None:
        """Raise HandedInOtherwise unless it is to be signed in this way."""
        if self.kind is not kind:
            raise HandedInOtherwise

    def accepted_cms(self, cms: bytes, at: datetime) -> "ClientSignature":
        """Return this one with the signature that came back."""
        return replace(self, state=ClientSignatureState.ACCEPTED, cms=cms, ended_at=at)

    def accepted_file(self, file_id: FileId, at: datetime) -> "ClientSignature":
        """Return this one with the signed file that came back."""
        return replace(self, state=ClientSignatureState.ACCEPTED, signed_file_id=file_id, ended_at=at)

    def cancelled(self, at: datetime) -> "ClientSignature":
        """Return this one as taken back by whom it was given to; a signature over it is refused from then on.

        Raises:
            SignatureGiven: The signature was accepted already.
        """
        if self.state is ClientSignatureState.ACCEPTED:
            raise SignatureGiven
        return replace(self, state=ClientSignatureState.CANCELLED, ended_at=at)

    def expired(self, at: datetime) -> "ClientSignature":
        """Return this one as never signed in time."""
        return replace(self, state=ClientSignatureState.EXPIRED, ended_at=at)

    def signing(self, field: str, at: datetime) -> Signing:
        """Return the signing that follows from what was accepted at this moment, in the field that was signed."""
        return Signing(
            id=self.id,
            agency_id=self.agency_id,
            document_id=self.document_id,
            instance_id=self.instance_id,
            work_item_id=self.work_item_id,
            field=field,
            outcome=self.outcome,
            key_id=self.key.holder,
            digest=self.digest,
            prepared_file_id=self.prepared_file_id,
            prepared=self.prepared or json.dumps({"certificate": self.certificate_sha256}),
            base_file_id=self.base_file_id,
            asked_at=at,
            asked_by=self.asked_by,
        )


class LinkUse(StrEnum):
    """What an address is for that a program without a session uses."""

    FETCH = "fetch"
    HAND_IN = "hand_in"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureLink:
    """An address that nobody can guess, for the browser plugin: it stands for one person and one prepared signature.

    Attributes:
        token_sha256: Digest of the secret in the address, hexadecimal; the secret itself is nowhere on record.
        used_at: When the file was fetched by it; such an address works once.
    """

    token_sha256: str
    signature_id: SignatureId
    agency_id: AgencyId
    use: LinkUse
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None

    def used(self, use: LinkUse, at: datetime) -> "SignatureLink":
        """Return this address as used now for *use*.

        Raises:
            LinkUnknown: It is for something else, is over, or was used up.
        """
        spent = self.use is LinkUse.FETCH and self.used_at is not None
        if self.use is not use or spent or at >= self.expires_at:
            raise LinkUnknown
        return self if self.used_at else replace(self, used_at=at)


class SealedHereOnly(Conflict):
    """What is sealed are several files, or a copy in words; a key elsewhere signs one file at a time."""

    code = "client_signature.sealed_here_only"
    template = (
        "Copies, and documents with attachments, are sealed several files at once, which only a key of the server can. "
        "Have the administrator choose such a key for the agency."
    )


class SignElsewhere(Conflict):
    """The key is in its holder's own computer, where the server cannot use it."""

    code = "client_signature.elsewhere"
    template = (
        "Your key is in your own computer, so the server cannot sign with it. Prepare the signature, sign it there "
        "and hand it in."
    )


class KeyHeldHere(Conflict):
    """The key is used by the server; there is nothing to be made elsewhere."""

    code = "client_signature.held_here"
    template = "This key is used by the server. Sign with 'Sign'; nothing has to be prepared."


class NothingPrepared(Conflict):
    """Nothing waits for a signature from outside: never prepared, taken back, expired, or the procedure went on."""

    code = "client_signature.nothing_prepared"
    template = "Nothing is prepared to be signed here, or it is over. Nothing was signed; open the work and prepare it."


class PreparedForAnother(Forbidden):
    """What is prepared was given to somebody else to sign."""

    code = "client_signature.not_yours"
    template = "This signature was prepared by a colleague, who alone can hand it in or take it back."


class HandedInOtherwise(Conflict):
    """A signature came for what is to be signed as a whole file, or the other way round."""

    code = "client_signature.other_way"
    template = (
        "This is not how this key signs: a token signs the digest, the browser plugin the whole file. "
        "Nothing was taken in."
    )


class SignatureGiven(Conflict):
    """A signature was accepted already: it is neither taken back nor replaced by another one."""

    code = "client_signature.given"
    template = (
        "The signature was handed in already and is being added to the document. It stays; nothing is signed twice."
    )


class SignatureNotOfThis(Invalid):
    """What came is not the pinned key's signature over what was prepared: another digest, another key, or junk."""

    code = "client_signature.not_of_this"
    template = (
        "This is no signature over what was prepared, made with the key of %(subject)s. Nothing was signed; "
        "sign the digest that is shown with that key and hand it in again."
    )


class CmsRefused(Invalid):
    """A CMS made elsewhere is not what it has to be."""

    code = "client_signature.cms_refused"
    template = "This CMS cannot be taken: %(cause)s Nothing was signed; make it anew and hand it in again."


class SignedFileRefused(Invalid):
    """A file signed elsewhere is not exactly what was given out and one signature by the pinned certificate."""

    code = "client_signature.file_refused"
    template = (
        "This file cannot be taken: %(cause)s Nothing was signed; sign the file that was given out and try again."
    )


class LinkUnknown(NotFound):
    """No such address: never given out, used up, or over."""

    code = "client_signature.link_unknown"
    template = "This address does not work any more. Open the work in your browser and begin to sign from there."
