"""Make notices: read the audit log for what people want to know, and settle how each notice reaches its person."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from engine import access
from engine.audit import ReadLeaf
from engine.concerned import people_for, placed_people
from engine.deliveries import Delivery
from engine.documents import Document, OutgoingDocument
from engine.ids import SYSTEM, AgencyId, DocumentId, IncidentId, MailId, PersonId
from engine.neighbours import Services
from engine.notices import Mail, MailState, News, NoticeKind, When
from engine.notify import about, notify
from engine.people import Role
from engine.ports import UnitOfWork
from engine.rounds.tell_watchers import tell_watchers
from engine.webhooks import PATIENCE
from engine.work_items import WorkItem, WorkItemState

READER: Final = "notices"
READ_AT_ONCE: Final = 200
SETTLED_AT_ONCE: Final = 500


def make_notices(*, services: Services) -> int:
    """Read the next part of the log and return how many leaves it had; none when there is no more to read."""
    with services.begin() as work:
        place = work.cursors.lock(READER)
        read = work.audit.after(place, READ_AT_ONCE) if place else ()
        if not read:
            return 0
        at = services.clock()
        _tell_of_work(read, at, work)
        tell_watchers(read, at, work)
        _tell_of_refusals(read, at, work)
        for leaf in read:
            _tell_of_trouble(leaf, at, work)
        work.cursors.save(READER, read[-1].place)
    return len(read)


def settle_notices(*, services: Services) -> int:
    """Decide by each person's preferences how new notices reach them, put mails on their way; return how many."""
    with services.begin() as work:
        found = work.notices.unsettled(SETTLED_AT_ONCE)
        if not found:
            return 0
        at = services.clock()
        preferences = work.notices.preferences({notice.person_id for notice in found})
        wanted = [preferences[notice.person_id].of(notice.news.kind) for notice in found]
        # Several at one moment go out in one mail.
        at_once = {each.person_id for each, how in zip(found, wanted, strict=True) if how.mail is When.AT_ONCE}
        mails = {person_id: new_mail(person_id, When.AT_ONCE, at, work) for person_id in at_once}
        work.mails.add(list(mails.values()))
        work.notices.settle(
            [
                replace(
                    each,
                    app=how.app,
                    mail=how.mail,
                    mail_id=mails[each.person_id].id if how.mail is When.AT_ONCE else None,
                )
                for each, how in zip(found, wanted, strict=True)
            ]
        )
    return len(found)


def new_mail(person_id: PersonId, kind: When, at: datetime, work: UnitOfWork) -> Mail:
    """Return a mail to be sent now."""
    return Mail(
        id=MailId(work.new_id()),
        person_id=person_id,
        kind=kind,
        state=MailState.WAITING,
        attempts=0,
        made_at=at,
        next_at=at,
    )


def _tell_of_work(read: Sequence[ReadLeaf], at: datetime, work: UnitOfWork) -> None:
    """Tell whose new work is; what was said of work that is done, or another's now, counts as read."""
    items = work.work_items.touched_by({each for leaf in read for each in leaf.ids()})
    documents = work.documents.several({item.document_id for item in items}) if items else {}
    people = placed_people({item.agency_id for item in items}, at, work)
    for item in items:
        if item.state not in (WorkItemState.OPEN, WorkItemState.SIGNING):
            work.notices.close(item.id, (), at)
            continue
        concerned = people_for(item, people[item.agency_id])
        if item.assignee is not None:
            work.notices.close(item.id, concerned, at)
        actors = _actors(item, read)
        if item.state is WorkItemState.OPEN and actors is not None:
            notify(concerned - actors, _new_work(item, documents[item.document_id]), at=at, work=work)


def _actors(item: WorkItem, read: Sequence[ReadLeaf]) -> set[PersonId] | None:
    """Return who made this item new to somebody, so that they are not told; None if it is news to nobody.

    It is new when it was opened in the transaction of one of the leaves, or somebody gave it to its assignee.
    """
    opened = [leaf.event for leaf in read if leaf.event.at == item.opened_at and _is_about(leaf, item)]
    given = [
        leaf.event
        for leaf in read
        if item.assignee is not None
        and leaf.event.subject_id == str(item.id)
        and leaf.event.actor not in (item.assignee, SYSTEM)
    ]
    return {event.actor for event in (*opened, *given)} if opened or given else None


def _is_about(leaf: ReadLeaf, item: WorkItem) -> bool:
    return bool({item.id, item.instance_id, item.document_id} & leaf.ids())


def _new_work(item: WorkItem, document: Document) -> News:
    source = f"work:{item.id}" if item.assignee is None else f"work:{item.id}:{item.assignee}"
    template = "'%(step)s' waits for you: %(document)s."
    news = about(document, NoticeKind.WORK, source, template, step=item.name, step_en=item.name_en)
    return replace(news, agency_id=item.agency_id, path=f"/work-items/{item.id}", work_item_id=item.id)


def _tell_of_refusals(read: Sequence[ReadLeaf], at: datetime, work: UnitOfWork) -> None:
    """Tell drafter and clerks of a document that its recipient refused."""
    refused = work.deliveries.refused_at([DocumentId(each) for leaf in read for each in leaf.ids()])
    if not refused:
        return
    sent = work.documents.several({delivery.outgoing_id for delivery in refused})
    for delivery in refused:
        document = sent[delivery.outgoing_id]
        clerks = {one.id for one in work.people.of_agency(delivery.from_agency) if one.holds(Role.CLERK)}
        drafters = {document.drafter} if isinstance(document, OutgoingDocument) else set()
        notify(clerks | drafters, _refusal(delivery, document, work), at=at, work=work)


def _refusal(delivery: Delivery, document: Document, work: UnitOfWork) -> News:
    template = "%(agency)s refused %(document)s. Open it to read the reason."
    agency = work.people.get_agency(delivery.to_agency).name
    return about(document, NoticeKind.REFUSED, f"refused:{delivery.id}", template, agency=agency)


def _tell_of_trouble(leaf: ReadLeaf, at: datetime, work: UnitOfWork) -> None:
    """Tell those who can act of an incident, and of a webhook that was given up."""
    event = leaf.event
    if event.action == "incident.opened":
        incident = work.incidents.get(IncidentId(UUID(event.subject_id)))
        document = work.documents.get(incident.document_id)
        template = "A step of %(document)s is stuck; somebody has to look at it."
        news = about(document, NoticeKind.INCIDENT, f"incident:{incident.id}", template)
        told = {one.id for one in work.people.of_agency(event.agency_id) if access.may(one, "retry_incident")}
        notify(told, replace(news, path="/incidents"), at=at, work=work)
    if event.action == "document.signatures_voided":
        _tell_of_void(leaf, at, work)
    if event.action == "webhook.disabled" and event.actor == SYSTEM:
        notify(_administrators(event.agency_id, work), _given_up(leaf), at=at, work=work)


def _tell_of_void(leaf: ReadLeaf, at: datetime, work: UnitOfWork) -> None:
    """Tell those who had signed a document that it went back and their signatures count no more."""
    event = leaf.event
    document = work.documents.get(DocumentId(UUID(event.subject_id)))
    template = "Your signature on %(document)s counts no more: it was returned. Open it to read the reason."
    signers = {PersonId(UUID(each)) for each in json.loads(event.leaf)["data"]["signers"]}
    notify(signers - {event.actor}, about(document, NoticeKind.REFUSED, f"void:{event.id}", template), at=at, work=work)


def _given_up(leaf: ReadLeaf) -> News:
    event = leaf.event
    return News(
        agency_id=event.agency_id,
        kind=NoticeKind.WEBHOOK,
        source=f"webhook:{event.id}",
        template="The webhook to %(host)s was switched off: it took nothing for %(days)s days.",
        facts={"host": json.loads(event.leaf)["data"]["host"], "days": str(PATIENCE.days)},
        path=f"/webhooks/{event.subject_id}",
    )


def _administrators(agency_id: AgencyId, work: UnitOfWork) -> set[PersonId]:
    return {one.id for one in work.people.of_agency(agency_id) if access.may(one, "manage_webhooks")}
