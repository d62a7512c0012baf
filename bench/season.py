"""A season: so many communes recognised side by side, every step and signature real, and the log counted.

`python -m bench.season 600 --minutes 60` founds that many communes' localities in one house, takes a dossier of each
from its self-assessment to the published decision, twelve at a time, and compares what the audit log has with what must
be in it. When the time is over, or the process is told to end (SIGTERM), those that were begun are brought to their
end, and the log is held against as many as there are.
"""

import argparse
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final
from uuid import uuid5

import psycopg

from api.province import localities
from api.wiring import House, database_url, now, open_house
from bench.houses import PEOPLE, measured_house
from bench.rows import Rows
from engine.actions.add_localities import add_localities
from engine.deadlines import office_date
from engine.dossier_kinds import COVER, NTM_PARTS
from engine.ids import LocalityId
from engine.localities import Locality
from tests.engine.actions import test_start_dossier as commune
from tests.support.composing import COMMUNE, Desk
from tests.support.house import Crowd, RunJobs, jobs_of
from tests.support.office import Office
from tests.support.recognising import Commune, Province

SIDE_BY_SIDE: Final = 12
"""Communes at work at the same time; the jobs of all are run together."""

RULES: Final = "commune-2026/2"
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


def measure(rows: Rows, communes: int, folder: Path, minutes: float | None = None) -> int:
    """Add communes an hour and leaves a commune, and return how many were recognised.

    Raises:
        AssertionError: The log has another count than so many communes must leave behind.
    """
    with (
        measured_house(folder) as settings,
        open_house(replace(settings, signing_processes=2), connections=SIDE_BY_SIDE) as house,
    ):
        places = found_localities(communes, house)
        ends_at = time.monotonic() + minutes * 60 if minutes is not None else None
        began = time.perf_counter()
        with jobs_of(house, concurrency=4) as run_jobs:
            done = _recognise_all(house, places, run_jobs, ends_at)
        took = time.perf_counter() - began
        leaves = checked(house, done)
    rows.add("season_recognised", done, f"of {communes} communes")
    rows.add("season_communes", done * 3600 / took, "communes/h")
    rows.add("season_leaves", leaves / max(1, done), "leaves/commune")
    return done


def _recognise_all(house: House, places: Sequence[Locality], run_jobs: RunJobs, ends_at: float | None) -> int:
    """Recognise one group of communes after the other until all are, the time is over, or we are told to end."""
    told = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    done = 0
    while done < len(places) and not told.is_set() and (ends_at is None or time.monotonic() < ends_at):
        group = places[done : done + SIDE_BY_SIDE]
        recognise_together(house, group, run_jobs)
        done += len(group)
        sys.stderr.write(f"{now():%H:%M:%S} {done} of {len(places)}\n")
    return done


def recognise_together(house: House, group: Sequence[Locality], run_jobs: RunJobs) -> None:
    """Take every commune of the group through its season; all wait for one another where jobs are to be run."""
    all_wait = threading.Barrier(len(group), action=run_jobs)
    office = Office(house=house, people=Crowd(dict(PEOPLE)), run_jobs=lambda: _wait(all_wait))
    with ThreadPoolExecutor(len(group)) as threads:
        for finished in [threads.submit(_one, office, locality, all_wait) for locality in group]:
            finished.result()


def _wait(all_wait: threading.Barrier) -> None:
    all_wait.wait()


def _one(office: Office, locality: Locality, all_wait: threading.Barrier) -> None:
    with ExitStack() as otherwise:
        # One that fails would be waited for by the others for ever.
        otherwise.callback(all_wait.abort)
        recognise(office, locality.id)
        otherwise.pop_all()


def recognise(office: Office, locality_id: LocalityId, rules_id: str = RULES) -> Province:
    """Take one locality from its self-assessment to the announced decision; return the province with its dossier."""
    province = arrived(office, locality_id, rules_id)
    province.appraise()
    province.issue()
    province.vote()
    province.issue()
    province.do("announce", "announced", on="2026-12-20", place="Hội trường xã")
    return province


def arrived(office: Office, locality_id: LocalityId, rules_id: str = RULES) -> Province:
    """Take one locality from its self-assessment to the accepted dossier."""
    desk = Desk(office)
    dossier = desk.open(locality_id=locality_id, rules_id=rules_id)
    commune.started(desk, dossier)
    desk.assess_all(dossier)
    place = Commune(office, dossier.id)
    place.do("assess", "done")
    yesterday = office_date(now()) - timedelta(days=1)
    place.do("publish", "published", place="Trụ sở xã", until=yesterday.isoformat())
    commune.heard(desk, dossier)
    place.do("opinions", "done")
    commune.surveyed(desk, dossier)
    place.do("survey", "done")
    desk.meet(dossier, 9)
    place.do("meeting", "held")
    for number, rule in enumerate(one for one in NTM_PARTS if one.code != COVER and one.required):
        desk.add(dossier, rule.code, number + 1)
    place.do("complete_parts", "done")
    place.issue()
    province = Province(office, dossier.id)
    province.do("register", "register")
    province.do("check_completeness", "complete")
    return province


def checked(house: House, done: int) -> int:
    """Return how many leaves there are, of which so many communes must have left theirs.

    Raises:
        AssertionError: The log has another count of one of them.
    """
    with psycopg.connect(database_url(house.settings)) as connection:
        rows = connection.execute("SELECT action, count(*) FROM audit_events GROUP BY action").fetchall()
    found = Counter({str(action): int(times) for action, times in rows})
    wrong = {action: found[action] for action, times in EXPECTED.items() if found[action] != times * done}
    if wrong:
        raise AssertionError(f"{done} communes, but the log has {wrong}")
    return sum(found.values())


def found_localities(communes: int, house: House) -> Sequence[Locality]:
    """Add so many communes like the demonstration's."""
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
    parser = argparse.ArgumentParser(prog="python -m bench.season")
    parser.add_argument("communes", type=int, nargs="?", default=3)
    parser.add_argument("--minutes", type=float, help="begin with no more communes after so long")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vanthu-season-") as name:
        measure(Rows(), asked.communes, Path(name), asked.minutes)


if __name__ == "__main__":
    main()
