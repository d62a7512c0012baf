"""What happens to OCOP products: registered, proposed, scored, recognised, extended, revoked, looked at again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from engine.events import Event, Private
from engine.ids import DocumentId, DossierId, FileId, OcopEntityId, OcopProductId, OcopRatingId, OcopSheetId


@dataclass(frozen=True, slots=True, kw_only=True)
class OcopRubricLoaded(Event):
    """An administrator loaded a score sheet of an earlier decision."""

    action = "ocop_rubric.loaded"
    subject_type = "rubric"
    rubric_id: str
    decision: str
    set_number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OcopEntityRecorded(Event):
    """An entity was put on the register; whom it is represented by is private."""

    action = "ocop_entity.recorded"
    subject_type = "entity"
    entity_id: OcopEntityId
    kind: str
    name: str
    registration: str
    representative: Private
    contact: Private
    commune_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OcopEntityChanged(OcopEntityRecorded):
    """What is on the register of an entity was changed."""

    action = "ocop_entity.changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OcopProductRecorded(Event):
    """A product was put on the register."""

    action = "ocop_product.recorded"
    subject_type = "product"
    product_id: OcopProductId
    entity_id: OcopEntityId
    set_number: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OcopProductChanged(Event):
    """What is told of a product was changed; *fields* names what."""

    action = "ocop_product.changed"
    subject_type = "product"
    product_id: OcopProductId
    fields: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class OcopFileAdded(Event):
    """A photo or certificate was put to a product."""

    action = "ocop_product.file_added"
    subject_type = "product"
    product_id: OcopProductId
    file_id: FileId
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OcopFileRemoved(Event):
    """A photo or certificate was taken off a product."""

    action = "ocop_product.file_removed"
    subject_type = "product"
    product_id: OcopProductId
    file_id: FileId


@dataclass(frozen=True, slots=True, kw_only=True)
class OcopProposed(Event):
    """A dossier for ranking a product was opened, with its slip's number; the rules it is judged by are named."""

    action = "ocop_product.proposed"
    subject_type = "dossier"
    dossier_id: DossierId
    product_id: OcopProductId
    purpose: str
    slip: str
    product_code: str
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OcopFindingsNoted(Event):
    """The commune noted what it found on its four points."""

    action = "ocop_dossier.checked"
    subject_type = "dossier"
    dossier_id: DossierId
    confirmed: Mapping[str, bool]
    samples: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OcopReceived(Event):
    """The province received a dossier of a product and gave its slip a serial."""

    action = "ocop_dossier.received"
    subject_type = "dossier"
    dossier_id: DossierId
    document_id: DocumentId
    slip: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OcopSheetFilled(Event):
    """A member of the council scored a product; choices and grounds are those of the sheet."""

    action = "ocop_sheet.filled"
    subject_type = "dossier"
    dossier_id: DossierId
    sheet_id: OcopSheetId
    rubric_id: str
    total: int
    scoring_round: int
    choices: Mapping[str, int]
    knockouts: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class OcopScoredAnew(Event):
    """The council is to score a product once more; the sheets so far stay on record and count no longer."""

    action = "ocop_dossier.scored_anew"
    subject_type = "dossier"
    dossier_id: DossierId
    scoring_round: int
    reason: Private


@dataclass(frozen=True, slots=True, kw_only=True)
class OcopRecognised(Event):
    """A product was recognised with a rank, by a decision; its certificate holds until *expires*."""

    action = "ocop_product.recognised"
    subject_type = "product"
    product_id: OcopProductId
    rating_id: OcopRatingId
    stars: int
    mean: str
    decision: str
    issued_on: date
    expires: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OcopCertificateEntered(Event):
    """A certificate that no procedure here led to was entered from paper; *file_id* is its decision."""

    action = "ocop_certificate.entered"
    subject_type = "product"
    product_id: OcopProductId
    rating_id: OcopRatingId
    product_code: str
    stars: int
    certificate: str
    decision: str
    authority: str
    issued_on: date
    expires: date
    file_id: FileId


@dataclass(frozen=True, slots=True, kw_only=True)
class OcopCertificatesLoaded(Event):
    """A filled-in table entered certificates from paper; each by its id, with what it says as text."""

    action = "ocop_certificates.loaded"
    subject_type = "agency"
    certificates: Mapping[str, Mapping[str, str]]
    plan_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OcopCertificateCorrected(Event):
    """What was entered from paper was corrected: what stood there, and what stands there now."""

    action = "ocop_certificate.corrected"
    subject_type = "product"
    product_id: OcopProductId
    rating_id: OcopRatingId
    before: Mapping[str, str]
    after: Mapping[str, str]
    reason: Private


@dataclass(frozen=True, slots=True, kw_only=True)
class OcopExtended(Event):
    """A certificate holds on while its product is ranked again."""

    action = "ocop_certificate.extended"
    subject_type = "product"
    product_id: OcopProductId
    rating_id: OcopRatingId
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OcopRevoked(Event):
    """A certificate was revoked, on one of six grounds."""

    action = "ocop_certificate.revoked"
    subject_type = "product"
    product_id: OcopProductId
    rating_id: OcopRatingId
    ground: str
    concluded_on: date
    revoked_on: date
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OcopChecked(Event):
    """A recognised product was looked at again."""

    action = "ocop_product.checked"
    subject_type = "product"
    product_id: OcopProductId
    rating_id: OcopRatingId
    complies: bool
    note: Private
