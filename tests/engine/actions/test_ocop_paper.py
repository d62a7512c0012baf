"""OCOP certificates entered from paper: ranking again, extension, checks, revocation and correction work for them."""

# ruff: noqa: ANN401 - changes are fields of any type

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from engine.access import NotAllowed
from engine.actions.check_ocop_product import CheckOcopProduct, check_ocop_product
from engine.actions.correct_ocop_certificate import CorrectOcopCertificate, correct_ocop_certificate
from engine.actions.enter_ocop_certificate import EnterOcopCertificate, enter_ocop_certificate
from engine.actions.revoke_ocop_certificate import RevokeOcopCertificate, revoke_ocop_certificate
from engine.councils import NoCouncil
from engine.deadlines import office_date
from engine.ids import FileId
from engine.ocop_certificates import CertificateKnown, NotFromPaper, OnPaper, RecognisedHere
from engine.ocop_products import EntityKeptElsewhere, Product, ProductCoded, ProductInvalid, ProductMoved
from engine.ocop_ratings import CertificateNotFound, Rating, RevocationGround, WrongDecider
from engine.ocop_terms import ProductCodeMalformed, Purpose, valid_until
from engine.queries import Once
from storage.embedded import EmbeddedServer
from tests.storage.test_instance_migrations import until_somebody_waits
from tests.support.house import HOUSE
from tests.support.office import Office, a_pdf
from tests.support.postgres import Database
from tests.support.ranking import COMMUNE, Ranking

DESK = "chuyenvien.ocop"


@pytest.fixture
def ranking(office: Office) -> Ranking:
    return Ranking(office)


@pytest.fixture
def today(ranking: Ranking) -> date:
    return office_date(ranking.services.clock())


def printed(ranking: Ranking, issued_on: date, **changes: Any) -> OnPaper:
    """Return a certificate of 4 stars by a decision of that day."""
    paper = OnPaper(
        stars=4,
        certificate="12/GCN-OCOP",
        decision="45/QĐ-UBND",
        issued_on=issued_on,
        authority="Chủ tịch Ủy ban nhân dân tỉnh",
        product_set="Gạo, ngũ cốc",
        file_id=ranking.office.upload(a_pdf(3), DESK),
    )
    return replace(paper, **changes)


def entered(
    ranking: Ranking, product: Product, paper: OnPaper, by: str = DESK, code: str = "", once: Once | None = None
) -> Rating:
    """Enter a certificate of the product."""
    request = EnterOcopCertificate(product_id=product.id, paper=paper, code=code, once=once)
    return ranking.do(enter_ocop_certificate, request, by)


def code_of(ranking: Ranking, product: Product) -> str | None:
    """Return the code the product has now."""
    with ranking.services.begin() as work:
        return work.ocop.register.get(product.id).code


def test_a_product_recognised_on_paper_is_ranked_again_late_checked_and_revoked_as_any_other(
    ranking: Ranking, today: date
) -> None:
    product = ranking.product()
    issued = date(today.year - 3, today.month, min(today.day, 28)) + timedelta(days=100)
    rating = entered(ranking, product, printed(ranking, issued), code="83-829-28780-3-2022")

    assert (rating.expires, rating.mean, rating.rubric_id) == (valid_until(issued), None, None)
    ranking.propose(product, purpose=Purpose.RERANK, changes="Như cũ.")
    ranking.do(
        check_ocop_product, CheckOcopProduct(product_id=product.id, checked_on=today, complies=True, note=""), DESK
    )
    revocation = RevokeOcopCertificate(
        product_id=product.id, ground=RevocationGround.MARK_MISUSED, concluded_on=today, decision="9/QĐ-UBND"
    )
    taken = ranking.do(revoke_ocop_certificate, revocation, "chutich")
    assert (taken.id, taken.extended, len(taken.checks)) == (rating.id, True, 1)
    assert (taken.paper, code_of(ranking, product)) == (rating.paper, "83-829-28780-3-2022")


def test_five_stars_of_the_minister_are_entered_but_not_revoked_by_the_province(ranking: Ranking, today: date) -> None:
    product = ranking.product()
    ranking.certified(product, issued_on=today - timedelta(days=90))
    last = entered(ranking, product, printed(ranking, today - timedelta(days=2), stars=5, authority="Bộ trưởng"))
    request = RevokeOcopCertificate(
        product_id=product.id, ground=RevocationGround.MARK_MISUSED, concluded_on=today, decision="9/QĐ-UBND"
    )

    assert last.stars == 5
    with pytest.raises(WrongDecider):
        ranking.do(revoke_ocop_certificate, request, "chutich")


def test_every_wrong_field_of_a_certificate_on_paper_is_named(ranking: Ranking, today: date) -> None:
    product = ranking.product()
    empty = printed(ranking, today + timedelta(days=1), stars=2, certificate=" ", decision="", authority="")

    with pytest.raises(ProductInvalid) as refused:
        entered(ranking, product, replace(empty, product_set="x" * 201, file_id=FileId("0" * 64)))
    with pytest.raises(ProductInvalid, match="cannot be kept"):
        entered(ranking, product, printed(ranking, date(2018, 5, 6)))
    wrong = {"stars", "certificate", "decision", "issued_on", "authority", "product_set", "file_id"}
    assert {error.field for error in refused.value.errors} == wrong


def test_only_the_office_of_the_council_that_ranks_enters_certificates(ranking: Ranking, today: date) -> None:
    product, paper = ranking.product(), printed(ranking, today - timedelta(days=400))

    with pytest.raises(NoCouncil):
        entered(ranking, product, paper, by=COMMUNE)
    with pytest.raises(NotAllowed):
        entered(ranking, product, paper, by="kiemtra")


def test_no_certificate_on_paper_takes_the_place_of_one_decided_here_and_an_earlier_one_stays_behind_it(
    ranking: Ranking, today: date
) -> None:
    product = ranking.product()
    here = ranking.certified(product, issued_on=today - timedelta(days=30))

    with pytest.raises(RecognisedHere):
        entered(ranking, product, printed(ranking, today - timedelta(days=10)))
    with pytest.raises(CertificateKnown):
        entered(ranking, product, printed(ranking, here.issued_on))
    older = entered(ranking, product, printed(ranking, today - timedelta(days=900)))
    with ranking.services.begin() as work:
        assert [one.id for one in work.ocop.ratings.of(product.id)] == [here.id, older.id]
        assert work.ocop.ratings.last_of([product.id])[product.id].id == here.id


def test_a_code_on_a_label_is_kept_and_no_product_is_given_it_again(ranking: Ranking, today: date) -> None:
    paper = printed(ranking, today - timedelta(days=400))
    first, second, third = ranking.product(), ranking.product(), ranking.product()
    entered(ranking, first, paper)
    place, serial, year = str(code_of(ranking, first)).rsplit("-", 2)
    taken = f"{place}-{int(serial) + 1}-{year}"

    with pytest.raises(ProductCodeMalformed):
        entered(ranking, second, paper, code="38")
    with pytest.raises(ProductInvalid):
        entered(ranking, second, paper, code=str(code_of(ranking, first)))
    entered(ranking, second, paper, code=taken)
    with pytest.raises(ProductCoded):
        entered(ranking, second, printed(ranking, today - timedelta(days=500)), code=f"{place}-99-{year}")
    ranking.propose(third)

    assert (code_of(ranking, second), code_of(ranking, third)) == (taken, f"{place}-{int(serial) + 2}-{year}")


def test_of_two_who_enter_one_code_for_two_products_at_once_the_second_is_told_so(
    ranking: Ranking, today: date, postgres: EmbeddedServer
) -> None:
    paper, code = printed(ranking, today - timedelta(days=400)), "38-380-15001-77-2024"
    first, second, services = ranking.product(), ranking.product(), ranking.services

    with ThreadPoolExecutor(1) as beside:
        with services.begin() as work:
            request = EnterOcopCertificate(product_id=first.id, paper=paper, code=code)
            enter_ocop_certificate(request, by=ranking.office.people[DESK], at=services.clock(), work=work)
            late = beside.submit(entered, ranking, second, paper, code=code)
            until_somebody_waits(Database(server=postgres, name=HOUSE))

        with pytest.raises(ProductInvalid) as refused:
            late.result(30)
    assert [(error.field, error.code) for error in refused.value.errors] == [("code", "known")]
    assert (code_of(ranking, first), code_of(ranking, second)) == (code, None)


def test_a_certificate_sent_twice_is_entered_once(ranking: Ranking, today: date) -> None:
    product, paper = ranking.product(), printed(ranking, today - timedelta(days=400))
    once = Once(key="a", fingerprint="b")

    assert entered(ranking, product, paper, once=once) == entered(ranking, product, paper, once=once)


def test_a_certificate_entered_wrongly_is_corrected_with_the_reason_and_one_decided_here_never(
    ranking: Ranking, today: date
) -> None:
    product = ranking.product()
    rating = entered(ranking, product, printed(ranking, today - timedelta(days=400)))
    right = printed(ranking, today - timedelta(days=300), stars=3)
    request = CorrectOcopCertificate(
        product_id=product.id, rating_id=rating.id, paper=right, reason="Nhập nhầm ngày.", rev=0
    )

    with pytest.raises(ProductInvalid):
        ranking.do(correct_ocop_certificate, replace(request, reason=" "), DESK)
    with pytest.raises(EntityKeptElsewhere):
        ranking.do(correct_ocop_certificate, request, COMMUNE)
    with pytest.raises(CertificateNotFound):
        ranking.do(correct_ocop_certificate, replace(request, product_id=ranking.product().id), DESK)
    kept = ranking.do(correct_ocop_certificate, request, DESK)
    with pytest.raises(ProductMoved):
        ranking.do(correct_ocop_certificate, request, DESK)
    looked = CheckOcopProduct(product_id=product.id, checked_on=today - timedelta(days=200), complies=True, note="")
    ranking.do(check_ocop_product, looked, DESK)
    with pytest.raises(ProductInvalid):
        ranking.do(correct_ocop_certificate, replace(request, paper=printed(ranking, today), rev=2), DESK)
    decided = ranking.certified(product, issued_on=today)
    with pytest.raises(NotFromPaper):
        ranking.do(correct_ocop_certificate, replace(request, rating_id=decided.id), DESK)

    assert (kept.id, kept.stars, kept.issued_on, kept.rev) == (rating.id, 3, right.issued_on, 1)
