"""The demonstration's province: its office with rooms and departments, two communes, their people; the localities."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid5

from engine.councils import Member, MemberFunction
from engine.ids import AgencyId, LocalityId, PersonId, UnitId
from engine.localities import AreaClass, CommuneGroup, Locality, LocalityKind, Region
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
        _unit(agency, "hd", "Hội đồng thẩm định", "HĐTĐ"),
        *(_unit(agency, key, name, symbol) for key, name, symbol, _, _ in _DEPARTMENTS),
    )
    ntm, ocop, vp, council = (unit.id for unit in units[:4])
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
        *_department_people(agency, units[4:]),
        *_council_members(agency, council, secretariat=ntm),
    )
    return Office(agency=agency, units=units, people=people)


_DEPARTMENTS: Final = (
    ("snnmt", "Sở Nông nghiệp và Môi trường", "SNNMT", "Trần Văn Kiên", "Lương Thị Hà"),
    ("sxd", "Sở Xây dựng", "SXD", "Phan Đình Long", "Mai Quốc Việt"),
    ("stc", "Sở Tài chính", "STC", "Đinh Thị Oanh", "Tạ Minh Châu"),
    ("cat", "Công an tỉnh", "CAT", "Lại Xuân Trường", "Cao Bá Hùng"),
    ("snv", "Sở Nội vụ", "SNV", "Vương Thị Liên", "Chu Đức Anh"),
)
"""Departments that appraise, as units of the provincial office: key, name, symbol, head and specialist."""


def _department_people(agency: Agency, units: tuple[Unit, ...]) -> tuple[Person, ...]:
    return tuple(
        person
        for (key, _, _, head, specialist), unit in zip(_DEPARTMENTS, units, strict=True)
        for person in (
            _person(agency, f"{key}.truong", head, "Giám đốc", Post(role=Role.HEAD_OF_UNIT, unit_id=unit.id)),
            _person(agency, f"{key}.cv", specialist, "Chuyên viên", Post(role=Role.SPECIALIST, unit_id=unit.id)),
        )
    )


COUNCIL: Final = (
    ("hd1", "Lê Minh Khuê", "Phó Giám đốc", "Sở Nông nghiệp và Môi trường", MemberFunction.CHAIR),
    ("hd2", "Cao Thị Bích", "Chi cục trưởng", "Chi cục Phát triển nông thôn", MemberFunction.DEPUTY_CHAIR),
    ("hd3", "Nguyễn Thị Sen", "Phó Giám đốc", "Sở Công Thương", MemberFunction.REVIEWER),
    ("hd4", "Mai Văn Thuận", "Phó Giám đốc", "Sở Y tế", MemberFunction.REVIEWER),
    ("hd5", "Trịnh Quốc Huy", "Trưởng phòng", "Sở Khoa học và Công nghệ", MemberFunction.MEMBER),
    ("hd6", "Đỗ Thị Hồng Nhung", "Trưởng phòng", "Sở Văn hóa, Thể thao và Du lịch", MemberFunction.MEMBER),
    ("hd7", "Phạm Bá Lộc", "Phó Trưởng ban", "Ủy ban Mặt trận Tổ quốc tỉnh", MemberFunction.MEMBER),
    ("hd8", "Lường Văn Sơn", "Phó Chủ tịch", "Hội Nông dân tỉnh", MemberFunction.MEMBER),
    ("hd9", "Hà Thị Thu Nga", "Chuyên viên", "Văn phòng Điều phối nông thôn mới tỉnh", MemberFunction.SECRETARY),
)
"""Who sits in the councils of the demonstration: user name, name, title, where they come from, function."""


def council_members() -> tuple[Member, ...]:
    """Return the members of the demonstration's councils."""
    return tuple(
        Member(person_id=PersonId(_id(f"person:{username}")), function=function, unit=unit)
        for username, _name, _title, unit, function in COUNCIL
    )


def _council_members(agency: Agency, council: UnitId, secretariat: UnitId) -> tuple[Person, ...]:
    """Return them as people; the secretary, who drafts the minutes, works in the unit of the programme."""
    return tuple(
        _person(
            agency,
            username,
            name,
            title,
            Post(role=Role.SPECIALIST, unit_id=secretariat if function is MemberFunction.SECRETARY else council),
        )
        for username, name, title, _unit, function in COUNCIL
    )


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


def _locality(
    parent: Locality,
    code: str,
    facts: tuple[str, CommuneGroup | None, AreaClass | None, int],
    agency_id: AgencyId | None = None,
) -> Locality:
    name, group, area_class, households = facts
    return Locality(
        id=LocalityId(_id(f"locality:{code}")),
        code=code,
        kind=LocalityKind.COMMUNE if parent.kind is LocalityKind.PROVINCE else LocalityKind.VILLAGE,
        name=name,
        region=parent.region,
        parent_id=parent.id,
        group=group,
        area_class=area_class,
        households=households,
        agency_id=agency_id,
    )


_ELSEWHERE: Final = (
    ("99103", ("xã Đông Khai", CommuneGroup.URBAN, None, 3120)),
    ("99104", ("xã Tây Đô Mới", CommuneGroup.URBAN, None, 2875)),
    ("99105", ("xã Nam Thí", CommuneGroup.OTHER, None, 2410)),
    ("99106", ("xã Bắc Thí", CommuneGroup.OTHER, None, 1986)),
    ("99107", ("xã Phú Mẫu", CommuneGroup.OTHER, None, 2254)),
    ("99108", ("xã Yên Thử", CommuneGroup.OTHER, AreaClass.I, 1743)),
    ("99109", ("xã Lũng Cao Thử", CommuneGroup.MOUNTAIN, AreaClass.II, 1102)),
    ("99110", ("xã Mường Mẫu", CommuneGroup.MOUNTAIN, AreaClass.III, 874)),
)
"""Communes whose agencies are not of the demonstration."""
_VILLAGES: Final = (("01", "thôn Đông", 310), ("02", "thôn Đoài", 285), ("03", "thôn Trung", 342))


def localities() -> tuple[Locality, ...]:
    """Return the province, its communes and some villages; codes and names are made up."""
    offices = province()
    top = Locality(
        id=LocalityId(_id("locality:99")),
        code="99",
        kind=LocalityKind.PROVINCE,
        name="tỉnh Thử Nghiệm",
        region=Region.NORTH_CENTRAL,
        households=52_400,
        agency_id=offices[0].agency.id,
    )
    first = _locality(top, "99101", ("xã Hoằng Thử", CommuneGroup.OTHER, None, 2143), offices[1].agency.id)
    second = _locality(top, "99102", ("xã Quảng Mẫu", CommuneGroup.MOUNTAIN, AreaClass.II, 1287), offices[2].agency.id)
    others = [_locality(top, code, facts) for code, facts in _ELSEWHERE]
    villages = [
        _locality(commune, f"{commune.code}.{number}", (name, commune.group, commune.area_class, households))
        for commune in (first, second)
        for number, name, households in _VILLAGES
    ]
    return (top, first, second, *others, *villages)
