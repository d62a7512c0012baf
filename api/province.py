"""The demonstration's province: one provincial office with three units, two communes, and the people in them."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid5

from engine.ids import AgencyId, PersonId, UnitId
from engine.people import Agency, Person, Post, Role, Unit

_NAMESPACE: Final = UUID("5a0f6b1e-6c1d-5a57-9d3c-1f1c0a8e7d21")
"""Ids of the demonstration follow from names, so that a second start finds what the first one made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """An agency with its units and people."""

    agency: Agency
    units: tuple[Unit, ...]
    people: tuple[Person, ...]


def province() -> tuple[Office, ...]:
    """Return the offices of the demonstration, the provincial one first."""
    return (
        _provincial_office(),
        _commune("xa1", "H99.101", "Ủy ban nhân dân xã Hoằng Thử", "Hoằng Thử", ("Lê Thị Mai", "Trịnh Văn Lâm")),
        _commune("xa2", "H99.102", "Ủy ban nhân dân xã Quảng Mẫu", "Quảng Mẫu", ("Đỗ Thị Lan", "Hoàng Văn Bình")),
    )


def _id(name: str) -> UUID:
    return uuid5(_NAMESPACE, name)


def _provincial_office() -> Office:
    agency = Agency(
        id=AgencyId(_id("tinh")),
        code="H99",
        name="Ủy ban nhân dân tỉnh Thử Nghiệm",
        symbol="UBND",
        place="Thử Nghiệm",
    )
    units = (
        _unit(agency, "ntm", "Phòng Nông thôn mới", "NTM"),
        _unit(agency, "ocop", "Phòng OCOP", "OCOP"),
        _unit(agency, "vp", "Văn phòng", "VP"),
    )
    ntm, ocop, vp = (unit.id for unit in units)
    people = (
        _person(agency, "vanthu", "Nguyễn Thị Hoa", "Văn thư", Post(role=Role.CLERK, unit_id=vp)),
        _person(
            agency,
            "chanhvanphong",
            "Phạm Quốc Ưu",
            "Chánh Văn phòng",
            Post(role=Role.CHIEF_OF_OFFICE, unit_id=vp),
            Post(role=Role.HEAD_OF_UNIT, unit_id=vp),
        ),
        _person(agency, "truongphong", "Lê Hoàng Phượng", "Trưởng phòng", Post(role=Role.HEAD_OF_UNIT, unit_id=ntm)),
        _person(agency, "chuyenvien", "Bùi Minh Tuấn", "Chuyên viên", Post(role=Role.SPECIALIST, unit_id=ntm)),
        _person(agency, "truongphong.ocop", "Vũ Thị Ngân", "Trưởng phòng", Post(role=Role.HEAD_OF_UNIT, unit_id=ocop)),
        _person(agency, "chuyenvien.ocop", "Ngô Đức Thắng", "Chuyên viên", Post(role=Role.SPECIALIST, unit_id=ocop)),
        _person(agency, "phochutich", "Trần Thị Hạnh", "Phó Chủ tịch", Post(role=Role.DEPUTY_HEAD)),
        _person(agency, "chutich", "Nguyễn Văn Đức", "Chủ tịch", Post(role=Role.HEAD)),
        _person(agency, "kiemtra", "Đặng Thị Yến", "Kiểm tra viên", Post(role=Role.AUDITOR)),
        _person(agency, "quantri", "Hồ Sỹ Nam", "Quản trị hệ thống", Post(role=Role.ADMINISTRATOR)),
    )
    return Office(agency=agency, units=units, people=people)


def _commune(key: str, code: str, name: str, place: str, heads: tuple[str, str]) -> Office:
    agency = Agency(id=AgencyId(_id(key)), code=code, name=name, symbol="UBND", place=place)
    unit = _unit(agency, f"{key}.vp", "Văn phòng HĐND và UBND xã", "VP")
    chair, head = heads
    people = (
        _person(agency, f"vanthu.{key}", f"Văn thư {place}", "Văn thư", Post(role=Role.CLERK, unit_id=unit.id)),
        _person(agency, f"{key}.chutich", chair, "Chủ tịch", Post(role=Role.HEAD)),
        _person(
            agency,
            f"{key}.truongphong",
            head,
            "Chánh Văn phòng",
            Post(role=Role.CHIEF_OF_OFFICE, unit_id=unit.id),
            Post(role=Role.HEAD_OF_UNIT, unit_id=unit.id),
        ),
        _person(
            agency, f"{key}.chuyenvien", f"Công chức {place}", "Công chức", Post(role=Role.SPECIALIST, unit_id=unit.id)
        ),
    )
    return Office(agency=agency, units=(unit,), people=people)


def _unit(agency: Agency, key: str, name: str, symbol: str) -> Unit:
    return Unit(id=UnitId(_id(f"unit:{key}")), agency_id=agency.id, name=name, symbol=symbol)


def _person(agency: Agency, username: str, name: str, title: str, *posts: Post) -> Person:
    return Person(
        id=PersonId(_id(f"person:{username}")),
        agency_id=agency.id,
        username=username,
        name=name,
        title=title,
        posts=posts,
    )
