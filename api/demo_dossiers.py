"""Dossiers of the demonstration: one being composed, one being appraised, one decided on and published.

Played by its people through the actions themselves once everything runs, since the worker makes the signatures. A place
that has a dossier is passed over, so a second start goes on with what people made of the first.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from api.demo_hands import DemoEnds, Hands
from api.province import COUNCIL, Office, localities, province
from api.wiring import House
from engine import assessing
from engine.actions.add_dossier_file import AddDossierFile, add_dossier_file
from engine.actions.add_evidence import AddEvidence, add_evidence
from engine.actions.assess_indicators import AssessIndicators, assess_indicators
from engine.actions.cast_ballot import CastBallot, cast_ballot
from engine.actions.close_survey import close_survey
from engine.actions.close_vote import close_vote
from engine.actions.convene_session import ConveneSession, convene_session
from engine.actions.end_session import EndSession, end_session
from engine.actions.open_dossier import OpenDossier, open_dossier
from engine.actions.open_session import OpenSession, open_session
from engine.actions.open_survey import OpenSurvey, open_survey
from engine.actions.open_vote import open_vote
from engine.actions.record_contribution import RecordContribution, record_contribution
from engine.actions.record_paper_answer import RecordPaperAnswer, record_paper_answer
from engine.actions.record_proposal_meeting import RecordProposalMeeting, record_proposal_meeting
from engine.actions.start_dossier import StartDossier, start_dossier
from engine.actions.store_file import store_file
from engine.answering import Answer
from engine.assessments import Entry, Stage
from engine.contributions import ContributionSource
from engine.council_sessions import BallotKind
from engine.council_votes import Choice
from engine.criteria import Indicator, Tier, Value
from engine.deadlines import office_date
from engine.dossier_kinds import COVER
from engine.dossier_records import DossierQuery
from engine.dossiers import Dossier, DossierKind
from engine.ids import DocumentId, FileId
from engine.letters import Letter
from engine.localities import Locality
from engine.people import Role
from engine.queries import PageRequest

HOUSEHOLDS: Final = 5
_TEXT: Final = (
    "Căn cứ Quyết định số 18/2022/QĐ-TTg của Thủ tướng Chính phủ, kính đề nghị Ủy ban nhân dân tỉnh thẩm định, xét,"
    " công nhận {place} đạt chuẩn nông thôn mới."
)


def open_dossiers(house: House, told: Callable[[], bool]) -> bool:
    """Have the three dossiers made where their places have none; return whether all were, before we were *told* to end.

    Raises:
        TimeoutError: What the worker has to make did not come.
    """
    places = {one.code: one for one in localities()}
    communes, hands = province()[1:], Hands(house, told)
    composing = _Play(hands, communes[0], places["99101"], Tier.COMMUNE)
    appraised = _Play(hands, communes[1], places["99102"], Tier.COMMUNE)
    published = _Play(hands, communes[0], places["99101.01"], Tier.VILLAGE)
    known = {one.locality_id for one in composing.known() + appraised.known()}
    acts = ((composing, composing.compose), (appraised, appraised.be_appraised), (published, published.be_published))
    try:
        for play, act in acts:
            if play.place.id not in known:
                act()
    except DemoEnds:
        return False
    return True


class _Play:
    """The people of a commune and of the province at work on the dossier of one place."""

    def __init__(self, hands: Hands, office: Office, place: Locality, tier: Tier) -> None:
        self.hands, self.services, self.office, self.place, self.tier = hands, hands.services, office, place, tier
        self.drafter = next(one for one in office.people if one.holds(Role.SPECIALIST))
        self.head = next(one for one in office.people if one.holds(Role.HEAD))

    def known(self) -> list[Dossier]:
        """Return the dossiers of the commune."""
        with self.services.begin() as work:
            query = DossierQuery(reader=self.drafter, received=False)
            return [work.dossiers.get(one.id) for one in work.dossiers.search(query, PageRequest(limit=200)).items]

    def compose(self) -> Dossier:
        """Open the dossier and report the first half of the indicators, with a file beside one."""
        dossier = self._started()
        good = self._good(dossier)
        half = dict(list(good.items())[: len(good) // 2])
        self._report(dossier, half, self.drafter.username, Stage.SELF)
        shown = AddEvidence(
            dossier_id=dossier.id,
            stage=Stage.SELF,
            indicator=next(iter(half)),
            file_id=self._pdf("Quyết định phê duyệt quy hoạch"),
            name="Quyết định phê duyệt quy hoạch.pdf",
        )
        with self.services.begin() as work:
            add_evidence(shown, by=self.drafter, at=self.services.clock(), work=work)
        return dossier

    def be_submitted(self) -> DocumentId:
        """Take the dossier from its first value to the counter of the province; return what arrived there."""
        dossier = self._started()
        own = dossier.own_document_id
        assert own is not None  # noqa: S101  it was started
        self._report(dossier, self._good(dossier), self.drafter.username, Stage.SELF)
        self.hands.do(own, "assess", "done")
        yesterday = office_date(self.services.clock()) - timedelta(days=1)
        self.hands.do(own, "publish", "published", place="Trụ sở xã", until=yesterday.isoformat())
        self._hear(dossier)
        self.hands.do(own, "opinions", "done")
        self._survey(dossier)
        self.hands.do(own, "survey", "done")
        self._meet(dossier)
        self.hands.do(own, "meeting", "held")
        for rule in (one for one in self._now(dossier).parts if one.code != COVER and one.required and not one.files):
            made = AddDossierFile(
                dossier_id=dossier.id, part=rule.code, file_id=self._pdf(rule.name), name=f"{rule.name}.pdf"
            )
            with self.services.begin() as work:
                add_dossier_file(made, by=self.drafter, at=self.services.clock(), work=work)
        self.hands.do(own, "complete_parts", "done")
        self.hands.issue(own)
        self.hands.await_arrival(dossier.id)
        arrived = self._now(dossier).received_document_id
        assert arrived is not None  # noqa: S101  it was waited for
        return arrived

    def be_appraised(self) -> None:
        """Take the dossier to the departments; one of them is done, with a value of its own, and one began."""
        arrived = self.be_submitted()
        dossier = next(one for one in self.known() if one.received_document_id == arrived)
        self.hands.do(arrived, "register", "register")
        self.hands.do(arrived, "check_completeness", "complete")
        self.hands.await_step(arrived, "appraise_unit")
        self._appraise(dossier, arrived, units=1)

    def be_published(self) -> None:
        """Take the dossier to the published decision."""
        arrived = self.be_submitted()
        dossier = next(one for one in self.known() if one.received_document_id == arrived)
        self.hands.do(arrived, "register", "register")
        self.hands.do(arrived, "check_completeness", "complete")
        self.hands.await_step(arrived, "appraise_unit")
        self._appraise(dossier, arrived)
        self.hands.issue(arrived)
        self._vote(arrived)
        self.hands.issue(arrived, "sign_together", "sign_together")
        self.hands.issue(arrived)
        self.hands.await_step(arrived, "announce")

    def _started(self) -> Dossier:
        receiver = province()[0].agency.id
        name = f"{self.place.name} đạt chuẩn nông thôn mới"
        with self.services.begin() as work:
            at = self.services.clock()
            request = OpenDossier(
                kind=DossierKind.NTM,
                receiver_id=receiver,
                subject=f"Đề nghị công nhận {name}",
                rules_id=work.criteria_sets.in_force(self.tier, office_date(at)).id,
                locality_id=self.place.id,
            )
            dossier = open_dossier(request, by=self.drafter, at=at, work=work)
        start = StartDossier(dossier_id=dossier.id, signer=self.head.id, body=_TEXT.format(place=self.place.name))
        start_dossier(start, by=self.drafter, services=self.services)
        return self._now(dossier)

    def _now(self, dossier: Dossier) -> Dossier:
        with self.services.begin() as work:
            return work.dossiers.get(dossier.id)

    def _good(self, dossier: Dossier) -> dict[str, Value]:
        """Return values that meet every indicator and condition."""
        with self.services.begin() as work:
            rules = assessing.rules_of(dossier, work)
        return {each.code: _meeting(each, rules) for each in rules.indicators}

    def _report(self, dossier: Dossier, values: Mapping[str, Value], by: str, stage: Stage) -> None:
        entries = {code: Entry(value=value) for code, value in values.items()}
        request = AssessIndicators(dossier_id=dossier.id, stage=stage, entries=entries)
        with self.services.begin() as work:
            assess_indicators(request, by=self.hands.people[by], at=self.services.clock(), work=work)

    def _pdf(self, subject: str) -> FileId:
        letter = Letter(
            agency=self.office.agency.name,
            type_name="Báo cáo",
            subject=f"{subject} – {self.place.name}",
            place=self.office.agency.place,
            paragraphs=("Văn bản trình diễn, không có giá trị pháp lý.",),
            signer_title=self.head.title,
            signer_name=self.head.name,
        )
        content = self.services.pdfs.render(letter).content
        return store_file(content, by=self.drafter, services=self.services).id

    def _hear(self, dossier: Dossier) -> None:
        at = self.services.clock()
        request = RecordContribution(
            dossier_id=dossier.id,
            source=ContributionSource.VILLAGE_MEETING,
            name="thôn Đông",
            held_on=office_date(at),
            present=80,
            agreed=78,
            text="Thống nhất với dự thảo báo cáo; đề nghị sớm hoàn thành nhà văn hóa thôn.",
            response="Đã đưa vào kế hoạch năm sau.",
        )
        with self.services.begin() as work:
            record_contribution(request, by=self.drafter, at=at, work=work)

    def _meet(self, dossier: Dossier) -> None:
        """Record the commune's meeting; the minutes are a file."""
        asked = RecordProposalMeeting(
            dossier_id=dossier.id,
            held_at=self.services.clock(),
            place="Hội trường xã",
            chair=f"{self.head.name}, {self.head.title}",
            secretary=f"{self.drafter.name}, {self.drafter.title}",
            present=20,
            agreed=19,
            disagreed=1,
            file_id=self._pdf("Biên bản cuộc họp đề nghị xét, công nhận"),
        )
        record_proposal_meeting(asked, by=self.drafter, services=self.services)

    def _survey(self, dossier: Dossier) -> None:
        asked = OpenSurvey(
            dossier_id=dossier.id, surveyor=f"Ủy ban MTTQ Việt Nam {self.office.agency.place}", households=HOUSEHOLDS
        )
        survey = open_survey(asked, by=self.drafter, services=self.services)
        for number in range(1, HOUSEHOLDS + 1):
            said = RecordPaperAnswer(survey_id=survey.id, number=number, said=Answer(satisfied=True))
            with self.services.begin() as work:
                record_paper_answer(said, by=self.drafter, at=self.services.clock(), work=work)
        with self.services.begin() as work:
            close_survey(survey.id, by=self.drafter, at=self.services.clock(), work=work)

    def _appraise(self, dossier: Dossier, arrived: DocumentId, units: int | None = None) -> None:
        """Have the departments, or so many of them, appraise what the commune reported, and confirm it."""
        with self.services.begin() as work:
            rules = assessing.rules_of(dossier, work)
            known = work.assessments.of(dossier.id)
            reported = {one.indicator: one.value for one in known if one.value is not None}
            symbols = {unit.id: unit.symbol for unit in work.people.units(dossier.receiver_id)}
        open_steps = [one for one in self.hands.open_of(arrived) if one.element_id == "appraise_unit"]
        departments = {one.department for one in rules.indicators} & set(symbols.values())
        for item in open_steps[:units]:
            symbol = symbols[item.unit_id] if item.unit_id else "NTM"
            own = [one.code for one in rules.indicators if _of(one, departments) == symbol]
            self._report(
                dossier, {code: reported[code] for code in own}, self.hands.who(item).username, Stage.APPRAISED
            )
        for _ in open_steps[:units]:
            self.hands.do(arrived, "appraise_unit", "done", findings="Đúng thực tế")
        for _ in open_steps[:units]:
            self.hands.do(arrived, "confirm_unit", "confirm")

    def _vote(self, arrived: DocumentId) -> None:
        """Have the council meet, vote in secret and agree."""
        self.hands.await_step(arrived, "hold_session")
        secretary, chair, at = self.hands.people["hd9"], self.hands.people["hd1"], self.services.clock()
        members = [self.hands.people[name] for name, *_ in COUNCIL]
        with self.services.begin() as work:
            matter = work.council_sessions.matters_about(arrived)[-1]
            made = ConveneSession(
                council_id=matter.council_id,
                matters=[matter.id],
                at=at,
                place="Phòng họp số 2",
                ballot=BallotKind.SECRET,
            )
            session = convene_session(made, by=secretary, at=at, work=work)
        with self.services.begin() as work:
            roll = OpenSession(session_id=session.id, present=[one.id for one in members], presiding=chair.id)
            open_session(roll, by=secretary, at=self.services.clock(), work=work)
        with self.services.begin() as work:
            motion = open_vote(session.id, matter.id, by=secretary, at=self.services.clock(), work=work)
        for member in members:
            cast_ballot(CastBallot(motion_id=motion.id, choice=Choice.AGREE), by=member, services=self.services)
        close_vote(motion.id, by=secretary, services=self.services)
        with self.services.begin() as work:
            end_session(EndSession(session_id=session.id), by=secretary, at=self.services.clock(), work=work)


def _meeting(indicator: Indicator, rules: assessing.Rules) -> Value:
    limit = indicator.threshold(rules.classified)
    return True if limit is None else limit


def _of(indicator: Indicator, departments: set[str]) -> str:
    return indicator.department if indicator.department in departments else "NTM"
