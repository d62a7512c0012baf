"""What happens to signatures made on their holder's own computer, in the past tense; see engine.events."""

from dataclasses import dataclass

from engine.events import Event
from engine.ids import DocumentId, FileId, PersonId, SignatureId, WorkItemId


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSignatureEvent(Event):
    """Something happened to a signature that is made elsewhere."""

    subject_type = "work_item"
    work_item_id: WorkItemId
    document_id: DocumentId
    signature_id: SignatureId


@dataclass(frozen=True, slots=True, kw_only=True)
class SignaturePrepared(ClientSignatureEvent):
    """A digest, or a file, was fixed to be signed by this certificate; on record before anything is signed."""

    action = "signature.prepared"
    field: str
    kind: str
    digest: str
    digest_algorithm: str
    certificate: str
    """SHA-256 of the certificate, hexadecimal."""
    prepared_file_id: FileId


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureLinked(ClientSignatureEvent):
    """Addresses were made by which a program of the signer fetches the file and hands it in."""

    action = "signature.linked"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureFetched(ClientSignatureEvent):
    """What is to be signed was sent to its signer."""

    action = "signature.fetched"
    file_id: FileId
    by_link: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureHandedIn(ClientSignatureEvent):
    """A signature made elsewhere was checked and accepted; it is added to the document."""

    action = "signature.handed_in"
    kind: str
    digest: str
    field: str
    signature_sha256: str
    """SHA-256 of the CMS, or of the signed file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureTakenBack(ClientSignatureEvent):
    """Who was to sign took it back before anything was accepted; the digest is never accepted any more."""

    action = "signature.taken_back"
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureKeyReplaced(ClientSignatureEvent):
    """Another key was chosen for who was to sign; what was prepared for the old one was given up, the work is open."""

    action = "signature.key_replaced"
    digest: str
    certificate: str
    """SHA-256 of the certificate it had been prepared for, hexadecimal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureRightEnded(ClientSignatureEvent):
    """Who was to sign may not any more, since a stand-in ended or another leads; it was given up, the work is open."""

    action = "signature.right_ended"
    field: str
    digest: str
    signer: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureExpired(ClientSignatureEvent):
    """What was prepared was not signed in time; the work is open again."""

    action = "signature.expired"
    digest: str
