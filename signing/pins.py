"""PINs that people type: one at a time for each token, and one that was refused is not presented a second time.

A form that is sent twice, or a call that a client repeats, must not use up the few tries a token gives.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from engine.key_errors import PinRefusedBefore, PinWrong
from engine.signing_keys import SigningKey

REMEMBERED: Final = timedelta(minutes=10)
"""How long a refused PIN is not presented again; by then its holder may have set the token to it."""

_Place = tuple[str, ...]


class TypedPins:
    """What this process remembers of refused PINs: only what Python's keyed hash says of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turns: dict[_Place, threading.Lock] = {}
        self._refused: dict[_Place, tuple[int, datetime]] = {}

    @contextmanager
    def turn(self, key: SigningKey, at: datetime) -> Iterator[None]:
        """Let the block present the key's PIN, alone on its token; without a PIN, let it run.

        Raises:
            PinRefusedBefore: This PIN was refused within the last minutes.
        """
        if not key.pin:
            yield
            return
        place = _place(key)
        with self._lock:
            turn = self._turns.setdefault(place, threading.Lock())
        with turn:
            pin = hash((place, key.pin))
            refused, since = self._refused.get(place, (None, at))
            if refused == pin and at < since + REMEMBERED:
                raise PinRefusedBefore
            try:
                yield
            except PinWrong:
                self._refused[place] = (pin, at)
                raise
            self._refused.pop(place, None)


def _place(key: SigningKey) -> _Place:
    names = ("module", "token", "service", "credential")
    return (key.kind.value, *(key.place.get(name, "") for name in names))
