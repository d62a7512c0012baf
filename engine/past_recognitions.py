"""Recognitions of before, or of elsewhere, as somebody writes them down: what is wrong with them, what is corrected."""

from datetime import date, datetime
from typing import Final, Protocol

from engine.access import NotAllowed
from engine.achievements import (
    Achievement,
    AchievementBeingRevoked,
    AchievementMoved,
    AchievementUnknown,
    Correction,
    PastFacts,
)
from engine.criteria import Tier
from engine.drafts import FieldChecks
from engine.ids import AchievementId, CorrectionId, LocalityId
from engine.localities import Locality, LocalityKind
from engine.people import Person
from engine.ports import UnitOfWork
from engine.provinces import may_provincial
from engine.revoking import running_proposal

MAX_DECISION: Final = 100
MAX_BASIS: Final = 500
MAX_REASON: Final = 500
FIRST_DAY: Final = date(2009, 4, 16)
"""Of the first national set of criteria. Source: Decision 491/QĐ-TTg of 16 April 2009."""


class Told(Protocol):
    """A recognition as it was written down."""

    @property
    def tier(self) -> Tier | None:
        """Its level."""

    @property
    def decision(self) -> str:
        """Number and symbol of its decision."""

    @property
    def decided_on(self) -> date | None:
        """The day of the decision."""

    @property
    def basis(self) -> str:
        """By what it was judged."""


def may_read_records(person: Person, locality: Locality, work: UnitOfWork) -> bool:
    """Say whether the person may read the records of the locality with what was corrected, and what was withdrawn.

    That is the province's administrator and auditor, and everybody of the agency that speaks for the locality, or
    for the commune it lies in.
    """
    known: Locality | None = locality
    while known is not None and known.kind is not LocalityKind.PROVINCE:
        if known.agency_id == person.agency_id:
            return True
        known = work.localities.get(known.parent_id) if known.parent_id else None
    return any(may_provincial(person, action, work) for action in ("manage_localities", "read_audit"))


def require_reader(person: Person, locality: Locality, work: UnitOfWork) -> None:
    """Raise NotAllowed unless may_read_records."""
    if not may_read_records(person, locality, work):
        raise NotAllowed


def check_past(told: Told, locality: Locality, today: date, check: FieldChecks) -> None:
    """Note what is wrong with it."""
    check.text("decision", told.decision, MAX_DECISION)
    if told.tier is None or not told.tier.value.startswith(locality.kind.value):
        check.add("tier", "unfit", "Choose a level of this kind of locality.")
    if told.decided_on is None or not FIRST_DAY <= told.decided_on <= today:
        check.add("decided_on", "outside", "Give the day of the decision, from 16/04/2009 to today.")
    if len(told.basis) > MAX_BASIS:
        check.add("basis", "too_long", "At most 500 characters.")


def past_facts(told: Told) -> PastFacts:
    """Return what was checked."""
    assert told.tier is not None  # noqa: S101  checked before
    assert told.decided_on is not None  # noqa: S101  checked before
    return PastFacts(
        tier=told.tier,
        decision=" ".join(told.decision.split()),
        decided_on=told.decided_on,
        basis=" ".join(told.basis.replace("\0", " ").split()),
    )


def lock_correctable(
    locality_id: LocalityId, achievement_id: AchievementId, rev: int | None, work: UnitOfWork
) -> Achievement:
    """Return a record made by hand, for changing, at this revision; None: at any.

    Raises:
        AchievementUnknown: The locality has no such record.
        AchievementOfProcedure, AchievementWithdrawn: It is not to be corrected by hand.
        AchievementMoved: It was changed after it was seen.
        AchievementBeingRevoked: A proposal to take it away is being dealt with.
    """
    work.localities.lock(locality_id)
    standing = work.achievements.lock_record(achievement_id)
    if standing.locality_id != locality_id:
        raise AchievementUnknown
    standing.require_correctable()
    if rev not in (None, standing.rev):
        raise AchievementMoved
    if running_proposal(standing, work) is not None:
        raise AchievementBeingRevoked
    return standing


def correction_of(
    before: Achievement, reason: str, *, withdraws: bool, by: Person, at: datetime, work: UnitOfWork
) -> Correction:
    """Return what is kept beside a record that is corrected or withdrawn: what it said, and why that was wrong."""
    return Correction(
        id=CorrectionId(work.new_id()),
        achievement_id=before.id,
        agency_id=before.agency_id,
        at=at,
        by=by.id,
        reason=" ".join(reason.split()),
        withdraws=withdraws,
        before=past_facts(before),
    )
