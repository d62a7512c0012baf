"""Plans of migrations, refused or begun; who may; stopping, going on; dry runs."""

from dataclasses import replace

import pytest

from engine.access import NotAllowed
from engine.actions.continue_migration import continue_migration
from engine.actions.halt_migration import halt_migration
from engine.actions.stop_migration import stop_migration
from engine.ids import DefinitionId
from engine.instance_migrations import (
    Hindrance,
    MigratedState,
    MigrationNotFound,
    MigrationNotRunning,
    MigrationNotStopped,
    MigrationPlanInvalid,
    NothingToMigrate,
    Plan,
)
from engine.migration_plans import checked, dry_run, outlook
from engine.queries import IdempotencyKeyReused, Once, PageRequest
from tests.engine.actions.test_administer_instances import instance, leaves
from tests.engine.runtime.drawing import flows, human, service
from tests.support.house import Crowd
from tests.support.migrations import (
    AS_PROPOSED,
    BEGIN,
    END,
    NOWHERE,
    Asked,
    begin,
    carried,
    deploy,
    steps,
    undo,
)
from tests.support.office import Office, Register


def test_a_plan_that_does_not_fit_names_everything_and_begins_nothing(office: Office, registered: Register) -> None:
    deploy(office, *steps("read", "answer"))
    registered()
    target = deploy(
        office,
        BEGIN,
        service("read", "check_signatures"),
        human("answer", roles="clerk"),
        END,
        flows("begin > read > answer > finished"),
    )
    foreign = deploy(office, *steps("other"), key="another")

    def wrong(asked: Asked, to: DefinitionId = target) -> set[tuple[str, str]]:
        with pytest.raises(MigrationPlanInvalid) as refused:
            begin(office, to, asked)
        return {(error.field, error.code) for error in refused.value.errors}

    assert wrong(Asked(mapping={"read": "read", "answer": "nowhere", "x": "read"}, reason=" ")) == {
        ("mapping/read", "twice"),
        ("mapping/answer", "target_unknown"),
        ("mapping/x", "unknown"),
        ("reason", "required"),
    }
    assert wrong(Asked(mapping={"answer": "read"})) == {("mapping/answer", "other_kind")}
    assert wrong(AS_PROPOSED, NOWHERE) == {("target", "not_found")}
    assert wrong(Asked(sources=(foreign, target))) == {("sources", "other_procedure"), ("sources", "same")}
    assert wrong(Asked(sources=(NOWHERE,))) == {("sources", "not_found")}
    assert wrong(Asked(reason="a\0")) == {("reason", "unprintable")}
    assert wrong(Asked(mapping=dict.fromkeys(map(str, range(1001))))) == {("mapping", "too_many")}
    with office.house.services.begin() as work:
        assert work.migrations.of_agency(office.people["quantri"].agency_id, PageRequest()).items == ()


def test_only_administrators_of_the_agency_migrate_its_procedures(office: Office, registered: Register) -> None:
    deploy(office, *steps("read"))
    document_id = registered()
    target = deploy(office, *steps("read", "answer"))
    for by in ("kiemtra", "vanthu", "chutich"):
        with pytest.raises(NotAllowed):
            begin(office, target, by=by)
    migration = begin(office, target)
    services = office.house.services

    for act in (stop_migration, continue_migration):
        with services.begin() as work, pytest.raises(NotAllowed):
            act(migration.id, by=office.people["vanthu"], at=services.clock(), work=work)
    with pytest.raises(NotAllowed):
        undo(office, migration, by="chutich")
    stranger = replace(office.people["quantri"], agency_id=office.people["vanthu.xa1"].agency_id)
    foreign = replace(office, people=Crowd({**office.people.people, "quantri": stranger}))
    with pytest.raises(MigrationNotFound):
        undo(foreign, migration)
    with pytest.raises(NothingToMigrate):
        begin(foreign, target)
    assert leaves(office, document_id) == []


def test_a_migration_is_stopped_and_goes_on_and_nothing_is_lost(office: Office, registered: Register) -> None:
    deploy(office, *steps("read"))
    documents = [registered() for _ in range(3)]
    migration = begin(office, deploy(office, *steps("read", "answer")))
    services, administrator = office.house.services, office.people["quantri"]
    with services.begin() as work:
        assert stop_migration(migration.id, by=administrator, at=services.clock(), work=work).state == "stopped"
    with services.begin() as work, pytest.raises(MigrationNotRunning):
        stop_migration(migration.id, by=administrator, at=services.clock(), work=work)

    assert carried(office, migration).states == {MigratedState.WAITING: 3}
    with services.begin() as work:
        continue_migration(migration.id, by=administrator, at=services.clock(), work=work)
    with services.begin() as work, pytest.raises(MigrationNotStopped):
        continue_migration(migration.id, by=administrator, at=services.clock(), work=work)
    assert carried(office, migration).states == {MigratedState.DONE: 3}

    for act, refusal in ((stop_migration, MigrationNotRunning), (continue_migration, MigrationNotStopped)):
        with services.begin() as work, pytest.raises(refusal):
            act(migration.id, by=administrator, at=services.clock(), work=work)
    assert [leaves(office, one) for one in documents] == [["instance.migrated"]] * 3


def test_a_migration_that_fails_by_itself_stands_with_its_cause_until_somebody_continues_it(
    office: Office, registered: Register
) -> None:
    deploy(office, *steps("read"))
    registered()
    migration, services = begin(office, deploy(office, *steps("read", "answer"))), office.house.services
    for _ in range(2):
        with services.begin() as work:
            halt_migration(migration.id, NothingToMigrate(), at=services.clock(), work=work)
    with services.begin() as work:
        stopped = work.migrations.get(migration.id)
        recorded = [leaf.action for leaf in work.audit.about(stopped.agency_id, [str(migration.id)])]

    assert (stopped.stopped_because, recorded) == (str(NothingToMigrate()), ["migration.begun", "migration.stopped"])


def test_the_same_request_begins_one_migration_and_another_one_with_its_key_is_refused(
    office: Office, registered: Register
) -> None:
    deploy(office, *steps("read"))
    registered()
    target = deploy(office, *steps("read", "answer"))
    key = Once(key="k", fingerprint="f")

    first = begin(office, target, Asked(once=key))

    assert begin(office, target, Asked(once=key)) == first
    with pytest.raises(IdempotencyKeyReused):
        begin(office, target, Asked(once=replace(key, fingerprint="g")))


def test_the_dry_run_counts_by_reason_and_keeps_nothing(office: Office, registered: Register) -> None:
    deploy(office, *steps("read", "answer"))
    stays, goes = registered(), registered()
    office.complete(goes, "read", "done", "vanthu")
    target, services = deploy(office, *steps("answer")), office.house.services
    administrator = office.people["quantri"]
    with services.begin() as work:
        plan = checked(Plan(target=target), by=administrator, work=work)
        page = dry_run(plan, PageRequest(limit=1), by=administrator, at=services.clock(), work=work)
        found = outlook(plan, by=administrator, at=services.clock(), work=work)

    assert (page.next is not None, found.can, found.cannot) == (True, 1, 1)
    assert found.hindrances == {Hindrance.GONE: 1}
    assert instance(office, stays).definition_id == instance(office, goes).definition_id != target


def test_a_step_that_would_name_no_unit_is_an_obstacle_with_its_cause(office: Office, registered: Register) -> None:
    deploy(office, *steps("read"))
    registered()

    migration = begin(office, deploy(office, *steps("read", unit="'nowhere'")))
    carried(office, migration)

    with office.house.services.begin() as work:
        (refused,) = work.migrations.instances(migration.id, PageRequest()).items
    assert [one.hindrance for one in refused.obstacles] == [Hindrance.DATA_MISSING]
    assert "it gives no id" in refused.obstacles[0].cause
