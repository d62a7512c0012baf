"""Rates of two kinds of work, taken in turns by the same processes.

On a machine that others use, rates a minute apart may differ by half; what was measured within the same seconds can be
compared.
"""

import multiprocessing
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier
from typing import Final

from api.settings import Settings

TURNS: Final = 8
SECONDS: Final = 1.5
"""Of one turn."""

Round = Callable[[], int]
"""Does a little work and says how many units of it that was."""
Work = Callable[[Settings, int], AbstractContextManager[Round]]
"""Made ready once in each client process, of which it is told the number; must be importable there."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Units/s of both kinds of work, of all clients together: medians over the turns, and of the turns' ratios."""

    first: float
    second: float
    ratio: float


def compare(settings: Settings, clients: int, first: Work, second: Work) -> Compared:
    """Let that many client processes do the first work, then the second, again and again."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(clients)
    with ProcessPoolExecutor(clients, mp_context=context, initializer=_share, initargs=(barrier,)) as pool:
        running = [pool.submit(_take_turns, settings, number, (first, second)) for number in range(clients)]
        of_clients = [client.result() for client in running]
    of_first, of_second = (
        [sum(rates) for rates in zip(*turns, strict=True)] for turns in zip(*of_clients, strict=True)
    )
    ratios = [two / one for one, two in zip(of_first, of_second, strict=True)]
    return Compared(*(statistics.median(rates) for rates in (of_first, of_second, ratios)))


_barrier: list[Barrier] = []


def _share(barrier: Barrier) -> None:
    _barrier.append(barrier)


def _take_turns(settings: Settings, number: int, works: Sequence[Work]) -> list[list[float]]:
    """Return this client's units/s of each work in each turn; the first turn warms and does not count."""
    rates: list[list[float]] = [[] for _ in works]
    with ExitStack() as ready:
        rounds = [ready.enter_context(work(settings, number)) for work in works]
        for _ in range(TURNS + 1):
            for make, taken in zip(rounds, rates, strict=True):
                _barrier[0].wait()
                taken.append(_rate(make))
        _barrier[0].wait()
    return [taken[1:] for taken in rates]


def _rate(make: Round) -> float:
    done, began = 0, time.perf_counter()
    while time.perf_counter() - began < SECONDS:
        done += make()
    return done / (time.perf_counter() - began)
