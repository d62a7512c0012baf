"""OCOP as rows: entities, products, certificates."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or

from engine.ids import AgencyId, DocumentId, FileId, OcopEntityId, OcopProductId, OcopRatingId, PersonId, RubricId
from engine.ocop_products import (
    Entity,
    EntityKind,
    EntityNotFound,
    FileKind,
    Product,
    ProductFile,
    ProductMoved,
    ProductNotFound,
)
from engine.ocop_ratings import (
    CertificateNotFound,
    PaperCertificate,
    PostCheck,
    Rating,
    RatingNotFound,
    Revocation,
    RevocationGround,
)
from engine.ocop_terms import CodeSeries
from engine.queries import Page, PageRequest
from storage.queries import id_in, page_of
from storage.schema import ocop_entities, ocop_products, ocop_ratings, ocop_serials
from storage.statements import AnyRow, Fixed, Statements

_E, _P, _R = ocop_entities.c, ocop_products.c, ocop_ratings.c
_ENTITY = select(ocop_entities).where(_E.id == bindparam("entity"))
_GET_ENTITY, _LOCK_ENTITY = Fixed(_ENTITY), Fixed(_ENTITY.with_for_update())
_PRODUCT = select(ocop_products).where(_P.id == bindparam("product"))
_GET, _LOCK = Fixed(_PRODUCT), Fixed(_PRODUCT.with_for_update())
_BY_CODE = Fixed(select(ocop_products).where(_P.code == bindparam("code_")))
_HOLD_CODES = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("series"), 0)))
_RATINGS = select(ocop_ratings).where(_R.product_id == bindparam("product")).order_by(_R.issued_on.desc(), _R.id.desc())
_OF, _LAST = Fixed(_RATINGS), Fixed(_RATINGS.limit(1).with_for_update())
_RATING = Fixed(select(ocop_ratings).where(_R.id == bindparam("rating")).with_for_update())
_ENTITY_FIELDS: Final = tuple(column.name for column in ocop_entities.c)
_PRODUCT_FIELDS: Final = tuple(column.name for column in ocop_products.c)
_PAPER: Final = ("certificate", "authority", "product_set", "file_id")
_taken = insert_or(ocop_serials).values(scope=bindparam("scope_"), year=bindparam("year_"), last=1)
_SERIAL = _taken.on_conflict_do_update(
    index_elements=["scope", "year"], set_={"last": ocop_serials.c.last + 1}
).returning(ocop_serials.c.last)


class PostgresOcopRegister:
    """Entities and products, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def get_entity(self, entity_id: OcopEntityId) -> Entity:
        """Return the entity, or raise EntityNotFound."""
        return self._entity(_GET_ENTITY, entity_id)

    def lock_entity(self, entity_id: OcopEntityId) -> Entity:
        """Return the entity for changing, or raise EntityNotFound."""
        return self._entity(_LOCK_ENTITY, entity_id)

    def _entity(self, statement: Fixed, entity_id: OcopEntityId) -> Entity:
        row = self._connection.ask_one(statement, {"entity": entity_id})
        if row is None:
            raise EntityNotFound
        return _entity(row)

    def add_entity(self, entity: Entity) -> None:
        """Keep a new entity."""
        self._connection.execute(insert(ocop_entities), _entity_values(entity))

    def save_entity(self, entity: Entity) -> None:
        """Keep the new value of a locked entity; raises ProductMoved if its rev is not the next one."""
        changed = update(ocop_entities).where(_E.id == entity.id, _E.rev == entity.rev - 1)
        if not self._connection.execute(changed.values(**_entity_values(entity))).rowcount:
            raise ProductMoved

    def entities(self, agency_id: AgencyId | None, page: PageRequest) -> Page[Entity]:
        """Return a page of entities, the newest first: of one agency, or of all."""
        wanted = select(ocop_entities).order_by(_E.id.desc())
        if agency_id is not None:
            wanted = wanted.where(_E.agency_id == agency_id)
        if page.after is not None:
            wanted = wanted.where(_E.id < id_in(page.after))
        return page_of(self._connection, wanted, page, _entity, lambda row: row.id)

    def get(self, product_id: OcopProductId) -> Product:
        """Return the product, or raise ProductNotFound."""
        return self._product(_GET, product_id)

    def lock(self, product_id: OcopProductId) -> Product:
        """Return the product for changing, or raise ProductNotFound."""
        return self._product(_LOCK, product_id)

    def _product(self, statement: Fixed, product_id: OcopProductId) -> Product:
        row = self._connection.ask_one(statement, {"product": product_id})
        if row is None:
            raise ProductNotFound
        return _product(row)

    def find_by_code(self, code: str) -> Product | None:
        """Return the product of this code, or None."""
        row = self._connection.ask_one(_BY_CODE, {"code_": code})
        return None if row is None else _product(row)

    def hold_codes(self, series: CodeSeries) -> None:
        """Keep others from giving or taking codes of the series until the transaction ends; they wait."""
        province, commune, year = series
        self._connection.execute(_HOLD_CODES, {"series": f"ocop products {province}-{commune}-{year}"})

    def add(self, product: Product) -> None:
        """Keep a new product."""
        self._connection.execute(insert(ocop_products), _product_values(product))

    def save(self, product: Product) -> None:
        """Keep the new value of a locked product; raises ProductMoved if its rev is not the next one."""
        changed = update(ocop_products).where(_P.id == product.id, _P.rev == product.rev - 1)
        if not self._connection.execute(changed.values(**_product_values(product))).rowcount:
            raise ProductMoved

    def search(
        self, page: PageRequest, *, agency_id: AgencyId | None = None, entity_id: OcopEntityId | None = None
    ) -> Page[Product]:
        """Return a page of products, the newest first: of an agency, of an entity, or of all."""
        wanted = select(ocop_products).order_by(_P.id.desc())
        if agency_id is not None:
            wanted = wanted.where(_P.agency_id == agency_id)
        if entity_id is not None:
            wanted = wanted.where(_P.entity_id == entity_id)
        if page.after is not None:
            wanted = wanted.where(_P.id < id_in(page.after))
        return page_of(self._connection, wanted, page, _product, lambda row: row.id)

    def next_serial(self, scope: str, year: int) -> int:
        """Take the next serial of this scope and year, from 1; others wait until the transaction ends."""
        return int(self._connection.execute(_SERIAL, {"scope_": scope, "year_": year}).scalar_one())


class PostgresOcopRatings:
    """Certificates, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def of(self, product_id: OcopProductId) -> Sequence[Rating]:
        """Return the certificates of a product, the last issued first."""
        return [_rating(row) for row in self._connection.ask(_OF, {"product": product_id})]

    def lock(self, rating_id: OcopRatingId) -> Rating:
        """Return the certificate for changing, or raise CertificateNotFound."""
        row = self._connection.ask_one(_RATING, {"rating": rating_id})
        if row is None:
            raise CertificateNotFound
        return _rating(row)

    def lock_last(self, product_id: OcopProductId) -> Rating:
        """Return the certificate issued last for changing, or raise RatingNotFound."""
        row = self._connection.ask_one(_LAST, {"product": product_id})
        if row is None:
            raise RatingNotFound
        return _rating(row)

    def last_of(self, product_ids: Sequence[OcopProductId]) -> dict[OcopProductId, Rating]:
        """Return the newest certificate of each product that has one."""
        wanted = select(ocop_ratings).where(_R.product_id.in_(product_ids)).order_by(_R.issued_on, _R.id)
        found = self._connection.execute(wanted) if product_ids else ()
        return {OcopProductId(row.product_id): _rating(row) for row in found}

    def ending(self, until: date, limit: int) -> Sequence[Rating]:
        """Return certificates that are not revoked and end by themselves on this day or before, the soonest first."""
        wanted = select(ocop_ratings).where(_R.expires <= until, _R.revocation.is_(None))
        found = self._connection.execute(wanted.order_by(_R.expires, _R.id).limit(limit))
        return [_rating(row) for row in found]

    def add(self, rating: Rating) -> None:
        """Keep a new certificate."""
        self._connection.execute(insert(ocop_ratings), _rating_values(rating))

    def save(self, rating: Rating) -> None:
        """Keep the new value of a locked certificate; raises ProductMoved if its rev is not the next one."""
        changed = update(ocop_ratings).where(_R.id == rating.id, _R.rev == rating.rev - 1)
        if not self._connection.execute(changed.values(**_rating_values(rating))).rowcount:
            raise ProductMoved


def _entity_values(entity: Entity) -> dict[str, Any]:
    return {name: getattr(entity, name) for name in _ENTITY_FIELDS}


def _entity(row: AnyRow) -> Entity:
    values = {name: getattr(row, name) for name in _ENTITY_FIELDS}
    return Entity(**values | {"kind": EntityKind(row.kind)})


def _product_values(product: Product) -> dict[str, Any]:
    files = [asdict(file) | {"valid_until": _written(file.valid_until)} for file in product.files]
    return {name: getattr(product, name) for name in _PRODUCT_FIELDS} | {"files": files}


def _product(row: AnyRow) -> Product:
    values = {name: getattr(row, name) for name in _PRODUCT_FIELDS}
    files = tuple(
        ProductFile(
            file_id=FileId(file["file_id"]),
            kind=FileKind(file["kind"]),
            name=file["name"],
            issuer=file["issuer"],
            valid_until=_day(file["valid_until"]),
        )
        for file in row.files
    )
    return Product(**values | {"files": files})


def _rating_values(rating: Rating) -> dict[str, Any]:
    taken = rating.revocation
    revocation = taken and {
        "ground": taken.ground.value,
        "concluded_on": _written(taken.concluded_on),
        "revoked_on": _written(taken.revoked_on),
        "decision": taken.decision,
    }
    checks = [
        asdict(check) | {"checked_on": _written(check.checked_on), "by": str(check.by)} for check in rating.checks
    ]
    return {
        "id": rating.id,
        "product_id": rating.product_id,
        "agency_id": rating.agency_id,
        "stars": rating.stars,
        "mean": None if rating.mean is None else str(rating.mean),
        "rubric_id": rating.rubric_id,
        "decision": rating.decision,
        "issued_on": rating.issued_on,
        "expires": rating.expires,
        "recorded_at": rating.recorded_at,
        "recorded_by": rating.recorded_by,
        "document_id": rating.document_id,
        "extended": rating.extended,
        "revocation": revocation,
        "checks": checks,
        "rev": rating.rev,
        **_paper_values(rating.paper),
    }


def _paper_values(paper: PaperCertificate | None) -> dict[str, str | None]:
    return {name: None if paper is None else getattr(paper, name) for name in _PAPER}


def _paper(row: AnyRow) -> PaperCertificate | None:
    if row.file_id is None:
        return None
    return PaperCertificate(
        certificate=row.certificate,
        authority=row.authority,
        product_set=row.product_set,
        file_id=FileId(row.file_id),
    )


def _rating(row: AnyRow) -> Rating:
    taken = row.revocation
    return Rating(
        id=OcopRatingId(row.id),
        product_id=OcopProductId(row.product_id),
        agency_id=AgencyId(row.agency_id),
        stars=row.stars,
        mean=None if row.mean is None else Fraction(row.mean),
        rubric_id=None if row.rubric_id is None else RubricId(row.rubric_id),
        decision=row.decision,
        issued_on=row.issued_on,
        recorded_at=row.recorded_at,
        recorded_by=PersonId(row.recorded_by),
        document_id=None if row.document_id is None else DocumentId(row.document_id),
        paper=_paper(row),
        extended=row.extended,
        revocation=taken
        and Revocation(
            ground=RevocationGround(taken["ground"]),
            concluded_on=date.fromisoformat(taken["concluded_on"]),
            revoked_on=date.fromisoformat(taken["revoked_on"]),
            decision=taken["decision"],
        ),
        checks=tuple(
            PostCheck(
                checked_on=date.fromisoformat(check["checked_on"]),
                by=PersonId(UUID(check["by"])),
                complies=check["complies"],
                note=check["note"],
            )
            for check in row.checks
        ),
        rev=row.rev,
    )


def _written(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
