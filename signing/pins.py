"""PINs that people type: one at a time for each token, and one that was refused is not presented a second time.

A form that is sent twice, or a call that a client repeats, must not use up the few tries a token gives, whichever
process it reaches. So every process has to know what was refused, and what they know must not give the PIN away: a PIN
has some thousands or millions of values, and a plain or slow hash of it is guessed in minutes by whoever reads the
database or a backup. What is kept is an HMAC under the key of the house's safe, which is in no database: without that
key no guess can be tried. Whoever has both learns a PIN that is wrong, though perhaps by one digit; so it is kept for
minutes only, and not at all once the token opened.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Protocol

from engine.key_errors import PinRefusedBefore, PinWrong
from engine.neighbours import SafeLocked
from engine.signing_keys import PIN_REMEMBERED, SigningKey

Mark = Callable[[str], str]
"""Returns what stands for a text; nobody else can make it, nor tell the text from it. May raise SafeLocked."""


class Refusal(Protocol):
    """What is known of one token while it is one's turn."""

    def last(self) -> tuple[str, datetime] | None:
        """Return the mark of the PIN that was refused last, and when; None where the token opened since."""

    def remember(self, mark: str, at: datetime) -> None:
        """Keep that this PIN was refused."""

    def forget(self) -> None:
        """Keep nothing: the token opened."""


class Refusals(Protocol):
    """Where it is kept which PINs were refused."""

    def alone(self, place: str) -> AbstractContextManager[Refusal]:
        """Let the block run while nobody else's does for this place, however long they take."""


class OwnRefusals:
    """What one process remembers by itself, as long as it runs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turns: dict[str, threading.Lock] = {}
        self._refused: dict[str, tuple[str, datetime]] = {}

    @contextmanager
    def alone(self, place: str) -> Iterator[Refusal]:
        """Let the block run alone among the threads of this process."""
        with self._lock:
            turn = self._turns.setdefault(place, threading.Lock())
        with turn:
            yield _Own(place, self._refused)


class _Own:
    def __init__(self, place: str, refused: dict[str, tuple[str, datetime]]) -> None:
        self._place, self._refused = place, refused

    def last(self) -> tuple[str, datetime] | None:
        """Return what was kept."""
        return self._refused.get(self._place)

    def remember(self, mark: str, at: datetime) -> None:
        """Keep it."""
        self._refused[self._place] = (mark, at)

    def forget(self) -> None:
        """Keep nothing."""
        self._refused.pop(self._place, None)


def _is_fresh(last: tuple[str, datetime] | None, pin: str, at: datetime) -> bool:
    return last is not None and last[0] == pin and at < last[1] + PIN_REMEMBERED


class TypedPins:
    """Presents what people typed; of what was refused it keeps marks, where every process of the house sees them."""

    def __init__(self, shared: Refusals | None = None, mark: Mark | None = None) -> None:
        """Keep refusals there, marked by that; without either, or while the safe is locked, in this process only."""
        self._own = OwnRefusals()
        self._shared = shared
        self._mark = mark

    @contextmanager
    def turn(self, key: SigningKey, at: datetime) -> Iterator[None]:
        """Let the block present the key's PIN, alone on its token; without a PIN, let it run.

        Raises:
            PinRefusedBefore: This PIN was refused within the last minutes, by whichever process presented it.
        """
        if not key.pin:
            yield
            return
        place = _place(key)
        # Threads of one process wait here, so that of each process one at most waits for the others.
        with self._own.alone(place) as own, self._told(place, own) as (refusal, mark):
            text = f"pin\0{place}\0{key.pin}"
            kept = ((own, _marked_for_us(text)), (refusal, mark(text)))
            if any(_is_fresh(where.last(), pin, at) for where, pin in kept):
                raise PinRefusedBefore
            try:
                yield
            except PinWrong:
                # First where it cannot fail: the database may have gone while the token was at work.
                for where, pin in kept:
                    where.remember(pin, at)
                raise
            for where, _ in kept:
                where.forget()

    @contextmanager
    def _told(self, place: str, own: Refusal) -> Iterator[tuple[Refusal, Mark]]:
        """Return where to look for this token, and how a PIN is marked there."""
        marked = self._marked(place)
        if self._shared is None or self._mark is None or marked is None:
            yield own, _marked_for_us
            return
        with self._shared.alone(marked) as refusal:
            yield refusal, self._mark

    def _marked(self, place: str) -> str | None:
        try:
            return None if self._mark is None else self._mark(f"place\0{place}")
        except SafeLocked:
            return None


def _marked_for_us(text: str) -> str:
    return str(hash(text))  # keyed anew for each process


def _place(key: SigningKey) -> str:
    names = ("module", "token", "service", "credential")
    return "\0".join((key.kind.value, *(key.place.get(name, "") for name in names)))
