"""Villages and the levels above the first, from the self-assessment on; the level before is asked for again."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from api.province import localities
from bench.season import RULES, arrived, recognise
from engine.actions.load_criteria_set import load_criteria_set
from engine.criteria import Tier
from engine.criteria_events import AchievementRevokedByDecision
from engine.deadlines import office_date
from engine.dossier_explanations import explain
from engine.dossiers import DossierState
from engine.ids import CriteriaSetId, DocumentId
from tests.engine.actions.test_revocation import recognised
from tests.support.composing import COMMUNE
from tests.support.house import Crowd, NewHouse, jobs_of
from tests.support.office import Office

ADVANCED = "commune-advanced-2026/1"
VILLAGE = next(one.id for one in localities() if one.code == "99101.01")


@pytest.fixture(scope="module")
def office(new_house: NewHouse, people: Crowd, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The province, which judges advanced communes by the same indicators as the others."""
    folder = tmp_path_factory.mktemp("levels")
    with new_house("levels", folder) as house, jobs_of(house) as run_jobs:
        office = Office(house=house, people=people, run_jobs=run_jobs)
        with house.services.begin() as work:
            plain = work.criteria_sets.get(CriteriaSetId(RULES))
            advanced = replace(
                plain, code="commune-advanced-2026", version=1, tier=Tier.COMMUNE_ADVANCED, supersedes=None
            )
            load_criteria_set(advanced, by=people["quantri"], at=house.services.clock(), work=work)
        yield office


def taken_away(office: Office, decision: DocumentId) -> None:
    """Put on record that the first level was revoked."""
    services, by = office.house.services, office.people["vanthu"]
    at = services.clock()
    with services.begin() as work:
        standing = work.achievements.lock(COMMUNE, Tier.COMMUNE)
        work.achievements.save(standing.revoked("99/QĐ-UBND", office_date(at)))
        work.record(
            AchievementRevokedByDecision(
                by=by.id,
                at=at,
                agency_id=by.agency_id,
                achievement_id=standing.id,
                locality_id=COMMUNE,
                tier=Tier.COMMUNE.value,
                decision="99/QĐ-UBND",
                revoked_on=office_date(at),
                document_id=decision,
            )
        )


def test_a_village_is_recognised_by_the_same_procedure(office: Office) -> None:
    province = recognise(office, VILLAGE, "village-2026/1")

    with office.house.services.begin() as work:
        found = work.achievements.find(VILLAGE, Tier.VILLAGE)
    assert found is not None
    assert found.decision == province.issued()[-1].number
    assert province.dossier.state is DossierState.CLOSED


def test_an_advanced_commune_whose_first_level_was_revoked_meanwhile_never_comes_before_the_council(
    office: Office,
) -> None:
    recognised(office)
    province = arrived(office, COMMUNE, ADVANCED)
    taken_away(office, province.arrived)

    province.appraise()
    province.issue()

    assert province.elements() == ["settle_shortfall"]
    with office.house.services.begin() as work:
        found = explain(province.dossier, work)
    (said,) = found.hindrances
    assert (found.eligible, found.met) == (False, found.total)
    assert "Phải được công nhận đạt chuẩn nông thôn mới trước khi xét nông thôn mới nâng cao" in said
    assert "đã bị thu hồi theo Quyết định số 99/QĐ-UBND" in said
    province.do("settle_shortfall", "refuse", reason="Chưa đủ điều kiện")
    province.issue()
    assert said in (province.issued()[-1].body or "")


def test_an_advanced_commune_is_recognised_beside_its_first_level(office: Office) -> None:
    recognised(office, "16/QĐ-UBND")

    recognise(office, COMMUNE, ADVANCED)

    with office.house.services.begin() as work:
        tiers = [one.tier for one in work.achievements.of(COMMUNE) if one.revoked_on is None]
    assert set(tiers) == {Tier.COMMUNE, Tier.COMMUNE_ADVANCED}
