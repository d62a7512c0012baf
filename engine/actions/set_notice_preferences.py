"""Set one's notice preferences: where mail goes, and when each kind of notice reaches one on each channel."""

from datetime import datetime

from engine.events import Private
from engine.notice_events import NoticePreferencesSet
from engine.notices import Preferences, PreferencesInvalid, errors_in
from engine.people import Person
from engine.ports import UnitOfWork


def set_notice_preferences(preferences: Preferences, *, by: Person, at: datetime, work: UnitOfWork) -> None:
    """Keep how this person wants to be told, in place of what was kept; everybody may, for themselves only.

    Raises:
        PreferencesInvalid: The address or a choice is wrong; every wrong field is named.
    """
    errors = errors_in(preferences)
    if errors:
        raise PreferencesInvalid(errors=errors)
    work.notices.set_preferences(by.id, preferences)
    work.record(
        NoticePreferencesSet(
            by=by.id,
            at=at,
            agency_id=by.agency_id,
            person_id=by.id,
            address=Private(value=preferences.address or ""),
            changed={kind.value: f"{each.app.value}/{each.mail.value}" for kind, each in preferences.chosen.items()},
        )
    )
