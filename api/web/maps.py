"""The communes as a grid of tiles in SVG: each with its name and a sign for its state, never by colour alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from engine.criteria import Tier
from engine.ids import LocalityId
from engine.progress import CommuneState

COLUMNS: Final = 6
FEW_COLUMNS: Final = 2
"""On a telephone, where more would have to be scrolled sideways or could not be read."""
WIDTH: Final = 150
HEIGHT: Final = 64
GAP: Final = 6
_LONGEST: Final = 18
SIGNS: Final = {
    Tier.COMMUNE: ("●", "met"),
    Tier.COMMUNE_ADVANCED: ("●●", "advanced"),
    Tier.COMMUNE_MODEL: ("●●●", "model"),
    Tier.COMMUNE_MODERN: ("★", "model"),
}
"""Sign and class of a tile by the tier its commune is recognised for."""
TARGET: Final = ("○", "target")
NOTHING: Final = ("–", "open")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A commune on the grid: where it is drawn, what stands on it, and its class."""

    locality_id: LocalityId
    name: str
    short: str
    tier: Tier | None
    target: Tier | None
    sign: str
    kind: str
    x: int
    y: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """All tiles, and how large the drawing is."""

    tiles: tuple[Tile, ...]
    width: int
    height: int


def grid_of(communes: Sequence[CommuneState], columns: int = COLUMNS) -> Grid:
    """Return the tiles of these communes, row by row by their codes."""
    tiles = tuple(_tile(each, place, columns) for place, each in enumerate(communes))
    rows = -(-len(tiles) // columns)
    return Grid(tiles=tiles, width=columns * (WIDTH + GAP) - GAP, height=max(rows * (HEIGHT + GAP) - GAP, 1))


def _tile(each: CommuneState, place: int, columns: int) -> Tile:
    row, column = divmod(place, columns)
    sign, kind = SIGNS[each.tier] if each.tier else TARGET if each.target else NOTHING
    name = each.locality.name
    return Tile(
        locality_id=each.locality.id,
        name=name,
        short=name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…",
        tier=each.tier,
        target=each.target,
        sign=sign,
        kind=kind,
        x=column * (WIDTH + GAP),
        y=row * (HEIGHT + GAP),
    )
