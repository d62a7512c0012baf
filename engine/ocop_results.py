"""What a council's sheets came to, as it is kept with a proposal and as decisions and notices tell it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from engine.ocop_products import Entity, Product
from engine.ocop_proposals import MemberSheet, Proposal
from engine.ocop_terms import VALID_MONTHS
from engine.rubrics import Knockout, Rubric
from engine.scoring import LEAST_RECOGNISED, Result, shown

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
MINISTRY: Final = "Bộ Nông nghiệp và Môi trường"
"""Who recognises 5 stars."""
END: Final = "./."
"""What a document ends with (NĐ 30/2020, appendix I)."""
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


def printed(points: object) -> str:
    """Return points as they are printed: with a decimal comma."""
    return str(points).replace(".", ",")


def put_to_vote(question: str, result: Mapping[str, object]) -> str:
    """Return the question a council votes on, with what its sheets came to; *result* is as ``result_of`` gives it."""
    rank = "không được phân hạng" if result.get("stars") is None else f"xếp hạng {result['stars']} sao"
    return f"{question}: điểm trung bình {printed(result.get('shown'))} trên {result.get('sheets')} phiếu, {rank}"


def stars_of(proposal: Proposal) -> int:
    """Return the stars of a judged proposal, 0 where there are none."""
    return stars_in(proposal.result or {})


def stars_in(result: Mapping[str, object]) -> int:
    """Return the stars of a result as it is kept, 0 where there are none."""
    stars = result.get("stars")
    return stars if isinstance(stars, int) else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Voted:
    """By which council, on which day and in what form a result was voted on."""

    council: str
    on: date
    in_writing: bool


def facts_for(
    proposal: Proposal, product: Product, entity: Entity, voted: Voted, proposer: str
) -> Mapping[str, object]:
    """Return what the decision's template is filled with; the certificate counts from its day."""
    return {
        "holder": product.name,
        "stars": stars_of(proposal),
        "bases": [LAW],
        "council": voted.council,
        "council_form": "lấy ý kiến bằng văn bản" if voted.in_writing else "họp",
        "council_date": voted.on.isoformat(),
        "score": printed((proposal.result or {}).get("shown")),
        "proposer": proposer,
        "product_code": product.code or "",
        "entity": entity.name,
        "months": VALID_MONTHS,
    }


def notice_body(result: Mapping[str, object], product: Product, entity: Entity, voted: Voted) -> str:
    """Return the text of what the entity, or the ministry, is told: points, stars, what was not reached.

    *result* is as ``result_of`` gives it.
    """
    stars = "không được phân hạng" if result.get("stars") is None else f"{result['stars']} sao"
    lines = [
        f"Căn cứ {LAW};",
        f"Căn cứ Biên bản {'lấy ý kiến bằng văn bản' if voted.in_writing else 'họp'} "
        f"ngày {voted.on:%d/%m/%Y} của {voted.council};",
        f"Kết quả đánh giá sản phẩm {product.name}, mã {product.code or ''}, của {entity.name}: "
        f"điểm trung bình {printed(result.get('shown'))} trên {result.get('sheets')} phiếu; kết quả: {stars};",
    ]
    lines += [
        f"Lý do: {GROUNDS[Knockout(ground)]} ({count} phiếu);" for ground, count in _pairs(result.get("knockouts"))
    ]
    unmet = result.get("unmet")
    lines += [
        f"Chưa đạt mức tối thiểu để xếp {gate['star']} sao: nội dung {gate['item']} {gate['label']} "
        f"cần {printed(gate['needed'])} điểm, đạt {printed(gate['mean'])};"
        for gate in (unmet if isinstance(unmet, list) else ())
    ]
    if stars_in(result) < LEAST_RECOGNISED:
        lines.append(f"Sản phẩm chưa đủ điều kiện công nhận và cấp giấy chứng nhận (từ 3 sao trở lên){END}")
    return "\n".join(lines)


def approval_body(result: Mapping[str, object], product: Product, entity: Entity, voted: Voted) -> str:
    """Return the text of the decision by which a province approves a result of 5 stars, which it does not recognise."""
    articles = [
        f"phê duyệt kết quả đánh giá, phân hạng sản phẩm {product.name}, mã {product.code or ''}, của {entity.name}: "
        f"{printed(result.get('shown'))} điểm, tiềm năng 5 sao",
        f"trình {MINISTRY} đánh giá, công nhận sản phẩm OCOP cấp quốc gia",
        "Quyết định này có hiệu lực kể từ ngày ký; thủ trưởng các cơ quan, đơn vị liên quan "
        f"và {entity.name} chịu trách nhiệm thi hành",
    ]
    numbered = [f"Điều {place}. {text[0].upper()}{text[1:]}" for place, text in enumerate(articles, start=1)]
    return "\n".join([notice_body(result, product, entity, voted), "QUYẾT ĐỊNH:", *(f"{one}." for one in numbered)])


def proposal_body(result: Mapping[str, object], product: Product, entity: Entity, samples: int) -> str:
    """Return the text by which a province proposes a product of 5 stars to the ministry, and what goes along."""
    along = ["hồ sơ sản phẩm", "biên bản, báo cáo của Hội đồng", "quyết định phê duyệt kết quả", "kết quả kiểm nghiệm"]
    along += [f"{samples:02d} mẫu sản phẩm"] if samples else []
    lines = [
        f"Căn cứ {LAW};",
        f"Sản phẩm {product.name}, mã {product.code or ''}, của {entity.name} được Hội đồng cấp tỉnh đánh giá "
        f"{printed(result.get('shown'))} điểm, tiềm năng 5 sao;",
        f"Đề nghị {MINISTRY} đánh giá, công nhận sản phẩm OCOP cấp quốc gia;",
        f"Hồ sơ kèm theo: {', '.join(along)}{END}",
    ]
    return "\n".join(lines)


def _pairs(counted: object) -> Iterable[tuple[str, int]]:
    return counted.items() if isinstance(counted, Mapping) else ()


def sheet_body(rubric: Rubric, sheet: MemberSheet, product: Product, entity: Entity) -> str:
    """Return a member's sheet as the paragraphs of its document: every item with its points and the level chosen."""
    lines = [
        f"Sản phẩm: {product.name}; mã {product.code or ''}; chủ thể: {entity.name};",
        f"Bộ sản phẩm {rubric.set_number}: {rubric.name}. Phiếu theo Quyết định {rubric.decision};",
    ]
    lines += [f"Lý do loại: {GROUNDS[ground]};" for ground in sheet.score.knockouts]
    if sheet.scoring_round > 1:
        lines.append(f"Lượt chấm thứ {sheet.scoring_round};")
    if sheet.sheet.case is not None:
        lines.append(f"Chấm theo trường hợp {sheet.sheet.case};")
    for section in rubric.sections:
        got = sum(sheet.score.points[item.code] for item in section.items)
        lines.append(
            f"Phần {section.part}, mục {section.code}. {section.label}: {printed(got)}/{printed(section.points)} điểm:"
        )
        for item in section.items:
            level = item.option(sheet.sheet.choices.get(item.code, 0))
            said = level.label if level else "không đạt mức nào"
            points = f"{printed(sheet.score.points[item.code])}/{printed(item.points)}"
            lines.append(f"{item.code} {item.label}: {points} điểm ({said})")
    lines.append(f"Tổng điểm: {printed(sheet.score.total)}/100")
    return "\n".join(lines)
