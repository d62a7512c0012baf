"""Who wants to be told that their inbox changed: one look at the audit log a second for a whole process.

While nobody listens nothing is asked. A trigger with NOTIFY would take one lock of the whole server in every commit
(docs/decisions/0007); this takes nothing from those who work, however many listen.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import structlog
from starlette.concurrency import run_in_threadpool

from engine import access
from engine.audit import Place
from engine.errors import Conflict, Fault
from engine.ids import EventId
from engine.neighbours import Services
from engine.people import Person
from engine.work_items import WorkItem

log = structlog.get_logger()

SECONDS: Final = 1.0
READ_AT_ONCE: Final = 500
STREAMS_EACH: Final = 5
STREAMS_IN_ALL: Final = 2_000


class TooManyStreams(Conflict):
    """The person, or everybody together, has too many streams open in this process."""

    code = "events.too_many_streams"
    template = "Too many windows wait for news at once. Close some of them; the pages work without, too."


@dataclass(slots=True, eq=False)
class Listener:
    """One open stream of one person."""

    person: Person
    place: Place
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def id(self) -> str:
        """Where the stream stands, as the client repeats it in Last-Event-ID."""
        return f"{self.place.position}.{self.place.event_id}"


class Inboxes:
    """The listeners of this process, and the one look at the log for all of them; lives in one event loop."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._listeners: set[Listener] = set()
        self._place: Place | None = None
        self._looking: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def listen(self, person: Person, last_id: str | None) -> AsyncIterator[Listener]:
        """Open a stream; it says at once that the inbox changed if it did behind *last_id*, or if that is unknown.

        Raises:
            TooManyStreams: The limits are reached.
        """
        own = sum(1 for each in self._listeners if each.person.id == person.id)
        if own >= STREAMS_EACH or len(self._listeners) >= STREAMS_IN_ALL:
            raise TooManyStreams
        listener = Listener(person, self._place or Place(position=0, event_id=EventId(UUID(int=0))))
        self._listeners.add(listener)
        try:
            listener.place, missed = await run_in_threadpool(self._begin, person, last_id)
            if missed:
                listener.changed.set()
            self._look_on(listener.place)
            yield listener
        finally:
            self._listeners.discard(listener)
            await self._rest()

    def _look_on(self, place: Place) -> None:
        if self._looking is None:
            self._place = place
            self._looking = asyncio.create_task(self._look())

    async def _rest(self) -> None:
        """Look no more once nobody listens."""
        if not self._listeners and self._looking is not None:
            looking, self._looking = self._looking, None
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(SECONDS)
            try:
                read = READ_AT_ONCE
                while read == READ_AT_ONCE:
                    read, items = await run_in_threadpool(self._next)
                    self._tell(items)
            except Fault as fault:
                log.warning("inboxes.not_read", code=fault.code)

    def _tell(self, items: Sequence[WorkItem]) -> None:
        for listener in self._listeners:
            if self._place is not None and any(access.is_candidate(listener.person, item) for item in items):
                listener.place = self._place
                listener.changed.set()

    def _next(self) -> tuple[int, Sequence[WorkItem]]:
        """Read the next leaves; return how many, and the work items they touch."""
        assert self._place is not None  # noqa: S101  set before the first look
        with self._services.begin() as work:
            read = work.audit.after(self._place, READ_AT_ONCE)
            items = work.work_items.touched_by({each for leaf in read for each in leaf.ids()}) if read else ()
        if read:
            self._place = read[-1].place
        return len(read), items

    def _begin(self, person: Person, last_id: str | None) -> tuple[Place, bool]:
        """Return where a new stream stands, and whether its person's inbox changed behind *last_id*."""
        with self._services.begin() as work:
            newest = work.audit.newest()
            if last_id is None:
                return newest, False
            before = _place_of(last_id)
            if before is None or before.position > newest.position:
                return newest, True
            read = work.audit.after(before, READ_AT_ONCE)
            items = work.work_items.touched_by({each for leaf in read for each in leaf.ids()}) if read else ()
        missed = len(read) == READ_AT_ONCE or any(access.is_candidate(person, item) for item in items)
        return newest, missed


def _place_of(text: str) -> Place | None:
    position, _, event_id = text.partition(".")
    if not (position.isascii() and position.isdecimal() and len(position) <= 18):  # noqa: PLR2004  a bigint's digits
        return None
    try:
        return Place(position=int(position), event_id=EventId(UUID(event_id)))
    except ValueError:
        return None
