"""The slips of a case: receipt and appointment, supplement, refusal, apology, control of steps; with number and code.

A slip that was given out is a row that never changes; its page is set from it whenever somebody asks. The words are our
own, the fields those the decree names.

Source: Decree 118/2025/NĐ-CP and its forms.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from engine.applicants import Applicant, Paper
from engine.case_procedures import CaseProcedure
from engine.case_steps import StepTaken
from engine.cases import Case, Channel, ReturnBy
from engine.deadlines import VIETNAM, end_of_day, office_date
from engine.errors import NotFound
from engine.ids import AgencyId, CaseId, CaseSlipId, FileId, PersonId
from engine.letters import date_line

DESK: Final = "TTPVHCC"
"""Symbol of the public-service centre, behind the number of every slip."""


SEAL_SLIP: Final = "seal_slip"
"""The job that seals a slip and keeps it."""


class SlipKind(StrEnum):
    """What a slip tells the applicant."""

    RECEIPT = "receipt"
    SUPPLEMENT = "supplement"
    REFUSAL = "refusal"
    APOLOGY = "apology"


SYMBOLS: Final[Mapping[SlipKind, str]] = {
    SlipKind.RECEIPT: "GTN",
    SlipKind.SUPPLEMENT: "PBS",
    SlipKind.REFUSAL: "PTC",
    SlipKind.APOLOGY: "PXL",
}
TITLES: Final[Mapping[SlipKind, str]] = {
    SlipKind.RECEIPT: "Giấy tiếp nhận hồ sơ và hẹn trả kết quả",
    SlipKind.SUPPLEMENT: "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ",
    SlipKind.REFUSAL: "Phiếu từ chối giải quyết hồ sơ",
    SlipKind.APOLOGY: "Phiếu xin lỗi và hẹn lại ngày trả kết quả",
}
CONTROL_TITLE: Final = "Phiếu kiểm soát quá trình giải quyết hồ sơ"
APPLICATION_TITLE: Final = "Thông tin hồ sơ nộp"
CHANNELS: Final[Mapping[Channel, str]] = {
    Channel.DIRECT: "Trực tiếp tại quầy",
    Channel.POST: "Qua bưu chính công ích",
    Channel.ONLINE: "Trực tuyến",
}
RETURNS: Final[Mapping[ReturnBy, str]] = {
    ReturnBy.COUNTER: "Tại quầy",
    ReturnBy.POST: "Qua bưu chính công ích",
    ReturnBy.PAGE: "Bản điện tử trên trang tra cứu",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A slip that was given out, as '05/PBS-TTPVHCC'; *reason* and *due* are those it told."""

    id: CaseSlipId
    case_id: CaseId
    agency_id: AgencyId
    kind: SlipKind
    year: int
    number: int
    issued_at: datetime
    issued_by: PersonId
    due: datetime | None = None
    reason: str = ""

    @property
    def printed(self) -> str:
        """Its number as printed, '05/PBS-TTPVHCC'."""
        return f"{self.number:02d}/{SYMBOLS[self.kind]}-{DESK}"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSlip:
    """The file of a slip: first what the agency's key is to sign, then what lies in the archive and never changes.

    Attributes:
        key_id, digest, prepared_file_id, prepared: What was put on record to be signed, as of a signing; None where
            the slip is kept without a seal.
        file_id: The file that is kept; None while it is being sealed.
        version_id: Of the locked content, where the archive keeps versions.
        because: Code of what kept the key from sealing it, '' where it is sealed.
    """

    slip_id: CaseSlipId
    key_id: str | None = None
    digest: str | None = None
    prepared_file_id: FileId | None = None
    prepared: str | None = None
    file_id: FileId | None = None
    version_id: str | None = None
    kept_at: datetime | None = None
    because: str = ""

    @property
    def is_sealed(self) -> bool:
        """Whether the agency's key has signed it."""
        return self.file_id is not None and not self.because


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedSlip:
    """What whoever holds the file of a slip may know of it: what is printed on it, and nobody's name.

    Attributes:
        whole: Whether the file is the slip byte for byte; else something was added to it.
    """

    number: str
    kind: SlipKind
    case_code: str
    agency: str
    issued_at: datetime
    sealed: bool
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipPage:
    """What the press sets on a page: heads, named fields, a table, sentences, who gives it, and the code to follow it.

    Attributes:
        facts: Named fields in their order.
        columns, lines: A table; none without columns.
        url: What the code for cameras says; None prints none.
    """

    agency: str
    parent: str | None
    number_line: str
    date_line: str
    title: str
    facts: tuple[tuple[str, str], ...]
    columns: tuple[str, ...] = ()
    lines: tuple[tuple[str, ...], ...] = ()
    sentences: tuple[str, ...] = ()
    given_by: str = ""
    url: str | None = None
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """Everything the slips of a case are filled from; *scans* counts the files of each component by its code."""

    case: Case
    procedure: CaseProcedure
    applicant: Applicant
    papers: tuple[Paper, ...]
    agency: str
    parent: str | None
    place: str
    scans: Mapping[str, int] = field(default_factory=dict)
    url: str | None = None


def slip_page(slip: Slip, file: CaseFile, given_by: str) -> SlipPage:
    """Return the page of a slip that was given out."""
    return SlipPage(
        agency=file.agency,
        parent=file.parent,
        number_line=f"Số: {slip.printed}",
        date_line=_date_line(file.place, slip.issued_at),
        title=TITLES[slip.kind],
        facts=(*_about(file, masked(file.applicant.identity)), *_told(slip, file)),
        columns=_PAPER_COLUMNS if slip.kind is SlipKind.RECEIPT else (),
        lines=_paper_lines(file) if slip.kind is SlipKind.RECEIPT else (),
        sentences=_sentences(slip, file),
        given_by=given_by,
        url=file.url,
        code=file.case.track_code,
    )


def application_page(file: CaseFile, at: datetime) -> SlipPage:
    """Return the page that stands for the application: who handed in what, and what they filled in."""
    titles = file.procedure.settings.form.get("properties", {})
    filled = tuple(
        (str(titles.get(name, {}).get("title") or name), _said(value)) for name, value in file.applicant.answers.items()
    )
    return SlipPage(
        agency=file.agency,
        parent=file.parent,
        number_line=f"Mã hồ sơ: {file.case.code}",
        date_line=_date_line(file.place, at),
        title=APPLICATION_TITLE,
        facts=(*_about(file, file.applicant.identity), ("Hình thức nộp", CHANNELS[file.case.channel]), *filled),
        columns=_PAPER_COLUMNS,
        lines=_paper_lines(file),
    )


def control_page(file: CaseFile, steps: Sequence[StepTaken], names: Mapping[PersonId, str], at: datetime) -> SlipPage:
    """Return the control slip: every step with who had it, from when to when, and whether in time."""
    return SlipPage(
        agency=file.agency,
        parent=file.parent,
        number_line=f"Mã hồ sơ: {file.case.code}",
        date_line=_date_line(file.place, at),
        title=CONTROL_TITLE,
        facts=(
            ("Thủ tục", file.procedure.settings.name),
            ("Ngày nhận", printed_moment(file.case.received_at)),
            ("Hẹn trả", _promise(file.case.due)),
        ),
        columns=("Bước", "Thời hạn", "Nhận lúc", "Xong lúc", "Người thực hiện", "Kết quả"),
        lines=tuple(_step_line(step, names, at) for step in steps),
    )


_SHOWN: Final = 3
_PAPER_COLUMNS: Final = ("Thành phần hồ sơ", "Bản chính", "Bản sao", "Tệp")
_BRING: Final = "Mang theo giấy này khi nhận kết quả tại quầy"
_SENTENCES: Final[Mapping[SlipKind, tuple[str, ...]]] = {
    SlipKind.RECEIPT: ("Theo dõi tình trạng hồ sơ bằng mã tra cứu hoặc mã QR bên dưới, không cần tài khoản",),
    SlipKind.SUPPLEMENT: ("Thời gian chờ bổ sung không tính vào thời hạn giải quyết",),
    SlipKind.REFUSAL: ("Hồ sơ và giấy tờ đã nộp được trả lại cùng phiếu này",),
    SlipKind.APOLOGY: ("Cơ quan xin lỗi về sự chậm trễ và mong được thông cảm; hồ sơ chỉ hẹn lại một lần",),
}


def _sentences(slip: Slip, file: CaseFile) -> tuple[str, ...]:
    """Return what is said below; only who comes to the counter brings the receipt there."""
    fetched = slip.kind is SlipKind.RECEIPT and file.case.return_by is ReturnBy.COUNTER
    return (_BRING, *_SENTENCES[slip.kind]) if fetched else _SENTENCES[slip.kind]


def masked(identity: str) -> str:
    """Return an identity number as it stands beside a code: the last three digits, so that its owner knows it.

    Whoever has code and number has the result; a photo of a slip is not to give both.
    """
    return "*" * max(0, len(identity) - _SHOWN) + identity[-_SHOWN:]


def _about(file: CaseFile, identity: str) -> tuple[tuple[str, str], ...]:
    who, settings = file.applicant, file.procedure.settings
    contact = " · ".join(part for part in (who.phone, who.email) if part)
    return (
        ("Mã hồ sơ", file.case.code),
        ("Tổ chức, cá nhân nộp", who.name),
        ("Số định danh", identity),
        ("Địa chỉ", who.address),
        ("Điện thoại, thư điện tử", contact),
        ("Nội dung giải quyết", f"{settings.name} (mã {settings.code})"),
    )


def _told(slip: Slip, file: CaseFile) -> tuple[tuple[str, str], ...]:
    settings, case = file.procedure.settings, file.case
    match slip.kind:
        case SlipKind.RECEIPT:
            return (
                ("Số bộ hồ sơ", str(settings.sets)),
                ("Thời hạn giải quyết", printed_half_days(settings.half_days)),
                ("Phí, lệ phí", "; ".join(f"{fee.name}: {_money(fee.amount)}" for fee in settings.fees) or "Không"),
                ("Nhận hồ sơ lúc", printed_moment(case.received_at)),
                ("Hẹn trả kết quả", _promise(slip.due)),
                ("Nhận kết quả", RETURNS[case.return_by]),
            )
        case SlipKind.SUPPLEMENT:
            return (("Nội dung cần bổ sung, hoàn thiện", slip.reason),)
        case SlipKind.REFUSAL:
            return (("Lý do", slip.reason),)
        case SlipKind.APOLOGY:
            return (("Lý do chậm", slip.reason), ("Hẹn lại", _promise(slip.due)))


def _paper_lines(file: CaseFile) -> tuple[tuple[str, ...], ...]:
    names = {one.code: one.name for one in file.procedure.settings.components}
    return tuple(
        (names.get(one.code, one.code), str(one.originals), str(one.copies), str(file.scans.get(one.code, 0)))
        for one in file.papers
    )


def _step_line(step: StepTaken, names: Mapping[PersonId, str], at: datetime) -> tuple[str, ...]:
    late = "Quá hạn" if step.was_late(at) else "Đúng hạn"
    return (
        f"{step.number}. {step.name}",
        printed_half_days(step.half_days),
        printed_moment(step.began_at),
        printed_moment(step.ended_at),
        names.get(step.ended_by, "") if step.ended_by else "",
        late if step.ended_at or step.was_late(at) else "Đang thực hiện",
    )


def printed_half_days(count: int) -> str:
    """Return a time in half days as it is printed, '2,5 ngày làm việc'."""
    whole, half = divmod(count, 2)
    return f"{whole},5 ngày làm việc" if half else f"{whole} ngày làm việc"


def _money(amount: int) -> str:
    return f"{amount:,} đồng".replace(",", ".")


def printed_moment(at: datetime | None) -> str:
    """Return a moment as it is printed, '08:05 23/11/2026'; '' for none."""
    return f"{at.astimezone(VIETNAM):%H:%M %d/%m/%Y}" if at else ""


def _promise(due: datetime | None) -> str:
    """Return until when the result is promised; the end of a day is no time at which anybody comes."""
    if due is None:
        return ""
    day = office_date(due)
    return f"Trong ngày {day:%d/%m/%Y}" if due == end_of_day(day) else f"Trong buổi sáng ngày {day:%d/%m/%Y}"


def _date_line(place: str, at: datetime) -> str:
    return date_line(place, office_date(at))


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "Có" if value else "Không"
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


class SlipNotFound(NotFound):
    """No such slip of this case."""

    code = "case_slip.not_found"
    template = "There is no such slip of this case."
