"""Look around: ask every neighbour before anybody needs it, keep what was found, and tell administrators of the bad."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from engine import access
from engine.checks import (
    DATABASE,
    DISK,
    GOOD,
    LOG,
    MAIL,
    RENEWALS,
    STORE,
    Check,
    CheckState,
    Finding,
    certificate_check,
    timestamp_check,
)
from engine.concerned import staff_now
from engine.couriers import Postman
from engine.deadlines import VIETNAM
from engine.errors import VanthuError
from engine.ids import AgencyId
from engine.key_use import key_of
from engine.neighbours import Services
from engine.notices import News, NoticeKind
from engine.notify import notify
from engine.people import Person
from engine.ports import UnitOfWork
from engine.rounds.make_notices import READER
from engine.signing_keys import SigningKey

SLOW_DATABASE_MS: Final = 500
FULL_DISK: Final = 0.95
NEARLY_FULL_DISK: Final = 0.85
MAIL_LATE: Final = timedelta(hours=1)
LOG_LATE: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Probes:
    """What can be asked beside the services.

    Attributes:
        timestamps: Addresses of the time-stamp authorities.
        postman: The mail server; None: none is set.
        disk_used: How full the disk is, 0 to 1.
    """

    timestamps: Sequence[str]
    postman: Postman | None
    disk_used: Callable[[], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    name: str
    ask: Callable[[], Finding]
    agency_id: AgencyId | None = None
    subject: str = ""


def look_around(*, services: Services, probes: Probes) -> Sequence[Check]:
    """Ask every neighbour and keep the answers, with the moment since which each is as it is."""
    asked = [_answered(question, services) for question in (*_common(services, probes), *_certificates(services))]
    at = services.clock()
    with services.begin() as work:
        before = {check.name: check for check in work.checks.all()}
        found = [check.after(before.get(check.name)) for check in asked]
        work.checks.keep(found)
        for check in found:
            if check.got_worse(before.get(check.name)):
                _tell(check, at, work)
    return found


def _common(services: Services, probes: Probes) -> list[_Question]:
    return [
        *(_timestamps(url, services) for url in probes.timestamps),
        _Question(name=STORE, ask=lambda: _store(services)),
        _Question(name=DATABASE, ask=lambda: _database(services)),
        _Question(name=LOG, ask=lambda: _log(services)),
        _Question(name=RENEWALS, ask=lambda: _renewals(services)),
        _Question(name=DISK, ask=lambda: _disk(probes.disk_used())),
        _Question(name=MAIL, ask=lambda: _mail(services, probes.postman)),
    ]


def _timestamps(url: str, services: Services) -> _Question:
    return _Question(
        name=timestamp_check(url),
        ask=lambda: services.pdfs.check_timestamps(url, services.clock()),
        subject=url.partition("://")[2],
    )


def _certificates(services: Services) -> list[_Question]:
    """Ask for the certificate of every agency and of everybody who may sign: by post, Q., KT., TL., TUQ. or own key."""
    with services.begin() as work:
        agencies = work.people.agencies()
        people = [person for agency in agencies for person in _signers(agency.id, services.clock(), work)]
        holders = [(key_of(one.id, None, services=services, work=work), one.id, one.name) for one in agencies]
        holders += [
            (key_of(one.agency_id, one.id, services=services, work=work), one.agency_id, one.name) for one in people
        ]
    return [
        _Question(
            name=certificate_check(key.holder),
            ask=partial(_certificate, key, services),
            agency_id=agency_id,
            subject=name,
        )
        for key, agency_id, name in holders
    ]


def _signers(agency_id: AgencyId, at: datetime, work: UnitOfWork) -> list[Person]:
    chosen = {one.person_id for one in work.key_choices.of_agency(agency_id) if one.ended_at is None}
    staff = staff_now(agency_id, at, work)
    return [one for one in staff if one.signs or one.id in chosen]


def _answered(question: _Question, services: Services) -> Check:
    began = services.clock()
    try:
        found = question.ask()
    except VanthuError as error:
        facts = {name: str(fact) for name, fact in error.facts.items()}
        found = Finding(state=CheckState.BAD, code=error.code, template=error.template, facts=facts)
    at = services.clock()
    return Check(
        name=question.name,
        agency_id=question.agency_id,
        subject=question.subject,
        found=found,
        since=at,
        checked_at=at,
        took_ms=_milliseconds(at - began),
    )


def _milliseconds(took: timedelta) -> int:
    return round(took.total_seconds() * 1000)


def _certificate(key: SigningKey, services: Services) -> Finding:
    return services.pdfs.check_certificate(key, services.clock())


def _store(services: Services) -> Finding:
    services.store.probe()
    return GOOD


def _database(services: Services) -> Finding:
    began = services.clock()
    with services.begin() as work:
        work.checks.find(DATABASE)
    took = _milliseconds(services.clock() - began)
    if took > SLOW_DATABASE_MS:
        template = "The database takes %(took)s ms for the smallest question. Look at its load and at the network."
        return Finding(state=CheckState.WARNING, code="slow", template=template, facts={"took": str(took)})
    return GOOD


def _log(services: Services) -> Finding:
    """See whether the readers of the audit log keep up."""
    with services.begin() as work:
        if work.audit.counts_anew():
            template = "The database was restored on another server. Run 'migrate' once, or nobody is told anything."
            return Finding(state=CheckState.BAD, code="restored", template=template)
        place = work.cursors.lock(READER)
        unread = work.audit.after(place, 1) if place else ()
    if unread and services.clock() - unread[0].event.at > LOG_LATE:
        template = "People are not told what happened since %(since)s. See whether a worker runs."
        since = unread[0].event.at.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M")
        return Finding(state=CheckState.BAD, code="late", template=template, facts={"since": since})
    return GOOD


def _renewals(services: Services) -> Finding:
    """See whether archived files are stamped anew in time."""
    with services.begin() as work:
        count, since = work.renewals.failing()
    if since is None:
        return GOOD
    template = "%(count)s archived files could not be stamped anew since %(since)s. The plan of renewals says why."
    facts = {"count": str(count), "since": since.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M")}
    return Finding(state=CheckState.BAD, code="failing", template=template, facts=facts)


def _disk(used: float) -> Finding:
    facts = {"used": str(round(used * 100))}
    template = "The disk of the contents is %(used)s percent full. Make room before it is full."
    if used >= NEARLY_FULL_DISK:
        state = CheckState.BAD if used >= FULL_DISK else CheckState.WARNING
        return Finding(state=state, code="full", template=template, facts=facts)
    return GOOD


def _mail(services: Services, postman: Postman | None) -> Finding:
    if postman is None:
        template = "No mail server is set; notices are shown in the application only."
        return Finding(state=CheckState.GOOD, code="not_set", template=template)
    postman.greet()
    with services.begin() as work:
        count, oldest = work.mails.waiting()
    if oldest is not None and services.clock() - oldest > MAIL_LATE:
        template = "%(count)s mails have waited for more than an hour. Look at the mail server's own log."
        return Finding(state=CheckState.WARNING, code="late", template=template, facts={"count": str(count)})
    return GOOD


def _tell(check: Check, at: datetime, work: UnitOfWork) -> None:
    """Tell the administrators: of a certificate those of its agency, of what everybody uses all of them."""
    concerned = [agency.id for agency in work.people.agencies() if check.agency_id in (None, agency.id)]
    for agency_id in concerned:
        news = News(
            agency_id=agency_id,
            kind=NoticeKind.SERVICE,
            source=f"check:{check.name}:{at.isoformat()}",
            template=check.found.template,
            facts=check.found.facts,
            path="/status",
        )
        told = {one.id for one in work.people.of_agency(agency_id) if access.may(one, "read_status")}
        notify(told, news, at=at, work=work)
