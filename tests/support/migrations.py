"""Migrations of running procedures in tests: models deployed, plans begun, carried out and undone by real actions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from engine.actions.begin_migration import BeginMigration, begin_migration
from engine.actions.deploy_definition import deploy_definition
from engine.actions.undo_migration import UndoMigration, undo_migration
from engine.ids import DefinitionId, InstanceId
from engine.instance_migrations import (
    Hindrance,
    Migration,
    Plan,
    Tally,
)
from engine.queries import Once, PageRequest
from tests.engine.runtime.drawing import event, flows, human
from tests.support.models import bundle
from tests.support.office import Office

REASON = "Quy trình mới theo Quyết định 12/QĐ-UBND"
BEGIN, END = event("start", "begin"), event("end", "finished")
NOWHERE = DefinitionId(UUID(int=1))


def deploy(office: Office, *body: str, key: str = "incoming_document") -> DefinitionId:
    services = office.house.services
    with services.begin() as work:
        return deploy_definition(bundle(*body, key=key), by=office.people["quantri"], at=services.clock(), work=work).id


def steps(*ids: str, roles: str = "clerk", more: str = "", **attributes: str) -> tuple[str, ...]:
    drawn = (human(one, roles=roles, **attributes) for one in ids)
    return (BEGIN, *drawn, END, more, flows(" > ".join(["begin", *ids, "finished"])))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an administrator asks for."""

    mapping: Mapping[str, str | None] = field(default_factory=dict)
    sources: tuple[DefinitionId, ...] = ()
    reason: str = REASON
    once: Once | None = None


AS_PROPOSED = Asked()


def begin(office: Office, target: DefinitionId, asked: Asked = AS_PROPOSED, by: str = "quantri") -> Migration:
    services = office.house.services
    with services.begin() as work:
        plan = Plan(target=target, sources=asked.sources, mapping=asked.mapping)
        request = BeginMigration(plan=plan, reason=asked.reason, once=asked.once)
        return begin_migration(request, by=office.people[by], at=services.clock(), work=work)


def undo(office: Office, migration: Migration, chosen: tuple[InstanceId, ...] = (), by: str = "quantri") -> Migration:
    services = office.house.services
    with services.begin() as work:
        request = UndoMigration(migration_id=migration.id, reason=REASON, chosen=chosen)
        return undo_migration(request, by=office.people[by], at=services.clock(), work=work)


def carried(office: Office, migration: Migration) -> Tally:
    office.run_jobs()
    return tally(office, migration)


def tally(office: Office, migration: Migration) -> Tally:
    with office.house.services.begin() as work:
        return work.migrations.tallies([migration.id])[migration.id]


def hindrances(office: Office, migration: Migration) -> list[Hindrance]:
    with office.house.services.begin() as work:
        rows = work.migrations.instances(migration.id, PageRequest(limit=200)).items
    return [one.hindrance for row in rows for one in row.obstacles]
