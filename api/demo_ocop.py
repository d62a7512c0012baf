"""OCOP in the demonstration: a recognised product with its photo, and a dossier that its commune proposes."""

import struct
import zlib
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from typing import Final

from api.province import Office, province
from api.wiring import House
from engine.actions.add_dossier_file import AddDossierFile, add_dossier_file
from engine.actions.add_ocop_product_file import AddOcopProductFile, add_ocop_product_file
from engine.actions.complete_work_item import CompleteWorkItem, complete_work_item
from engine.actions.note_ocop_findings import NoteOcopFindings, note_ocop_findings
from engine.actions.propose_ocop_product import ProposeOcopProduct, propose_ocop_product
from engine.actions.record_ocop_entity import RecordOcopEntity, record_ocop_entity
from engine.actions.record_ocop_product import RecordOcopProduct, record_ocop_product
from engine.actions.store_file import store_file
from engine.actions.submit_ocop_dossier import submit_ocop_dossier
from engine.awards import Award
from engine.deadlines import office_date
from engine.dossiers import Dossier
from engine.ids import DocumentId, FileId, OcopEntityId, OcopProductId, OcopRatingId
from engine.ocop_events import OcopRecognised
from engine.ocop_products import EntityKind, FileKind, Product
from engine.ocop_proposals import CommuneCheck, Finding
from engine.ocop_ratings import Rating
from engine.ocop_terms import SAMPLES, Purpose
from engine.people import Person, Role
from engine.ports import UnitOfWork
from engine.queries import PageRequest
from engine.rubrics import built_in
from engine.templates import CertificateText

_OCOP_DESK: Final = "chuyenvien.ocop"
HONEY: Final = "Mật ong Hoằng Thử"
RICE: Final = "Gạo nếp Hoằng Thử"
_WIDE, _HIGH = 480, 320
_SHAPES: Final = (
    (50, 80, 70, (122, 74, 24)),
    (140, 220, 62, (250, 244, 222)),
    (80, 280, 82, (206, 122, 20)),
)
"""Lid, label and jar of the picture: from which row to which, how far aside of the middle, in what colour."""


def open_ocop(house: House) -> None:
    """Record an entity with two products, one recognised, one being proposed; what was done before stays as it is.

    Each part is a transaction of its own, so a start that was interrupted between two goes on with the next.
    """
    offices = province()
    commune, desk = offices[1], _named(offices[0], _OCOP_DESK)
    by = _holder(commune, Role.SPECIALIST)
    with house.services.begin() as work:
        if not work.ocop.register.entities(commune.agency.id, PageRequest(limit=1)).items:
            at = house.services.clock()
            entity = record_ocop_entity(_entity(), by=by, at=at, work=work)
            for one in _products(entity.id):
                record_ocop_product(one, by=by, at=at, work=work)
        honey, rice = (_product(name, work) for name in (HONEY, RICE))
    if honey is not None and honey.code is None:
        _recognise(house, honey.id, by, desk)
    if rice is not None:
        _propose(house, rice.id, offices)


def the_proposed(house: House) -> Dossier | None:
    """Return the dossier by which the demonstration's commune first proposed its rice, or None."""
    with house.services.begin() as work:
        rice = _product(RICE, work)
        return _first_dossier(rice.id, work) if rice else None


def _product(name: str, work: UnitOfWork) -> Product | None:
    kept = work.ocop.register.search(PageRequest(limit=200), agency_id=province()[1].agency.id).items
    return next((one for one in reversed(kept) if one.name == name), None)


def _first_dossier(product_id: OcopProductId, work: UnitOfWork) -> Dossier | None:
    proposals = work.ocop.proposals.of_product(product_id)
    return work.dossiers.get(proposals[-1].dossier_id) if proposals else None


def _entity() -> RecordOcopEntity:
    return RecordOcopEntity(
        kind=EntityKind.COOPERATIVE,
        name="Hợp tác xã Nông nghiệp Hoằng Thử",
        registration="2800000001",
        representative="Lê Thị Thử",
        contact="0912000009",
        address="Thôn 1, xã Hoằng Thử",
        province_code="38",
        commune_code="15001",
    )


def _products(entity_id: OcopEntityId) -> tuple[RecordOcopProduct, RecordOcopProduct]:
    honey = RecordOcopProduct(
        entity_id=entity_id,
        set_number=4,
        name=HONEY,
        description="Mật ong hoa rừng, thu vào vụ xuân.",
        origin="Rừng keo và vườn nhãn của xã Hoằng Thử",
        steps="Đặt đàn ong\nQuay mật\nLọc, hạ thủy phần\nĐóng chai, dán tem",
        story="Nghề nuôi ong của xã có từ ba đời nay.",
    )
    rice = RecordOcopProduct(
        entity_id=entity_id,
        set_number=3,
        name=RICE,
        description="Gạo nếp cái hoa vàng trồng hai vụ.",
        origin="Cánh đồng thôn 1, thôn 2 xã Hoằng Thử",
        steps="Gieo cấy\nThu hoạch\nPhơi, xay xát\nĐóng túi",
    )
    return honey, rice


def _recognise(house: House, product_id: OcopProductId, by: Person, desk: Person) -> None:
    """Give the product a photo, a code and the certificate of a decision that came before this installation."""
    photo = store_file(_picture(), by=by, services=house.services)
    file = AddOcopProductFile(product_id=product_id, file_id=photo.id, kind=FileKind.PHOTO, name="Chai mật ong 500 ml")
    with house.services.begin() as work:
        at = house.services.clock()
        add_ocop_product_file(file, by=by, at=at, work=work)
        issued = office_date(at) - timedelta(days=200)
        product = work.ocop.register.lock(product_id)
        serial = work.ocop.register.next_serial("product:38-15001", issued.year)
        work.ocop.register.save(product.with_code(f"38-15001-{serial}-{issued.year}"))
        rating = Rating(
            id=OcopRatingId(work.new_id()),
            product_id=product_id,
            agency_id=desk.agency_id,
            stars=4,
            mean=Fraction(637, 8),
            rubric_id=built_in(product.set_number).id,
            decision="45/QĐ-UBND",
            issued_on=issued,
            recorded_at=at,
            recorded_by=desk.id,
        )
        work.ocop.ratings.add(rating)
        work.record(
            OcopRecognised(
                by=desk.id,
                at=at,
                agency_id=desk.agency_id,
                product_id=product_id,
                rating_id=rating.id,
                stars=rating.stars,
                mean=str(rating.mean),
                decision=rating.decision,
                issued_on=issued,
                expires=rating.expires,
            )
        )


def _propose(house: House, product_id: OcopProductId, offices: tuple[Office, ...]) -> None:
    """Have the commune check a dossier of the product and propose it; the worker makes what is signed then."""
    own, commune = offices[:2]
    by = _holder(commune, Role.SPECIALIST)
    with house.services.begin() as work:
        dossier = _first_dossier(product_id, work)
    if dossier is None:
        request = ProposeOcopProduct(
            product_id=product_id, receiver_id=own.agency.id, purpose=Purpose.FIRST, file_id=_slip(house, by)
        )
        with house.services.begin() as work:
            dossier = propose_ocop_product(request, by=by, at=house.services.clock(), work=work).dossier
    if _is_at(house, dossier, "register"):
        _complete(house, dossier.own_document_id, _holder(commune, Role.CLERK), "register", unit=str(min(by.units)))
    if _is_at(house, dossier, "check"):
        _submit(house, dossier, by)


def _is_at(house: House, dossier: Dossier, element: str) -> bool:
    with house.services.begin() as work:
        instance = work.instances.find_of_document(dossier.own_document_id) if dossier.own_document_id else None
        return any(one.element_id == element for one in work.work_items.open_of(instance.id)) if instance else False


def _submit(house: House, dossier: Dossier, by: Person) -> None:
    slip, findings = _slip(house, by), {check: Finding(confirmed=True) for check in CommuneCheck}
    with house.services.begin() as work:
        at = house.services.clock()
        for part in work.dossiers.get(dossier.id).parts:
            if part.required and not part.files:
                file = AddDossierFile(dossier_id=dossier.id, part=part.code, file_id=slip, name=f"{part.code}.pdf")
                add_dossier_file(file, by=by, at=at, work=work)
        noted = NoteOcopFindings(dossier_id=dossier.id, findings=findings, samples=SAMPLES)
        note_ocop_findings(noted, by=by, at=at, work=work)
        submit_ocop_dossier(dossier.id, by=by, at=at, work=work)


def _slip(house: House, by: Person) -> FileId:
    """Return a page that stands for what an entity hands in."""
    text = CertificateText(
        heading="PHIẾU ĐĂNG KÝ ĐÁNH GIÁ, PHÂN HẠNG SẢN PHẨM OCOP",
        holder=RICE,
        achievement="Hợp tác xã Nông nghiệp Hoằng Thử",
        details=("Mẫu 01, bản trình diễn",),
    )
    printed = house.services.pdfs.print_award(Award(text=text, authority="CHỦ THỂ"))
    return store_file(printed, by=by, services=house.services).id


def _complete(
    house: House, document_id: DocumentId | None, by: Person, element: str, outcome: str | None = None, **data: str
) -> None:
    with house.services.begin() as work:
        instance = work.instances.find_of_document(document_id) if document_id else None
        items = work.work_items.open_of(instance.id) if instance else ()
        item = next(one for one in items if one.element_id == element)
        request = CompleteWorkItem(work_item_id=item.id, outcome=outcome or element, data=data)
        complete_work_item(request, by=by, at=house.services.clock(), work=work)


def _picture() -> bytes:
    """Return a drawn jar of honey as PNG; a photograph would weigh a hundred times as much."""
    rows = b"".join(b"\x00" + bytes(_row(y)) for y in range(_HIGH))
    header = struct.pack(">IIBBBBB", _WIDE, _HIGH, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )


def _row(y: int) -> Iterator[int]:
    meadow = (214 - y // 5, 228 - y // 8, 196 - y // 4)
    shapes = [(half, colour) for top, bottom, half, colour in _SHAPES if top <= y < bottom]
    for x in range(_WIDE):
        aside = abs(x - _WIDE // 2)
        yield from next((colour for half, colour in shapes if aside < half), meadow)


def _named(office: Office, username: str) -> Person:
    return next(person for person in office.people if person.username == username)


def _holder(office: Office, role: Role) -> Person:
    return next(person for person in office.people if person.holds(role))
