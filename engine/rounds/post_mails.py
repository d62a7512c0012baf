"""Post mails: hand those whose time has come to the mail server, and make the mail of the day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from engine.couriers import Postman
from engine.deadlines import office_date
from engine.errors import VanthuError
from engine.ids import PersonId
from engine.neighbours import Services
from engine.notices import (
    ATTEMPTS,
    Mail,
    MailAway,
    MailRefused,
    MailState,
    Notice,
    When,
    digest_moment,
    wait_after,
)
from engine.people import Person
from engine.rounds.make_notices import new_mail

POSTED_AT_ONCE: Final = 50
DAILY_AT_ONCE: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a mail says."""

    subject: str
    text: str


Compose = Callable[[When, Person, Sequence[Notice]], Letter]
"""Writes a mail of this kind to this person about these notices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRoom:
    """Who writes mails, who takes them away, and how chance keeps failed ones apart."""

    compose: Compose
    postman: Postman
    chance: Callable[[], float]


def make_digests(hour: int, *, services: Services) -> int:
    """Once the hour of the day's mail has come where it is a working day, put a mail for each person on its way.

    Returns:
        How many mails that are.
    """
    moment = digest_moment(services.clock(), hour)
    if moment is None:
        return 0
    with services.begin() as work:
        agencies = work.notices.daily_agencies(moment)
        working = [each for each in agencies if work.calendars.of(each).is_worked(office_date(moment))]
        waiting = work.notices.daily(working, moment, DAILY_AT_ONCE) if working else ()
        people = dict.fromkeys(notice.person_id for notice in waiting)
        mails = {person_id: new_mail(person_id, When.DAILY, services.clock(), work) for person_id in people}
        work.mails.add(list(mails.values()))
        work.notices.settle([replace(notice, mail_id=mails[notice.person_id].id) for notice in waiting])
    return len(mails)


def post_mails(*, services: Services, room: MailRoom) -> int:
    """Hand over the mails that are due and note what came of it; return how many were tried.

    A server that is away ends the round: the others would meet the same.
    """
    with services.begin() as work:
        due = work.mails.due(services.clock(), POSTED_AT_ONCE)
    for tried, mail in enumerate(due, start=1):
        failure = _post(mail, services, room)
        with services.begin() as work:
            work.mails.save(_after(mail, failure, services.clock(), room.chance()))
        if isinstance(failure, MailAway):
            return tried
    return len(due)


def _post(mail: Mail, services: Services, room: MailRoom) -> VanthuError | None:
    with services.begin() as work:
        person = work.people.get(mail.person_id)
        notices = work.notices.of_mails([mail.id]).get(mail.id, ())
        address = work.notices.preferences([PersonId(person.id)])[person.id].address
    if address is None:
        return MailRefused()
    if not notices:
        return None
    letter = room.compose(mail.kind, person, notices)
    try:
        room.postman.send(address, letter.subject, letter.text, str(mail.id))
    except (MailAway, MailRefused) as failure:
        return failure
    return None


def _after(mail: Mail, failure: VanthuError | None, at: datetime, chance: float) -> Mail:
    count = mail.attempts + 1
    if failure is None:
        return replace(mail, attempts=count, state=MailState.SENT, code=None)
    if isinstance(failure, MailRefused) or count >= ATTEMPTS:
        return replace(mail, attempts=count, state=MailState.FAILED, code=failure.code)
    return replace(mail, attempts=count, next_at=at + wait_after(count, chance), code=failure.code)
