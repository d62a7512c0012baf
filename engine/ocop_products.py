"""OCOP products and who makes them: the register (cơ sở dữ liệu sản phẩm) from which dossiers are made.

Source: Decision 26/2026/QĐ-TTg (entities, product code, traceability).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from engine.errors import Conflict, FieldError, Invalid, NotFound
from engine.ids import AgencyId, FileId, OcopEntityId, OcopProductId, PersonId
from engine.people import Person
from engine.rubrics import SETS, TOURISM

MAX_NAME: Final = 200
MAX_TEXT: Final = 4_000
MAX_FILES: Final = 30
_COMMUNE_CODE_DIGITS: Final = 5


class EntityKind(StrEnum):
    """What an entity is.

    Source: Decision 26/2026/QĐ-TTg; the last three for services of tourism only.
    """

    COOPERATIVE = "cooperative"
    COOPERATIVE_GROUP = "cooperative_group"
    SMALL_ENTERPRISE = "small_enterprise"
    FARM = "farm"
    REGISTERED_HOUSEHOLD = "registered_household"
    SOCIETY = "society"
    ASSOCIATION = "association"
    OPERATING_CENTRE = "operating_centre"


TOURISM_ONLY: Final = frozenset({EntityKind.SOCIETY, EntityKind.ASSOCIATION, EntityKind.OPERATING_CENTRE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """Who makes products (chủ thể), kept by the commune it is in.

    Attributes:
        registration: Number of its business registration.
        representative, contact: Personal data, shown to the agencies concerned only.
        province_code, commune_code: Codes of Decision 19/2025/QĐ-TTg.
    """

    id: OcopEntityId
    agency_id: AgencyId
    kind: EntityKind
    name: str
    registration: str
    representative: str
    contact: str
    address: str
    province_code: str
    commune_code: str
    created_at: datetime
    created_by: PersonId
    rev: int = 0

    def changed(self, like: "Entity") -> "Entity":
        """Return it with what *like* says, and one revision on; whose it is does not change."""
        return replace(
            like,
            id=self.id,
            agency_id=self.agency_id,
            created_at=self.created_at,
            created_by=self.created_by,
            rev=self.rev + 1,
        )


class FileKind(StrEnum):
    """What a file of a product shows."""

    PHOTO = "photo"
    CERTIFICATE = "certificate"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFile:
    """A photo or a certificate (safety, quality, origin) with what it says; *valid_until* where it ends."""

    file_id: FileId
    kind: FileKind
    name: str
    issuer: str = ""
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product of an entity.

    Attributes:
        set_number: The set of the score sheets it belongs to, 1 to 26.
        code: `T-X-STT-20YY`, given once when its first dossier is proposed.
        origin: Where its material comes from, as told to whoever scans its code.
        steps: How it is made, one step a line, for the traceability page.
        rev: Counts changes.
    """

    id: OcopProductId
    agency_id: AgencyId
    entity_id: OcopEntityId
    set_number: int
    name: str
    description: str
    origin: str
    steps: str
    story: str
    created_at: datetime
    created_by: PersonId
    code: str | None = None
    files: tuple[ProductFile, ...] = ()
    rev: int = 0

    def changed(self, like: "Product") -> "Product":
        """Return it with what *like* tells of it; its maker, set, code and files stay."""
        return replace(
            self,
            name=like.name,
            description=like.description,
            origin=like.origin,
            steps=like.steps,
            story=like.story,
            rev=self.rev + 1,
        )

    def with_code(self, code: str) -> "Product":
        """Return it with its code; raises ProductCoded where it has one."""
        if self.code is not None:
            raise ProductCoded(product_code=self.code)
        return replace(self, code=code, rev=self.rev + 1)

    def with_file(self, file: ProductFile) -> "Product":
        """Return it with one more file; raises ProductFilesFull, ProductFileKnown."""
        if len(self.files) >= MAX_FILES:
            raise ProductFilesFull(most=MAX_FILES)
        if any(each.file_id == file.file_id for each in self.files):
            raise ProductFileKnown
        return replace(self, files=(*self.files, file), rev=self.rev + 1)

    def without_file(self, file_id: FileId) -> "Product":
        """Return it without that file."""
        return replace(self, files=tuple(each for each in self.files if each.file_id != file_id), rev=self.rev + 1)

    def find_file(self, file_id: FileId) -> ProductFile | None:
        """Return that photo or certificate, or None."""
        return next((file for file in self.files if file.file_id == file_id), None)

    def photos(self) -> tuple[ProductFile, ...]:
        """Return its photos."""
        return tuple(file for file in self.files if file.kind is FileKind.PHOTO)

    def certificates(self) -> tuple[ProductFile, ...]:
        """Return its certificates."""
        return tuple(file for file in self.files if file.kind is FileKind.CERTIFICATE)


def require_entity(entity: Entity) -> None:
    """Raise EntityInvalid, with every wrong field, unless the entity can be kept."""
    wrong = _texts({"name": entity.name, "registration": entity.registration, "address": entity.address}, MAX_NAME)
    wrong += _texts({"representative": entity.representative}, MAX_NAME)
    if len(entity.contact) > MAX_NAME:
        wrong.append(_too_long("contact", MAX_NAME))
    if not (entity.commune_code.isdecimal() and len(entity.commune_code) == _COMMUNE_CODE_DIGITS):
        wrong.append(_field("commune_code", "The code of a commune has five digits (Decision 19/2025/QĐ-TTg)."))
    if not (entity.province_code.isdecimal() and 1 <= len(entity.province_code) <= 2):  # noqa: PLR2004  digits
        wrong.append(_field("province_code", "The code of a province has one or two digits."))
    if wrong:
        raise EntityInvalid(errors=wrong)


def require_product(product: Product, entity: Entity) -> None:
    """Raise ProductInvalid, with every wrong field, unless the product can be kept and be this entity's."""
    wrong = _texts({"name": product.name}, MAX_NAME)
    texts = {"description": product.description, "origin": product.origin, "steps": product.steps}
    wrong += [
        _too_long(name, MAX_TEXT) for name, text in {**texts, "story": product.story}.items() if len(text) > MAX_TEXT
    ]
    if not 1 <= product.set_number <= SETS:
        wrong.append(_field("set_number", "There are sets 1 to 26. Choose one of them."))
    if entity.kind in TOURISM_ONLY and product.set_number != TOURISM:
        wrong.append(_field("set_number", "Such an entity takes part with services of tourism (set 26) only."))
    if wrong:
        raise ProductInvalid(errors=wrong)


def require_kept_by(agency_id: AgencyId, person: Person) -> None:
    """Raise EntityKeptElsewhere unless the person is of the agency that keeps it."""
    if person.agency_id != agency_id:
        raise EntityKeptElsewhere


def _texts(given: Mapping[str, str], most: int) -> list[FieldError]:
    empty = [
        FieldError(field=name, code="required", message="This field must not be empty.")
        for name, text in given.items()
        if not text.strip()
    ]
    return empty + [_too_long(name, most) for name, text in given.items() if len(text) > most]


def _too_long(field: str, most: int) -> FieldError:
    return FieldError(field=field, code="too_long", message=f"This field takes at most {most} characters.")


def _field(field: str, message: str) -> FieldError:
    return FieldError(field=field, code="ocop.unfit", message=message)


class EntityInvalid(Invalid):
    """Some fields of an entity are wrong; all are named."""

    code = "ocop.entity_invalid"
    template = "The entity cannot be kept so. Correct what is marked and send it again."


class EntityNotFound(NotFound):
    """No such entity, or not for this person."""

    code = "ocop.entity_not_found"
    template = "There is no such entity in the register. Choose one from the list."


class ProductInvalid(Invalid):
    """Some fields of a product are wrong; all are named."""

    code = "ocop.product_invalid"
    template = "The product cannot be kept so. Correct what is marked and send it again."


class ProductNotFound(NotFound):
    """No such product, or none that may be shown."""

    code = "ocop.product_not_found"
    template = "There is no such product in the register. Check the code on the label, or choose one from the list."


class ProductMoved(Conflict):
    """Somebody changed it meanwhile."""

    code = "ocop.product_moved"
    template = "This was changed meanwhile. Look at it again, then make your change."


class ProductCoded(Conflict):
    """A product keeps the code it was given."""

    code = "ocop.product_coded"
    template = "The product has the code %(product_code)s already and keeps it."


class ProductFilesFull(Conflict):
    """A product has as many files as it may."""

    code = "ocop.product_files_full"
    template = "A product has at most %(most)s photos and certificates. Take one off first."


class ProductFileKnown(Conflict):
    """The same file is with the product already."""

    code = "ocop.product_file_known"
    template = "This file is with the product already."


class EntityKeptElsewhere(Conflict):
    """Entities and products are kept by the commune they are in."""

    code = "ocop.kept_elsewhere"
    template = "This is kept by another agency. Ask that agency to change it."
