"""Proposals of OCOP products: what a dossier of kind OCOP has beside its files.

Source: Decision 26/2026/QĐ-TTg (forms 01 to 03, samples, checks of the commune, ranking again).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from engine.dossiers import PartRule
from engine.errors import Conflict, FieldError, Invalid, NotFound
from engine.ids import AgencyId, DocumentId, DossierId, OcopProductId, OcopSheetId, PersonId
from engine.ocop_terms import Purpose, samples_of, slip_number
from engine.rubrics import TOURISM
from engine.scoring import Score, Sheet

MAX_NOTE: Final = 2_000
MAX_BACK: Final = timedelta(days=60)
"""How long ago what an entity handed in may have been received when its dossier is opened."""

FORM_01 = "phieu_dang_ky"
FORM_02 = "tu_danh_gia"
FORM_03 = "bao_cao_xa"
PROPOSAL = "to_trinh"
OCOP_PARTS: Final[Sequence[PartRule]] = (
    PartRule(code=FORM_01, name="Phiếu đăng ký đánh giá, phân hạng (Mẫu 01)"),
    PartRule(code=FORM_02, name="Báo cáo tự đánh giá (Mẫu 02)"),
    PartRule(code="dang_ky_kinh_doanh", name="Giấy đăng ký kinh doanh hoặc quyết định thành lập"),
    PartRule(code="an_toan", name="Giấy chứng nhận đủ điều kiện an toàn thực phẩm", required=False),
    PartRule(code="chat_luong", name="Công bố chất lượng, phiếu kiểm nghiệm", required=False),
    PartRule(code="nhan_hieu", name="Nhãn, bao bì, sở hữu trí tuệ", required=False),
    PartRule(code="thi_truong", name="Hợp đồng, quảng bá, câu chuyện sản phẩm", required=False),
    PartRule(code="hinh_anh", name="Hình ảnh sản phẩm", required=False, photos=True),
    PartRule(code=FORM_03, name="Báo cáo của Ủy ban nhân dân cấp xã (Mẫu 03)", required=False),
    PartRule(code=PROPOSAL, name="Tờ trình của Ủy ban nhân dân cấp xã", required=False),
)
"""What a dossier holds. Which evidence an item asks for follows from the score sheet, so three parts must be there."""


class CommuneCheck(StrEnum):
    """What a commune assesses, and nothing else. Source: Decision 26/2026/QĐ-TTg."""

    ORIGIN = "origin"
    LABOUR = "labour"
    IDEA = "idea"
    IDENTITY = "identity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the commune found on one of its points."""

    confirmed: bool
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What an OCOP dossier has beside its files.

    Attributes:
        changes: For an upgrade what changed, for ranking again what is new; empty for a first ranking.
        decision: Under whose score sheets it is judged; *finish_by* where that is a transition.
        findings: The commune's, by point.
        samples: How many samples go along.
        result: What the council's sheets came to, once there is one.
        received_on: The day on which the commune received what the entity handed in; its 15 working days count from it.
        scoring_round: Which time the council scores it; a sheet counts in the round it was filled in.
        rev: Counts changes.
    """

    dossier_id: DossierId
    product_id: OcopProductId
    agency_id: AgencyId
    purpose: Purpose
    changes: str
    province_code: str
    commune_code: str
    commune_serial: int
    year: int
    decision: str
    province_serial: int | None = None
    finish_by: date | None = None
    findings: Mapping[CommuneCheck, Finding]
    samples: int = 0
    result: Mapping[str, object] | None = None
    scoring_round: int = 1
    received_on: date | None = None
    rev: int = 0

    @property
    def slip(self) -> str:
        """The number of its registration slip."""
        return slip_number(self.commune_serial, self.province_serial, self.province_code, self.commune_code, self.year)

    def found(self, findings: Mapping[CommuneCheck, Finding], samples: int) -> "Proposal":
        """Return it with what the commune found and how many samples go along."""
        return replace(self, findings=dict(findings), samples=samples, rev=self.rev + 1)

    def received(self, province_serial: int) -> "Proposal":
        """Return it with its serial in the province."""
        return replace(self, province_serial=province_serial, rev=self.rev + 1)

    def judged(self, result: Mapping[str, object]) -> "Proposal":
        """Return it with what the sheets came to."""
        return replace(self, result=dict(result), rev=self.rev + 1)

    def scored_anew(self) -> "Proposal":
        """Return it as scored once more: a further round begins, the result so far counts no longer."""
        return replace(self, result=None, scoring_round=self.scoring_round + 1, rev=self.rev + 1)

    def of_round(self, sheets: Sequence["MemberSheet"]) -> Sequence["MemberSheet"]:
        """Return those of the sheets that were filled in in the present round."""
        return [sheet for sheet in sheets if sheet.scoring_round == self.scoring_round]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberSheet:
    """A sheet one member of the council filled in.

    Attributes:
        document_id: The outgoing document it became, which the member signs.
        signed: That document carries the member's signature.
        scoring_round: In which round of the council it was filled in, from 1.
    """

    id: OcopSheetId
    dossier_id: DossierId
    member_id: PersonId
    sheet: Sheet
    score: Score
    filled_at: datetime
    document_id: DocumentId | None = None
    signed: bool = False
    scoring_round: int = 1


def require_changes(purpose: Purpose, changes: str) -> None:
    """Raise ProposalInvalid where an upgrade or ranking again does not say what changed.

    Source: Decision 26/2026/QĐ-TTg: variants of forms 01 and 02.
    """
    if purpose is not Purpose.FIRST and not changes.strip():
        message = "Say what changed since the product was ranked; the forms ask for it."
        raise ProposalInvalid(errors=[FieldError(field="changes", code="required", message=message)])
    if len(changes) > MAX_NOTE:
        message = f"This field takes at most {MAX_NOTE} characters."
        raise ProposalInvalid(errors=[FieldError(field="changes", code="too_long", message=message)])


def require_received(received: date, today: date) -> None:
    """Raise ProposalInvalid where the day of receipt lies ahead, or longer back than anything is entered late."""
    if received > today:
        message = "This day has not come yet. Check the date."
        raise ProposalInvalid(errors=[FieldError(field="received_on", code="in_future", message=message)])
    if received < today - MAX_BACK:
        message = "What was received is entered within 60 days. Check the date."
        raise ProposalInvalid(errors=[FieldError(field="received_on", code="too_early", message=message)])


def require_findings(findings: Mapping[CommuneCheck, Finding], samples: int, set_number: int) -> None:
    """Raise ProposalInvalid unless every point of the commune is answered and the samples are there.

    Source: Decision 26/2026/QĐ-TTg: 5 samples, none of tourism.
    """
    wrong = [
        FieldError(field=check.value, code="required", message="The commune answers each of its four points.")
        for check in CommuneCheck
        if check not in findings
    ]
    wrong += [
        FieldError(field=check.value, code="required", message="Say what was found where it is not confirmed.")
        for check, finding in findings.items()
        if not finding.confirmed and not finding.note.strip()
    ]
    if samples != (needed := samples_of(set_number)):
        message = f"{needed} samples go with this product, {samples} were given."
        wrong.append(FieldError(field="samples", code="ocop.samples", message=message))
    if wrong:
        raise ProposalInvalid(errors=wrong)


def needs_no_samples(set_number: int) -> bool:
    """Say whether a product of this set goes without samples."""
    return set_number == TOURISM


class ProposalInvalid(Invalid):
    """Some fields of a proposal are wrong; all are named."""

    code = "ocop.proposal_invalid"
    template = "The proposal cannot be taken so. Correct what is marked and send it again."


class ProposalNotFound(NotFound):
    """No such proposal, or not for this person."""

    code = "ocop.proposal_not_found"
    template = "There is no such OCOP dossier. Choose one from the list."


class RankingTooEarly(Conflict):
    """A product is ranked again 180 to 120 days before its certificate ends."""

    code = "ocop.ranking_too_early"
    template = "The certificate holds until %(expires)s; it is ranked again on a dossier filed from %(earliest)s on."


class NotYetRanked(Conflict):
    """Only what has a certificate is upgraded or ranked again."""

    code = "ocop.not_yet_ranked"
    template = "The product has no certificate in force, so this is a first ranking. Choose that."


class RankedAlready(Conflict):
    """What has a certificate in force is not ranked as if it had none, outside the days of ranking again."""

    code = "ocop.ranked_already"
    template = (
        "The product has a certificate until %(expires)s, so this is no first ranking. Choose an upgrade or a ranking "
        "again."
    )


class ProposalUnderWay(Conflict):
    """Of one product one dossier is dealt with at a time, so that no two results of it meet."""

    code = "ocop.proposal_under_way"
    template = (
        "A dossier of this product, slip %(slip)s, is being dealt with. Go on with that one, or withdraw it and file "
        "another."
    )


class SheetsNotLoaded(Conflict):
    """The score sheets of an earlier decision are not supplied."""

    code = "ocop.sheets_not_loaded"
    template = (
        "This dossier is judged under decision %(decision)s, whose sheet for set %(set)s was not loaded. "
        "Ask the administrator to load it."
    )


class SheetMissing(Conflict):
    """A member goes on before the score sheet is filled in."""

    code = "ocop.sheet_missing"
    template = "Fill in your score sheet of this product first; it is linked on the page of the dossier."


class SheetStays(Conflict):
    """The procedure began by an earlier model, which takes a member's sheet once."""

    code = "ocop.sheet_stays"
    template = (
        "This product began to be scored by an earlier procedure, which takes a sheet once. Sign it; the council can "
        "have the product scored anew when it votes."
    )


class NotScoredNow(Conflict):
    """Products are scored while their council is at it."""

    code = "ocop.not_scored_now"
    template = "This product is not being scored by you now. Look at your work items for those that are."


class SlipNotRegistered(Conflict):
    """The step at which the commune submits is not reached."""

    code = "ocop.slip_not_registered"
    template = (
        "The dossier cannot be submitted now: the registry has not entered its slip, a supplement of the entity is "
        "awaited, or its proposal is being signed already. Look at the work items of the slip."
    )


class ProposalBeingSigned(Conflict):
    """What the commune found stands in form 03, and its proposal is being signed."""

    code = "ocop.proposal_being_signed"
    template = (
        "The report (form 03) is made and the proposal is being signed, so the findings stay until the dossier is "
        "submitted. If the province asks for a supplement, they can be changed then."
    )


class SupplementAwaited(Conflict):
    """The commune has not submitted the dossier again."""

    code = "ocop.supplement_awaited"
    template = "The commune has not sent what was asked for. Wait until it submits the dossier again."
