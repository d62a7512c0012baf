"""OCOP certificates loaded from a table: what it would enter, shown before anything is kept."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from engine import access
from engine.audit import Plain, canonical
from engine.criteria_reading import cell_day
from engine.criteria_sheets import Book
from engine.drafts import FieldChecks
from engine.errors import FieldError, Refusal
from engine.ids import FileId, OcopProductId
from engine.ocop_certificate_sheets import MAX_ROWS, OcopBookWrong, Row, book_of, finding, rows_of
from engine.ocop_certificates import (
    CertificateKnown,
    OnPaper,
    check_paper,
    require_council_s_office,
    require_not_over,
)
from engine.ocop_products import Product, ProductNotFound
from engine.ocop_ratings import Rating
from engine.ocop_terms import ProductCode, ProductCodeMalformed
from engine.people import Person
from engine.ports import UnitOfWork
from engine.queries import PageRequest

MAX_FINDINGS: Final = 1_000
"""How many wrong cells are named at once; a workbook with more is another kind of file."""
_PAGE: Final = 200
_TROUBLE_OF: Final = {
    "certificate": "long_number",
    "decision": "long_number",
    "issued_on": "no_decision_day",
    "file": "no_pdf",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A certificate to be entered; *code* is the product's as printed, '' where it keeps its own or is given one."""

    product: Product
    paper: OnPaper
    code: str

    def facts(self) -> dict[str, str]:
        """Return what it says, as text."""
        paper = self.paper
        return {
            "product": str(self.product.id),
            "code": self.code,
            "stars": str(paper.stars),
            "certificate": paper.certificate,
            "decision": paper.decision,
            "issued_on": paper.issued_on.isoformat(),
            "authority": paper.authority,
            "product_set": paper.product_set,
            "file": paper.file_id,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificatePlan:
    """What a table would enter; *untouched* is how many certificates it has that are on the register as they are."""

    entries: tuple[Entry, ...]
    untouched: int

    @property
    def is_empty(self) -> bool:
        """Whether it enters nothing."""
        return not self.entries

    @property
    def sha256(self) -> str:
        """A digest of everything it would enter, and of the products as they are."""
        said: list[Plain] = [{**one.facts(), "rev": one.product.rev} for one in self.entries]
        return hashlib.sha256(canonical({"entries": said})).hexdigest()


def current_book(*, by: Person, at: datetime, work: UnitOfWork) -> Book:
    """Return the table of products without a certificate, the newest first, as many as a sheet takes.

    Raises:
        NotAllowed, NoCouncil: They do not enter certificates.
    """
    _require(by, at, work)
    found: list[Product] = []
    page: str | None = None
    while len(found) < MAX_ROWS:
        listed = work.ocop.register.search(PageRequest(limit=_PAGE, after=page))
        certified = work.ocop.ratings.last_of([one.id for one in listed.items])
        found += [one for one in listed.items if one.id not in certified]
        page = listed.next
        if page is None:
            break
    return book_of([(one, work.ocop.register.get_entity(one.entity_id)) for one in found[:MAX_ROWS]])


def plan_loading(book: Book, *, by: Person, at: datetime, work: UnitOfWork) -> CertificatePlan:
    """Return what the table would enter; nothing is kept.

    Raises:
        NotAllowed, NoCouncil: They do not enter certificates.
        OcopBookWrong, OcopBookEmpty: It cannot be read so; all wrong cells are named.
    """
    _require(by, at, work)
    reader = _Reader(by=by, at=at, work=work)
    for row in rows_of(book):
        reader.take(row)
    if reader.errors:
        raise OcopBookWrong(errors=_first_of_each(reader.errors))
    return CertificatePlan(entries=tuple(reader.entries), untouched=len(reader.known))


def _require(by: Person, at: datetime, work: UnitOfWork) -> None:
    access.require(by, "keep_ocop_register")
    require_council_s_office(by, at, work)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Takes row by row; what is wrong is noted, so that all of it is said at once."""

    by: Person
    at: datetime
    work: UnitOfWork
    errors: list[FieldError] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    known: list[Rating] = field(default_factory=list)
    days: set[tuple[OcopProductId, date]] = field(default_factory=set)
    codes: dict[str, OcopProductId] = field(default_factory=dict)

    def take(self, row: Row) -> None:
        """Take a row in: as a certificate to be entered, or as one the register has."""
        before = len(self.errors)
        product, paper = self._product(row), self._paper(row)
        code = self._code(row, product) if product else ""
        if product is None or paper is None or len(self.errors) > before:
            return
        if (product.id, paper.issued_on) in self.days:
            self._wrong(row, "issued_on", "twice")
            return
        self.days.add((product.id, paper.issued_on))
        ratings = self.work.ocop.ratings.of(product.id)
        same = next((one for one in ratings if _is_same(one, paper)), None)
        if same is not None:
            self.known.append(same)
        elif self._may_stand(row, paper, ratings):
            self.entries.append(Entry(product=product, paper=paper, code=code))

    def _may_stand(self, row: Row, paper: OnPaper, ratings: Sequence[Rating]) -> bool:
        try:
            require_not_over(paper, ratings)
        except CertificateKnown:
            self._wrong(row, "issued_on", "day_known")
        except Refusal:
            self._wrong(row, "issued_on", "recognised_here")
        else:
            return True
        return False

    def _product(self, row: Row) -> Product | None:
        if not row.text("product"):
            self._wrong(row, "product", "empty")
            return None
        try:
            return self.work.ocop.register.get(OcopProductId(UUID(row.text("product"))))
        except (ValueError, ProductNotFound):
            self._wrong(row, "product", "no_product")
            return None

    def _code(self, row: Row, product: Product) -> str:
        if not row.text("code"):
            return ""
        try:
            code = str(ProductCode.parse(row.text("code")))
        except ProductCodeMalformed:
            self._wrong(row, "code", "no_product_code")
            return ""
        holder = self.work.ocop.register.find_by_code(code)
        if product.code not in (None, code):
            self._wrong(row, "code", "other_code")
        elif holder is not None and holder.id != product.id:
            self._wrong(row, "code", "code_taken")
        elif self.codes.setdefault(code, product.id) != product.id:
            self._wrong(row, "code", "twice")
        return code

    def _paper(self, row: Row) -> OnPaper | None:
        stars, day = row.text("stars"), cell_day(row.cell("issued_on"))
        if stars not in ("3", "4", "5"):
            self._wrong(row, "stars", "no_stars" if stars else "empty")
        if day is None:
            self._wrong(row, "issued_on", "no_decision_day" if row.text("issued_on") else "empty")
        paper = OnPaper(
            stars=int(stars) if stars in ("3", "4", "5") else 3,
            certificate=row.text("certificate"),
            decision=row.text("decision"),
            issued_on=day or date.min,
            authority=row.text("authority"),
            product_set=row.text("product_set"),
            file_id=FileId(row.text("file")),
        )
        self._check(row, paper)
        return paper if day else None

    def _check(self, row: Row, paper: OnPaper) -> None:
        check = FieldChecks()
        check_paper(paper, check, self.by, self.at, self.work)
        try:
            check.done(OcopBookWrong)
        except OcopBookWrong as refused:
            for error in refused.errors:
                name = "file" if error.field == "file_id" else error.field
                self._wrong(row, name, _TROUBLE_OF.get(name, "long") if row.text(name) else "empty")

    def _wrong(self, row: Row, name: str, trouble: str) -> None:
        self.errors.append(finding(row.number, name, trouble))


def _first_of_each(errors: Sequence[FieldError]) -> list[FieldError]:
    """Return of several troubles of a cell the first; of too many cells as many as somebody may read."""
    first: dict[str, FieldError] = {}
    for error in errors:
        first.setdefault(error.field, error)
    return list(first.values())[:MAX_FINDINGS]


def _is_same(known: Rating, paper: OnPaper) -> bool:
    """Say whether the certificate on the register is this one, whatever copy of the decision it was entered from."""
    if known.paper is None or known.issued_on != paper.issued_on:
        return False
    said = paper.paper()
    mine = (known.stars, known.decision, known.paper.certificate, known.paper.authority, known.paper.product_set)
    return mine == (paper.stars, paper.decision.strip(), said.certificate, said.authority, said.product_set)
