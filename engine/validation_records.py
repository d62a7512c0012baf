"""What the engine needs of storage for whom signatures are trusted by; the words are those of engine.ports."""

from collections.abc import Sequence
from typing import Protocol

from engine.ids import TrustAnchorId
from engine.trust_anchors import TrustAnchor


class TrustAnchors(Protocol):
    """Authorities an administrator added; of the whole installation."""

    def add(self, anchors: Sequence[TrustAnchor]) -> None:
        """Keep new anchors."""

    def lock(self, anchor_id: TrustAnchorId) -> TrustAnchor:
        """Return the anchor for changing, or raise TrustAnchorNotFound."""

    def save(self, anchor: TrustAnchor) -> None:
        """Keep the anchor as removed."""

    def in_force(self) -> Sequence[TrustAnchor]:
        """Return those that count, the oldest first."""

    def all(self) -> Sequence[TrustAnchor]:
        """Return every one there ever was, the newest first."""
