"""Minutes of a council on one matter: what they say, as the form of minutes of the decree has it.

Source: Decree 30/2020/NĐ-CP, appendix III, form 1.9 (biên bản).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from engine.council_sessions import BallotKind, CouncilSession, Matter, SessionForm
from engine.council_votes import Ballot, Choice, Motion, Tally
from engine.councils import Council, Member, MemberFunction
from engine.deadlines import VIETNAM
from engine.errors import OurFault
from engine.ids import PersonId
from engine.letters import printed

CHAIR: Final = "Chủ tọa"
SECRETARY: Final = "Thư ký"
FUNCTIONS: Final[Mapping[MemberFunction, str]] = {
    MemberFunction.CHAIR: "Chủ tịch Hội đồng",
    MemberFunction.DEPUTY_CHAIR: "Phó Chủ tịch Hội đồng",
    MemberFunction.SECRETARY: "Thư ký Hội đồng",
    MemberFunction.REVIEWER: "Ủy viên phản biện",
    MemberFunction.MEMBER: "Ủy viên",
}
CHOICES: Final[Mapping[Choice, str]] = {
    Choice.AGREE: "tán thành",
    Choice.DISAGREE: "không tán thành",
    Choice.ABSTAIN: "không có ý kiến",
}
MAX_SUBJECT: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """What minutes are made of: one vote that was counted, and the names of everybody in it."""

    council: Council
    session: CouncilSession
    matter: Matter
    motion: Motion
    ballots: Sequence[Ballot]
    names: Mapping[PersonId, str]

    @property
    def subject(self) -> str:
        """The abstract: what was in session, and about what."""
        what = "Lấy ý kiến bằng văn bản của" if self._is_written else "Họp"
        return f"{what} {self.council.name}: {self.matter.question}"[:MAX_SUBJECT]

    @property
    def body(self) -> str:
        """The text, one paragraph a line."""
        return "\n".join([*self._meeting(), *self._people(), *self._vote(), self._end()])

    @property
    def _is_written(self) -> bool:
        return self.session.form is SessionForm.WRITTEN

    @property
    def _tally(self) -> Tally:
        if self.motion.tally is None:
            raise NothingToMinute
        return self.motion.tally

    def _meeting(self) -> Iterable[str]:
        opened = self.session.opened_at or self.session.at
        yield printed(f"{self.council.name} được thành lập theo: {self.council.basis}.")
        if self._is_written and self.session.until is not None:
            yield printed(
                f"Hình thức: lấy ý kiến bằng văn bản, từ {_moment(opened)} đến hết {_moment(self.session.until)}."
            )
            return
        yield printed(f"Thời gian bắt đầu: {_moment(opened)}.")
        yield printed(f"Địa điểm: {self.session.place}.")

    def _people(self) -> Iterable[str]:
        if self._is_written:
            voted = {ballot.person_id for ballot in self.ballots}
            yield from self._listed("Thành viên cho ý kiến:", voted)
            yield from self._listed("Thành viên chưa cho ý kiến:", self.council.voters - voted - self.matter.interested)
        else:
            # Sessions of before the roll was kept have who is in the room now.
            roll = set(self.session.roll or self.session.present)
            yield from self._listed("Thành viên có mặt khi khai mạc:", roll)
            yield from self._listed("Thành viên vắng mặt khi khai mạc:", self._all - roll)
        yield printed(f"Chủ trì ({CHAIR.lower()}): {self.names[self.motion.presiding]}.")
        yield printed(f"{SECRETARY} (người ghi biên bản): {self.names[self.council.secretary]}.")

    @property
    def _all(self) -> set[PersonId]:
        return {member.person_id for member in self.council.members}

    def _listed(self, heading: str, people: Collection[PersonId]) -> Iterable[str]:
        if people:
            yield heading
        yield from (f"- {self._called(member)};" for member in self.council.members if member.person_id in people)

    def _attending(self) -> Iterable[str]:
        """Say who took part in this vote, where that is not who was there at the opening."""
        attending = set(self.motion.attending)
        if self._is_written or not attending:
            return
        yield from self._listed("Thành viên tham gia biểu quyết nội dung này:", attending)
        interested = self.matter.interested
        left = set(self.session.roll) - attending - interested
        without_vote = self._all - self.council.voters
        yield from self._listed("Thành viên đã có mặt khi khai mạc, vắng khi biểu quyết:", left - without_vote)

    def _vote(self) -> Iterable[str]:
        tally, rules = self._tally, self.council.rules
        yield printed(f"Nội dung biểu quyết: {self.matter.question}.")
        if self.matter.interests:
            kept_out = ", ".join(self.names[interest.person_id] for interest in self.matter.interests)
            yield printed(f"Không tham gia biểu quyết do có lợi ích liên quan: {kept_out}.")
        yield printed(f"Số thành viên tham gia biểu quyết: {tally.present} trên tổng số {tally.members} thành viên.")
        yield from self._attending()
        is_secret = self.motion.ballot is BallotKind.SECRET
        yield printed(f"Hình thức biểu quyết: {'bỏ phiếu kín' if is_secret else 'biểu quyết công khai'}.")
        yield printed(
            f"Kết quả: tán thành {tally.agreed}; không tán thành {tally.disagreed}; "
            f"không có ý kiến {tally.abstained}; không bỏ phiếu {tally.unused}."
        )
        yield printed(
            f"Tỷ lệ tán thành: {tally.agreed}/{tally.base} = {tally.percent_text.replace('.', ',')}%; "
            f"tỷ lệ phải đạt theo quy chế của Hội đồng: {_share(rules.passing.text)}."
        )
        if not is_secret:
            yield from self._by_name()
        yield printed(f"Kết luận: Hội đồng {'thông qua' if tally.passed else 'không thông qua'} nội dung nêu trên.")

    def _by_name(self) -> Iterable[str]:
        cast = {ballot.person_id: ballot for ballot in self.ballots}
        for member in self.council.members:
            ballot = cast.get(member.person_id)
            if ballot is not None and ballot.choice is not None:
                opinion = " ".join(ballot.opinion.split()).rstrip(".;")
                said = f"; ý kiến: {opinion}" if opinion else ""
                yield f"- {self.names[ballot.person_id]}: {CHOICES[ballot.choice]}{said};"

    def _end(self) -> str:
        ended = _moment(self.motion.closed_at or self.session.at)
        return printed(f"Việc {'lấy ý kiến' if self._is_written else 'xem xét nội dung này'} kết thúc vào {ended}./.")

    def _called(self, member: Member) -> str:
        unit = f", {member.unit}" if member.unit else ""
        return f"{self.names[member.person_id]}{unit}, {FUNCTIONS[member.function]}"


def _moment(at: datetime) -> str:
    local = at.astimezone(VIETNAM)
    return f"{local:%H} giờ {local:%M} phút, ngày {local.day:02d}/{local.month:02d}/{local.year}"


def _share(text: str) -> str:
    bare = text.removeprefix(">").replace(".", ",")
    return f"trên {bare}" if text.startswith(">") else f"ít nhất {bare}"


class NothingToMinute(OurFault):
    """Minutes are made of a vote that was counted."""

    code = "council.nothing_to_minute"
    template = "Minutes are made of a vote that was counted, and this matter has none. Tell the administrator."
