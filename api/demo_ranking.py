"""OCOP in the demonstration, what needs the worker: the commune's proposal signed, the product before the council."""

from collections.abc import Callable
from functools import partial
from typing import Final

from api.demo_hands import DemoEnds, Hands
from api.demo_ocop import the_proposed
from api.wiring import House
from engine.dossiers import Dossier, DossierState
from engine.ids import DocumentId

_OCOP_DESK: Final = "chuyenvien.ocop"


def have_scored(house: House, told: Callable[[], bool]) -> bool:
    """Bring the dossier that was proposed to where the members score, from wherever an earlier start left it.

    Return False where we were *told* to end.

    Raises:
        TimeoutError: What the worker has to make did not come.
    """
    hands, dossier = Hands(house, told), the_proposed(house)
    own = dossier.own_document_id if dossier else None
    if dossier is None or own is None:
        return True
    try:
        hands.go_on(own, hands.issuing(own), lambda: _received(house, dossier) is not None)
        hands.await_arrival(dossier.id)
        _have_checked(hands, house, dossier)
    except DemoEnds:
        return False
    return True


def _have_checked(hands: Hands, house: House, dossier: Dossier) -> None:
    """Have the OCOP office register the dossier that arrived and find it complete."""
    received = _received(house, dossier)
    assert received is not None  # noqa: S101  it was waited for
    unit = str(min(hands.people[_OCOP_DESK].units))
    course = {
        "register": partial(hands.do, received, "register", "register", unit=unit),
        "check": partial(hands.do, received, "check", "complete"),
    }
    hands.go_on(received, course, lambda: _now(house, dossier).state is not DossierState.SUBMITTED)


def _received(house: House, dossier: Dossier) -> DocumentId | None:
    return _now(house, dossier).received_document_id


def _now(house: House, dossier: Dossier) -> Dossier:
    with house.services.begin() as work:
        return work.dossiers.get(dossier.id)
