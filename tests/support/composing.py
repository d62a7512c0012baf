"""A commune and its province at work on dossiers: each method is one thing a person does, by the real action."""

# ruff: noqa: ANN401 - changes are fields of any type

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from io import BytesIO
from typing import Any, Final

from PIL import Image

from api.province import localities
from engine import assessing
from engine.actions.add_dossier_file import AddDossierFile, add_dossier_file
from engine.actions.add_evidence import AddEvidence, add_evidence
from engine.actions.answer_survey import answer_survey
from engine.actions.assess_indicators import AssessIndicators, assess_indicators
from engine.actions.open_dossier import OpenDossier, open_dossier
from engine.actions.open_survey import OpenSurvey, open_survey
from engine.actions.record_proposal_meeting import RecordProposalMeeting, record_proposal_meeting
from engine.answering import Answer
from engine.assessments import Entry, Evidence, Stage, values_at
from engine.criteria import Indicator
from engine.deadlines import office_date
from engine.dossier_kinds import NTM_PARTS
from engine.dossiers import Dossier, DossierKind
from engine.ids import AgencyId, DossierId
from engine.proposal_meetings import ProposalMeeting
from engine.public_drafts import PublicDraft
from engine.survey_events import DraftPublished
from engine.surveys import Survey
from tests.support.office import Office, a_pdf


def a_photo(kind: str = "JPEG", number: int = 0) -> bytes:
    """Return a small photo, another one for each number."""
    image = Image.linear_gradient("L").rotate(number).convert("RGB")
    out = BytesIO()
    image.save(out, kind, comment=f"photo {number}".encode()) if kind == "JPEG" else image.save(out, kind)
    return out.getvalue()


DRAFTER = "xa1.chuyenvien"
CODE = "0123456789abcdefghjkmnpqrs"
"""Of a draft before the public."""
VILLAGE: Final[dict[str, Any]] = {
    "locality_id": next(one.id for one in localities() if one.code.startswith("99101.")),
    "rules_id": "village-2026/1",
}
"""Of which another dossier can be opened beside the commune's own."""
COMMUNE = next(one.id for one in localities() if one.code == "99101")


class Desk:
    """A commune and its province at work on one dossier."""

    def __init__(self, office: Office) -> None:
        self.office, self.services = office, office.house.services

    def do(self, action: Callable[..., Dossier], request: object, by: str = DRAFTER, **more: Any) -> Dossier:
        """Let somebody do one thing with a dossier."""
        with self.services.begin() as work:
            return action(request, by=self.office.people[by], at=self.services.clock(), work=work, **more)

    def open(self, by: str = DRAFTER, **changes: Any) -> Dossier:
        """Open a dossier of the commune for the province."""
        request: dict[str, Any] = {
            "kind": DossierKind.NTM,
            "receiver_id": self.office.people["vanthu"].agency_id,
            "subject": "Đề nghị công nhận xã Hoằng Thử đạt chuẩn nông thôn mới",
            "rules_id": "commune-2026/2",
            "locality_id": COMMUNE,
            **changes,
        }
        return self.do(open_dossier, OpenDossier(**request), by)

    def add(self, dossier: Dossier, part: str = "bao_cao", pages: int = 1, **more: Any) -> Dossier:
        """Add a small PDF to a part."""
        file_id = self.office.upload(a_pdf(pages), DRAFTER)
        given = {"dossier_id": dossier.id, "part": part, "file_id": file_id, "name": "Báo cáo.pdf", **more}
        return self.do(add_dossier_file, AddDossierFile(**given))

    def full(self) -> Dossier:
        """Return a dossier with a file in every part."""
        dossier = self.open()
        for place, rule in enumerate(NTM_PARTS):
            dossier = self.add(dossier, rule.code, place + 1)
        return dossier

    def meet(self, dossier: Dossier, agreed: int, by: str = DRAFTER, **changes: Any) -> ProposalMeeting:
        """Record a meeting of ten, whose minutes are a file; with no 'file_id' they are made."""
        request: dict[str, Any] = {
            "held_at": self.services.clock(),
            "place": "Hội trường xã",
            "chair": "Lê Thị Mai, Chủ tịch Ủy ban nhân dân xã",
            "secretary": "Trần Văn Nam, công chức văn phòng",
            "present": 10,
            "agreed": agreed,
            "disagreed": max(10 - agreed, 0),
            "file_id": changes.pop("file_id") if "file_id" in changes else self.office.upload(a_pdf(9), by),
            **changes,
        }
        asked = RecordProposalMeeting(dossier_id=dossier.id, **request)
        return record_proposal_meeting(asked, by=self.office.people[by], services=self.services)

    def publish(self, dossier: Dossier, days: int = 15) -> PublicDraft:
        """Put the dossier's draft before the public for some days, under CODE."""
        at = self.services.clock()
        with self.services.begin() as work:
            draft = PublicDraft(
                dossier_id=dossier.id,
                ordinal=1,
                agency_id=dossier.agency_id,
                locality_id=COMMUNE,
                code=CODE,
                place="Trụ sở xã",
                until=office_date(at) + timedelta(days=days),
                published_at=at,
                published_by=dossier.opened_by,
                values=values_at(work.assessments.of(dossier.id), Stage.SELF),
            )
            work.public_drafts.add(draft)
            told: dict[str, Any] = {
                "by": draft.published_by,
                "at": at,
                "agency_id": draft.agency_id,
                "dossier_id": dossier.id,
            }
            work.record(DraftPublished(**told, draft=1, until=draft.until))
        return draft

    def leaves(self, dossier_id: DossierId, agency_id: AgencyId) -> list[dict[str, Any]]:
        """Return what is on record about the dossier in this agency."""
        with self.services.begin() as work:
            return [json.loads(event.leaf) for event in work.audit.about(agency_id, [str(dossier_id)])]

    def assess(self, dossier: Dossier, by: str = DRAFTER, stage: Stage = Stage.SELF, **values: object) -> None:
        """Report values at a stage: of 'i1_1' the indicator is '1.1'; conditions go by their names."""
        entries = {_code(name): Entry(value=value) for name, value in values.items()}
        self.report(dossier, entries, by, stage)

    def report(self, dossier: Dossier, entries: Mapping[str, Entry], by: str, stage: Stage = Stage.SELF) -> None:
        """Report entries at a stage."""
        request = AssessIndicators(dossier_id=dossier.id, stage=stage, entries=entries)
        with self.services.begin() as work:
            assess_indicators(request, by=self.office.people[by], at=self.services.clock(), work=work)

    def assess_all(self, dossier: Dossier) -> None:
        """Report of every indicator that it is met, and of every condition."""
        with self.services.begin() as work:
            rules = assessing.rules_of(dossier, work)
        entries = {each.code: Entry(value=_good(each, rules)) for each in rules.indicators}
        self.report(dossier, entries, DRAFTER)

    def show(self, dossier: Dossier, indicator: str, number: int = 0, **more: Any) -> Evidence:
        """Add a photo as evidence."""
        by = more.pop("by", DRAFTER)
        file_id = self.office.upload(a_photo("JPEG", number), by)
        given = {"stage": Stage.SELF, "indicator": indicator, "file_id": file_id, "name": f"Ảnh {number}.jpg", **more}
        with self.services.begin() as work:
            request = AddEvidence(dossier_id=dossier.id, **given)
            return add_evidence(request, by=self.office.people[by], at=self.services.clock(), work=work)

    def survey(self, dossier: Dossier, households: int = 10, **more: Any) -> Survey:
        """Open a survey of so many households."""
        surveyor = "Ủy ban MTTQ Việt Nam xã Hoằng Thử"
        request = OpenSurvey(dossier_id=dossier.id, surveyor=surveyor, households=households, **more)
        return open_survey(request, by=self.office.people[DRAFTER], services=self.services)

    def answer(self, code: str, satisfied: bool | None = True, comment: str = "") -> Survey:
        """Answer as a household."""
        with self.services.begin() as work:
            said = Answer(satisfied=satisfied, comment=comment)
            return answer_survey(code, said, at=self.services.clock(), work=work)


def _code(name: str) -> str:
    return name[1:].replace("_", ".") if name[0] == "i" and name[1].isdigit() else name


def _good(indicator: Indicator, rules: assessing.Rules) -> object:
    limit = indicator.threshold(rules.classified)
    return True if limit is None else limit
