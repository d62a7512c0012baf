"""Notices on pages: what one is told, and how one wants to be told."""

from collections.abc import Mapping, Sequence
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import PageDep, WorkDep
from api.texts import notice_text
from api.web.desk import Desk, DeskDep
from api.web.forms import Form, FormDep, Typed, id_of
from api.web.words import msgid
from engine import access
from engine.actions.set_notice_preferences import set_notice_preferences
from engine.ids import DocumentId, NoticeId
from engine.notices import NoticeKind, Preference, Preferences, PreferencesInvalid, When
from engine.ports import UnitOfWork

router = APIRouter()

LABELS: Final[Mapping[str, str]] = {"address": msgid("E-mail address")}
INVALID: Final = 422


@router.get("/notices")
def show_list(desk: DeskDep, work: WorkDep, page: PageDep, unread: str = "") -> Response:
    """Show what the person is told, the newest first, or with *unread* only what is new."""
    found = work.notices.shown_to(desk.person.id, page, unread=bool(unread))
    subjects = _subjects([notice.news.document_id for notice in found.items if notice.news.document_id], desk, work)
    shown = [
        (
            notice,
            notice_text(notice.news.template, notice.news.facts, desk.language),
            subjects.get(notice.news.document_id) if notice.news.document_id else None,
        )
        for notice in found.items
    ]
    return desk.page("notices/list.html", shown=shown, only_unread=bool(unread), next_page=found.next)


def _subjects(documents: Sequence[DocumentId], desk: Desk, work: UnitOfWork) -> Mapping[DocumentId, str]:
    """Return what documents are about, of those the person may read; it is read now and stands in no notice."""
    known = work.documents.several(set(documents)) if documents else {}
    return {one.id: one.subject for one in known.values() if access.may_read(desk.person, one)}


@router.post("/notices/read")
def read_all(desk: DeskDep, _: FormDep, work: WorkDep) -> Response:
    """Note that the person has read everything."""
    work.notices.mark_all_read(desk.person.id, desk.at)
    return desk.to("/notices")


@router.post("/notices/{notice_id}/open")
def open_one(desk: DeskDep, _: FormDep, work: WorkDep, notice_id: str) -> Response:
    """Note that the person has read it, and lead to the thing."""
    notice = work.notices.mark_read(desk.person.id, NoticeId(id_of(notice_id)), desk.at)
    return desk.to(notice.news.path)


@router.get("/notices/preferences")
def show_preferences(desk: DeskDep, work: WorkDep) -> Response:
    """Show how the person is told."""
    return _page(desk, _kept(desk, work))


@router.post("/notices/preferences")
def set_preferences(desk: DeskDep, form: FormDep, work: WorkDep) -> Response:
    """Keep how the person wants to be told, or show what is wrong."""
    chosen = {kind: _chosen(kind, form) for kind in NoticeKind}
    wanted = Preferences(address=form.text("address").strip() or None, chosen=chosen)
    try:
        set_notice_preferences(wanted, by=desk.person, at=desk.at, work=work)
    except PreferencesInvalid as refusal:
        typed = Typed.of(LABELS, desk.language).typed(form).refused(refusal, desk.language)
        return _page(desk, wanted, typed, INVALID)
    return desk.to("/notices/preferences", "preferences_kept")


def _kept(desk: Desk, work: UnitOfWork) -> Preferences:
    return work.notices.preferences([desk.person.id])[desk.person.id]


def _chosen(kind: NoticeKind, form: Form) -> Preference:
    """Return what was chosen for a kind; what is no choice of ours is off."""
    known = {when.value: when for when in When}
    return Preference(
        app=known.get(form.text(f"app_{kind.value}"), When.OFF),
        mail=known.get(form.text(f"mail_{kind.value}"), When.OFF),
    )


def _page(desk: Desk, preferences: Preferences, form: Typed | None = None, status: int = 200) -> Response:
    shown = form or Typed.of(LABELS, desk.language, address=preferences.address or "")
    # What would hold if there were an address: else everything would look switched off.
    holding = {kind: Preferences(address="-", chosen=preferences.chosen).of(kind) for kind in NoticeKind}
    hour = desk.request.app.state.house.settings.digest_hour
    return desk.page("notices/preferences.html", status=status, form=shown, holding=holding, hour=hour)
