"""Server-sent events: that one's inbox changed; what is in it is asked for as ever."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.deps import PersonDep
from api.inboxes import Listener
from api.rest.answers import problems
from api.rest.routes import Door
from api.streams import LastEventId, inbox_events, listening

router = APIRouter(route_class=Door, tags=["events"])


async def listener(request: Request, by: PersonDep, last_event_id: LastEventId = None) -> AsyncIterator[Listener]:
    """Open the stream of the person of the token."""
    async with listening(request, by, last_event_id) as opened:
        yield opened


@router.get(
    "/events/inbox",
    summary="News of my inbox",
    response_class=EventSourceResponse,
    responses=problems(429),
)
async def inbox(opened: Annotated[Listener, Depends(listener)]) -> AsyncIterator[ServerSentEvent]:
    """Stream `ready`, then `inbox` whenever the inbox may have changed; nothing of its content.

    A comment keeps an idle stream open; it ends after ten minutes, and a client that comes back with `Last-Event-ID`
    misses nothing.
    """
    async for event in inbox_events(opened):
        yield event
