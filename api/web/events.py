"""Server-sent events for pages: the inbox page hears that it changed; without script it is reloaded by hand."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.deps import PageSessionDep
from api.inboxes import Listener
from api.streams import LastEventId, inbox_events, listening

router = APIRouter()


async def listener(
    request: Request, session: PageSessionDep, last_event_id: LastEventId = None
) -> AsyncIterator[Listener]:
    """Open the stream of the person of the cookie."""
    async with listening(request, session[1], last_event_id) as opened:
        yield opened


@router.get("/events/inbox", response_class=EventSourceResponse)
async def inbox(opened: Annotated[Listener, Depends(listener)]) -> AsyncIterator[ServerSentEvent]:
    """Stream that the inbox changed."""
    async for event in inbox_events(opened):
        yield event
