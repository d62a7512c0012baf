"""Looking around: every neighbour is asked, what was found is kept since when it is so, and the bad is told."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.mails import probes_of
from api.wiring import House, now, room_settings
from engine.certificates import CertificateUntrusted
from engine.checks import Check, CheckState, certificate_check, end_warning, timestamp_check
from engine.queries import PageRequest
from engine.rounds.look_around import look_around
from engine.rounds.make_notices import make_notices, settle_notices
from engine.signatures import KeyUnavailable
from engine.stand_ins import StandInKind
from signing.pool import RoomPool
from storage.objects import LocalObjectStore, StoreAway
from tests.support.house import Crowd, RunJobs
from tests.support.office import Office

NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)


AWAY = "http://127.0.0.1:9/away"


def looked(house: House) -> dict[str, Check]:
    """Look around once and return what was found, by name."""
    return {check.name: check for check in look_around(services=house.services, probes=probes_of(house))}


def catch_up(house: House) -> None:
    """Read the log to its end: the house may be older than its reader may be late."""
    while make_notices(services=house.services):
        pass
    settle_notices(services=house.services)


@pytest.fixture
def cut_off(house: House) -> Iterator[House]:
    """The house while its time-stamp service is away."""
    settings = replace(house.settings, tsa_url=(AWAY, *house.settings.tsa_url))
    pool = RoomPool(room_settings(settings), processes=1, clock=now)
    yield replace(house, settings=settings, services=replace(house.services, pdfs=pool))
    pool.close()


def test_in_a_sound_house_everything_is_good(house: House, people: Crowd) -> None:
    catch_up(house)
    found = looked(house)

    assert {name: check.found.code for name, check in found.items() if check.found.state is not CheckState.GOOD} == {}
    assert {timestamp_check(url) for url in house.settings.tsa_url} < set(found)
    assert {"store", "database", "log", "disk", "mail"} < set(found)
    chairman = people["chutich"]
    assert found[certificate_check(str(chairman.id))].subject == chairman.name
    assert certificate_check(str(chairman.agency_id)) in found
    assert certificate_check(str(people["vanthu"].id)) not in found


def test_whoever_acts_as_head_has_their_certificate_watched(house: House, people: Crowd, run_jobs: RunJobs) -> None:
    office = Office(house=house, people=people, run_jobs=run_jobs)
    office.stand_in("chutich", "truongphong", kind=StandInKind.ACTING)

    found = looked(office.house)

    assert certificate_check(str(office.people["truongphong"].id)) in found


def test_what_fails_is_told_once_and_known_since_it_failed(house: House, cut_off: House, people: Crowd) -> None:
    catch_up(house)
    looked(house)
    first = looked(cut_off)[timestamp_check(AWAY)]
    again = looked(cut_off)[timestamp_check(AWAY)]
    settle_notices(services=house.services)

    assert (first.found.state, first.found.code, first.subject) == (CheckState.BAD, "away", "127.0.0.1:9/away")
    assert (again.since, again.checked_at > first.checked_at) == (first.since, True)
    with house.services.begin() as work:
        told = work.notices.shown_to(people["quantri"].id, PageRequest()).items
        assert work.notices.shown_to(people["vanthu"].id, PageRequest()).items == ()
    assert [(each.news.kind, each.news.path) for each in told] == [("service", "/status")]
    others = [looked(cut_off)[timestamp_check(url)].found.state for url in house.settings.tsa_url]
    assert others == [CheckState.GOOD, CheckState.GOOD]


def test_a_missing_key_is_found_before_anybody_signs(house: House, people: Crowd, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    assert house.settings.keys is not None
    shutil.copytree(house.settings.keys, keys)
    (keys / f"{people['chutich'].id}.p12").unlink()
    pool = RoomPool(room_settings(replace(house.settings, keys=keys)), processes=1, clock=now)
    found = looked(replace(house, services=replace(house.services, pdfs=pool)))
    pool.close()

    check = found[certificate_check(str(people["chutich"].id))]
    assert (check.found.state, check.found.code) == (CheckState.BAD, KeyUnavailable.code)


def test_a_certificate_of_an_unknown_authority_is_found(house: House, people: Crowd, tmp_path: Path) -> None:
    pool = RoomPool(room_settings(replace(house.settings, trust=tmp_path / "nobody")), processes=1, clock=now)
    found = looked(replace(house, services=replace(house.services, pdfs=pool)))
    pool.close()

    assert found[certificate_check(str(people["chutich"].id))].found.code == CertificateUntrusted.code
    assert found[timestamp_check(house.settings.tsa_url[0])].found.code == CertificateUntrusted.code


@pytest.mark.parametrize(("days", "code"), [(31, None), (29, "expires_soon")])
def test_a_certificate_that_ends_within_thirty_days_is_named(days: int, code: str | None) -> None:
    found = end_warning("Nguyễn Văn Đức", NOON + timedelta(days=days), NOON)

    assert (found.code if found else None) == code


def test_a_store_whose_folder_is_gone_is_away(tmp_path: Path) -> None:
    store = LocalObjectStore(folder=tmp_path / "gone", retention=timedelta(days=1))
    with pytest.raises(StoreAway):
        store.probe()
    store.prepare()
    store.probe()

    assert list((tmp_path / "gone" / "incoming").iterdir()) == []


def test_a_mail_server_that_is_away_and_a_full_disk_are_found(house: House) -> None:
    settings = replace(house.settings, smtp_host="127.0.0.1", smtp_port=9, smtp_security="none")
    probes = replace(probes_of(replace(house, settings=settings)), disk_used=lambda: 0.9)

    found = {check.name: check.found for check in look_around(services=house.services, probes=probes)}

    assert (found["mail"].state, found["mail"].code) == (CheckState.BAD, "mail.away")
    assert (found["disk"].state, found["disk"].facts["used"]) == (CheckState.WARNING, "90")
