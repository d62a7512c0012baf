"""Authorities that administrators made trusted, as rows; none is ever taken away."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from engine.ids import AgencyId, PersonId, TrustAnchorId
from engine.trust_anchors import TrustAnchor, TrustAnchorNotFound, TrustPurpose
from storage.schema import trust_anchors
from storage.statements import Statements

_MOST = 5_000
_LOCK = select(trust_anchors).where(trust_anchors.c.id == bindparam("anchor_id")).with_for_update()
_IN_FORCE = select(trust_anchors).where(trust_anchors.c.removed_at.is_(None)).order_by(trust_anchors.c.id).limit(_MOST)
_ALL = select(trust_anchors).order_by(trust_anchors.c.id.desc()).limit(_MOST)
_SAVE = (
    update(trust_anchors)
    .where(trust_anchors.c.id == bindparam("anchor_id"))
    .values(
        removed_at=bindparam("new_removed_at"),
        removed_by=bindparam("new_removed_by"),
        removed_because=bindparam("new_removed_because"),
        trusted_until=bindparam("new_trusted_until"),
    )
)
_NAMES = tuple(column.name for column in trust_anchors.c)


class PostgresTrustAnchors:
    """Trusted authorities, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def add(self, anchors: Sequence[TrustAnchor]) -> None:
        """Keep new anchors."""
        for anchor in anchors:
            values = {name: getattr(anchor, name) for name in _NAMES}
            self._connection.execute(insert(trust_anchors), values | {"purpose": anchor.purpose.value})

    def lock(self, anchor_id: TrustAnchorId) -> TrustAnchor:
        """Return the anchor for changing, or raise TrustAnchorNotFound."""
        row = self._connection.execute(_LOCK, {"anchor_id": anchor_id}).one_or_none()
        if row is None:
            raise TrustAnchorNotFound
        return _anchor(row)

    def save(self, anchor: TrustAnchor) -> None:
        """Keep the anchor as removed or ended; nothing else of it changes."""
        changing = ("removed_at", "removed_by", "removed_because", "trusted_until")
        removed = {f"new_{name}": getattr(anchor, name) for name in changing}
        self._connection.execute(_SAVE, {"anchor_id": anchor.id, **removed})

    def in_force(self) -> Sequence[TrustAnchor]:
        """Return those that count, the oldest first."""
        return [_anchor(row) for row in self._connection.execute(_IN_FORCE)]

    def all(self) -> Sequence[TrustAnchor]:
        """Return every one there ever was, the newest first."""
        return [_anchor(row) for row in self._connection.execute(_ALL)]


def _anchor(row: Row[Any]) -> TrustAnchor:
    values = {name: getattr(row, name) for name in _NAMES}
    values |= {
        "id": TrustAnchorId(row.id),
        "agency_id": AgencyId(row.agency_id),
        "purpose": TrustPurpose(row.purpose),
        "added_by": PersonId(row.added_by),
        "removed_by": None if row.removed_by is None else PersonId(row.removed_by),
        "certificate": bytes(row.certificate),
    }
    return TrustAnchor(**values)
