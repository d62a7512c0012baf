"""Migrations: what a plan would do, procedure by procedure; carrying it out, stopping it, putting procedures back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from api.deps import PageDep, WorkDep
from api.rest.answers import Answer, Names, PageOf, PersonRef, page_of, problems
from api.rest.calls import Call, CallDep
from api.rest.fields import FILLED, RequestBody
from api.rest.paths import MigrationPath
from api.rest.preconditions import RepeatKeyDep
from api.rest.routes import Door
from api.texts import spoken
from engine import access
from engine.actions.begin_migration import BeginMigration, begin_migration
from engine.actions.continue_migration import continue_migration
from engine.actions.stop_migration import stop_migration
from engine.actions.undo_migration import UndoMigration, undo_migration
from engine.ids import DefinitionId, InstanceId
from engine.instance_migrations import (
    MAX_CHOSEN,
    MAX_REASON,
    Consequence,
    Effect,
    Hindrance,
    MigratedInstance,
    MigratedState,
    Migration,
    Obstacle,
    Pairing,
    Plan,
    Tally,
    Verdict,
)
from engine.migration_plans import checked, dry_run, dry_undo, outlook, own
from engine.ports import UnitOfWork

router = APIRouter(route_class=Door, tags=["instance-migrations"])


class PlanBody(RequestBody):
    """From which versions of a model to which.

    Without `source_ids` all other versions are left; without `instance_ids` all procedures that run by them are meant.
    `mapping` says what becomes of elements where it is not the same id, nor the same kind and name; null takes no
    procedure from that element.
    """

    target_id: UUID
    source_ids: Annotated[tuple[UUID, ...], Field(max_length=100)] = ()
    mapping: Annotated[dict[str, str | None], Field(default_factory=dict)]
    instance_ids: Annotated[tuple[UUID, ...], Field(max_length=MAX_CHOSEN)] = ()

    def plan(self) -> Plan:
        """Return the plan."""
        return Plan(
            target=DefinitionId(self.target_id),
            sources=tuple(DefinitionId(one) for one in self.source_ids),
            mapping=self.mapping,
            chosen=tuple(InstanceId(one) for one in self.instance_ids),
        )


class BeginBody(PlanBody):
    """A plan and why it is carried out."""

    reason: Annotated[str, Field(max_length=MAX_REASON), FILLED]


class UndoBody(RequestBody):
    """Why, and which procedures; without `instance_ids` all that were taken."""

    reason: Annotated[str, Field(max_length=MAX_REASON), FILLED]
    instance_ids: Annotated[tuple[UUID, ...], Field(max_length=MAX_CHOSEN)] = ()


class PairingAnswer(Answer):
    """An element where a procedure may stand, what becomes of it (null: nothing), and what it could become."""

    element_id: str
    name: str
    kind: str
    target_id: str | None
    choices: list[str]


class SourceAnswer(Answer):
    """A version that is left, and how many procedures of the agency run by it."""

    definition_id: UUID
    version: int
    running: int
    elements: list[PairingAnswer]


class PlanAnswer(Answer):
    """A plan that fits."""

    target_id: UUID
    target_version: int
    sources: list[SourceAnswer]


class ObstacleAnswer(Answer):
    """Why a procedure cannot go: a stable code, the element it is about, a sentence."""

    code: Hindrance
    element_id: str | None
    message: str


class ConsequenceAnswer(Answer):
    """What happens along with it: a stable code, the element it is about, a sentence."""

    code: Effect
    element_id: str
    message: str


class VerdictAnswer(Answer):
    """What came of trying one procedure; it can go if there are no obstacles. Nothing was changed."""

    instance_id: UUID
    document_id: UUID
    can: bool
    obstacles: list[ObstacleAnswer]
    consequences: list[ConsequenceAnswer]


class DryRunAnswer(PageOf[VerdictAnswer]):
    """One page of procedures; counted are all that the plan means, by each reason and effect."""

    can: int
    cannot: int
    hindrances: dict[Hindrance, int]
    effects: dict[Effect, int]


class MigrationAnswer(Answer):
    """A migration and how far it is. `target_id` is null where it puts procedures back (`undoes`).

    It is running until no procedure waits, then finished; `stopped_because` says why it stopped by itself.
    """

    id: UUID
    definition_key: str
    target_id: UUID | None
    mapping: dict[str, str | None]
    reason: str
    begun_at: datetime
    begun_by: PersonRef | None
    state: str
    stopped_because: str | None
    undoes: UUID | None
    waiting: int
    done: int
    refused: int
    undone: int
    hindrances: dict[Hindrance, int]


class MigratedAnswer(Answer):
    """What became of one procedure of a migration."""

    instance_id: UUID
    from_id: UUID
    to_id: UUID
    state: MigratedState
    at: datetime | None
    obstacles: list[ObstacleAnswer]


@router.post("/instance-migrations/plan", summary="Check a plan", response_model=PlanAnswer, responses=problems(403))
def check_plan(body: PlanBody, call: CallDep, work: WorkDep) -> PlanAnswer:
    """Return what becomes of each element by this plan, or everything that is wrong with it."""
    plan = checked(body.plan(), by=call.by, work=work)
    running = work.migrations.count_running(call.by.agency_id, plan.target.key)
    return PlanAnswer(
        target_id=plan.target.id,
        target_version=plan.target.version,
        sources=[
            SourceAnswer(
                definition_id=one.id,
                version=one.version,
                running=running.get(one.id, 0),
                elements=[_pairing(pairing) for pairing in plan.ways[one.id].pairings()],
            )
            for one in plan.sources
        ],
    )


@router.post("/instance-migrations/dry-run", summary="Try a plan", response_model=DryRunAnswer, responses=problems(403))
def try_plan(body: PlanBody, call: CallDep, page: PageDep, work: WorkDep) -> DryRunAnswer:
    """Really make the other state of every procedure, say which can go and why others cannot, and keep nothing."""
    plan = checked(body.plan(), by=call.by, work=work)
    found = dry_run(plan, page, by=call.by, at=call.at, work=work)
    counted = outlook(plan, by=call.by, at=call.at, work=work)
    return DryRunAnswer(
        items=[_verdict(one, call) for one in found.items],
        next=found.next,
        can=counted.can,
        cannot=counted.cannot,
        hindrances={Hindrance(code): count for code, count in counted.hindrances.items()},
        effects={Effect(code): count for code, count in counted.effects.items()},
    )


@router.post(
    "/instance-migrations",
    status_code=201,
    summary="Carry out a plan",
    response_model=MigrationAnswer,
    responses=problems(403, 409),
)
def begin(body: BeginBody, key: RepeatKeyDep, call: CallDep, work: WorkDep) -> MigrationAnswer:
    """Have the workers take every procedure that can go, each by itself; the others stay, with the reason."""
    request = BeginMigration(plan=body.plan(), reason=body.reason, once=key.once(body))
    return _answer(begin_migration(request, by=call.by, at=call.at, work=work), call, work)


@router.get(
    "/instance-migrations", summary="Migrations", response_model=PageOf[MigrationAnswer], responses=problems(403)
)
def list_migrations(call: CallDep, page: PageDep, work: WorkDep) -> PageOf[MigrationAnswer]:
    """Return the agency's migrations, the newest first."""
    access.require(call.by, "migrate_instances")
    found = work.migrations.of_agency(call.by.agency_id, page)
    return PageOf(items=_answers(found.items, call, work), next=found.next)


@router.get(
    "/instance-migrations/{migration_id}",
    summary="A migration",
    response_model=MigrationAnswer,
    responses=problems(403, 404),
)
def get_migration(migration_id: MigrationPath, call: CallDep, work: WorkDep) -> MigrationAnswer:
    """Return how far it is."""
    return _answer(own(migration_id, by=call.by, work=work), call, work)


@router.get(
    "/instance-migrations/{migration_id}/instances",
    summary="Its procedures",
    response_model=PageOf[MigratedAnswer],
    responses=problems(403, 404),
)
def list_instances(
    migration_id: MigrationPath,
    call: CallDep,
    page: PageDep,
    work: WorkDep,
    state: Annotated[MigratedState | None, Query(description="Only those in this state")] = None,
) -> PageOf[MigratedAnswer]:
    """Return what became of each procedure."""
    own(migration_id, by=call.by, work=work)
    return page_of(work.migrations.instances(migration_id, page, state), lambda one: _migrated(one, call))


@router.post(
    "/instance-migrations/{migration_id}/stop",
    summary="Stop",
    response_model=MigrationAnswer,
    responses=problems(403, 404, 409),
)
def stop(migration_id: MigrationPath, call: CallDep, work: WorkDep) -> MigrationAnswer:
    """Take no further procedure; those taken stay taken."""
    return _answer(stop_migration(migration_id, by=call.by, at=call.at, work=work), call, work)


@router.post(
    "/instance-migrations/{migration_id}/continue",
    summary="Go on",
    response_model=MigrationAnswer,
    responses=problems(403, 404, 409),
)
def go_on(migration_id: MigrationPath, call: CallDep, work: WorkDep) -> MigrationAnswer:
    """Take those that still wait."""
    return _answer(continue_migration(migration_id, by=call.by, at=call.at, work=work), call, work)


@router.get(
    "/instance-migrations/{migration_id}/undo",
    summary="Try to put back",
    response_model=PageOf[VerdictAnswer],
    responses=problems(403, 404),
)
def try_undo(migration_id: MigrationPath, call: CallDep, page: PageDep, work: WorkDep) -> PageOf[VerdictAnswer]:
    """Say which procedures could be put back now and why others could not, and keep nothing."""
    found = dry_undo(own(migration_id, by=call.by, work=work), page, by=call.by, at=call.at, work=work)
    return page_of(found, lambda one: _verdict(one, call))


@router.post(
    "/instance-migrations/{migration_id}/undo",
    status_code=201,
    summary="Put back",
    response_model=MigrationAnswer,
    responses=problems(403, 404, 409),
)
def undo(
    migration_id: MigrationPath, body: UndoBody, key: RepeatKeyDep, call: CallDep, work: WorkDep
) -> MigrationAnswer:
    """Have the workers put back what this migration took, as far as it can be: a migration of its own."""
    chosen = tuple(InstanceId(one) for one in body.instance_ids)
    request = UndoMigration(migration_id=migration_id, reason=body.reason, chosen=chosen, once=key.once(body))
    return _answer(undo_migration(request, by=call.by, at=call.at, work=work), call, work)


def _pairing(pairing: Pairing) -> PairingAnswer:
    return PairingAnswer(
        element_id=pairing.element_id,
        name=pairing.name,
        kind=pairing.kind,
        target_id=pairing.target_id,
        choices=list(pairing.choices),
    )


def _verdict(verdict: Verdict, call: Call) -> VerdictAnswer:
    return VerdictAnswer(
        instance_id=verdict.instance_id,
        document_id=verdict.document_id,
        can=not verdict.obstacles,
        obstacles=_obstacles(verdict.obstacles, call),
        consequences=[_consequence(one, call) for one in verdict.consequences],
    )


def _obstacles(found: Sequence[Obstacle], call: Call) -> list[ObstacleAnswer]:
    return [ObstacleAnswer(code=one.hindrance, element_id=one.element_id, message=_said(one, call)) for one in found]


def _said(obstacle: Obstacle, call: Call) -> str:
    said = (spoken(one, call.language) for one in (obstacle.sentence, obstacle.cause))
    return " ".join(filter(None, said))


def _consequence(one: Consequence, call: Call) -> ConsequenceAnswer:
    return ConsequenceAnswer(code=one.effect, element_id=one.element_id, message=spoken(one.sentence, call.language))


def _migrated(one: MigratedInstance, call: Call) -> MigratedAnswer:
    return MigratedAnswer(
        instance_id=one.instance_id,
        from_id=one.from_id,
        to_id=one.to_id,
        state=one.state,
        at=one.at,
        obstacles=_obstacles(one.obstacles, call),
    )


def _answer(migration: Migration, call: Call, work: UnitOfWork) -> MigrationAnswer:
    return _answers([migration], call, work)[0]


def _answers(found: Sequence[Migration], call: Call, work: UnitOfWork) -> list[MigrationAnswer]:
    tallies = work.migrations.tallies([one.id for one in found]) if found else {}
    names = Names(call.by.agency_id, work)
    return [_told(one, tallies[one.id], names, call) for one in found]


def _told(migration: Migration, tally: Tally, names: Names, call: Call) -> MigrationAnswer:
    because = migration.stopped_because
    return MigrationAnswer(
        id=migration.id,
        definition_key=migration.definition_key,
        target_id=migration.target_id,
        mapping=dict(migration.mapping),
        reason=migration.reason,
        begun_at=migration.begun_at,
        begun_by=names.person(migration.begun_by),
        state=migration.standing(tally),
        stopped_because=spoken(because, call.language) if because else None,
        undoes=migration.undoes,
        waiting=tally.count(MigratedState.WAITING),
        done=tally.count(MigratedState.DONE),
        refused=tally.count(MigratedState.REFUSED),
        undone=tally.count(MigratedState.UNDONE),
        hindrances=dict(tally.hindrances),
    )
