"""Remind people of work that is due: on the working day before, on the day, and once it is over."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from engine.calendars import WorkCalendar
from engine.concerned import people_for, placed_people
from engine.deadlines import office_date
from engine.documents import Document
from engine.neighbours import Services
from engine.notices import News, NoticeKind
from engine.notify import about, notify
from engine.ports import UnitOfWork
from engine.queries import PageRequest
from engine.work_items import WorkItem

READ_AT_ONCE: Final = 200
FARTHEST: Final = timedelta(days=15)
"""No holidays last longer; so far ahead due work is looked for."""
SOON: Final = "'%(step)s' is due on %(day)s: %(document)s."
OVER: Final = "'%(step)s' was due on %(day)s and is not done: %(document)s."


def remind(*, services: Services) -> int:
    """Tell whose open work is due soon or overdue, once each; return how many items are."""
    after, told = None, 0
    while True:
        at = services.clock()
        with services.begin() as work:
            page = PageRequest(after=after, limit=READ_AT_ONCE)
            found = work.work_items.due_until(office_date(at + FARTHEST), page)
            told += _tell(found.items, at, work)
        after = found.next
        if after is None:
            return told


def next_working_day(calendar: WorkCalendar, day: date) -> date:
    """Return the first day after *day* that the office works; at most FARTHEST away."""
    following = day + timedelta(days=1)
    while not calendar.is_worked(following) and following < day + FARTHEST:
        following += timedelta(days=1)
    return following


def _tell(items: Sequence[WorkItem], at: datetime, work: UnitOfWork) -> int:
    documents = work.documents.several({item.document_id for item in items}) if items else {}
    people = placed_people({item.agency_id for item in items}, at, work)
    today, told = office_date(at), 0
    for item in items:
        soon = next_working_day(work.calendars.of(item.agency_id), today)
        if item.due_date is not None and item.due_date <= soon:
            told += 1
            news = _news(item, item.due_date, documents[item.document_id], today)
            notify(people_for(item, people[item.agency_id]), news, at=at, work=work)
    return told


def _news(item: WorkItem, due: date, document: Document, today: date) -> News:
    over = due < today
    source = f"{'over' if over else 'due'}:{item.id}:{due.isoformat()}"
    facts = {"step": item.name, "step_en": item.name_en, "day": due.strftime("%d/%m/%Y")}
    news = about(document, NoticeKind.DUE, source, OVER if over else SOON, **facts)
    return replace(news, agency_id=item.agency_id, path=f"/work-items/{item.id}", work_item_id=item.id)
