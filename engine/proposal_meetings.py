"""Meetings that propose recognition: who met, when and where, how many agreed, and the minutes of it.

Source: domain rules, 5.4, step 5 and part 4 of the dossier (biên bản cuộc họp đề nghị xét, công nhận); the share of
90 % of those present is from memory. Form of the minutes: Decree 30/2020/NĐ-CP, appendix III, form 1.9.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from engine.criteria import CriteriaSet
from engine.deadlines import VIETNAM
from engine.errors import FieldError, Invalid
from engine.ids import DossierId, FileId, PersonId
from engine.letters import Letter, SignatureBlock, date_line, printed

PART: Final = "bien_ban"
"""The part of a dossier that takes the minutes."""
USUAL: Final = Decimal(90)
"""Percent of those present who must agree where the set of criteria does not say; no text was found for it."""
MAX_PRESENT: Final = 1_000
MAX_PLACE: Final = 200
MAX_NAME: Final = 200
MAX_NOTE: Final = 5_000
FILE_NAME: Final = "Biên bản họp đề nghị xét, công nhận.pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalMeeting:
    """One meeting; another one after it takes its place.

    Attributes:
        ordinal: From 1 within the dossier.
        chair, secretary: Names with their posts, as they stand in the minutes.
        present, agreed, disagreed: Those who did neither abstained.
        said: What was discussed, for the minutes.
        file_id: The minutes.
        wanted: Percent of those present who had to agree.
    """

    dossier_id: DossierId
    ordinal: int
    held_at: datetime
    place: str
    chair: str
    secretary: str
    present: int
    agreed: int
    disagreed: int
    said: str
    file_id: FileId
    recorded_at: datetime
    recorded_by: PersonId
    wanted: Decimal = USUAL

    @property
    def abstained(self) -> int:
        """How many said neither yes nor no."""
        return self.present - self.agreed - self.disagreed

    @property
    def passed(self) -> bool:
        """Whether enough agreed, exactly."""
        return agrees(self.agreed, self.present, self.wanted)

    @property
    def percent_text(self) -> str:
        """How many percent of those present agreed, cut off (never rounded up) after two decimals: '85,71'."""
        return percent_text(self.agreed, self.present)


def wanted_by(criteria: CriteriaSet) -> Decimal:
    """Return what percent of those present must agree under this set of criteria."""
    return USUAL if criteria.shares.meeting is None else criteria.shares.meeting


def agrees(part: int, whole: int, wanted: Decimal) -> bool:
    """Say, exactly, whether *part* is that many percent of *whole*; of nobody it never is."""
    return whole > 0 and part * 100 >= wanted * whole


def share_text(percent: Decimal) -> str:
    """Return a share in percent as Vietnamese write it, without the sign: '90', '66,7'."""
    text = f"{percent:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def percent_text(part: int, whole: int) -> str:
    """Return the share in percent as Vietnamese read it, cut off after two decimals: '85,71', '90'."""
    hundredths = part * 10_000 // whole if whole else 0
    return f"{hundredths // 100},{hundredths % 100:02}".rstrip("0").rstrip(",")


def errors_in(present: int, agreed: int, disagreed: int) -> list[FieldError]:
    """Return which of the numbers cannot be."""
    found = []
    if not 1 <= present <= MAX_PRESENT:
        message = "From 1 to 1000 people are present; without anybody there is no meeting."
        found.append(FieldError(field="present", code="outside", message=message))
    if agreed < 0:
        found.append(FieldError(field="agreed", code="outside", message="This cannot be less than 0."))
    if disagreed < 0:
        found.append(FieldError(field="disagreed", code="outside", message="This cannot be less than 0."))
    if not found and agreed + disagreed > present:
        message = "Those who agreed and disagreed together are at most those who were present."
        found.append(FieldError(field="agreed", code="outside", message=message))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingMinutes:
    """What the minutes of a meeting are made of."""

    subject: str
    held_at: datetime
    place: str
    chair: str
    secretary: str
    present: int
    agreed: int
    disagreed: int
    said: str
    wanted: Decimal = USUAL

    def letter(self, agency: str, parent: str | None, place: str) -> Letter:
        """Return the minutes as a letter of the agency, for chair and secretary to sign by hand."""
        return Letter(
            parent_agency=parent,
            agency=agency,
            type_name="Biên bản",
            subject=f"Họp đề nghị xét, công nhận: {self.subject}"[:500],
            place=place,
            paragraphs=tuple(self._lines()),
            recipients=("Hồ sơ đề nghị xét, công nhận",),
            signer_title="Chủ tọa",
            signer_name=self.chair,
            capacity="Chủ tọa",
            further=(SignatureBlock(field="signer_2", lines=("THƯ KÝ",), name=self.secretary),),
        )

    def dated(self, place: str) -> str:
        """Return the line of place and day."""
        return date_line(place, self.held_at.astimezone(VIETNAM).date())

    def _lines(self) -> list[str]:
        local, abstained = self.held_at.astimezone(VIETNAM), self.present - self.agreed - self.disagreed
        result = "đủ" if agrees(self.agreed, self.present, self.wanted) else "chưa đủ"
        return [
            printed(f"Thời gian bắt đầu: {local:%H} giờ {local:%M} phút, ngày {local:%d/%m/%Y}."),
            printed(f"Địa điểm: {self.place}."),
            printed(f"Chủ trì (chủ tọa): {self.chair}."),
            printed(f"Thư ký (người ghi biên bản): {self.secretary}."),
            printed(f"Số đại biểu có mặt: {self.present}."),
            printed(f"Nội dung: {self.subject}."),
            *(line.strip() for line in self.said.splitlines() if line.strip()),
            printed(
                f"Kết quả biểu quyết: đồng ý {self.agreed}; không đồng ý {self.disagreed}; ý kiến khác {abstained}."
            ),
            printed(
                f"Tỷ lệ đồng ý: {self.agreed}/{self.present} = {percent_text(self.agreed, self.present)}%; "
                f"{result} tỷ lệ để đề nghị xét, công nhận (ít nhất {share_text(self.wanted)}%)./."
            ),
        ]


class MeetingInvalid(Invalid):
    """Some facts of a meeting cannot be; all are named."""

    code = "proposal_meeting.invalid"
    template = "The meeting cannot be recorded so. Correct what is marked and send it again."
