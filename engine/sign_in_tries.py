"""Tries at signing in under one name, or of one network: how many were wrong, and which are being judged now."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

JUDGED_WITHIN: Final = timedelta(seconds=10)
"""Who is longer about judging a password may have been killed: their place is given to the next who asks for one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TryBound:
    """How many wrong tries are taken before somebody has to wait: *most* within *window* of the first."""

    most: int
    window: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Tries:
    """What is counted in one place.

    A try takes a place before it is judged and leaves it with its outcome, so no more than are allowed can be wrong,
    however many come at once, and a right one is never held against anybody.

    Attributes:
        wrong: How many were found wrong since *since*.
        judging: When those came that are judged now. Who came at one moment can stand for one another.
    """

    wrong: int = 0
    since: datetime
    judging: tuple[datetime, ...] = ()

    def standing(self, bound: TryBound, at: datetime) -> "Tries":
        """Return what counts at that moment: of a window that is over nothing, of judgements none that takes too long.

        Such a try is not counted as wrong: whoever lost its place is told no outcome, so nothing was found out by it.
        """
        judging = tuple(came for came in self.judging if came > at - JUDGED_WITHIN)
        if self.wrong == 0 or self.since <= at - bound.window:
            return Tries(since=at, judging=judging)
        return replace(self, judging=judging)

    def has_place(self, bound: TryBound) -> bool:
        """Say whether one more may be judged: all that are judged now may turn out wrong."""
        return self.wrong + len(self.judging) < bound.most

    def begun(self, at: datetime) -> "Tries":
        """Return these with one more that is judged from *at*."""
        return replace(self, judging=(*self.judging, at))

    def ended(self, came: datetime) -> "Tries":
        """Return these without the try that came then; ``came in judging`` says whether it still has its place."""
        left = list(self.judging)
        left.remove(came)
        return replace(self, judging=tuple(left))

    def counted(self) -> "Tries":
        """Return these with one more that was wrong."""
        return replace(self, wrong=self.wrong + 1)
