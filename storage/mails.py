"""Mails on their way to the mail server as rows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, insert, select, update

from engine.ids import MailId, PersonId
from engine.notices import Mail, MailState, When
from storage.schema import mails
from storage.statements import Statements

_WAITING = mails.c.state == "waiting"
_DUE = select(mails).where(_WAITING, mails.c.next_at <= bindparam("moment")).order_by(mails.c.next_at, mails.c.id)
_CHANGING = ("state", "attempts", "next_at", "code")
_SAVE = (
    update(mails)
    .where(mails.c.id == bindparam("mail_id"))
    .values({mails.c[name]: bindparam(f"new_{name}") for name in _CHANGING})
)


class PostgresMails:
    """Mails, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def add(self, given: Sequence[Mail]) -> None:
        """Keep new mails."""
        if given:
            self._connection.execute(insert(mails), [_values(mail) for mail in given])

    def due(self, at: datetime, limit: int) -> Sequence[Mail]:
        """Return waiting mails whose time has come, the oldest first."""
        return [_mail(row) for row in self._connection.execute(_DUE.limit(limit), {"moment": at})]

    def save(self, mail: Mail) -> None:
        """Keep its new value."""
        values = _values(mail)
        self._connection.later(_SAVE, {"mail_id": mail.id, **{f"new_{name}": values[name] for name in _CHANGING}})

    def waiting(self) -> tuple[int, datetime | None]:
        """Return how many mails wait, and since when the oldest does."""
        counted = select(func.count().label("number"), func.min(mails.c.made_at).label("oldest")).where(_WAITING)
        row = self._connection.execute(counted).one()
        return row.number, row.oldest

    def forget(self, before: datetime, limit: int) -> int:
        """Remove at most so many mails made before this moment that do not wait; return how many."""
        old = select(mails.c.id).where(mails.c.made_at < before, ~_WAITING).limit(limit)
        return self._connection.execute(delete(mails).where(mails.c.id.in_(old))).rowcount


def _values(mail: Mail) -> dict[str, Any]:
    names = ("id", "person_id", "attempts", "made_at", "next_at", "code")
    kept = {name: getattr(mail, name) for name in names}
    return {**kept, "kind": mail.kind.value, "state": mail.state.value}


def _mail(row: Row[Any]) -> Mail:
    return Mail(
        id=MailId(row.id),
        person_id=PersonId(row.person_id),
        kind=When(row.kind),
        state=MailState(row.state),
        attempts=row.attempts,
        made_at=row.made_at,
        next_at=row.next_at,
        code=row.code,
    )
