"""What goes out of the house: who carries it, as the settings say, and what a mail says, in Vietnamese."""

import random
import shutil
from collections.abc import Sequence

from api.texts import VIETNAMESE, explained, notice_text
from api.wiring import House, timestamp_urls
from engine.explanations import Sentence
from engine.notices import Notice, When
from engine.people import Person
from engine.rounds.look_around import Probes
from engine.rounds.post_mails import Letter, MailRoom
from exchange.mail import MailServer, Security, SmtpPostman
from exchange.webhooks import HttpCourier


def courier_of(house: House) -> HttpCourier:
    """Return who posts to webhooks."""
    return HttpCourier(clock=house.services.clock, private_allowed=house.settings.webhook_private_addresses)


def postman_of(house: House) -> SmtpPostman | None:
    """Return who hands mail over; None where no mail server is set."""
    settings = house.settings
    if settings.smtp_host is None:
        return None
    server = MailServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.mail_from,
        security=Security(settings.smtp_security),
        user=settings.smtp_user,
        password=settings.smtp_password,
    )
    return SmtpPostman(server)


def mail_room(house: House) -> MailRoom | None:
    """Return who writes mails and takes them away; None where no mail server is set."""
    postman = postman_of(house)
    if postman is None:
        return None
    settings = house.settings
    address = (settings.public_url or f"http://{settings.host}:{settings.port}").rstrip("/")

    def write(kind: When, person: Person, notices: Sequence[Notice]) -> Letter:
        return letter(kind, person, notices, address)

    return MailRoom(compose=write, postman=postman, chance=random.random)


def probes_of(house: House) -> Probes:
    """Return what can be asked beside the services."""

    def disk_used() -> float:
        total, used, _ = shutil.disk_usage(house.settings.data)
        return used / total

    return Probes(timestamps=timestamp_urls(house.settings), postman=postman_of(house), disk_used=disk_used)


def letter(kind: When, person: Person, notices: Sequence[Notice], address: str) -> Letter:
    """Write a mail: each notice as a sentence with the page it leads to; nothing that a document says."""
    if kind is When.DAILY:
        heading = Sentence(template="Vanthu: your notices of the day (%(count)s)", facts={"count": len(notices)})
    elif len(notices) > 1:
        heading = Sentence(template="Vanthu: %(count)s new notices", facts={"count": len(notices)})
    else:
        heading = Sentence(template="Vanthu: a new notice")
    greeting = Sentence(template="Dear %(name)s,", facts={"name": person.name})
    ending = Sentence(
        template=(
            "Sign in to read more. You choose which of these mails you get at %(page)s.\n"
            "This mail was sent by a machine; nobody reads answers to it."
        ),
        facts={"page": f"{address}/notices/preferences"},
    )
    lines = [f"- {_said(notice)}\n  {address}{notice.news.path}" for notice in notices]
    parts = [_vietnamese(greeting), "\n".join(lines), _vietnamese(ending)]
    return Letter(subject=_vietnamese(heading), text="\n\n".join(parts) + "\n")


def _said(notice: Notice) -> str:
    return notice_text(notice.news.template, notice.news.facts, VIETNAMESE)


def _vietnamese(said: Sentence) -> str:
    return explained(said, VIETNAMESE)
