"""Streams of server-sent events, for REST and for pages: that one's inbox changed, and nothing of what is in it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Annotated, Final

from fastapi import Header, Request
from fastapi.sse import ServerSentEvent

from api.inboxes import Inboxes, Listener
from engine.people import Person

LASTS_S: Final = 600.0
"""A stream ends after so long; its client comes back by itself, and is asked again who it is."""
COME_BACK_MS: Final = 3_000
SOON_AGAIN_S: Final = 1.0
"""However much happens, a stream says so once in this time."""

LastEventId = Annotated[str | None, Header(alias="Last-Event-ID", description="Where an earlier stream ended")]


def listening(request: Request, person: Person, last_id: str | None) -> AbstractAsyncContextManager[Listener]:
    """Open a stream while the block lasts; entering raises TooManyStreams."""
    inboxes: Inboxes = request.app.state.inboxes
    return inboxes.listen(person, last_id)


async def inbox_events(listener: Listener) -> AsyncIterator[ServerSentEvent]:
    """Say 'ready' first, then 'inbox' whenever the person's inbox may have changed."""
    end = asyncio.get_running_loop().time() + LASTS_S
    yield ServerSentEvent(event="ready", data={}, id=listener.id, retry=COME_BACK_MS)
    while (left := end - asyncio.get_running_loop().time()) > 0:
        try:
            await asyncio.wait_for(listener.changed.wait(), left)
        except TimeoutError:
            return
        listener.changed.clear()
        yield ServerSentEvent(event="inbox", data={}, id=listener.id)
        await asyncio.sleep(SOON_AGAIN_S)
