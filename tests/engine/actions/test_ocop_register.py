"""The OCOP register and its proposals, by the real actions."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from engine.access import NotAllowed
from engine.actions.add_ocop_product_file import AddOcopProductFile, add_ocop_product_file
from engine.actions.check_ocop_product import CheckOcopProduct, check_ocop_product
from engine.actions.load_ocop_rubric import LoadOcopRubric, load_ocop_rubric
from engine.actions.remove_ocop_product_file import remove_ocop_product_file
from engine.actions.revoke_ocop_certificate import RevokeOcopCertificate, revoke_ocop_certificate
from engine.deadlines import office_date
from engine.dossiers import DossierState
from engine.ids import FileId
from engine.ocop_products import (
    EntityInvalid,
    EntityKeptElsewhere,
    EntityKind,
    FileKind,
    ProductCoded,
    ProductFile,
    ProductFileKnown,
    ProductFilesFull,
    ProductInvalid,
    ProductMoved,
)
from engine.ocop_proposals import (
    Finding,
    NotYetRanked,
    ProposalInvalid,
    ProposalUnderWay,
    RankedAlready,
    RankingTooEarly,
    SheetsNotLoaded,
)
from engine.ocop_ratings import CertificateOver, RevocationGround, WrongDecider
from engine.ocop_terms import EARLIER_DECISION, Purpose
from engine.rubrics import built_in
from tests.engine.test_rubrics import content_of
from tests.support.office import Office, a_pdf
from tests.support.ranking import Ranking

BEFORE = datetime(2026, 5, 21, 16, 59, 59, tzinfo=UTC)
"""The last second of 21 May 2026 in Việt Nam."""


@pytest.fixture
def ranking(office: Office) -> Ranking:
    return Ranking(office)


def test_entities_and_products_are_kept_by_their_commune_and_changed_by_it_alone(ranking: Ranking) -> None:
    entity = ranking.entity()
    product = ranking.product(entity)

    changed = ranking.entity(entity_id=entity.id, rev=0, name="HTX Hoằng Thử")

    assert (changed.name, changed.rev, changed.agency_id) == ("HTX Hoằng Thử", 1, entity.agency_id)
    with pytest.raises(ProductMoved):
        ranking.entity(entity_id=entity.id, rev=0)
    with pytest.raises(EntityKeptElsewhere):
        ranking.entity(entity_id=entity.id, by="chuyenvien.ocop")
    with pytest.raises(EntityKeptElsewhere):
        ranking.product(entity, by="chuyenvien.ocop")
    with pytest.raises(NotAllowed):
        ranking.entity(by="kiemtra")
    again = ranking.product(entity, product_id=product.id, rev=0, name="Gạo nếp", set_number=9)
    assert (again.name, again.set_number, again.rev) == ("Gạo nếp", 3, 1)


def test_every_wrong_field_of_an_entity_is_named(ranking: Ranking) -> None:
    with pytest.raises(EntityInvalid) as refused:
        ranking.entity(name=" ", commune_code="38", province_code="x", contact="0" * 201)

    assert {error.field for error in refused.value.errors} == {"name", "commune_code", "province_code", "contact"}


def test_societies_take_part_with_tourism_only_and_sets_are_1_to_26(ranking: Ranking) -> None:
    society = ranking.entity(kind=EntityKind.SOCIETY)

    with pytest.raises(ProductInvalid, match="cannot be kept"):
        ranking.product(society, set_number=3)
    with pytest.raises(ProductInvalid):
        ranking.product(set_number=27)
    assert ranking.product(society, set_number=26).set_number == 26


def test_certificates_are_put_to_a_product_photos_must_be_images(ranking: Ranking) -> None:
    product = ranking.product()
    file_id = ranking.office.upload(a_pdf(3), "xa1.chuyenvien")
    request = AddOcopProductFile(
        product_id=product.id, file_id=file_id, kind=FileKind.CERTIFICATE, name="Giấy ATTP.pdf", issuer="Chi cục"
    )

    kept = ranking.do(add_ocop_product_file, request)

    assert [file.issuer for file in kept.certificates()] == ["Chi cục"]
    assert kept.photos() == ()
    with pytest.raises(ProductFileKnown):
        ranking.do(add_ocop_product_file, request)
    with pytest.raises(ProductInvalid):
        ranking.do(add_ocop_product_file, replace(request, kind=FileKind.PHOTO))
    with ranking.services.begin() as work:
        by = ranking.office.people["xa1.chuyenvien"]
        at = ranking.services.clock()
        removed = remove_ocop_product_file(product.id, file_id, by=by, at=at, work=work)
    assert removed.files == ()


def test_a_product_has_30_files_at_most_and_one_code(ranking: Ranking) -> None:
    files = [ProductFile(file_id=FileId(str(n)), kind=FileKind.PHOTO, name="x") for n in range(31)]
    product = ranking.product().with_code("38-15001-1-2026")

    with pytest.raises(ProductCoded):
        product.with_code("38-15001-2-2026")
    with pytest.raises(ProductFilesFull):
        replace(product, files=tuple(files[:30])).with_file(files[30])


def test_a_proposal_numbers_its_slip_and_codes_the_product_by_commune_and_year(ranking: Ranking) -> None:
    product = ranking.product()
    first = ranking.propose(product)
    ranking.withdraw(first.dossier.id)
    second = ranking.propose(product)
    year = office_date(ranking.services.clock()).year

    assert (first.proposal.slip, second.proposal.slip) == (
        f"01-…/PĐK-38-15001-{year}",
        f"02-…/PĐK-38-15001-{year}",
    )
    assert (first.dossier.rules_id, first.dossier.state) == (built_in(3).id, DossierState.DRAFT)
    with ranking.services.begin() as work:
        assert work.ocop.register.get(product.id).code == f"38-15001-1-{year}"
        assert len(work.ocop.proposals.of_product(product.id)) == 2


@pytest.mark.parametrize("receiver", ["vanthu.xa1", "vanthu.xa2"], ids=["the commune itself", "another commune"])
def test_a_product_is_proposed_to_nobody_but_the_province(ranking: Ranking, receiver: str) -> None:
    with pytest.raises(ProposalInvalid) as refused:
        ranking.propose(receiver_id=ranking.office.people[receiver].agency_id)

    assert [(error.field, error.code) for error in refused.value.errors] == [("receiver_id", "not_deciding")]


def test_a_dossier_filed_before_22_may_2026_needs_the_older_sheet_loaded_by_an_administrator(ranking: Ranking) -> None:
    product = ranking.product()
    older = {**content_of(3), "decision": EARLIER_DECISION, "effective_from": "2023-02-24"}

    with pytest.raises(SheetsNotLoaded, match="148/2023"):
        ranking.propose(product, at=BEFORE)
    with pytest.raises(NotAllowed):
        ranking.do(load_ocop_rubric, LoadOcopRubric(content=older), "chutich")
    loaded = ranking.do(load_ocop_rubric, LoadOcopRubric(content=older), "quantri")
    filed = ranking.propose(product, at=BEFORE)
    ranking.withdraw(filed.dossier.id)
    next_second = ranking.propose(product, at=BEFORE + timedelta(seconds=1))

    assert (filed.dossier.rules_id, filed.proposal.finish_by) == (loaded.id, date(2026, 7, 21))
    assert (next_second.dossier.rules_id, next_second.proposal.finish_by) == (built_in(3).id, None)


def test_a_product_has_one_dossier_at_a_time(ranking: Ranking) -> None:
    product, today = ranking.product(), office_date(ranking.services.clock())
    first = ranking.propose(product)

    with pytest.raises(ProposalUnderWay) as refused:
        ranking.propose(product)
    ranking.withdraw(first.dossier.id)
    ranking.certified(product, issued_on=today - timedelta(days=100))
    with pytest.raises(RankedAlready):
        ranking.propose(product)
    ranking.propose(product, purpose=Purpose.UPGRADE, changes="Bao bì mới.")

    assert first.proposal.slip in str(refused.value)


def test_an_upgrade_says_what_changed_and_needs_a_certificate_in_force(ranking: Ranking) -> None:
    product, today = ranking.product(), office_date(ranking.services.clock())

    with pytest.raises(NotYetRanked):
        ranking.propose(product, purpose=Purpose.UPGRADE, changes="Bao bì mới.")
    ranking.certified(product, issued_on=today - timedelta(days=100))
    with pytest.raises(ProposalInvalid):
        ranking.propose(product, purpose=Purpose.UPGRADE)
    proposed = ranking.propose(product, purpose=Purpose.UPGRADE, changes="Bao bì mới.")

    assert proposed.proposal.changes == "Bao bì mới."


def test_ranking_again_is_not_filed_too_early_and_when_late_the_old_certificate_holds_on(ranking: Ranking) -> None:
    product = ranking.product()
    rating = ranking.certified(product, issued_on=date(2024, 1, 15))

    with pytest.raises(RankingTooEarly, match="19/07/2026"):
        ranking.propose(product, purpose=Purpose.RERANK, changes="Như cũ.", at=datetime(2026, 7, 18, 3, tzinfo=UTC))
    filed = ranking.propose(product, purpose=Purpose.RERANK, changes="Như cũ.", at=datetime(2026, 9, 17, 3, tzinfo=UTC))
    with ranking.services.begin() as work:
        in_time = work.ocop.ratings.of(product.id)[0]
    ranking.withdraw(filed.dossier.id)
    filed = ranking.propose(product, purpose=Purpose.RERANK, changes="Như cũ.", at=datetime(2026, 9, 18, 3, tzinfo=UTC))
    with ranking.services.begin() as work:
        late = work.ocop.ratings.of(product.id)[0]

    ranking.withdraw(filed.dossier.id)
    assert (in_time.holds_until, late.holds_until) == (rating.expires, date(2027, 7, 14))
    with pytest.raises(CertificateOver):
        ranking.propose(product, purpose=Purpose.RERANK, changes="Như cũ.", at=datetime(2027, 1, 16, 3, tzinfo=UTC))


def test_the_commune_answers_its_four_points_and_sends_five_samples_none_of_tourism(ranking: Ranking) -> None:
    rice = ranking.propose().dossier.id
    tour = ranking.propose(ranking.product(set_number=26)).dossier.id

    assert ranking.found(rice).samples == 5
    assert ranking.found(tour, samples=0).samples == 0
    with pytest.raises(ProposalInvalid):
        ranking.found(rice, samples=4)
    with pytest.raises(ProposalInvalid):
        ranking.found(tour, samples=5)
    with pytest.raises(ProposalInvalid):
        ranking.found(rice, origin=Finding(confirmed=False))
    noted = ranking.found(rice, origin=Finding(confirmed=False, note="Mua ngoài xã."))
    assert [check.value for check, found in noted.findings.items() if not found.confirmed] == ["origin"]


def test_a_certificate_is_revoked_by_the_head_within_15_days_and_looked_at_again(ranking: Ranking) -> None:
    today = office_date(ranking.services.clock())
    product = ranking.product()
    ranking.certified(product, issued_on=today - timedelta(days=50))
    request = RevokeOcopCertificate(
        product_id=product.id, ground=RevocationGround.MARK_MISUSED, concluded_on=today, decision="09/QĐ-UBND"
    )
    look = CheckOcopProduct(product_id=product.id, checked_on=today, complies=False, note="Nhãn sai.")

    with pytest.raises(ProductInvalid) as too_early:
        ranking.do(check_ocop_product, replace(look, checked_on=today - timedelta(days=51)), "chuyenvien.ocop")
    checked = ranking.do(check_ocop_product, look, "chuyenvien.ocop")
    with pytest.raises(NotAllowed):
        ranking.do(revoke_ocop_certificate, request, "phochutich")
    with pytest.raises(ProductInvalid):
        ranking.do(revoke_ocop_certificate, replace(request, concluded_on=today + timedelta(days=1)), "chutich")
    revoked = ranking.do(revoke_ocop_certificate, request, "chutich")

    assert [error.code for error in too_early.value.errors] == ["before_certificate"]
    assert checked.checks[0].note == "Nhãn sai."
    assert not revoked.holds_on(today)
    with pytest.raises(NotYetRanked):
        ranking.propose(product, purpose=Purpose.UPGRADE, changes="x")


def test_5_stars_are_not_revoked_by_the_province_nor_looked_at_by_the_commune(ranking: Ranking) -> None:
    today = office_date(ranking.services.clock())
    product = ranking.product()
    ranking.certified(product, stars=5, issued_on=today)
    request = RevokeOcopCertificate(
        product_id=product.id, ground=RevocationGround.BREACH_OF_LAW, concluded_on=today, decision="09/QĐ-UBND"
    )

    with pytest.raises(WrongDecider):
        ranking.do(revoke_ocop_certificate, request, "chutich")
    with pytest.raises(EntityKeptElsewhere):
        ranking.do(
            check_ocop_product, CheckOcopProduct(product_id=product.id, checked_on=today, complies=True, note="")
        )
    with pytest.raises(ProductInvalid):
        ranking.do(
            check_ocop_product,
            CheckOcopProduct(product_id=product.id, checked_on=today + timedelta(days=1), complies=False, note=""),
            "chuyenvien.ocop",
        )
