"""Notices: what one is told, what one has read, and how one wants to be told."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field

from api.deps import PageDep, WorkDep
from api.rest.answers import Answer, PageOf, page_of, problems
from api.rest.calls import CallDep
from api.rest.fields import RequestBody
from api.rest.paths import NoticePath
from api.rest.routes import Door
from api.texts import notice_text
from engine.actions.set_notice_preferences import set_notice_preferences
from engine.ids import PersonId
from engine.notices import MAX_ADDRESS, Notice, NoticeKind, Preference, Preferences, When
from engine.ports import UnitOfWork

router = APIRouter(route_class=Door, tags=["notices"])


class NoticeAnswer(Answer):
    """Something one is told: a sentence, and the page it leads to."""

    id: UUID
    kind: NoticeKind
    text: str
    path: str
    work_item_id: UUID | None
    document_id: UUID | None
    at: datetime
    read_at: datetime | None


class UnreadAnswer(Answer):
    """How many notices one has not read; at most 100 are counted."""

    unread: int


class PreferenceBody(RequestBody):
    """How one kind of notice is wanted: `app` is off or at_once, `mail` also daily."""

    app: When
    mail: When


class PreferencesBody(RequestBody):
    """Where mail goes (null: nowhere) and what differs from the defaults, by kind."""

    address: Annotated[str | None, Field(max_length=MAX_ADDRESS)] = None
    kinds: Annotated[dict[NoticeKind, PreferenceBody], Field(default_factory=dict)]


class PreferenceAnswer(Answer):
    """How one kind of notice reaches one."""

    app: When
    mail: When


class PreferencesAnswer(Answer):
    """Where mail goes, and what holds for each kind of notice; without an address no mail goes out."""

    address: str | None
    kinds: dict[NoticeKind, PreferenceAnswer]


@router.get("/notices", summary="My notices", response_model=PageOf[NoticeAnswer])
def list_notices(
    call: CallDep,
    page: PageDep,
    work: WorkDep,
    unread: Annotated[bool, Query(description="Only those not read yet")] = False,
) -> PageOf[NoticeAnswer]:
    """Return what the person of the token is told, the newest first."""
    found = work.notices.shown_to(call.by.id, page, unread=unread)
    return page_of(found, lambda notice: _answer(notice, call.language))


@router.get("/notices/unread", summary="How many are unread", response_model=UnreadAnswer)
def count_unread(call: CallDep, work: WorkDep) -> UnreadAnswer:
    """Return how many notices the person has not read."""
    return UnreadAnswer(unread=work.notices.unread(call.by.id))


@router.post("/notices/read", status_code=204, summary="All read")
def read_all(call: CallDep, work: WorkDep) -> Response:
    """Note that the person has read all their notices."""
    work.notices.mark_all_read(call.by.id, call.at)
    return Response(status_code=204)


@router.post("/notices/{notice_id}/read", status_code=204, summary="Read", responses=problems(404))
def read_one(notice_id: NoticePath, call: CallDep, work: WorkDep) -> Response:
    """Note that the person has read this notice."""
    work.notices.mark_read(call.by.id, notice_id, call.at)
    return Response(status_code=204)


@router.get("/notice-preferences", summary="How I am told", response_model=PreferencesAnswer)
def show_preferences(call: CallDep, work: WorkDep) -> PreferencesAnswer:
    """Return where mail goes and what holds for each kind of notice."""
    return _preferences(call.by.id, work)


@router.put("/notice-preferences", summary="Set how I am told", response_model=PreferencesAnswer)
def set_preferences(body: PreferencesBody, call: CallDep, work: WorkDep) -> PreferencesAnswer:
    """Set it anew, for oneself; a kind that is left out goes back to its default."""
    chosen = {kind: Preference(app=each.app, mail=each.mail) for kind, each in body.kinds.items()}
    wanted = Preferences(address=(body.address or "").strip() or None, chosen=chosen)
    set_notice_preferences(wanted, by=call.by, at=call.at, work=work)
    return _preferences(call.by.id, work)


def _preferences(person_id: PersonId, work: UnitOfWork) -> PreferencesAnswer:
    kept = work.notices.preferences([person_id])[person_id]
    holding = {kind: kept.of(kind) for kind in NoticeKind}
    kinds = {kind: PreferenceAnswer(app=each.app, mail=each.mail) for kind, each in holding.items()}
    return PreferencesAnswer(address=kept.address, kinds=kinds)


def _answer(notice: Notice, language: str) -> NoticeAnswer:
    return NoticeAnswer(
        id=notice.id,
        kind=notice.news.kind,
        text=notice_text(notice.news.template, notice.news.facts, language),
        path=notice.news.path,
        work_item_id=notice.news.work_item_id,
        document_id=notice.news.document_id,
        at=notice.at,
        read_at=notice.read_at,
    )
