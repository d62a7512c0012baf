"""Running procedures tried and taken to another version by one worker, beside completions by one client."""

import time
from pathlib import Path

from api.settings import Settings
from api.wiring import House, now, open_house
from bench.houses import PEOPLE, register, upload
from bench.rows import Rows
from engine.actions.begin_migration import BeginMigration, begin_migration
from engine.actions.deploy_definition import deploy_definition
from engine.actions.migrate_instances import migrate_instances
from engine.ids import DefinitionId
from engine.instance_migrations import Plan
from engine.migration_plans import checked, outlook
from tests.support.office import a_pdf

INSTANCES = 300
MODEL = Path(__file__).parents[1] / "bpmn" / "incoming_document"


def measure(settings: Settings, rows: Rows) -> None:
    """Add how many procedures a second are tried, and taken."""
    with open_house(settings, connections=1) as house:
        file_id = upload(house, a_pdf())
        chosen = tuple(register(house, file_id, number) for number in range(INSTANCES))
        plan = Plan(target=_next_version(house), chosen=chosen)
        rows.add("migrations_tried", INSTANCES / _tried(house, plan), "instances/s", "completions_1")
        rows.add("migrations", INSTANCES / _taken(house, plan), "instances/s", "completions_1")


def _next_version(house: House) -> DefinitionId:
    """Deploy the shipped model once more, with a note in it."""
    files = {path.name: path.read_bytes() for path in MODEL.iterdir()}
    files["incoming_document.bpmn"] += b"<!-- bench -->"
    with house.services.begin() as work:
        return deploy_definition(files, by=PEOPLE["quantri"], at=now(), work=work).id


def _tried(house: House, plan: Plan) -> float:
    began = time.perf_counter()
    with house.services.begin() as work:
        by = PEOPLE["quantri"]
        assert outlook(checked(plan, by=by, work=work), by=by, at=now(), work=work).can == INSTANCES
    return time.perf_counter() - began


def _taken(house: House, plan: Plan) -> float:
    with house.services.begin() as work:
        request = BeginMigration(plan=plan, reason="bench")
        migration = begin_migration(request, by=PEOPLE["quantri"], at=now(), work=work)
    began = time.perf_counter()
    while migrate_instances(migration.id, services=house.services):
        pass
    return time.perf_counter() - began
