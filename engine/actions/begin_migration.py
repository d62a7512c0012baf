"""Begin a migration: running procedures are to be taken to another version of their model, one by one."""

from dataclasses import dataclass
from datetime import datetime

from engine.ids import MigrationId
from engine.instance_migrations import Migration, Plan
from engine.migration_plans import begun, checked
from engine.people import Person
from engine.ports import UnitOfWork
from engine.queries import Once


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginMigration:
    """A plan, why, and what makes the request known when it is repeated."""

    plan: Plan
    reason: str
    once: Once | None = None


def begin_migration(request: BeginMigration, *, by: Person, at: datetime, work: UnitOfWork) -> Migration:
    """Keep the plan with every procedure it means; the workers then take them one by one.

    Raises:
        NotAllowed: The person is no administrator.
        MigrationPlanInvalid: The plan does not fit, or there is no reason; everything wrong is named.
        NothingToMigrate: No procedure runs by the versions it names.
    """
    plan = checked(request.plan, by=by, work=work, reason=request.reason)
    if request.once and (known := work.requests.find(by.id, request.once)):
        return work.migrations.get(MigrationId(known))
    migration = Migration(
        id=MigrationId(work.new_id()),
        agency_id=by.agency_id,
        definition_key=plan.target.key,
        target_id=plan.target.id,
        mapping=request.plan.mapping,
        reason=request.reason.strip(),
        begun_at=at,
        begun_by=by.id,
    )
    work.migrations.add(migration)
    count = work.migrations.fill(migration, [one.id for one in plan.sources], request.plan.chosen)
    return begun(migration, count, request.once, work=work)
