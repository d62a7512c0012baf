"""Remind people of work that is due: on the working day before, on the day, and once it is over."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from engine.deadlines import office_date
from engine.documents import Document
from engine.neighbours import Services
from engine.notices import News, NoticeKind, is_working_day
from engine.notify import about, notify
from engine.ports import UnitOfWork
from engine.queries import PageRequest
from engine.rounds.concerned import people_for, placed_people
from engine.work_items import WorkItem

READ_AT_ONCE: Final = 200
SOON: Final = "'%(step)s' is due on %(day)s: %(document)s."
OVER: Final = "'%(step)s' was due on %(day)s and is not done: %(document)s."


def remind(*, services: Services) -> int:
    """Tell whose open work is due soon or overdue, once each; return how many items are."""
    after, count = None, 0
    while True:
        at = services.clock()
        with services.begin() as work:
            found = work.work_items.due_until(
                next_working_day(office_date(at)), PageRequest(after=after, limit=READ_AT_ONCE)
            )
            _tell(found.items, at, work)
        after, count = found.next, count + len(found.items)
        if after is None:
            return count


def next_working_day(day: date) -> date:
    """Return the working day after *day*."""
    following = day + timedelta(days=1)
    while not is_working_day(following):
        following += timedelta(days=1)
    return following


def _tell(items: Sequence[WorkItem], at: datetime, work: UnitOfWork) -> None:
    documents = work.documents.several({item.document_id for item in items}) if items else {}
    people = placed_people({item.agency_id for item in items}, at, work)
    for item in items:
        if item.due_date is not None:
            news = _news(item, item.due_date, documents[item.document_id], office_date(at))
            notify(people_for(item, people[item.agency_id]), news, at=at, work=work)


def _news(item: WorkItem, due: date, document: Document, today: date) -> News:
    over = due < today
    source = f"{'over' if over else 'due'}:{item.id}:{due.isoformat()}"
    facts = {"step": item.name, "step_en": item.name_en, "day": due.strftime("%d/%m/%Y")}
    news = about(document, NoticeKind.DUE, source, OVER if over else SOON, **facts)
    return replace(news, agency_id=item.agency_id, path=f"/work-items/{item.id}", work_item_id=item.id)
