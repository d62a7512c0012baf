"""OCOP as rows: what is kept comes back the same."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date

import pytest

from engine.ids import DossierId, OcopEntityId, OcopProductId, OcopRatingId, OcopSheetId, RubricId
from engine.ocop_products import EntityNotFound, ProductMoved, ProductNotFound
from engine.ocop_proposals import ProposalNotFound
from engine.ocop_ratings import CertificateNotFound, PaperCertificate, RatingNotFound
from engine.ports import Begin, UnitOfWork
from engine.queries import PageRequest
from engine.rubrics import RubricKnown, RubricNotFound, built_in, rubric_from
from tests.engine.test_rubrics import content_of
from tests.storage.builders import NOON, a_desk, new_id
from tests.storage.ranked import a_kept_product, a_rating, fill_ocop


class _UndoneError(Exception):
    """Ends a test's transaction without keeping anything."""


@pytest.fixture
def work(begin: Begin) -> Iterator[UnitOfWork]:
    """A transaction that is undone."""
    with suppress(_UndoneError), begin() as work:
        yield work
        raise _UndoneError


def test_an_entity_and_its_product_come_back_the_same_by_id_list_and_code(work: UnitOfWork) -> None:
    product = a_kept_product(work, a_desk(work))
    kept = work.ocop.register

    assert kept.get(product.id) == kept.lock(product.id) == product
    assert kept.find_by_code(str(product.code)) == product
    assert kept.search(PageRequest(), entity_id=product.entity_id, agency_id=product.agency_id).items == (product,)
    entity = kept.get_entity(product.entity_id)
    assert kept.entities(product.agency_id, PageRequest()).items == (entity,)


def test_a_change_made_beside_another_is_refused(work: UnitOfWork) -> None:
    product = a_kept_product(work, a_desk(work))
    entity = work.ocop.register.get_entity(product.entity_id)
    changed = replace(product, name="Gạo nếp", rev=1)
    work.ocop.register.save(changed)
    work.ocop.register.save_entity(replace(entity, name="HTX Thử", rev=1))

    assert work.ocop.register.get(product.id) == changed
    with pytest.raises(ProductMoved):
        work.ocop.register.save(replace(product, name="Nếp", rev=1))
    with pytest.raises(ProductMoved):
        work.ocop.register.save_entity(replace(entity, name="Khác", rev=1))


def test_a_certificate_comes_back_with_its_exact_mean_checks_and_revocation(work: UnitOfWork) -> None:
    desk = a_desk(work)
    rating = a_rating(a_kept_product(work, desk), desk)
    stores = work.ocop.ratings
    stores.add(replace(rating, revocation=None))

    assert stores.lock_last(rating.product_id) == replace(rating, revocation=None)
    assert [one.id for one in stores.ending(date(2029, 6, 1), 10)] == [rating.id]
    stores.save(replace(rating, rev=1))
    assert stores.of(rating.product_id) == [replace(rating, rev=1)]
    assert stores.last_of([rating.product_id]) == {rating.product_id: replace(rating, rev=1)}
    assert stores.ending(date(2029, 6, 1), 10) == []


def test_a_certificate_from_paper_comes_back_the_same_and_the_last_issued_counts(work: UnitOfWork) -> None:
    desk = a_desk(work)
    product = a_kept_product(work, desk)
    decided = a_rating(product, desk)
    paper = PaperCertificate(
        certificate="12/GCN", authority="UBND tỉnh", product_set="Gạo", file_id=product.files[0].file_id
    )
    later = replace(
        decided, id=OcopRatingId(new_id()), mean=None, rubric_id=None, paper=paper, issued_on=date(2025, 1, 1)
    )
    work.ocop.ratings.add(decided)
    work.ocop.ratings.add(later)

    assert work.ocop.ratings.lock(later.id) == later
    assert [one.id for one in work.ocop.ratings.of(product.id)] == [decided.id, later.id]
    assert work.ocop.ratings.last_of([product.id]) == {product.id: decided}
    with pytest.raises(CertificateNotFound):
        work.ocop.ratings.lock(OcopRatingId(new_id()))


def test_a_proposal_and_its_sheets_come_back_the_same(work: UnitOfWork) -> None:
    proposal = fill_ocop(work, a_desk(work))
    stores = work.ocop.proposals
    [sheet] = stores.sheets(proposal.dossier_id)

    assert stores.get(proposal.dossier_id) == proposal
    assert stores.of_product(proposal.product_id) == [proposal]
    changed = proposal.received(11).judged({"stars": 4})
    stores.save(replace(changed, rev=1))
    assert stores.lock(proposal.dossier_id).slip == "01-11/PĐK-38-15001-2026"
    assert (sheet.sheet.choices, sheet.score.total, sheet.signed) == ({"1.1": 1}, 1, False)


def test_a_sheet_made_anew_counts_in_place_of_the_earlier_one(work: UnitOfWork) -> None:
    proposal = fill_ocop(work, a_desk(work))
    [first] = work.ocop.proposals.sheets(proposal.dossier_id)
    anew = replace(first, id=OcopSheetId(new_id()), document_id=None)

    work.ocop.proposals.put_sheet(anew)

    assert work.ocop.proposals.sheets(proposal.dossier_id) == [anew]


def test_serials_are_counted_by_place_and_year(work: UnitOfWork) -> None:
    take = work.ocop.register.next_serial

    assert [take("slip:15001", 2026), take("slip:15001", 2026), take("slip:15001", 2027), take("slip:15002", 2026)] == [
        1,
        2,
        1,
        1,
    ]


def test_a_loaded_sheet_is_found_by_decision_and_id_and_loaded_once(work: UnitOfWork) -> None:
    desk = a_desk(work)
    clerk = desk.office.person("clerk").id
    content = {**content_of(2), "decision": "148/2023/QĐ-TTg", "effective_from": "2023-02-24"}
    rubric = rubric_from(content)
    stores = work.ocop.rubrics
    stores.add(content, rubric, clerk, NOON)

    assert stores.get(rubric.id) == stores.find("148/2023/QĐ-TTg", 2) == rubric
    assert stores.find("148/2023/QĐ-TTg", 1) is None
    assert stores.get(built_in(2).id) == built_in(2)
    with pytest.raises(RubricKnown):
        stores.add(content, rubric, clerk, NOON)
    with pytest.raises(RubricKnown):
        stores.add(content_of(2), built_in(2), clerk, NOON)


def test_what_is_not_there_is_refused_by_its_name(work: UnitOfWork) -> None:
    with pytest.raises(EntityNotFound):
        work.ocop.register.get_entity(OcopEntityId(new_id()))
    with pytest.raises(ProductNotFound):
        work.ocop.register.get(OcopProductId(new_id()))
    with pytest.raises(RatingNotFound):
        work.ocop.ratings.lock_last(OcopProductId(new_id()))
    with pytest.raises(ProposalNotFound):
        work.ocop.proposals.get(DossierId(new_id()))
    with pytest.raises(RubricNotFound):
        work.ocop.rubrics.get(RubricId("ocop:148/2023/QĐ-TTg:9:0"))
