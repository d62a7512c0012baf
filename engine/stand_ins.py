"""Stand-ins: who acts in whose place, for what, until when, by which decision (ký thay, thừa lệnh, thừa ủy quyền).

Nothing is passed on by itself: who stands in for B does B's own work, not what B does in the place of A. Passing that
on takes a record of its own, *under* A's, which A's must allow; an authorisation (TUQ.) never does.

Source: Decree 30/2020/NĐ-CP, art. 13.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.ids import AgencyId, DocumentId, PersonId, StandInId, UnitId

LONGEST = timedelta(days=366)
"""A stand-in lasts a year at most; then somebody decides again."""


class StandInKind(StrEnum):
    """By what right somebody acts in another's place.

    Source: Decree 30/2020/NĐ-CP, art. 13.
    """

    ABSENCE = "absence"
    """Assigned the work of somebody who is away; gives no signature that is not one's own already."""
    DEPUTY = "deputy"
    """Signs for the head, or a unit's deputy for the head of the unit (ký thay, KT.)."""
    BY_ORDER = "by_order"
    """The head has the head of a unit sign kinds of documents (thừa lệnh, TL.)."""
    AUTHORISED = "authorised"
    """The head authorises in writing, for a time and a content, and it is not passed on (thừa ủy quyền, TUQ.)."""
    ACTING = "acting"
    """Appointed acting head while the post is vacant: all rights of the head, printed 'Q.' (quyền cấp trưởng)."""


OF_HEADS: Final = frozenset({StandInKind.DEPUTY, StandInKind.BY_ORDER, StandInKind.AUTHORISED})
"""What the head of an agency gives; while somebody acts as head (Q.), they give it, under their appointment."""


class StandInState(StrEnum):
    """Where a stand-in stands."""

    PLANNED = "planned"
    IN_FORCE = "in_force"
    OVER = "over"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a stand-in is for; an empty set does not limit.

    Attributes:
        document_types: Abbreviations, as 'QĐ'.
        units: Units that were given the work, or drafted the document.
        steps: A procedure's key, 'outgoing_document', or one of its steps, 'outgoing_document/sign'.
    """

    document_types: frozenset[str] = frozenset()
    units: frozenset[UnitId] = frozenset()
    steps: frozenset[str] = frozenset()

    def is_limited(self) -> bool:
        """Say whether it leaves anything out."""
        return bool(self.document_types or self.units or self.steps)

    def covers_documents(self, document_type: str, units: AbstractSet[UnitId]) -> bool:
        """Say whether documents of this type, which these units have to do with, are in it."""
        typed = not self.document_types or document_type in self.document_types
        return typed and (not self.units or bool(self.units & units))

    def covers_step(self, procedure: str, element_id: str) -> bool:
        """Say whether this step is in it."""
        return not self.steps or procedure in self.steps or f"{procedure}/{element_id}" in self.steps

    def meets(self, other: "Scope") -> bool:
        """Say whether something may be in both."""
        return all(
            not mine or not theirs or bool(mine & theirs)
            for mine, theirs in (
                (self.document_types, other.document_types),
                (self.units, other.units),
                ({step.split("/")[0] for step in self.steps}, {step.split("/")[0] for step in other.steps}),
            )
        )

    def is_within(self, other: "Scope") -> bool:
        """Say whether *other* leaves out nothing of this."""
        return (
            _within(self.document_types, other.document_types)
            and _within(self.units, other.units)
            and (not other.steps or (bool(self.steps) and all(other.covers_step(*_parts(step)) for step in self.steps)))
        )


def _within(mine: AbstractSet[object], theirs: AbstractSet[object]) -> bool:
    return not theirs or (bool(mine) and mine <= theirs)


def _parts(step: str) -> tuple[str, str]:
    procedure, _, element_id = step.partition("/")
    return procedure, element_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """The decision a stand-in rests on: its words, and number and date where it has them."""

    text: str
    number: str | None = None
    issued_on: date | None = None
    document_id: DocumentId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """Somebody who acts in another's place.

    Attributes:
        principal: In whose place (người được thay, người ủy quyền).
        substitute: Who acts (người thay, người được ủy quyền).
        starts_at: From then on.
        ends_at: The first moment it no longer holds.
        may_pass_on: The basis lets the substitute have somebody else act.
        under: The stand-in whose substitute passed it on.
    """

    id: StandInId
    agency_id: AgencyId
    principal: PersonId
    substitute: PersonId
    kind: StandInKind
    scope: Scope
    starts_at: datetime
    ends_at: datetime
    basis: Basis
    may_pass_on: bool
    recorded_at: datetime
    recorded_by: PersonId
    under: StandInId | None = None
    revoked_at: datetime | None = None
    revoked_by: PersonId | None = None

    def in_force(self, at: datetime) -> bool:
        """Say whether it holds at this moment."""
        return self.revoked_at is None and self.starts_at <= at < self.ends_at

    def state(self, at: datetime) -> StandInState:
        """Return where it stands at this moment."""
        if self.revoked_at is not None:
            return StandInState.REVOKED
        if at < self.starts_at:
            return StandInState.PLANNED
        return StandInState.IN_FORCE if at < self.ends_at else StandInState.OVER

    def is_over(self, at: datetime) -> bool:
        """Say whether it will never hold again."""
        return self.revoked_at is not None or at >= self.ends_at

    def meets(self, other: "StandIn") -> bool:
        """Say whether both hold at some moment."""
        if self.revoked_at is not None or other.revoked_at is not None:
            return False
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def revoked(self, by: PersonId, at: datetime) -> "StandIn":
        """Return this stand-in as revoked.

        Raises:
            StandInEnded: It is over already.
        """
        if self.is_over(at):
            raise StandInEnded
        return replace(self, revoked_at=at, revoked_by=by)


class StandInNotFound(NotFound):
    """No such stand-in, or not for this person to know."""

    code = "stand_in.not_found"
    template = "There is no such stand-in."


class StandInInvalid(Invalid):
    """Some fields of a stand-in are wrong; all are named."""

    code = "stand_in.invalid"
    template = "The stand-in cannot be recorded like this. Correct the marked fields."


class StandInOverlaps(Conflict):
    """The same stand-in is on record for a part of the time."""

    code = "stand_in.overlaps"
    template = (
        "The same person stands in for the same colleague already, by %(basis)s, for a part of this time. "
        "Revoke that one first, or choose another period."
    )


class ActingHeadOverlaps(Conflict):
    """Somebody else is on record as acting head of the agency for a part of the time."""

    code = "stand_in.acting_overlaps"
    template = (
        "%(name)s is on record as acting head (Q.) already, by %(basis)s, for a part of this time, and an agency has "
        "one acting head at a time. Revoke that record first, or choose another period."
    )


class StandInNotPassedOn(Conflict):
    """What somebody does in another's place is not theirs to pass on."""

    code = "stand_in.not_passed_on"
    template = "This cannot be passed on: an authorisation (TUQ.) never is, others only where their decision says so."


class StandInEnded(Conflict):
    """The stand-in is revoked or over already."""

    code = "stand_in.ended"
    template = "This stand-in has ended already; there is nothing to revoke."


class StandInOver(Forbidden):
    """Somebody acts in another's place and may no longer."""

    code = "stand_in.over"
    template = "You no longer stand in for your colleague: the period ended, or it was revoked. Reload the page."
