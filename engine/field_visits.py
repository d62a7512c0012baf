"""Field visits (kiểm tra thực tế) of the departments that appraise a dossier, with their minutes and photos.

A visit is typed in as a draft, and recorded when its minutes are made; from then on nobody changes it.

Source: domain rules, 5.4, step 8 (departments appraise, with a check on the spot); form of the minutes: Decree
30/2020/NĐ-CP, appendix III, form 1.9.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from engine.errors import Conflict, Invalid, NotFound
from engine.ids import AgencyId, DossierId, FieldVisitId, FileId, PersonId, UnitId
from engine.letters import Letter, SignatureBlock, date_line, printed

MAX_PLACE: Final = 200
MAX_NAME: Final = 200
MAX_FOUND: Final = 2_000
MAX_REMARK: Final = 2_000
MAX_CAPTION: Final = 300
MAX_PEOPLE: Final = 50
MAX_PHOTOS: Final = 50
MAX_VISITS: Final = 100
"""Of one dossier, drafts counted."""
MAX_SAID: Final = 500
"""Of one visit in the appraisal report; its minutes say the rest."""
SUBJECT: Final = "Kiểm tra thực tế"


class Side(StrEnum):
    """For whom somebody took part in a visit."""

    UNIT = "unit"
    COMMUNE = "commune"
    VILLAGE = "village"
    OTHER = "other"


SIDES: Final[Mapping[Side, str]] = {
    Side.UNIT: "Cơ quan thẩm định",
    Side.COMMUNE: "Ủy ban nhân dân xã",
    Side.VILLAGE: "Thôn, bản",
    Side.OTHER: "Thành phần khác",
}
"""How the minutes call each side."""
_LATER_SIDES: Final = (Side.VILLAGE, Side.OTHER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """Somebody who took part, by name and title as they stand in the minutes."""

    side: Side
    name: str
    title: str = ""

    @property
    def called(self) -> str:
        """Name and title."""
        return f"{self.name.strip()}, {self.title.strip()}" if self.title.strip() else self.name.strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFinding:
    """What was found of an indicator on the spot."""

    indicator: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitPhoto:
    """A photo that was taken there, and what it shows."""

    file_id: FileId
    caption: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitContent:
    """What is typed in of a visit; of a draft anything may be missing.

    Attributes:
        first_day, last_day: In Việt Nam; the same for a visit of one day.
        remark: What the commune says to the findings.
    """

    first_day: date | None = None
    last_day: date | None = None
    place: str = ""
    participants: tuple[Participant, ...] = ()
    findings: tuple[VisitFinding, ...] = ()
    remark: str = ""
    photos: tuple[VisitPhoto, ...] = ()

    def tidied(self) -> "VisitContent":
        """Return it without blanks around texts and signs that cannot be kept."""
        return replace(
            self,
            place=_tidy(self.place),
            participants=tuple(replace(one, name=_tidy(one.name), title=_tidy(one.title)) for one in self.participants),
            findings=tuple(replace(one, found=_tidy(one.found)) for one in self.findings),
            remark=_tidy(self.remark),
            photos=tuple(replace(one, caption=_tidy(one.caption)) for one in self.photos),
        )

    def of_side(self, side: Side) -> tuple[Participant, ...]:
        """Return who took part for this side, in the order they were named."""
        return tuple(one for one in self.participants if one.side is side)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldVisit:
    """A visit of one unit, of the dossier it appraises.

    Attributes:
        agency_id, unit_id: Who visited.
        minutes_id: The minutes, once it is recorded.
        rev: Counts changes of the draft; its ETag.
    """

    id: FieldVisitId
    dossier_id: DossierId
    agency_id: AgencyId
    unit_id: UnitId
    opened_at: datetime
    opened_by: PersonId
    content: VisitContent = field(default_factory=VisitContent)
    recorded_at: datetime | None = None
    recorded_by: PersonId | None = None
    minutes_id: FileId | None = None
    rev: int = 0

    @property
    def is_recorded(self) -> bool:
        """Whether its minutes are made, so that nothing of it changes any more."""
        return self.recorded_at is not None

    @property
    def files(self) -> tuple[tuple[FileId, str], ...]:
        """Its minutes and photos, each with the name it is sent under."""
        made = () if self.minutes_id is None else ((self.minutes_id, "Biên bản kiểm tra thực tế.pdf"),)
        photos = enumerate(self.content.photos, start=1)
        return (*made, *((one.file_id, f"Ảnh {n} - {one.caption}"[:MAX_NAME]) for n, one in photos))

    def require_draft(self) -> None:
        """Raise FieldVisitFixed unless it can still be changed."""
        if self.is_recorded:
            raise FieldVisitFixed

    def changed(self, content: VisitContent) -> "FieldVisit":
        """Return this draft with other content."""
        self.require_draft()
        return replace(self, content=content, rev=self.rev + 1)

    def recorded(self, minutes_id: FileId, *, by: PersonId, at: datetime) -> "FieldVisit":
        """Return this visit as recorded, with its minutes."""
        self.require_draft()
        return replace(self, minutes_id=minutes_id, recorded_at=at, recorded_by=by, rev=self.rev + 1)

    @property
    def days(self) -> str:
        """The day or days of it, as minutes say them: '20/11/2026', '20/11/2026 đến 21/11/2026'."""
        first, last = self.content.first_day, self.content.last_day
        if first is None:
            return ""
        begun = f"{first:%d/%m/%Y}"
        return begun if last in (None, first) else f"{begun} đến {last:%d/%m/%Y}"

    def said(self, unit: str) -> str:
        """Return it in one line, as the appraisal report has it: who, when, where, what was found."""
        found = "; ".join(f"{one.indicator}: {' '.join(one.found.split())}" for one in self.content.findings)
        whole = f"{unit}, ngày {self.days}, tại {self.content.place}: {found}"
        return whole if len(whole) <= MAX_SAID else f"{whole[: MAX_SAID - 1]}…"


def _tidy(text: str) -> str:
    return text.replace("\0", " ").strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitMinutes:
    """What the minutes of a visit are made of.

    Attributes:
        names: Of the indicators, by code.
        writer: Name of who recorded it.
    """

    visit: FieldVisit
    subject: str
    agency: str
    unit: str
    commune: str
    names: Mapping[str, str]
    writer: str
    drawn_on: date

    def letter(self, place: str) -> Letter:
        """Return the minutes as a letter of the unit, for both sides and the writer to sign by hand."""
        content = self.visit.content
        (leader, *_), (host, *_) = content.of_side(Side.UNIT), content.of_side(Side.COMMUNE)
        further = [
            SignatureBlock(field="signer_2", lines=(f"ĐẠI DIỆN {self.commune.upper()}",), name=host.name),
            SignatureBlock(field="signer_3", lines=("NGƯỜI GHI BIÊN BẢN",), name=self.writer),
        ]
        villagers = content.of_side(Side.VILLAGE)
        if villagers:
            block = SignatureBlock(field="signer_4", lines=("ĐẠI DIỆN THÔN, BẢN",), name=villagers[0].name)
            further.append(block)
        return Letter(
            parent_agency=self.agency,
            agency=self.unit,
            type_name="Biên bản",
            subject=f"{SUBJECT}: {self.subject}"[:500],
            place=place,
            paragraphs=tuple(self._lines()),
            recipients=(self.commune, "Hồ sơ thẩm định"),
            signer_title="Đại diện cơ quan thẩm định",
            signer_name=leader.name,
            capacity="Đại diện cơ quan thẩm định",
            further=tuple(further),
        )

    def dated(self, place: str) -> str:
        """Return the line of place and day: minutes are drawn up on the day they are made."""
        return date_line(place, self.drawn_on)

    def _lines(self) -> Iterator[str]:
        content = self.visit.content
        yield printed(f"Thời gian kiểm tra: ngày {self.visit.days}.")
        yield printed(f"Địa điểm: {content.place}.")
        yield "I. THÀNH PHẦN THAM GIA"
        for side in (Side.UNIT, Side.COMMUNE, *_LATER_SIDES):
            people = content.of_side(side)
            if people:
                yield f"{SIDES[side]}:"
            yield from (f"- {one.called};" for one in people)
        yield "II. KẾT QUẢ KIỂM TRA"
        for one in content.findings:
            yield f"Chỉ tiêu {self._called(one.indicator)}:"
            yield from _paragraphs(one.found)
        yield f"III. Ý KIẾN CỦA {self.commune.upper()}"
        yield from _paragraphs(content.remark) or (printed("Không có ý kiến khác."),)
        if content.photos:
            yield f"Kèm theo {len(content.photos)} ảnh:"
        yield from (f"- Ảnh {n}: {one.caption};" for n, one in enumerate(content.photos, start=1))
        yield printed("Biên bản được lập, các bên thống nhất nội dung và cùng ký tên./.")

    def _called(self, code: str) -> str:
        name = self.names.get(code, "")
        return f"{code} {name}".strip() if code[:1].isdigit() else name or code


def _paragraphs(text: str) -> Sequence[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def require_room(known: Sequence[FieldVisit]) -> None:
    """Raise TooManyVisits where a dossier has as many visits as are kept."""
    if len(known) >= MAX_VISITS:
        raise TooManyVisits(most=MAX_VISITS)


class FieldVisitNotFound(NotFound):
    """No such visit, or not for this person."""

    code = "field_visit.not_found"
    template = "There is no such field visit. Open it from the page of its dossier."


class FieldVisitInvalid(Invalid):
    """Some facts of a visit cannot be; all are named."""

    code = "field_visit.invalid"
    template = "The field visit cannot be kept so. Correct what is marked and send it again."


class FieldVisitFixed(Conflict):
    """Its minutes are made; they say what was found, and stay as they are."""

    code = "field_visit.recorded"
    template = (
        "The minutes of this field visit are made already, so it cannot be changed any more. Record another visit if"
        " something has to be added."
    )


class FieldVisitMoved(Conflict):
    """Somebody changed the draft after it was read."""

    code = "field_visit.moved"
    template = "A colleague changed this field visit meanwhile. Read it once more, then send your change again."


class AppraisalHandedIn(Conflict):
    """The unit handed in its appraisal; what belongs to that is recorded before."""

    code = "field_visit.handed_in"
    template = (
        "%(unit)s has handed in its appraisal of this dossier. Field visits belong to the appraisal and are recorded"
        " before that. Ask the head of the unit to return it, then record the visit."
    )


class FieldVisitUnfinished(Conflict):
    """A unit says it is done, but a visit of it is still a draft."""

    code = "field_visit.unfinished"
    template = (
        "A field visit of this unit is still a draft (%(days)s). Record it with its minutes, or discard it, on the page"
        " of the dossier; then finish the appraisal."
    )


class TooManyVisits(Conflict):
    """More visits of one dossier than are kept."""

    code = "field_visit.too_many"
    template = "A dossier has at most %(most)s field visits. Add what was found to one that is still a draft."
