"""The leaf, fixed for ever: these bytes may never change."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from engine.audit import Plain, audit_event, canonical, hash_of_leaf, leaf_time, salted
from engine.events import Event, Private, WorkItemClaimed
from engine.ids import AgencyId, DocumentId, EventId, PersonId, WorkItemId

EVENT_ID = EventId(UUID("0199f000-0000-7000-8000-000000000001"))
SALT = bytes(16)
CLAIMED = WorkItemClaimed(
    by=PersonId(UUID("0199f000-0000-7000-8000-0000000000aa")),
    at=datetime(2026, 11, 20, 12, 0, 0, 5, tzinfo=timezone(timedelta(hours=7))),
    agency_id=AgencyId(UUID("0199f000-0000-7000-8000-0000000000bb")),
    work_item_id=WorkItemId(UUID("0199f000-0000-7000-8000-0000000000cc")),
    document_id=DocumentId(UUID("0199f000-0000-7000-8000-0000000000dd")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told(Event):
    """An event of this test, carrying whatever it is given."""

    action = "test.told"
    subject_type = "document"
    document_id: DocumentId
    told: object


def told(value: object) -> Told:
    return Told(by=CLAIMED.by, at=CLAIMED.at, agency_id=CLAIMED.agency_id, document_id=CLAIMED.document_id, told=value)


def test_the_leaf_of_an_event_is_these_bytes_for_ever() -> None:
    kept = audit_event(EVENT_ID, CLAIMED, lambda: SALT)

    assert kept.leaf == (
        b'{"action":"work_item.claimed","actor":"0199f000-0000-7000-8000-0000000000aa",'
        b'"at":"2026-11-20T05:00:00.000005Z","data":{"document_id":"0199f000-0000-7000-8000-0000000000dd"},'
        b'"id":"0199f000-0000-7000-8000-000000000001","on_behalf_of":null,'
        b'"subject":{"id":"0199f000-0000-7000-8000-0000000000cc","type":"work_item"},"v":1}'
    )
    assert kept.leaf_hash == hashlib.sha256(b"\x00" + kept.leaf).digest()


def test_the_hash_of_the_empty_leaf_is_that_of_rfc_6962() -> None:
    assert hash_of_leaf(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


def test_a_time_is_written_in_utc_with_microseconds() -> None:
    assert leaf_time(datetime(2026, 1, 1, 6, 30, tzinfo=timezone(timedelta(hours=7)))) == "2025-12-31T23:30:00.000000Z"


def test_a_private_value_is_in_the_leaf_only_as_a_salted_digest() -> None:
    kept = audit_event(EVENT_ID, told(Private(value="Nguyễn Văn A")), lambda: SALT)

    assert "Nguyễn" not in kept.leaf.decode()
    assert json.loads(kept.leaf)["data"]["told"] == {"salted_sha256": salted("Nguyễn Văn A", SALT)}
    assert [(value.path, value.value) for value in kept.private] == [("told", "Nguyễn Văn A")]


def test_composed_and_decomposed_letters_make_the_same_leaf() -> None:
    composed = audit_event(EVENT_ID, told("ế"), lambda: SALT)
    decomposed = audit_event(EVENT_ID, told("e\u0302\u0301"), lambda: SALT)

    assert composed.leaf == decomposed.leaf


def test_a_date_is_written_as_iso_8601() -> None:
    kept = audit_event(EVENT_ID, told(datetime(2026, 11, 20, tzinfo=UTC).date()), lambda: SALT)

    assert json.loads(kept.leaf)["data"]["told"] == "2026-11-20"


def test_a_float_is_refused() -> None:
    with pytest.raises(TypeError):
        audit_event(EVENT_ID, told(0.1), lambda: SALT)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), PLAIN))
def test_a_leaf_is_written_as_rfc_8785_says(value: dict[str, Plain]) -> None:
    assert canonical(value) == rfc8785.dumps(value)


def test_names_are_sorted_as_utf_16_is() -> None:
    beyond, before = "\U00010000", "\uffee"

    assert canonical({before: 1, beyond: 2}) == f'{{"{beyond}":2,"{before}":1}}'.encode()


def test_an_integer_that_a_reader_could_take_for_another_is_refused() -> None:
    with pytest.raises(TypeError, match="9007199254740992"):
        audit_event(EVENT_ID, told(2**53), lambda: SALT)
