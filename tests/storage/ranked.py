"""A row in every table of OCOP."""

from datetime import date
from fractions import Fraction

from engine.dossiers import Dossier, DossierKind
from engine.ids import DossierId, OcopEntityId, OcopProductId, OcopRatingId, OcopSheetId
from engine.ocop_products import Entity, EntityKind, FileKind, Product, ProductFile
from engine.ocop_proposals import CommuneCheck, Finding, MemberSheet, Proposal
from engine.ocop_ratings import PostCheck, Rating, Revocation, RevocationGround
from engine.ocop_terms import Purpose
from engine.ports import UnitOfWork
from engine.rubrics import DECISION, Knockout, built_in, rubric_from
from engine.scoring import Sheet, score
from tests.engine.test_rubrics import content_of
from tests.storage.builders import NOON, Desk, new_id


def fill_ocop(work: UnitOfWork, desk: Desk) -> Proposal:
    """Keep a loaded sheet, an entity, a product with a certificate, a proposal and a member's sheet of it."""
    clerk = desk.office.person("clerk").id
    product = a_kept_product(work, desk)
    older = {**content_of(1), "decision": "148/2023/QĐ-TTg", "effective_from": "2023-02-24"}
    work.ocop.rubrics.add(older, rubric_from(older), clerk, NOON)
    work.ocop.ratings.add(a_rating(product, desk))
    dossier = Dossier(
        id=DossierId(new_id()),
        kind=DossierKind.OCOP,
        agency_id=desk.office.agency.id,
        receiver_id=desk.office.agency.id,
        subject="Gạo nếp",
        rules_id=built_in(3).id,
        opened_at=NOON,
        opened_by=clerk,
    )
    work.dossiers.add(dossier)
    proposal = Proposal(
        dossier_id=dossier.id,
        product_id=product.id,
        agency_id=desk.office.agency.id,
        purpose=Purpose.FIRST,
        changes="",
        province_code="38",
        commune_code="15001",
        commune_serial=work.ocop.register.next_serial("slip:15001", 2026),
        year=2026,
        decision=DECISION,
        findings={CommuneCheck.ORIGIN: Finding(confirmed=False, note="Mua ngoài xã.")},
        samples=5,
    )
    work.ocop.proposals.add(proposal)
    work.ocop.proposals.put_sheet(a_sheet(proposal, desk))
    return proposal


def a_sheet(proposal: Proposal, desk: Desk) -> MemberSheet:
    """Return a sheet that stops at foreign matter."""
    rubric = built_in(3)
    sheet = Sheet(rubric_id=rubric.id, choices={"1.1": 1}, knockouts=(Knockout.FOREIGN_MATTER,))
    return MemberSheet(
        id=OcopSheetId(new_id()),
        dossier_id=proposal.dossier_id,
        member_id=desk.office.person("clerk").id,
        sheet=sheet,
        score=score(rubric, sheet),
        filled_at=NOON,
        document_id=desk.document.id,
    )


def a_kept_product(work: UnitOfWork, desk: Desk) -> Product:
    """Keep an entity and a product of it."""
    clerk = desk.office.person("clerk").id
    entity = Entity(
        id=OcopEntityId(new_id()),
        agency_id=desk.office.agency.id,
        kind=EntityKind.COOPERATIVE,
        name="HTX Hoằng Thử",
        registration="2801234567",
        representative="Lê Thị Mai",
        contact="0912 345 678",
        address="Thôn 1",
        province_code="38",
        commune_code="15001",
        created_at=NOON,
        created_by=clerk,
    )
    work.ocop.register.add_entity(entity)
    photo = ProductFile(file_id=desk.office.file_id, kind=FileKind.PHOTO, name="Ảnh.jpg", valid_until=date(2027, 1, 1))
    product = Product(
        id=OcopProductId(new_id()),
        agency_id=desk.office.agency.id,
        entity_id=entity.id,
        set_number=3,
        name="Gạo nếp cái hoa vàng",
        description="Gạo nếp trồng ở Hoằng Thử.",
        origin="Xã Hoằng Thử",
        steps="Gieo cấy\nThu hoạch\nXay xát",
        story="",
        created_at=NOON,
        created_by=clerk,
        code=f"38-15001-{work.ocop.register.next_serial('product:15001', 2026)}-2026",
        files=(photo,),
    )
    work.ocop.register.add(product)
    return product


def a_rating(product: Product, desk: Desk) -> Rating:
    """Return a certificate that was checked and revoked."""
    clerk = desk.office.person("clerk").id
    return Rating(
        id=OcopRatingId(new_id()),
        product_id=product.id,
        agency_id=product.agency_id,
        stars=4,
        mean=Fraction(239, 3),
        rubric_id=built_in(3).id,
        decision="05/QĐ-UBND",
        issued_on=date(2026, 6, 1),
        recorded_at=NOON,
        recorded_by=clerk,
        revocation=Revocation(
            ground=RevocationGround.OTHER_CONCLUSION,
            concluded_on=date(2026, 11, 1),
            revoked_on=date(2026, 11, 10),
            decision="09/QĐ-UBND",
        ),
        checks=(PostCheck(checked_on=date(2026, 10, 1), by=clerk, complies=True, note=""),),
    )
