"""Threads on which doors run while the loop takes further calls."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from contextvars import Context, copy_context
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Thread
from time import monotonic
from typing import Any, Final, TypeVar

T = TypeVar("T")

SECONDS_TO_END: Final = 20
"""What a call may still take when the server ends; what is not committed then is rolled back."""


@dataclass(frozen=True, slots=True)
class _Job:
    """What is to be done, in which context, and who waits for it."""

    do: Callable[[], Any]
    context: Context
    done: asyncio.Future[Any]


_Jobs = SimpleQueue[_Job | None]
"""What one thread is given; None ends it."""


class Threads:
    """So many threads, started as they are needed; who finds none free waits for one in turn.

    A call takes two messages: one to the thread that became free last, one back to the loop; Starlette's own way costs
    twice as much (docs/decisions/0021). What is kept here is touched by the loop's thread alone, so nothing is locked.

    Args:
        most: How many calls run at once.
    """

    def __init__(self, most: int) -> None:
        self._most: Final = most
        self._started: Final[dict[Thread, _Jobs]] = {}
        self._free: Final[list[_Jobs]] = []
        self._waiting: Final[deque[_Job]] = deque()
        self._closed = False

    async def run(self, do: Callable[[], T]) -> T:
        """Return what *do* returns or raise what it raises; once begun, it goes on even if nobody waits any more.

        Raises:
            RuntimeError: No more are run.
        """
        if self._closed:
            raise RuntimeError("The threads of the doors have ended")
        job = _Job(do, copy_context(), asyncio.get_running_loop().create_future())
        if self._free:
            self._free.pop().put(job)
        elif len(self._started) < self._most:
            self._start(job)
        else:
            self._waiting.append(job)
        answer: T = await job.done
        return answer

    def close(self) -> None:
        """Wait until each thread has finished what it does, for SECONDS_TO_END at most; nothing more is begun."""
        self._closed = True
        while self._waiting:
            self._waiting.popleft().done.cancel()
        for jobs in self._started.values():
            jobs.put(None)
        until = monotonic() + SECONDS_TO_END
        for thread in self._started:
            thread.join(max(0, until - monotonic()))

    def _start(self, job: _Job) -> None:
        jobs: _Jobs = SimpleQueue()
        jobs.put(job)
        # A daemon: a server that is told twice to end does not close us, and does not wait either.
        thread = Thread(target=self._serve, args=(jobs,), name=f"door-{len(self._started) + 1}", daemon=True)
        self._started[thread] = jobs
        thread.start()

    def _serve(self, jobs: _Jobs) -> None:
        while (job := jobs.get()) is not None:
            answer, error = _result(job)
            with suppress(RuntimeError):  # the loop has ended, and with it whoever waited
                job.done.get_loop().call_soon_threadsafe(self._tell, jobs, job.done, answer, error)
            del job, answer, error  # or they would be kept until the next call

    def _tell(self, jobs: _Jobs, done: asyncio.Future[Any], answer: object, error: BaseException | None) -> None:
        self._go_on(jobs)
        if done.cancelled():
            return
        if error is None:
            done.set_result(answer)
        else:
            done.set_exception(error)

    def _go_on(self, jobs: _Jobs) -> None:
        while self._waiting:
            job = self._waiting.popleft()
            if not job.done.cancelled():
                jobs.put(job)
                return
        self._free.append(jobs)


def _result(job: _Job) -> tuple[object, BaseException | None]:
    try:
        return job.context.run(job.do), None
    except StopIteration as error:
        # A future takes no such error: whoever awaits it would take it for the end of the coroutine.
        return None, RuntimeError(f"A door raised {error!r}")
    except BaseException as error:  # noqa: BLE001  it is raised where the answer is awaited
        return None, error
