"""Notices and how people want them as rows."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, all_, and_, bindparam, delete, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from engine.ids import AgencyId, DocumentId, MailId, NoticeId, PersonId, WorkItemId
from engine.notices import News, Notice, NoticeKind, NoticeNotFound, Preference, Preferences, When
from engine.queries import Page, PageRequest
from storage.queries import id_in, page_of
from storage.schema import mail_addresses, notice_preferences, notices
from storage.statements import Statements

COUNTED = 100
_ADD = insert(notices).on_conflict_do_nothing(index_elements=["person_id", "source"])
_UNSETTLED = select(notices).where(notices.c.app.is_(None)).order_by(notices.c.id).with_for_update(skip_locked=True)
_SETTLE = (
    update(notices)
    .where(notices.c.id == bindparam("notice_id"))
    .values(app=bindparam("new_app"), mail=bindparam("new_mail"), mail_id=bindparam("new_mail_id"))
)
_SHOWN = select(notices).where(notices.c.person_id == bindparam("for_person"), notices.c.app == "at_once")
_UNREAD = select(func.count()).select_from(
    _SHOWN.where(notices.c.read_at.is_(None)).with_only_columns(notices.c.id).limit(COUNTED).subquery()
)
_CLOSE = (
    update(notices)
    .where(
        notices.c.work_item_id == bindparam("of_item"),
        notices.c.read_at.is_(None),
        notices.c.person_id != all_(bindparam("keep", type_=ARRAY(notices.c.person_id.type))),
    )
    .values(read_at=bindparam("closed_at"))
)
_WAITS_FOR_THE_DAY = and_(notices.c.mail == "daily", notices.c.mail_id.is_(None), notices.c.at < bindparam("before"))
_DAILY = (
    select(notices)
    .where(_WAITS_FOR_THE_DAY)
    .order_by(notices.c.person_id, notices.c.id)
    .with_for_update(skip_locked=True)
)


class PostgresNotices:
    """What people are told, as one transaction sees it."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def add(self, given: Sequence[Notice]) -> None:
        """Keep new notices; one whose source its person was told of already is left out."""
        if given:
            self._connection.execute(_ADD, [_values(notice) for notice in given])

    def unsettled(self, limit: int) -> Sequence[Notice]:
        """Return notices of which nobody settled yet how they reach their person, the oldest first, for changing."""
        return [_notice(row) for row in self._connection.execute(_UNSETTLED.limit(limit))]

    def settle(self, given: Sequence[Notice]) -> None:
        """Keep how these reach their people."""
        changed = [
            {
                "notice_id": notice.id,
                "new_app": notice.app.value if notice.app else None,
                "new_mail": notice.mail.value if notice.mail else None,
                "new_mail_id": notice.mail_id,
            }
            for notice in given
        ]
        if changed:
            self._connection.execute(_SETTLE, changed)

    def shown_to(self, person_id: PersonId, page: PageRequest, *, unread: bool = False) -> Page[Notice]:
        """Return a page of what the person is shown, the newest first."""
        wanted = select(notices).where(notices.c.person_id == person_id, notices.c.app == "at_once")
        if unread:
            wanted = wanted.where(notices.c.read_at.is_(None))
        if page.after is not None:
            wanted = wanted.where(notices.c.id < id_in(page.after))
        return page_of(self._connection, wanted.order_by(notices.c.id.desc()), page, _notice, lambda row: row.id)

    def unread(self, person_id: PersonId) -> int:
        """Return how many notices the person has not read; at most 100 are counted."""
        return int(self._connection.execute(_UNREAD, {"for_person": person_id}).scalar_one())

    def mark_read(self, person_id: PersonId, notice_id: NoticeId, at: datetime) -> Notice:
        """Note that the person has read this notice of theirs, and return it. Raises NoticeNotFound."""
        first = func.coalesce(notices.c.read_at, literal(at))
        own = (notices.c.person_id == person_id, notices.c.app == "at_once", notices.c.id == notice_id)
        marked = update(notices).where(*own).values(read_at=first).returning(notices)
        row = self._connection.execute(marked).one_or_none()
        if row is None:
            raise NoticeNotFound
        return _notice(row)

    def mark_all_read(self, person_id: PersonId, at: datetime) -> None:
        """Note that the person has read all their notices."""
        unread = (notices.c.person_id == person_id, notices.c.app == "at_once", notices.c.read_at.is_(None))
        self._connection.execute(update(notices).where(*unread).values(read_at=at))

    def close(self, work_item_id: WorkItemId, keep: Collection[PersonId], at: datetime) -> None:
        """Note as read what was said of a work item to everybody but those to *keep*; it is no longer theirs to do."""
        self._connection.later(_CLOSE, {"of_item": work_item_id, "keep": sorted(keep), "closed_at": at})

    def daily_agencies(self, before: datetime) -> Sequence[AgencyId]:
        """Return the agencies that have notices made before this moment which wait for their day's mail."""
        wanted = select(notices.c.agency_id).distinct().where(_WAITS_FOR_THE_DAY)
        return [AgencyId(found) for found in self._connection.execute(wanted, {"before": before}).scalars()]

    def daily(self, agency_ids: Collection[AgencyId], before: datetime, limit: int) -> Sequence[Notice]:
        """Return such notices of these agencies, by person, for changing."""
        wanted = _DAILY.where(notices.c.agency_id.in_(agency_ids)).limit(limit)
        return [_notice(row) for row in self._connection.execute(wanted, {"before": before})]

    def forget(self, before: datetime, limit: int) -> int:
        """Remove at most so many notices made before this moment that wait for no mail; return how many."""
        waits = or_(notices.c.app.is_(None), and_(notices.c.mail == "daily", notices.c.mail_id.is_(None)))
        old = select(notices.c.id).where(notices.c.at < before, ~waits).limit(limit)
        return self._connection.execute(delete(notices).where(notices.c.id.in_(old))).rowcount

    def of_mails(self, mail_ids: Collection[MailId]) -> Mapping[MailId, Sequence[Notice]]:
        """Return the notices of each of these mails, the oldest first."""
        found: defaultdict[MailId, list[Notice]] = defaultdict(list)
        wanted = select(notices).where(notices.c.mail_id.in_(mail_ids)).order_by(notices.c.id)
        for row in self._connection.execute(wanted):
            found[MailId(row.mail_id)].append(_notice(row))
        return found

    def preferences(self, person_ids: Collection[PersonId]) -> Mapping[PersonId, Preferences]:
        """Return how each of these people wants to be told."""
        known = select(mail_addresses).where(mail_addresses.c.person_id.in_(person_ids))
        addresses = {row.person_id: row.address for row in self._connection.execute(known)}
        chosen: defaultdict[PersonId, dict[NoticeKind, Preference]] = defaultdict(dict)
        wanted = select(notice_preferences).where(notice_preferences.c.person_id.in_(person_ids))
        for row in self._connection.execute(wanted):
            chosen[row.person_id][NoticeKind(row.kind)] = Preference(app=When(row.app), mail=When(row.mail))
        return {each: Preferences(address=addresses.get(each), chosen=chosen[each]) for each in person_ids}

    def set_preferences(self, person_id: PersonId, preferences: Preferences) -> None:
        """Keep how a person wants to be told."""
        for table in (notice_preferences, mail_addresses):
            self._connection.execute(delete(table).where(table.c.person_id == person_id))
        if preferences.address is not None:
            values = {"person_id": person_id, "address": preferences.address}
            self._connection.execute(insert(mail_addresses), values)
        chosen = [
            {"person_id": person_id, "kind": kind.value, "app": each.app.value, "mail": each.mail.value}
            for kind, each in preferences.chosen.items()
        ]
        if chosen:
            self._connection.execute(insert(notice_preferences), chosen)


def _values(notice: Notice) -> dict[str, Any]:
    news = notice.news
    return {
        "id": notice.id,
        "agency_id": news.agency_id,
        "person_id": notice.person_id,
        "kind": news.kind.value,
        "source": news.source,
        "template": news.template,
        "facts": dict(news.facts),
        "path": news.path,
        "work_item_id": news.work_item_id,
        "document_id": news.document_id,
        "at": notice.at,
    }


def _notice(row: Row[Any]) -> Notice:
    news = News(
        agency_id=AgencyId(row.agency_id),
        kind=NoticeKind(row.kind),
        source=row.source,
        template=row.template,
        facts=row.facts,
        path=row.path,
        work_item_id=None if row.work_item_id is None else WorkItemId(row.work_item_id),
        document_id=None if row.document_id is None else DocumentId(row.document_id),
    )
    return Notice(
        id=NoticeId(row.id),
        person_id=PersonId(row.person_id),
        news=news,
        at=row.at,
        app=None if row.app is None else When(row.app),
        mail=None if row.mail is None else When(row.mail),
        mail_id=None if row.mail_id is None else MailId(row.mail_id),
        read_at=row.read_at,
    )
