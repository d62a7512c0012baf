"""Councils: who sits in one, and by which rules it votes.

The shares of quorum and of agreement are settings of each council. Those given here, 70 % and 90 %, are from memory and
no text of law was found for them, so a council that was not told otherwise is shown as working by such.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Final

from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.ids import AgencyId, CouncilId, DocumentId, PersonId

FEWEST: Final = 3
"""Members with a vote that a council has at least."""
_LONGEST_SHARE: Final = 20


class MemberFunction(StrEnum):
    """What a member is in the council."""

    CHAIR = "chair"
    DEPUTY_CHAIR = "deputy_chair"
    SECRETARY = "secretary"
    REVIEWER = "reviewer"
    MEMBER = "member"


class PassBase(StrEnum):
    """Of whom the share that agrees is counted."""

    PRESENT = "present"
    MEMBERS = "members"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share of a whole that is to be reached, or with *strictly* to be passed; exact, whatever it is written as."""

    value: Fraction
    strictly: bool = False

    @classmethod
    def parse(cls, text: str) -> "Share":
        """Return what was written as '70%', '66.5 %', '2/3' or, for more than half, '>1/2'. Raises ShareMalformed."""
        bare = "".join(text.split()).replace(",", ".")
        strictly, bare = bare.startswith(">"), bare.removeprefix(">")
        if len(bare) > _LONGEST_SHARE or not bare.isascii() or not set(bare) <= set("0123456789./%"):
            raise ShareMalformed(text=text)
        try:
            value = Fraction(bare) if "/" in bare else Fraction(bare.removesuffix("%")) / 100
        except (ValueError, ZeroDivisionError) as cause:
            raise ShareMalformed(text=text) from cause
        if not 0 < value <= 1 or (strictly and value == 1):
            raise ShareMalformed(text=text)
        return cls(value=value, strictly=strictly)

    @property
    def text(self) -> str:
        """The share as it is written: '70%', '2/3', '>1/2'."""
        percent = self.value * 100
        is_decimal = 10_000 % percent.denominator == 0
        written = f"{float(percent):g}%" if is_decimal else str(self.value)
        return f"{'>' if self.strictly else ''}{written}"

    def reached_by(self, part: int, whole: int) -> bool:
        """Say whether *part* is such a share of *whole*; of nothing it never is."""
        if whole == 0:
            return False
        found = Fraction(part, whole)
        return found > self.value if self.strictly else found >= self.value

    def least_of(self, whole: int) -> int:
        """Return the smallest number that is such a share of *whole*."""
        return next(part for part in range(whole + 2) if part > whole or self.reached_by(part, whole))


@dataclass(frozen=True, slots=True, kw_only=True)
class VotingRules:
    """By what a council votes.

    Attributes:
        quorum: Share of the members with a vote who must take part.
        passing: Share that must agree.
        base: Of whom that share is counted; those present who abstain or give no ballot count against.
        interested_count: Members kept out of a vote by an interest still count among the members of the quorum.
        source: The text these are from; empty: from memory, no text was found.
    """

    quorum: Share = field(default_factory=lambda: Share(value=Fraction(7, 10)))
    passing: Share = field(default_factory=lambda: Share(value=Fraction(9, 10)))
    base: PassBase = PassBase.PRESENT
    interested_count: bool = True
    source: str = ""

    @property
    def is_from_memory(self) -> bool:
        """Whether no text was named that says so."""
        return not self.source


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody who sits in a council; *votes* False: a secretary who only keeps the minutes."""

    person_id: PersonId
    function: MemberFunction
    unit: str = ""
    votes: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Council:
    """A council as its decision founded it; a change of members is another decision, so another council.

    Attributes:
        purpose: What it is for, as procedures ask for it: 'ntm', 'ocop'.
        basis: The decision, as it is cited: 'Quyết định số 12/QĐ-UBND ngày 05/01/2026'.
        decision_id: That decision, where it is a document of the agency.
        valid_to: The last day on which it may be convened.
    """

    id: CouncilId
    agency_id: AgencyId
    name: str
    purpose: str
    basis: str
    members: tuple[Member, ...]
    valid_from: date
    created_by: PersonId
    created_at: datetime
    rules: VotingRules = field(default_factory=VotingRules)
    decision_id: DocumentId | None = None
    valid_to: date | None = None
    rev: int = 0

    def find(self, person_id: PersonId) -> Member | None:
        """Return the member, or None."""
        return next((member for member in self.members if member.person_id == person_id), None)

    def get(self, person_id: PersonId) -> Member:
        """Return the member, or raise NotAMember."""
        found = self.find(person_id)
        if found is None:
            raise NotAMember(council=self.name)
        return found

    @property
    def voters(self) -> frozenset[PersonId]:
        """Who has a vote."""
        return frozenset(member.person_id for member in self.members if member.votes)

    @property
    def chair(self) -> PersonId:
        """Who chairs it."""
        return self._one(MemberFunction.CHAIR)

    @property
    def secretary(self) -> PersonId:
        """Who keeps its minutes."""
        return self._one(MemberFunction.SECRETARY)

    def _one(self, function: MemberFunction) -> PersonId:
        return next(member.person_id for member in self.members if member.function is function)

    def may_be_run_by(self, person_id: PersonId) -> bool:
        """Say whether the person convenes and conducts its sessions: chair, deputies, secretary."""
        return self._is_one_of(person_id, MemberFunction.CHAIR, MemberFunction.DEPUTY_CHAIR, MemberFunction.SECRETARY)

    def may_preside(self, person_id: PersonId) -> bool:
        """Say whether the person may chair a session: the chair, or a deputy in their absence."""
        return self._is_one_of(person_id, MemberFunction.CHAIR, MemberFunction.DEPUTY_CHAIR)

    def _is_one_of(self, person_id: PersonId, *functions: MemberFunction) -> bool:
        found = self.find(person_id)
        return found is not None and found.function in functions

    def is_in_office(self, day: date) -> bool:
        """Say whether it may be convened on this day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def ended(self, day: date) -> "Council":
        """Return it as in office until *day*. Raises CouncilEndsBeforeItBegins."""
        if day < self.valid_from:
            raise CouncilEndsBeforeItBegins(begins=f"{self.valid_from:%d/%m/%Y}")
        return replace(self, valid_to=day, rev=self.rev + 1)


def faults_of(members: Sequence[Member]) -> tuple[tuple[str, str], ...]:
    """Return what keeps these from being a council, as code and sentence each."""
    functions = [member.function for member in members]
    found = []
    if len({member.person_id for member in members}) < len(members):
        found.append(("twice", "A person sits in a council once. Take the second line off."))
    if functions.count(MemberFunction.CHAIR) != 1:
        found.append(("one_chair", "A council has exactly one chair."))
    if functions.count(MemberFunction.SECRETARY) != 1:
        found.append(("one_secretary", "A council has exactly one secretary, who signs its minutes."))
    if sum(member.votes for member in members) < FEWEST:
        found.append(("too_few", f"A council has at least {FEWEST} members with a vote."))
    if any(member.function is not MemberFunction.SECRETARY and not member.votes for member in members):
        found.append(("has_vote", "Only a secretary can be without a vote."))
    return tuple(found)


class ShareMalformed(Invalid):
    """What was written is no share of a whole."""

    code = "council.share_malformed"
    template = (
        "'%(text)s' is no share of the members. Write 7/10, 2/3, or >1/2 for more than half; "
        "70 with a per cent sign will do."
    )


class CouncilEndsBeforeItBegins(Conflict):
    """A council cannot end before its first day."""

    code = "council.ends_early"
    template = "The council is in office from %(begins)s. Choose that day or a later one as its last."


class NotAMember(Forbidden):
    """The person does not sit in this council."""

    code = "council.not_a_member"
    template = "You are not a member of '%(council)s'. Only its members vote and take part."


class CouncilNotFound(NotFound):
    """No such council, or not one this person is to know of."""

    code = "council.not_found"
    template = "There is no such council. Choose one from the list."


class NoCouncil(Conflict):
    """A procedure asks for the vote of a council the agency does not have."""

    code = "council.none_in_office"
    template = "No council for '%(purpose)s' is in office. Found one from its decision, then try this step again."


class CouncilOver(Conflict):
    """The council is not in office on the day it is convened for."""

    code = "council.not_in_office"
    template = "The council is not in office on %(day)s. Choose another day, or found the next council."


class CouncilMoved(Conflict):
    """Somebody changed the council meanwhile."""

    code = "council.moved"
    template = "The council changed meanwhile. Look at its page again, then do this."


class CouncilInvalid(Invalid):
    """Some fields of a council are wrong; all are named."""

    code = "council.invalid"
    template = "The council cannot be founded so. Correct what is marked and send it again."
