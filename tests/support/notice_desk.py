"""The office with its clock put forward, and what reads its log and tells people."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from engine.actions.set_notice_preferences import set_notice_preferences
from engine.neighbours import Services
from engine.notices import Notice, NoticeKind, Preference, Preferences
from engine.queries import PageRequest
from engine.rounds.make_notices import make_notices, settle_notices
from tests.support.office import Office


@dataclass(slots=True)
class NoticeDesk:
    """The office, with the clock put forward, and what reads its log."""

    office: Office
    later: timedelta = timedelta()

    @property
    def services(self) -> Services:
        """The house's, with the clock put forward."""
        services = self.office.house.services
        return replace(services, clock=lambda: services.clock() + self.later)

    def announce(self) -> None:
        """Read the log and settle what follows."""
        while make_notices(services=self.services):
            pass
        settle_notices(services=self.services)

    def shown(self, username: str, *, unread: bool = False) -> Sequence[Notice]:
        """Return what the person is shown, the newest first."""
        person = self.office.people[username]
        with self.services.begin() as work:
            return work.notices.shown_to(person.id, PageRequest(), unread=unread).items

    def kinds(self, username: str, *, unread: bool = False) -> list[str]:
        """Return the kinds of these."""
        return [notice.news.kind.value for notice in self.shown(username, unread=unread)]

    def prefer(self, username: str, address: str | None = None, **chosen: Preference) -> None:
        """Have the person choose how they are told."""
        kinds = {NoticeKind(kind): how for kind, how in chosen.items()}
        services = self.services
        with services.begin() as work:
            set_notice_preferences(
                Preferences(address=address, chosen=kinds),
                by=self.office.people[username],
                at=services.clock(),
                work=work,
            )


@pytest.fixture
def desk(office: Office) -> NoticeDesk:
    """An office whose people are told what happens."""
    return NoticeDesk(office)
