"""The audit log: who did what, to what, when, as leaves of one tree, so that a gap shows.

The leaf is fixed for ever: RFC 8785 canonical JSON of ``{v, id, at, actor, on_behalf_of, action, subject, data}``,
strings in Unicode NFC, numbers integers only (decimals as strings), times in UTC with microseconds and a 'Z'. Its
hash is SHA-256(0x00 ‖ bytes), the leaf hash of RFC 6962, section 2.1. What could describe a person stands in it only
as a salted SHA-256; value and salt are kept apart, in a table that may be erased.
"""

import hashlib
import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import orjson
import rfc8785

from engine.events import Event, EventValue, Private
from engine.ids import AgencyId, EventId, PersonId

VERSION: Final = 1
_FOUR_OCTETS: Final = 0xF0
_GREATEST: Final = 2**53 - 1

Plain = str | int | bool | None | list["Plain"] | dict[str, "Plain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateValue:
    """A private value of an event, kept beside the log so that it can be erased.

    Attributes:
        path: Where its digest stands in the leaf's data, as in 'comment'.
    """

    path: str
    salt: bytes
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """One leaf, with the columns by which it is found."""

    id: EventId
    at: datetime
    actor: PersonId
    agency_id: AgencyId
    action: str
    subject_type: str
    subject_id: str
    leaf: bytes
    leaf_hash: bytes
    private: tuple[PrivateValue, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a reader of the log stands: behind this leaf.

    Attributes:
        position: That of the leaf's transaction; transactions are read in this order, whenever they committed.
    """

    position: int
    event_id: EventId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLeaf:
    """A leaf as a reader of the whole log meets it, with its place."""

    place: Place
    event: AuditEvent

    def ids(self) -> frozenset[UUID]:
        """Every id the leaf carries: its subject's, and those of its data whose name ends in '_id'."""
        leaf = json.loads(self.event.leaf)
        named = [value for name, value in leaf["data"].items() if name.endswith("_id")]
        return frozenset(found for text in (self.event.subject_id, *named) if (found := _find_uuid(text)))


def leaf_time(at: datetime) -> str:
    """Return an aware moment as the leaf writes it: '2026-11-22T07:30:00.000000Z'."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def hash_of_leaf(leaf: bytes) -> bytes:
    """Return the hash of a leaf: SHA-256 over a zero octet and the leaf.

    Source: RFC 6962, section 2.1.
    """
    return hashlib.sha256(b"\x00" + leaf).digest()


def salted(value: str, salt: bytes) -> str:
    """Return what stands in a leaf for a private *value*: SHA-256(salt ‖ NFC UTF-8), hexadecimal."""
    return hashlib.sha256(salt + _nfc(value).encode()).hexdigest()


def audit_event(event_id: EventId, event: Event, new_salt: Callable[[], bytes]) -> AuditEvent:
    """Return the leaf of *event*.

    Args:
        event_id: A UUIDv7.
        event: What happened.
        new_salt: Gives 16 fresh random octets for each private value.

    Raises:
        TypeError: The event carries what a leaf has no word for, such as a float.
    """
    private: list[PrivateValue] = []

    def hide(value: str, path: str) -> Plain:
        kept = PrivateValue(path=path, salt=new_salt(), value=value)
        private.append(kept)
        return {"salted_sha256": salted(kept.value, kept.salt)}

    leaf = canonical(_leaf(event_id, event, hide))
    return AuditEvent(
        id=event_id,
        at=event.at,
        actor=event.by,
        agency_id=event.agency_id,
        action=event.action,
        subject_type=event.subject_type,
        subject_id=event.subject_id(),
        leaf=leaf,
        leaf_hash=hash_of_leaf(leaf),
        private=tuple(private),
    )


def _leaf(event_id: EventId, event: Event, hide: Callable[[str, str], Plain]) -> dict[str, Plain]:
    return {
        "v": VERSION,
        "id": str(event_id),
        "at": leaf_time(event.at),
        "actor": str(event.by),
        "on_behalf_of": str(event.on_behalf_of) if event.on_behalf_of else None,
        "action": event.action,
        "subject": {"type": event.subject_type, "id": event.subject_id()},
        "data": _plain(event.data(), "", hide),
    }


def canonical(value: dict[str, Plain]) -> bytes:
    """Return the canonical bytes of a leaf; strings are taken as they are, so bring them to NFC before.

    Source: RFC 8785.
    """
    leaf = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    # orjson writes the same octets, but sorts names by code points and not by UTF-16: the same up to U+FFFF, that is
    # as long as no character takes four octets.
    return rfc8785.dumps(value) if max(leaf) >= _FOUR_OCTETS else leaf


def _plain(value: EventValue, path: str, hide: Callable[[str, str], Plain]) -> Plain:
    match value:
        case Private():
            return hide(value.value, path)
        case str():
            return _nfc(value)
        case None | bool():
            return value
        case int():
            if abs(value) > _GREATEST:
                raise TypeError(f"A leaf cannot carry {value}: a reader may take numbers for floats.")
            return value
        case Mapping():
            return {_nfc(key): _plain(part, f"{path}/{key}" if path else key, hide) for key, part in value.items()}
        case Sequence():
            return [_plain(part, f"{path}/{place}", hide) for place, part in enumerate(value)]


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _find_uuid(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None
