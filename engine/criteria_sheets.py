"""Sets of criteria as two tables that people fill in: the facts of the version, and a row for each indicator.

engine.criteria_reading reads them; reading and writing the file itself is the door's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Final

from engine.criteria import Comparator, CriteriaSet, Criterion, Indicator
from engine.localities import CommuneGroup, Region

Cell = str | int | Decimal | date | bool | None
Book = Mapping[str, Sequence[Sequence[Cell]]]
"""Sheets by name, each as rows of cells from the first row on."""

FACTS: Final = "Bộ tiêu chí"
INDICATORS: Final = "Chỉ tiêu"
WRITTEN: Final = {Comparator.AT_LEAST: "≥", Comparator.AT_MOST: "≤", Comparator.MET: "Đạt"}

FACT_ROWS: Final[Mapping[str, str]] = {
    "code": "Mã bộ tiêu chí",
    "tier": "Cấp độ",
    "name": "Tên bộ tiêu chí",
    "source": "Văn bản quy định",
    "effective_from": "Có hiệu lực từ ngày",
    "effective_to": "Đến hết ngày",
    "supersedes": "Thay thế phiên bản",
    "note": "Ghi chú",
    "satisfaction": "Tỷ lệ hài lòng tối thiểu (%; để trống: mức mặc định)",
    "coverage": "Tỷ lệ hộ trả lời tối thiểu (%; để trống: mức mặc định)",
    "meeting": "Tỷ lệ tán thành tối thiểu của cuộc họp đề nghị (%; để trống: mức mặc định)",
}
AREAS: Final[Mapping[str, str]] = {
    Region.NORTHERN_MOUNTAINS.value: "Trung du miền núi phía Bắc",
    Region.RED_RIVER_DELTA.value: "Đồng bằng sông Hồng",
    Region.NORTH_CENTRAL.value: "Bắc Trung Bộ",
    Region.SOUTH_CENTRAL_COAST.value: "Duyên hải Nam Trung Bộ",
    Region.CENTRAL_HIGHLANDS.value: "Tây Nguyên",
    Region.SOUTH_EAST.value: "Đông Nam Bộ",
    Region.MEKONG_DELTA.value: "Đồng bằng sông Cửu Long",
    CommuneGroup.URBAN.value: "Nhóm 1",
    CommuneGroup.OTHER.value: "Nhóm 2",
    CommuneGroup.MOUNTAIN.value: "Nhóm 3",
}
COLUMNS: Final[Mapping[str, str]] = {
    "number": "Số tiêu chí",
    "criterion": "Tiêu chí",
    "group": "Nhóm tiêu chí",
    "key": "Trọng yếu khi thu hồi",
    "code": "Mã chỉ tiêu",
    "name": "Chỉ tiêu",
    "unit": "Đơn vị tính",
    "comparator": "So sánh (≥, ≤, Đạt)",
    "value": "Mức chung",
    **AREAS,
    "optional": "Không bắt buộc",
    "if_any": "Nếu có",
    "evidence": "Minh chứng",
    "department": "Cơ quan phụ trách",
}


def book_of(criteria: CriteriaSet) -> Book:
    """Return the tables of a set, to be changed and loaded as its next version.

    One in which something is to be entered is to be replaced from its own first day; of others that day is left open.
    """
    begins = None if criteria.is_complete else criteria.effective_from
    facts: dict[str, Cell] = {
        "code": criteria.code,
        "tier": criteria.tier.value,
        "name": criteria.name,
        "source": criteria.source,
        "effective_from": begins,
        "effective_to": criteria.effective_to,
        "supersedes": criteria.id,
        "note": criteria.note,
        **asdict(criteria.shares),
    }
    rows = [_row(criterion, indicator) for criterion in criteria.criteria for indicator in criterion.indicators]
    return {
        FACTS: [[label, facts[name]] for name, label in FACT_ROWS.items()],
        INDICATORS: [list(COLUMNS.values()), *rows],
    }


def _row(criterion: Criterion, indicator: Indicator) -> list[Cell]:
    limits = {where: limit.value for limit in indicator.thresholds for where in limit.where or ("value",)}
    cells: dict[str, Cell] = {
        "number": criterion.number,
        "criterion": criterion.name,
        "group": criterion.group,
        "key": "x" if criterion.key else None,
        "code": indicator.code,
        "name": indicator.name,
        "unit": indicator.unit,
        "comparator": WRITTEN[indicator.comparator] if indicator.comparator else None,
        **limits,
        "optional": None if indicator.mandatory else "x",
        "if_any": "x" if indicator.if_any else None,
        "evidence": "; ".join(indicator.evidence),
        "department": indicator.department,
    }
    return [cells.get(name) for name in COLUMNS]
