"""What a commune writes about an OCOP product: its report on its four points (form 03), and its proposal.

Source: Decision 26/2026/QĐ-TTg (form 03; what a commune sends to the province); the words are our own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from engine.case_slips import SlipPage
from engine.deadlines import office_date
from engine.dossiers import Dossier
from engine.letters import date_line
from engine.ocop_products import Entity, Product
from engine.ocop_proposals import FORM_03, PROPOSAL, CommuneCheck, Proposal
from engine.ocop_results import LAW
from engine.ocop_terms import Purpose
from engine.people import Agency
from engine.rubrics import built_in

FORM_NAME: Final = "Báo cáo của Ủy ban nhân dân cấp xã (Mẫu 03).pdf"
TITLE: Final = "Báo cáo kiểm tra hồ sơ sản phẩm OCOP"
_CHECKS: Final[Mapping[CommuneCheck, str]] = {
    CommuneCheck.ORIGIN: "Nguồn gốc sản phẩm, nguyên liệu địa phương",
    CommuneCheck.LABOUR: "Sử dụng lao động địa phương",
    CommuneCheck.IDEA: "Nguồn gốc ý tưởng sản phẩm",
    CommuneCheck.IDENTITY: "Bản sắc địa phương",
}
_PURPOSES: Final[Mapping[Purpose, str]] = {
    Purpose.FIRST: "đánh giá, phân hạng lần đầu",
    Purpose.UPGRADE: "nâng hạng",
    Purpose.RERANK: "phân hạng lại",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """Everything form 03 and the proposal are filled from."""

    dossier: Dossier
    proposal: Proposal
    product: Product
    entity: Entity
    commune: Agency


def form_page(one: Proposed, given_by: str, at: datetime) -> SlipPage:
    """Return form 03 as it is printed: the product, what the commune found on each point, what goes along."""
    proposal, product = one.proposal, one.product
    received = proposal.received_on or office_date(one.dossier.opened_at)
    return SlipPage(
        agency=one.commune.name,
        parent=one.commune.parent_name,
        number_line="Mẫu 03",
        date_line=date_line(one.commune.place, office_date(at)),
        title=TITLE,
        facts=(
            ("Phiếu đăng ký số", proposal.slip),
            ("Sản phẩm", product.name),
            ("Mã sản phẩm", product.code or ""),
            ("Bộ sản phẩm", f"{product.set_number}. {built_in(product.set_number).name}"),
            ("Chủ thể", one.entity.name),
            ("Địa chỉ", one.entity.address),
            ("Đề nghị", _PURPOSES[proposal.purpose]),
            ("Ngày nhận hồ sơ", f"{received:%d/%m/%Y}"),
            ("Số mẫu sản phẩm gửi kèm", f"{proposal.samples:02d}"),
            *((("Nội dung thay đổi", _line(proposal.changes)),) if proposal.changes else ()),
        ),
        columns=("Nội dung kiểm tra", "Kết quả"),
        lines=tuple((said, _result(proposal, check)) for check, said in _CHECKS.items()),
        sentences=(*_notes(proposal), f"Hồ sơ gồm: {'; '.join(_parts(one.dossier))}"),
        given_by=given_by,
    )


def proposal_subject(product: Product) -> str:
    """Return what the commune's proposal is about."""
    return f"Đề nghị đánh giá, phân hạng sản phẩm OCOP {product.name}"


def commune_body(one: Proposed, receiver: Agency) -> str:
    """Return the text by which the commune proposes the product to the province, and what goes along."""
    proposal, product = one.proposal, one.product
    samples = [f"{proposal.samples:02d} mẫu sản phẩm"] if proposal.samples else []
    along = ["Báo cáo của Ủy ban nhân dân cấp xã (Mẫu 03)", "hồ sơ của chủ thể", *samples]
    unconfirmed = [said for check, said in _CHECKS.items() if not proposal.findings[check].confirmed]
    found = f"chưa xác nhận: {'; '.join(unconfirmed).lower()}" if unconfirmed else "xác nhận đủ bốn nội dung kiểm tra"
    lines = [
        f"Căn cứ {LAW};",
        f"Căn cứ phiếu đăng ký số {proposal.slip} của {one.entity.name};",
        f"{one.commune.name} đã kiểm tra hồ sơ {_PURPOSES[proposal.purpose]} sản phẩm {product.name}, "
        f"mã {product.code or ''}, và {found};",
        f"Đề nghị {receiver.name} xem xét, tổ chức đánh giá, phân hạng sản phẩm theo quy định;",
        f"Hồ sơ kèm theo: {', '.join(along)}",
    ]
    return "\n".join(lines)


def _result(proposal: Proposal, check: CommuneCheck) -> str:
    return "Xác nhận" if proposal.findings[check].confirmed else "Không xác nhận"


def _notes(proposal: Proposal) -> Sequence[str]:
    noted = ((said, _line(proposal.findings[check].note)) for check, said in _CHECKS.items())
    return [f"{said}: {note}" for said, note in noted if note]


def _parts(dossier: Dossier) -> Sequence[str]:
    """Return what the entity handed in, part by part; what the commune adds is not among it."""
    return [part.name for part in dossier.parts if part.files and part.code not in (FORM_03, PROPOSAL)]


def _line(text: str) -> str:
    return " ".join(text.split()).rstrip(".;")
