"""Who signs with which key, as rows; a choice is ended, never changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from engine.ids import AgencyId, KeyChoiceId, PersonId
from engine.signing_keys import KeyChoice, KeyChosenMeanwhile, KeyKind, SigningKey
from storage.schema import key_choices, refused_pins
from storage.statements import Statements

_OF = key_choices.c.agency_id == bindparam("agency")
_WHOSE = key_choices.c.person_id.is_not_distinct_from(bindparam("person"))
_FIND = select(key_choices).where(_OF, _WHOSE, key_choices.c.ended_at.is_(None))
_ADD = insert(key_choices).on_conflict_do_nothing().returning(key_choices.c.id)
_FORGET_PINS = delete(refused_pins).where(refused_pins.c.refused_at < bindparam("before"))
_END = update(key_choices).where(key_choices.c.id == bindparam("choice")).values(ended_at=bindparam("at"))


class PostgresKeyChoices:
    """Who signs with which key, as one transaction sees it."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def find(self, agency_id: AgencyId, person_id: PersonId | None) -> KeyChoice | None:
        """Return what holds now for the person, or for the agency where that is None; None without a choice."""
        row = self._connection.execute(_FIND, {"agency": agency_id, "person": person_id}).one_or_none()
        return None if row is None else _choice(row)

    def of_agency(self, agency_id: AgencyId) -> Sequence[KeyChoice]:
        """Return every choice of the agency and its people, those that are over too, the newest first."""
        wanted = select(key_choices).where(key_choices.c.agency_id == agency_id).order_by(key_choices.c.id.desc())
        return [_choice(row) for row in self._connection.execute(wanted)]

    def add(self, choice: KeyChoice) -> None:
        """Keep a new choice; raises KeyChosenMeanwhile if the one before was not ended."""
        if self._connection.execute(_ADD, _values(choice)).one_or_none() is None:
            raise KeyChosenMeanwhile

    def save(self, choice: KeyChoice) -> None:
        """Keep a choice as ended."""
        self._connection.execute(_END, {"choice": choice.id, "at": choice.ended_at})

    def forget_refused_pins(self, before: datetime) -> int:
        """Remove the marks of PINs that were refused before that; return how many."""
        return self._connection.execute(_FORGET_PINS, {"before": before}).rowcount


def _values(choice: KeyChoice) -> dict[str, Any]:
    names = ("id", "agency_id", "person_id", "certificate_sha256", "sealed", "chosen_at", "chosen_by", "ended_at")
    key = choice.key
    return {
        **{name: getattr(choice, name) for name in names},
        "kind": key.kind.value,
        "certificate": key.certificate,
        "chain": list(key.chain),
        "place": dict(key.place),
    }


def _choice(row: Row[Any]) -> KeyChoice:
    holder = row.agency_id if row.person_id is None else row.person_id
    return KeyChoice(
        id=KeyChoiceId(row.id),
        agency_id=AgencyId(row.agency_id),
        person_id=None if row.person_id is None else PersonId(row.person_id),
        key=SigningKey(
            holder=str(holder),
            kind=KeyKind(row.kind),
            certificate=bytes(row.certificate),
            chain=tuple(map(bytes, row.chain)),
            place=row.place,
        ),
        certificate_sha256=row.certificate_sha256,
        sealed=row.sealed,
        chosen_at=row.chosen_at,
        chosen_by=PersonId(row.chosen_by),
        ended_at=row.ended_at,
    )
