"""A season: so many communes recognised one after the other, every step and signature real, and the log counted.

`python -m bench.season 600` founds that many communes' localities in one house, takes a dossier of each from its
self-assessment to the published decision, and compares what the audit log has with what must be in it.
"""

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final
from uuid import uuid5

import psycopg

from api.province import localities
from api.wiring import House, database_url, now, open_house
from bench.houses import PEOPLE, measured_house
from bench.rows import Rows
from engine.actions.add_localities import add_localities
from engine.dossier_kinds import COVER, NTM_PARTS
from engine.ids import LocalityId
from engine.localities import Locality
from tests.engine.actions import test_start_dossier as commune
from tests.support.composing import COMMUNE, DRAFTER, Desk
from tests.support.house import Crowd, jobs_of
from tests.support.office import Office
from tests.support.recognising import Province

EXPECTED: Final = {
    "dossier.opened": 1,
    "dossier.submitted": 1,
    "dossier.accepted": 1,
    "dossier.decided": 1,
    "dossier.closed": 1,
    "publication.made": 1,
    "publication.announced": 1,
    "document.drafted_from_template": 2,
    "document.signed": 9,
}
"""Leaves of each commune: signed are four documents by their signers (the minutes by two) and sealed all four."""


def measure(rows: Rows, communes: int, folder: Path) -> None:
    """Add communes an hour and leaves a commune; raise AssertionError where the log has another count."""
    with measured_house(folder) as settings, open_house(settings) as house, jobs_of(house) as run_jobs:
        office = Office(house=house, people=Crowd(dict(PEOPLE)), run_jobs=run_jobs)
        began = time.perf_counter()
        for place, locality in enumerate(_localities(communes, house), start=1):
            recognise(office, locality)
            sys.stderr.write(f"\r{place} of {communes}")
        took = time.perf_counter() - began
        found = counted(house)
    wrong = {action: found[action] for action, times in EXPECTED.items() if found[action] != times * communes}
    if wrong:
        raise AssertionError(f"{communes} communes, but the log has {wrong}")
    rows.add("season_communes", communes * 3600 / took, "communes/h")
    rows.add("season_leaves", sum(found.values()) / communes, "leaves/commune")


def recognise(office: Office, locality: Locality) -> None:
    """Take one commune from its self-assessment to the announced decision."""
    desk = Desk(office)
    dossier = commune.composed(desk, locality_id=locality.id)
    for place, rule in enumerate(one for one in NTM_PARTS if one.code != COVER and one.required):
        desk.add(dossier, rule.code, place + 1)
    commune.complete(desk, "complete_parts", "done", DRAFTER)
    commune.issued(desk)
    province = Province(office, dossier.id)
    province.do("register", "register")
    province.do("check_completeness", "complete")
    province.appraise()
    province.issue()
    province.vote()
    province.issue()
    province.do("announce", "announced", on="2026-12-20", place="Hội trường xã")


def counted(house: House) -> Counter[str]:
    """Return how many leaves the log has of each action."""
    with psycopg.connect(database_url(house.settings)) as connection:
        rows = connection.execute("SELECT action, count(*) FROM audit_events GROUP BY action").fetchall()
    return Counter({str(action): int(times) for action, times in rows})


def _localities(communes: int, house: House) -> Sequence[Locality]:
    pattern = next(one for one in localities() if one.id == COMMUNE)
    made = [
        replace(pattern, id=LocalityId(uuid5(COMMUNE, str(place))), code=f"{10_000 + place}", name=f"xã Mùa {place}")
        for place in range(communes)
    ]
    with house.services.begin() as work:
        add_localities(made, by=PEOPLE["quantri"], at=now(), work=work)
    return made


def main() -> None:
    """Run the season of as many communes as the first argument says, else 3."""
    communes = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with tempfile.TemporaryDirectory(prefix="vanthu-season-") as name:
        measure(Rows(), communes, Path(name))


if __name__ == "__main__":
    main()
