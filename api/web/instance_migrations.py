"""Migrations on pages: a plan, what it would do, how far it is, and putting procedures back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import PageDep, ServicesDep, WorkDep
from api.problems import status_of
from api.web.desk import Desk, DeskDep
from api.web.forms import Form, FormDep, Typed, id_of
from api.web.names import names_of
from api.web.procedures import name_of
from api.web.words import msgid
from engine import access
from engine.actions.begin_migration import BeginMigration, begin_migration
from engine.actions.continue_migration import continue_migration
from engine.actions.stop_migration import stop_migration
from engine.actions.undo_migration import UndoMigration, undo_migration
from engine.definitions import Definition
from engine.errors import Refusal
from engine.ids import DefinitionId, InstanceId, MigrationId
from engine.instance_migrations import (
    MAX_REASON,
    MigratedState,
    Migration,
    MigrationPlanInvalid,
    NothingToMigrate,
    Outlook,
    Pairing,
    Plan,
    Verdict,
)
from engine.migration_plans import checked, dry_run, outlook, own
from engine.ports import UnitOfWork
from engine.procedures import model_of_version
from engine.queries import Page, PageRequest
from engine.runtime.mapping import way

router = APIRouter()

LABELS: Final[Mapping[str, str]] = {"source": msgid("From version"), "reason": msgid("Reason")}
UNDO_LABELS: Final[Mapping[str, str]] = {"reason": msgid("Reason")}
MAPPED: Final = "to-"
"""Before the element in the name of the field that says what it becomes."""


@router.get("/instance-migrations")
def show_list(desk: DeskDep, work: WorkDep, page: PageDep) -> Response:
    """Show the agency's migrations."""
    access.require(desk.person, "migrate_instances")
    found = work.migrations.of_agency(desk.person.agency_id, page)
    keys = {one.definition_key for one in found.items}
    return desk.page(
        "instance_migrations/list.html",
        found=found,
        tallies=work.migrations.tallies([one.id for one in found.items]) if found.items else {},
        definitions={one.id: one for one in work.definitions.all() if one.key in keys},
        names=names_of(desk.person.agency_id, work, desk.speaks("the machine")),
    )


@router.get("/instance-migrations/new")
def show_plan(desk: DeskDep, work: WorkDep, target: str = "") -> Response:
    """Show the plan that the two versions suggest, to be changed, tried and carried out."""
    access.require(desk.person, "migrate_instances")
    return _plan(desk, work, work.definitions.get(DefinitionId(id_of(target))))


@router.post("/instance-migrations/new")
def try_plan(desk: DeskDep, form: FormDep, work: WorkDep, page: PageDep) -> Response:
    """Show what the plan would do, or what is wrong with it; nothing is kept."""
    access.require(desk.person, "migrate_instances")
    target = work.definitions.get(DefinitionId(form.id("target")))
    try:
        tried = _tried(_wanted(form, target, desk, work), page, desk, work)
    except MigrationPlanInvalid as refusal:
        return _plan(desk, work, target, form, refusal=refusal)
    return _plan(desk, work, target, form, tried=tried)


@router.post("/instance-migrations")
def begin(desk: DeskDep, form: FormDep, services: ServicesDep) -> Response:
    """Carry the plan out; or show what is wrong with it."""
    access.require(desk.person, "migrate_instances")
    target_id = DefinitionId(form.id("target"))
    try:
        with services.begin() as work:
            wanted = _wanted(form, work.definitions.get(target_id), desk, work)
            request = BeginMigration(plan=wanted, reason=form.text("reason"))
            request = replace(request, once=form.once(request))
            return _to_begun(begin_migration(request, by=desk.person, at=desk.at, work=work), desk, work)
    except (MigrationPlanInvalid, NothingToMigrate) as refusal:
        with services.begin() as work:
            return _plan(desk, work, work.definitions.get(target_id), form, refusal=refusal)


@router.get("/instance-migrations/{migration_id}")
def show(desk: DeskDep, work: WorkDep, page: PageDep, migration_id: str, state: str = "") -> Response:
    """Show how far a migration is, and what became of each procedure."""
    return _show(own(MigrationId(id_of(migration_id)), by=desk.person, work=work), desk, work, page, state)


@router.post("/instance-migrations/{migration_id}/stop")
def stop(desk: DeskDep, _: FormDep, work: WorkDep, migration_id: str) -> Response:
    """Stop it."""
    migration = stop_migration(MigrationId(id_of(migration_id)), by=desk.person, at=desk.at, work=work)
    return desk.to(f"/instance-migrations/{migration.id}", "migration_stopped")


@router.post("/instance-migrations/{migration_id}/continue")
def go_on(desk: DeskDep, _: FormDep, work: WorkDep, migration_id: str) -> Response:
    """Let it go on."""
    migration = continue_migration(MigrationId(id_of(migration_id)), by=desk.person, at=desk.at, work=work)
    return desk.to(f"/instance-migrations/{migration.id}", "migration_continued")


@router.post("/instance-migrations/{migration_id}/undo")
def undo(desk: DeskDep, form: FormDep, services: ServicesDep, migration_id: str) -> Response:
    """Put back what it took, or one procedure of it."""
    key = MigrationId(id_of(migration_id))
    chosen = (InstanceId(form.id("instance")),) if form.text("instance") else ()
    request = UndoMigration(migration_id=key, reason=form.text("reason"), chosen=chosen)
    request = replace(request, once=form.once(request))
    try:
        with services.begin() as work:
            return _to_begun(undo_migration(request, by=desk.person, at=desk.at, work=work), desk, work)
    except (MigrationPlanInvalid, NothingToMigrate) as refusal:
        with services.begin() as work:
            found = own(key, by=desk.person, work=work)
            return _show(found, desk, work, PageRequest(), refused=(form, refusal))


def _to_begun(migration: Migration, desk: Desk, work: UnitOfWork) -> Response:
    total = work.migrations.tallies([migration.id])[migration.id].total
    return desk.to(f"/instance-migrations/{migration.id}", "migration_begun", count=str(total))


def _versions(target: Definition, desk: Desk, work: UnitOfWork) -> list[tuple[Definition, int]]:
    """Return the other versions by which procedures of the agency run, the newest first, with how many they are."""
    running = work.migrations.count_running(desk.person.agency_id, target.key)
    known = [one for one in work.definitions.all() if one.key == target.key and one.id != target.id]
    return [(work.definitions.get(one.id), running[one.id]) for one in known if one.id in running]


def _pairings(sources: Sequence[Definition], target: Definition) -> list[Pairing]:
    """Return what becomes of the elements of all these versions if nobody says otherwise."""
    after = model_of_version(target)
    found: dict[str, Pairing] = {}
    for source in sources:
        for pairing in way(model_of_version(source), after, {}).pairings():
            known = found.get(pairing.element_id)
            if known is None or known.target_id is None:
                found[pairing.element_id] = pairing
    return list(found.values())


def _wanted(form: Form, target: Definition, desk: Desk, work: UnitOfWork) -> Plan:
    sources = [one for one, _ in _versions(target, desk, work)]
    mapping: dict[str, str | None] = {}
    for pairing in _pairings(sources, target):
        name = f"{MAPPED}{pairing.element_id}"
        typed = form.text(name) or None
        if name in form.values() and typed != pairing.target_id:
            mapping[pairing.element_id] = typed
    chosen = tuple(DefinitionId(id_of(one)) for one in form.texts("source"))
    return Plan(target=target.id, sources=chosen or tuple(one.id for one in sources), mapping=mapping)


def _tried(wanted: Plan, page: PageRequest, desk: Desk, work: UnitOfWork) -> tuple[Outlook, Page[Verdict]]:
    plan = checked(wanted, by=desk.person, work=work)
    found = dry_run(plan, page, by=desk.person, at=desk.at, work=work)
    return outlook(plan, by=desk.person, at=desk.at, work=work), found


def _plan(
    desk: Desk,
    work: UnitOfWork,
    target: Definition,
    sent: Form | None = None,
    *,
    refusal: Refusal | None = None,
    tried: tuple[Outlook, Page[Verdict]] | None = None,
) -> Response:
    versions = _versions(target, desk, work)
    pairings = _pairings([one for one, _ in versions], target)
    form = Typed.of(LABELS, desk.language)
    form = form.typed(sent) if sent else form
    form = form.refused(refusal, desk.language) if refusal else form
    model = model_of_version(target)
    chosen = {one.element_id: _chosen(one, form, sent) for one in pairings}
    return desk.page(
        "instance_migrations/new.html",
        status=status_of(refusal) if refusal else 200,
        target=target,
        name=desk.pick(model.name, model.name_en),
        versions=versions,
        pairings=sorted(
            pairings, key=lambda one: (chosen[one.element_id] is not None, one.element_id != one.target_id)
        ),
        chosen=chosen,
        called={one: name_of(model, one, desk) for one in model.names},
        form=form,
        tried=tried,
        longest_reason=MAX_REASON,
    )


def _chosen(pairing: Pairing, form: Typed, sent: Form | None) -> str | None:
    return (form.value(f"{MAPPED}{pairing.element_id}") or None) if sent else pairing.target_id


def _show(
    migration: Migration,
    desk: Desk,
    work: UnitOfWork,
    page: PageRequest,
    state: str = "",
    refused: tuple[Form, Refusal] | None = None,
) -> Response:
    form, status = Typed.of(UNDO_LABELS, desk.language), 200
    if refused is not None:
        sent, refusal = refused
        form, status = form.typed(sent).refused(refusal, desk.language), status_of(refusal)
    only = MigratedState(state) if state in set(MigratedState) else None
    tally = work.migrations.tallies([migration.id])[migration.id]
    return desk.page(
        "instance_migrations/show.html",
        status=status,
        migration=migration,
        standing=migration.standing(tally),
        tally=tally,
        found=work.migrations.instances(migration.id, page, only),
        only=only,
        states=list(MigratedState),
        versions={one.id: one for one in work.definitions.all() if one.key == migration.definition_key},
        target=work.definitions.get(migration.target_id) if migration.target_id else None,
        names=names_of(desk.person.agency_id, work, desk.speaks("the machine")),
        form=form,
        longest_reason=MAX_REASON,
    )
