"""What a council's sheets came to, as it is kept with a proposal and as decisions and notices tell it."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from engine.documents import IncomingDocument
from engine.ocop_products import Entity, Product
from engine.ocop_proposals import MemberSheet, Proposal
from engine.rubrics import Knockout, Rubric
from engine.scoring import Result, shown

GROUNDS: Final[Mapping[Knockout, str]] = {
    Knockout.FORGED: "hồ sơ giả mạo",
    Knockout.NO_SAFETY_CERTIFICATE: "không có giấy chứng nhận đủ điều kiện an toàn thực phẩm",
    Knockout.NOT_AS_REGISTERED: "hồ sơ không đáp ứng nội dung đăng ký",
    Knockout.COMMON_PRODUCT: "sản phẩm phổ biến, không nổi trội",
    Knockout.FOREIGN_MATTER: "có tạp chất nguy hại",
    Knockout.IDENTICAL_PRODUCT: "giống hệt sản phẩm của nhà sản xuất khác",
    Knockout.FOREIGN_MATERIAL: "nguyên liệu nhập khẩu toàn bộ hoặc không rõ nguồn gốc",
    Knockout.NOT_DECLARED: "không có phiếu công bố sản phẩm",
    Knockout.INFRINGES_RIGHTS: "vi phạm sở hữu trí tuệ",
    Knockout.ZERO_IN_TEST: "có chỉ tiêu cảm quan 0 điểm",
}
"""Grounds for exclusion in our own short words."""
LAW: Final = "Quyết định số 26/2026/QĐ-TTg của Thủ tướng Chính phủ"


def result_of(result: Result) -> Mapping[str, object]:
    """Return the result as plain values; means are exact fractions as texts."""
    return {
        "sheets": result.sheets,
        "mean": str(result.mean),
        "shown": str(shown(result.mean)),
        "band": result.band,
        "stars": result.stars,
        "unmet": [
            {
                "item": gate.item,
                "label": gate.label,
                "star": gate.star,
                "needed": gate.needed,
                "mean": str(shown(gate.mean)),
                "below": gate.below,
            }
            for gate in result.unmet
        ],
        "knockouts": {ground.value: count for ground, count in result.knockouts.items()},
    }


def stars_of(proposal: Proposal) -> int:
    """Return the stars of a judged proposal, 0 where there are none."""
    stars = (proposal.result or {}).get("stars")
    return stars if isinstance(stars, int) else 0


def facts_for(
    product: Product, entity: Entity, result: Result, until: date, document: IncomingDocument
) -> Mapping[str, object]:
    """Return what the decision's template is filled with."""
    return {
        "holder": product.name,
        "stars": result.stars or 0,
        "bases": [LAW],
        "council": "Hội đồng đánh giá, phân hạng sản phẩm OCOP",
        "council_date": (document.arrival_date or until).isoformat(),
        "score": str(shown(result.mean)),
        "proposer": "cơ quan chuyên môn về OCOP",
        "product_code": product.code or "",
        "entity": entity.name,
        "valid_until": until.isoformat(),
    }


def notice_body(product: Product, entity: Entity, result: Result) -> str:
    """Return the text of what the entity, or the ministry, is told: points, stars, what was not reached."""
    stars = "không được phân hạng" if result.stars is None else f"{result.stars} sao"
    lines = [
        f"Căn cứ {LAW};",
        f"Kết quả đánh giá sản phẩm {product.name}, mã {product.code or ''}, của {entity.name}: "
        f"điểm trung bình {shown(result.mean)} trên {result.sheets} phiếu; kết quả: {stars};",
    ]
    lines += [f"Lý do: {GROUNDS[ground]} ({count} phiếu);" for ground, count in result.knockouts.items()]
    lines += [
        f"Chưa đạt mức tối thiểu để xếp {gate.star} sao: nội dung {gate.item} {gate.label} cần {gate.needed} điểm, "
        f"đạt {shown(gate.mean)};"
        for gate in result.unmet
    ]
    return "\n".join(lines)


def sheet_body(rubric: Rubric, sheet: MemberSheet, product: Product, entity: Entity) -> str:
    """Return a member's sheet as the paragraphs of its document: every item with its points and the level chosen."""
    lines = [
        f"Sản phẩm: {product.name}; mã {product.code or ''}; chủ thể: {entity.name};",
        f"Bộ sản phẩm {rubric.set_number}: {rubric.name}. Phiếu theo Quyết định {rubric.decision};",
    ]
    lines += [f"Lý do loại: {GROUNDS[ground]};" for ground in sheet.score.knockouts]
    if sheet.sheet.case is not None:
        lines.append(f"Chấm theo trường hợp {sheet.sheet.case};")
    for section in rubric.sections:
        got = sum(sheet.score.points[item.code] for item in section.items)
        lines.append(f"Phần {section.part}, mục {section.code}. {section.label}: {got}/{section.points} điểm:")
        for item in section.items:
            level = item.option(sheet.sheet.choices.get(item.code, 0))
            said = level.label if level else "không đạt mức nào"
            lines.append(f"{item.code} {item.label}: {sheet.score.points[item.code]}/{item.points} điểm ({said})")
    lines.append(f"Tổng điểm: {sheet.score.total}/100")
    return "\n".join(lines)
