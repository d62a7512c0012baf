"""A pipeline that speaks to the server only when an answer is awaited, and then in one piece.

Psycopg's own writes each command as soon as it may: a completion was eight writes. Each of them woke the server's
process, which took the processor from ours, for one command.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.abc import PQGen
from psycopg.generators import send


class _HeldPipeline(psycopg.Pipeline):
    """Keeps commands until an answer is fetched or the pipeline ends.

    The methods with an underscore are psycopg's own; that they do what is said here is a test of this module.
    """

    def _communicate_gen(self) -> PQGen[None]:
        """Write nothing yet."""
        yield from ()

    def _fetch_gen(self, *, flush: bool) -> PQGen[None]:
        """Write everything, and read the answers; without *flush* the last command was a Sync, which asks for them."""
        waiting = self.command_queue
        while waiting:
            waiting.popleft()()
        if flush and self.result_queue:
            self.pgconn.send_flush_request()
        yield from send(self.pgconn)
        yield from super()._fetch_gen(flush=False)

    def _exit_gen(self) -> PQGen[None]:
        """End with a Sync, which needs no word to flush."""
        yield from self._sync_gen()


@contextmanager
def held_pipeline(driver: psycopg.Connection[Any]) -> Iterator[None]:
    """Send what is executed in the block when an answer is read, and the rest when it ends."""
    held = _HeldPipeline(driver)
    driver._pipeline = held  # noqa: SLF001  psycopg asks there; its own way in makes a pipeline of its own
    try:
        with held:
            yield
    finally:
        driver._pipeline = None  # noqa: SLF001
