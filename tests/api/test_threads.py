"""Threads of doors: what they return, how many there are, who is next."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from contextlib import closing
from contextvars import ContextVar
from functools import partial
from threading import Thread

import pytest

from api.threads import Threads

LIMIT = 20
"""Seconds until a test that waits gives up."""


def run(test: Callable[[Threads], Coroutine[None, None, None]], most: int = 2) -> None:
    async def with_threads() -> None:
        with closing(Threads(most)) as threads:
            await asyncio.wait_for(test(threads), LIMIT)

    asyncio.run(with_threads())


def name() -> str:
    return threading.current_thread().name


def test_what_is_returned_comes_back_from_another_thread() -> None:
    async def test(threads: Threads) -> None:
        assert await threads.run(threading.get_ident) != threading.get_ident()

    run(test)


def test_what_is_raised_is_raised_where_it_is_awaited() -> None:
    def refuse() -> None:
        raise LookupError("not there")

    async def test(threads: Threads) -> None:
        with pytest.raises(LookupError, match="not there"):
            await threads.run(refuse)
        assert await threads.run(lambda: 1) == 1  # the thread lives on

    run(test)


def test_the_end_of_an_iterator_is_told_as_an_error_and_not_as_an_end() -> None:
    def exhaust() -> object:
        return next(iter(()))

    async def test(threads: Threads) -> None:
        with pytest.raises(RuntimeError, match="StopIteration"):
            await threads.run(exhaust)

    run(test)


def test_a_call_takes_its_context_along() -> None:
    known: ContextVar[str] = ContextVar("known")

    async def test(threads: Threads) -> None:
        known.set("here")
        assert await threads.run(known.get) == "here"

    run(test)


def test_calls_one_after_the_other_run_on_one_thread() -> None:
    async def test(threads: Threads) -> None:
        assert {await threads.run(name) for _ in range(5)} == {"door-1"}

    run(test)


def test_no_more_run_at_once_than_allowed_and_the_others_follow_in_turn() -> None:
    running, most, order = 0, 0, []
    lock, never = threading.Lock(), threading.Event()

    def work(number: int) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
            order.append(number)
        never.wait(0.005)
        with lock:
            running -= 1

    async def test(threads: Threads) -> None:
        await asyncio.gather(*(threads.run(partial(work, number)) for number in range(20)))

    run(test)
    assert most == 2
    assert sorted(order) == list(range(20))
    assert all(abs(place - number) <= 1 for place, number in enumerate(order))


def test_who_gave_up_before_their_turn_is_not_served() -> None:
    done: list[str] = []

    async def test(threads: Threads) -> None:
        gate = threading.Event()
        first = asyncio.create_task(threads.run(lambda: gate.wait(LIMIT)))
        second = asyncio.create_task(threads.run(partial(done.append, "second")))
        third = asyncio.create_task(threads.run(partial(done.append, "third")))
        await asyncio.sleep(0)
        second.cancel()
        gate.set()
        assert await first
        await third

    run(test, most=1)
    assert done == ["third"]


class Work:
    """Something that takes until it is let go."""

    def __init__(self) -> None:
        self.thread: Thread | None = None
        self.begun, self.gate = threading.Event(), threading.Event()
        self.done = False

    def __call__(self) -> None:
        """Do it."""
        self.thread = threading.current_thread()
        self.begun.set()
        assert self.gate.wait(LIMIT)
        self.done = True

    def ended(self) -> bool:
        """Let it go, and say whether its thread ends."""
        self.gate.set()
        assert self.thread is not None
        self.thread.join(LIMIT)
        return not self.thread.is_alive()


def test_what_has_begun_goes_on_though_nobody_waits_any_more() -> None:
    work = Work()

    async def test(threads: Threads) -> None:
        call = asyncio.create_task(threads.run(work))
        assert await asyncio.to_thread(work.begun.wait, LIMIT)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        work.gate.set()
        assert await threads.run(lambda: 1) == 1

    run(test, most=1)
    assert work.done


def test_closing_waits_for_what_has_begun_and_begins_nothing_more() -> None:
    busy, waiting = Work(), Work()

    async def test(threads: Threads) -> None:
        call = asyncio.create_task(threads.run(busy))
        assert await asyncio.to_thread(busy.begun.wait, LIMIT)
        queued = asyncio.create_task(threads.run(waiting))
        await asyncio.sleep(0)
        threading.Timer(0.05, busy.gate.set).start()
        threads.close()
        assert busy.done
        await call
        with pytest.raises(asyncio.CancelledError):
            await queued
        with pytest.raises(RuntimeError, match="ended"):
            await threads.run(waiting)

    run(test, most=1)
    assert busy.ended()
    assert not waiting.begun.is_set()


def test_a_thread_that_is_free_ends_when_closed() -> None:
    work = Work()
    work.gate.set()

    async def test(threads: Threads) -> None:
        await threads.run(work)

    run(test)
    assert work.ended()


def test_the_answer_goes_to_the_loop_that_asked() -> None:
    threads = Threads(1)

    answers = [asyncio.run(threads.run(partial(int, number))) for number in range(3)]
    threads.close()

    assert answers == [0, 1, 2]
