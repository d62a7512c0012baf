"""OCOP in the demonstration, what needs the worker: the commune's proposal signed, the product before the council."""

from collections.abc import Callable
from typing import Final

from api.demo_hands import DemoEnds, Hands
from api.province import province
from api.wiring import House
from engine.dossier_records import DossierQuery
from engine.dossiers import Dossier, DossierKind, DossierState
from engine.people import Role
from engine.queries import PageRequest

_OCOP_DESK: Final = "chuyenvien.ocop"


def have_scored(house: House, told: Callable[[], bool]) -> bool:
    """Bring the dossier that was proposed to where the members score; return False where we were *told* to end.

    Raises:
        TimeoutError: What the worker has to make did not come.
    """
    hands = Hands(house, told)
    dossier = _proposed(house)
    if dossier is None or dossier.own_document_id is None:
        return True
    try:
        hands.issue(dossier.own_document_id)
        hands.await_arrival(dossier.id)
        with house.services.begin() as work:
            received = work.dossiers.get(dossier.id).received_document_id
        if received is not None:
            unit = min(hands.people[_OCOP_DESK].units)
            hands.do(received, "register", "register", unit=str(unit))
            hands.do(received, "check", "complete")
    except DemoEnds:
        return False
    return True


def _proposed(house: House) -> Dossier | None:
    """Return the OCOP dossier of the demonstration whose proposal is being signed, None where that is done."""
    reader = next(one for one in province()[1].people if one.holds(Role.SPECIALIST))
    query = DossierQuery(reader=reader, kind=DossierKind.OCOP, state=DossierState.DRAFT)
    with house.services.begin() as work:
        found = work.dossiers.search(query, PageRequest(limit=1)).items
        return work.dossiers.get(found[0].id) if found else None
