"""OCOP certificates from paper loaded by a table: shown first, every wrong cell named, all of it or nothing."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier

import pytest

from engine.access import NotAllowed
from engine.actions.correct_ocop_certificate import CorrectOcopCertificate, correct_ocop_certificate
from engine.actions.enter_ocop_certificate import EnterOcopCertificate, enter_ocop_certificate
from engine.actions.load_ocop_certificates import LoadOcopCertificates, load_ocop_certificates
from engine.councils import NoCouncil
from engine.criteria_sheets import Book, Cell
from engine.deadlines import office_date
from engine.ids import FileId
from engine.ocop_certificate_loading import CertificatePlan, current_book, plan_loading
from engine.ocop_certificate_sheets import COLUMNS, MAX_ROWS, SHEET, OcopBookEmpty, OcopBookWrong, OcopPlanMoved
from engine.ocop_certificates import OnPaper
from engine.ocop_products import Product
from engine.ocop_ratings import Rating
from storage.embedded import EmbeddedServer
from tests.storage.test_instance_migrations import until_somebody_waits
from tests.support.house import HOUSE
from tests.support.office import Office, a_pdf
from tests.support.postgres import Database
from tests.support.ranking import COMMUNE, Ranking

DESK = "chuyenvien.ocop"
HEAD = list(COLUMNS.values())


@pytest.fixture
def ranking(office: Office) -> Ranking:
    return Ranking(office)


@pytest.fixture
def today(ranking: Ranking) -> date:
    return office_date(ranking.services.clock())


@pytest.fixture
def decision(ranking: Ranking) -> str:
    """The id of a decision that was uploaded."""
    return ranking.office.upload(a_pdf(3), DESK)


def row(of: Product, issued_on: Cell, file: str, **cells: Cell) -> list[Cell]:
    """Return a filled row."""
    known: dict[str, Cell] = {
        "product": str(of.id),
        "stars": 4,
        "certificate": "12/GCN-OCOP",
        "decision": "45/QĐ-UBND",
        "issued_on": issued_on,
        "authority": "Chủ tịch Ủy ban nhân dân tỉnh",
        "product_set": "Gạo, ngũ cốc",
        "file": file,
        **cells,
    }
    return [known.get(name) for name in COLUMNS]


def planned(ranking: Ranking, *rows: list[Cell]) -> CertificatePlan:
    """Return what the rows would enter."""
    with ranking.services.begin() as work:
        by = ranking.office.people[DESK]
        return plan_loading({SHEET: [HEAD, *rows]}, by=by, at=ranking.services.clock(), work=work)


def loaded(ranking: Ranking, *rows: list[Cell], by: str = DESK, previewed: str | None = None) -> CertificatePlan:
    """Load the rows."""
    request = LoadOcopCertificates(book={SHEET: [HEAD, *rows]}, previewed=previewed)
    return ranking.do(load_ocop_certificates, request, by)


def wrong(ranking: Ranking, *rows: list[Cell]) -> dict[str, str]:
    """Return what is wrong with which cell."""
    with pytest.raises(OcopBookWrong) as refused:
        planned(ranking, *rows)
    return {error.field.removeprefix(f"{SHEET}!"): error.code for error in refused.value.errors}


def ratings(ranking: Ranking, product: Product) -> list[Rating]:
    """Return the certificates of a product."""
    with ranking.services.begin() as work:
        return list(work.ocop.ratings.of(product.id))


def test_the_table_has_the_products_without_a_certificate_and_enters_what_is_filled_in_by_one_leaf(
    ranking: Ranking, today: date, decision: str
) -> None:
    first, second, left, certified = (ranking.product() for _ in "abcd")
    ranking.certified(certified, issued_on=today)
    by, code = ranking.office.people[DESK], "38-380-15001-7-2024"
    with ranking.services.begin() as work:
        book = current_book(by=by, at=ranking.services.clock(), work=work)
    rows = {line[0]: list(line) for line in book[SHEET][1:]}
    assert str(certified.id) not in rows
    assert {str(one.id) for one in (first, second, left)} <= set(rows)
    day = today - timedelta(days=400)
    filled = [row(first, day, decision, code=code), row(second, f"{day:%d/%m/%Y}", decision, stars=5)]
    filled.append(rows[str(left.id)])

    seen = planned(ranking, *filled)
    plan = loaded(ranking, *filled, previewed=seen.sha256)
    again = loaded(ranking, *filled)

    assert (len(plan.entries), again.is_empty, again.untouched) == (2, True, 2)
    [one], [other] = ratings(ranking, first), ratings(ranking, second)
    assert (one.issued_on, one.stars, other.stars, ratings(ranking, left)) == (day, 4, 5, [])
    assert one.paper is not None
    assert one.paper.file_id == decision
    with ranking.services.begin() as work:
        codes = [work.ocop.register.get(product.id).code for product in (first, second)]
        leaves = [json.loads(event.leaf) for event in work.audit.about(by.agency_id, [str(by.agency_id)])]
    assert codes[0] == code
    assert codes[1] not in (None, code)
    [leaf] = [leaf for leaf in leaves if leaf["action"] == "ocop_certificates.loaded"]
    assert {key: said["code"] for key, said in leaf["data"]["certificates"].items()} == {
        str(one.id): codes[0],
        str(other.id): codes[1],
    }


def test_every_wrong_cell_is_named_at_once_by_row_and_column(ranking: Ranking, today: date, decision: str) -> None:
    product, other, here = (ranking.product() for _ in "abc")
    day, code = today - timedelta(days=400), "38-380-15001-7-2024"
    loaded(ranking, row(other, day, decision, code=code))
    ranking.certified(here, issued_on=day)

    found = wrong(
        ranking,
        row(product, "32/01/2024", "a.pdf", product="x", stars=2, certificate="", decision="9" * 101),
        row(product, date(2018, 5, 6), decision, code="38", authority="x" * 201),
        row(product, day, decision, code=code),
        row(other, day, decision, certificate="13/GCN-OCOP", code="38-380-15001-8-2024"),
        row(here, day + timedelta(days=1), decision),
        row(product, today + timedelta(days=1), ""),
    )
    twice = wrong(ranking, row(product, day, decision), row(product, day, decision, stars=3))
    another = wrong(ranking, row(other, day, decision, certificate="13/GCN-OCOP"))

    assert {cell: said.removeprefix("ocop.cell_") for cell, said in found.items()} == {
        "A2": "no_product",
        "E2": "no_stars",
        "F2": "empty",
        "G2": "long_number",
        "H2": "no_decision_day",
        "K2": "no_pdf",
        "D3": "no_product_code",
        "H3": "no_decision_day",
        "I3": "long",
        "D4": "code_taken",
        "D5": "other_code",
        "H6": "recognised_here",
        "H7": "no_decision_day",
        "K7": "empty",
    }
    assert (twice, another) == ({"H3": "ocop.cell_twice"}, {"H2": "ocop.cell_day_known"})
    assert ratings(ranking, product) == []


def test_one_code_for_two_products_of_a_table_is_refused(ranking: Ranking, today: date, decision: str) -> None:
    rows = [row(ranking.product(), today, decision, code="38-380-15001-7-2024") for _ in "ab"]

    assert wrong(ranking, *rows) == {"D3": "ocop.cell_twice"}


@pytest.mark.parametrize("book", [{}, {"Khác": [["A"]]}, {SHEET: [HEAD]}, {SHEET: [HEAD, [None, "Gạo"]]}])
def test_a_workbook_without_a_filled_row_is_refused(ranking: Ranking, book: Book) -> None:
    with pytest.raises(OcopBookEmpty):
        ranking.do(load_ocop_certificates, LoadOcopCertificates(book=book), DESK)


@pytest.mark.parametrize("rows", [[["Mã"]], [HEAD, *[[None]] * (MAX_ROWS + 1)]], ids=["headings", "rows"])
def test_a_table_of_other_headings_or_too_many_rows_is_refused(ranking: Ranking, rows: list[list[Cell]]) -> None:
    with pytest.raises(OcopBookWrong):
        ranking.do(load_ocop_certificates, LoadOcopCertificates(book={SHEET: rows}), DESK)


def test_what_is_no_longer_as_it_was_previewed_is_not_loaded(ranking: Ranking, today: date, decision: str) -> None:
    product = ranking.product()
    seen = planned(ranking, row(product, today, decision))

    with pytest.raises(OcopPlanMoved):
        loaded(ranking, row(product, today, decision, stars=3), previewed=seen.sha256)
    assert ratings(ranking, product) == []


def test_only_the_office_of_the_council_loads_certificates(ranking: Ranking, today: date, decision: str) -> None:
    rows = row(ranking.product(), today, decision)

    with pytest.raises(NoCouncil):
        loaded(ranking, rows, by=COMMUNE)
    with pytest.raises(NotAllowed):
        loaded(ranking, rows, by="kiemtra")


def printed(issued_on: date, decision: str) -> OnPaper:
    """Return the certificate that `row` writes."""
    return OnPaper(
        stars=4,
        certificate="12/GCN-OCOP",
        decision="45/QĐ-UBND",
        issued_on=issued_on,
        authority="Chủ tịch Ủy ban nhân dân tỉnh",
        product_set="Gạo, ngũ cốc",
        file_id=FileId(decision),
    )


def test_what_a_correction_at_the_same_moment_makes_new_is_not_loaded_unseen(
    ranking: Ranking, today: date, decision: str, postgres: EmbeddedServer
) -> None:
    known, new, services = ranking.product(), ranking.product(), ranking.services
    day = today - timedelta(days=400)
    loaded(ranking, row(known, day, decision))
    [rating] = ratings(ranking, known)
    paper = replace(printed(day, decision), issued_on=day + timedelta(days=1))
    request = CorrectOcopCertificate(product_id=known.id, rating_id=rating.id, paper=paper, reason="Nhầm ngày.")

    with ThreadPoolExecutor(1) as beside:
        with services.begin() as work:
            work.ocop.register.lock(new.id)
            correct_ocop_certificate(request, by=ranking.office.people[DESK], at=services.clock(), work=work)
            late = beside.submit(loaded, ranking, row(known, day, decision), row(new, day, decision))
            until_somebody_waits(Database(server=postgres, name=HOUSE))

        with pytest.raises(OcopPlanMoved):
            late.result(30)
    assert ratings(ranking, new) == []


def test_tables_and_single_certificates_entered_at_the_same_moment_wait_for_one_another_in_one_order(
    ranking: Ranking, today: date, decision: str
) -> None:
    many, day = 8, today - timedelta(days=400)
    here, there = ranking.entity(), ranking.entity(commune_code="15002")
    first = [ranking.product(entity) for entity in (here, there) for _ in range(many)]
    second = [ranking.product(entity) for entity in (there, here) for _ in range(many)]
    single = [ranking.product(here) for _ in range(many)]
    together = Barrier(3)

    def load(products: list[Product]) -> int:
        together.wait()
        return len(loaded(ranking, *(row(one, day, decision) for one in products)).entries)

    def enter() -> int:
        together.wait()
        paper = printed(day, decision)
        requests = [EnterOcopCertificate(product_id=one.id, paper=paper) for one in single]
        return len([ranking.do(enter_ocop_certificate, request, DESK) for request in requests])

    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(load, first), pool.submit(load, second), pool.submit(enter)]
        entered = [one.result(60) for one in asked]

    assert entered == [2 * many, 2 * many, many]
    with ranking.services.begin() as work:
        given = {work.ocop.register.get(one.id).code for one in (*first, *second, *single)}
    assert None not in given
    assert len(given) == 5 * many
