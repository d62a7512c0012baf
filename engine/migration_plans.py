"""Plans of migrations: checked against their models, tried on what runs without keeping anything, and begun."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from engine import access, procedures
from engine.definitions import Definition, DefinitionNotFound
from engine.drafts import FieldChecks
from engine.errors import FieldError
from engine.events import Private
from engine.ids import DefinitionId, MigrationId
from engine.instance_migrations import (
    MAX_CHOSEN,
    MAX_MAPPED,
    MAX_REASON,
    MigratedInstance,
    MigratedState,
    Migration,
    MigrationNotFound,
    MigrationPlanInvalid,
    NothingToMigrate,
    Outlook,
    Plan,
    Verdict,
)
from engine.instances import Instance
from engine.migrating import try_out
from engine.migration_events import MigrationBegun
from engine.people import Person
from engine.ports import UnitOfWork
from engine.queries import Once, Page, PageRequest
from engine.runtime.bundles import check
from engine.runtime.mapping import Way, way
from engine.vocabularies import vocabulary_of

MIGRATE: Final = "migrate_instances"
"""The job's name; its argument is the migration."""
LANES: Final = 2
"""How many jobs take the procedures of one migration at the same time, so that others are not kept waiting."""
READ_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A plan that fits: its versions, and the way from each source to the target."""

    plan: Plan
    target: Definition
    sources: tuple[Definition, ...]
    ways: Mapping[DefinitionId, Way]


class Ways:
    """Ways between versions, each made once for many procedures."""

    def __init__(self) -> None:
        self._known: dict[tuple[DefinitionId, DefinitionId, str], Way] = {}

    def between(
        self, before: DefinitionId, after: DefinitionId, wanted: Mapping[str, str | None], work: UnitOfWork
    ) -> Way:
        """Return the way from one version to another with what is *wanted*, as far as it fits."""
        key = (before, after, repr(sorted(wanted.items())))
        if key not in self._known:
            source, target = (procedures.model_of_version(work.definitions.get(one)) for one in (before, after))
            self._known[key] = way(source, target, wanted)
        return self._known[key]


def checked(plan: Plan, *, by: Person, work: UnitOfWork, reason: str | None = None) -> Checked:
    """Return the plan with its versions, if it fits; where a *reason* is needed, it is checked with it.

    Raises:
        NotAllowed: The person is no administrator.
        MigrationPlanInvalid: It does not fit; everything that is wrong is named.
    """
    access.require(by, "migrate_instances")
    try:
        target = work.definitions.get(plan.target)
    except DefinitionNotFound as cause:
        raise MigrationPlanInvalid(errors=[_wrong("target", "not_found", "There is no such version.")]) from cause
    errors = [
        _wrong("target", finding.code, finding.message)
        for finding in check(target.files, vocabulary_of(by.agency_id, work))
    ]
    if len(plan.chosen) > MAX_CHOSEN or len(plan.mapping) > MAX_MAPPED:
        errors.append(_wrong("mapping", "too_many", "At most 1,000 elements and 1,000 procedures can be named."))
    sources = _sources(plan, target, errors, by, work)
    after = procedures.model_of_version(target)
    ways = {one.id: way(procedures.model_of_version(one), after, plan.mapping) for one in sources} if not errors else {}
    errors += [*_misfits(list(ways.values())), *_reason_errors(reason)]
    if errors:
        raise MigrationPlanInvalid(errors=errors)
    return Checked(plan=plan, target=target, sources=tuple(sources), ways=ways)


def _sources(
    plan: Plan, target: Definition, errors: list[FieldError], by: Person, work: UnitOfWork
) -> list[Definition]:
    versions = {one.id: one for one in work.definitions.all()}
    if not plan.sources:
        running = work.migrations.count_running(by.agency_id, target.key)
        return [work.definitions.get(one) for one in versions if one in running and one != target.id]
    for source in dict.fromkeys(plan.sources):
        if source not in versions:
            errors.append(_wrong("sources", "not_found", "There is no such version."))
        elif versions[source].key != target.key:
            errors.append(_wrong("sources", "other_procedure", "The versions are not of the same procedure."))
        elif source == target.id:
            errors.append(_wrong("sources", "same", "Procedures cannot be taken from a version to itself."))
    return [] if errors else [work.definitions.get(source) for source in dict.fromkeys(plan.sources)]


def _misfits(ways: list[Way]) -> list[FieldError]:
    """Return what is wrong with the mapping; an element need not be in every version that is left."""
    found = [error for one in ways for error in one.wrong]
    everywhere = [{error.field for error in one.wrong if error.code == "unknown"} for one in ways]
    nowhere = set.intersection(*everywhere) if everywhere else set()
    return list(dict.fromkeys(error for error in found if error.code != "unknown" or error.field in nowhere))


def _wrong(name: str, code: str, message: str) -> FieldError:
    return FieldError(field=name, code=code, message=message)


def _reason_errors(reason: str | None) -> tuple[FieldError, ...]:
    checks = FieldChecks()
    if reason is not None:
        checks.text("reason", reason, MAX_REASON)
    return checks.found


def begun(migration: Migration, count: int, once: Once | None, *, work: UnitOfWork) -> Migration:
    """Have the workers carry out a migration that was kept with so many procedures.

    Raises:
        NothingToMigrate: There is none.
    """
    if not count:
        raise NothingToMigrate
    if once:
        work.requests.remember(migration.begun_by, once, migration.id, migration.begun_at)
    defer_work(migration.id, work)
    work.record(
        MigrationBegun(
            by=migration.begun_by,
            at=migration.begun_at,
            agency_id=migration.agency_id,
            migration_id=migration.id,
            key=migration.definition_key,
            target_id=migration.target_id,
            mapping=migration.mapping,
            instances=count,
            undoes=migration.undoes,
            reason=Private(value=migration.reason),
        )
    )
    return migration


def defer_work(migration_id: MigrationId, work: UnitOfWork) -> None:
    """Have the workers go on with a migration."""
    for _ in range(LANES):
        work.jobs.defer(MIGRATE, {"migration_id": str(migration_id)})


def own(migration_id: MigrationId, *, by: Person, work: UnitOfWork) -> Migration:
    """Return a migration of the person's agency.

    Raises:
        NotAllowed: The person is no administrator.
        MigrationNotFound: Not there, or of another agency.
    """
    access.require(by, "migrate_instances")
    migration = work.migrations.get(migration_id)
    access.require_agency(by, migration.agency_id, MigrationNotFound())
    return migration


def dry_run(plan: Checked, page: PageRequest, *, by: Person, at: datetime, work: UnitOfWork) -> Page[Verdict]:
    """Try a page of the procedures that the plan means, and keep nothing."""
    found = work.migrations.running(by.agency_id, [one.id for one in plan.sources], plan.plan.chosen, page)
    tried = tuple(_tried(found.items, plan, by=by, at=at, work=work))
    return Page(items=tried, next=found.next)


def outlook(plan: Checked, *, by: Person, at: datetime, work: UnitOfWork) -> Outlook:
    """Try every procedure that the plan means, and count."""
    page = PageRequest(limit=READ_AT_ONCE)
    can, hindrances, effects = 0, Counter[str](), Counter[str]()
    total = 0
    while True:
        found = dry_run(plan, page, by=by, at=at, work=work)
        for verdict in found.items:
            total, can = total + 1, can + (not verdict.obstacles)
            hindrances.update({one.hindrance for one in verdict.obstacles})
            effects.update({one.effect for one in verdict.consequences})
        if found.next is None:
            return Outlook(can=can, cannot=total - can, hindrances=dict(hindrances), effects=dict(effects))
        page = PageRequest(after=found.next, limit=READ_AT_ONCE)


def _tried(
    instances: Sequence[Instance], plan: Checked, *, by: Person, at: datetime, work: UnitOfWork
) -> Iterator[Verdict]:
    documents = work.documents.several({one.document_id for one in instances}) if instances else {}
    for instance in instances:
        move = procedures.move_of(instance, documents[instance.document_id], by.id, at, work)
        taken = plan.ways[instance.definition_id]
        tried = try_out(move, taken, expected=instance.definition_id)
        yield Verdict(
            instance_id=instance.id,
            document_id=instance.document_id,
            obstacles=tried.obstacles,
            consequences=tried.consequences,
        )


def dry_undo(migration: Migration, page: PageRequest, *, by: Person, at: datetime, work: UnitOfWork) -> Page[Verdict]:
    """Try to put back a page of what a migration has done, and keep nothing."""
    found = work.migrations.instances(migration.id, page, MigratedState.DONE)
    ways = Ways()
    return Page(items=tuple(_tried_back(one, ways, by=by, at=at, work=work) for one in found.items), next=found.next)


def _tried_back(done: MigratedInstance, ways: Ways, *, by: Person, at: datetime, work: UnitOfWork) -> Verdict:
    instance = work.instances.get(done.instance_id)
    move = procedures.move_of(instance, work.documents.get(instance.document_id), by.id, at, work)
    tried = try_out(move, way_back(done, ways, work), expected=done.to_id, back=done.back)
    return Verdict(
        instance_id=instance.id,
        document_id=instance.document_id,
        obstacles=tried.obstacles,
        consequences=tried.consequences,
    )


def way_back(done: MigratedInstance, ways: Ways, work: UnitOfWork) -> Way:
    """Return the way back to where a procedure came from."""
    wanted: dict[str, str | None] = {after: before for before, after in done.renames.items()}
    return ways.between(done.to_id, done.from_id, wanted, work)
