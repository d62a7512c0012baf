"""Running procedures taken to another version and back, by real actions and workers on a real database."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from api.timers import fire_next
from api.wiring import now
from api.worker import once
from engine.access import NotAllowed
from engine.actions.begin_migration import BeginMigration, begin_migration
from engine.actions.cancel_instance import cancel_instance
from engine.actions.claim_work_item import claim_work_item
from engine.actions.complete_work_item import CompleteWorkItem, complete_work_item
from engine.actions.continue_migration import continue_migration
from engine.actions.deploy_definition import deploy_definition
from engine.actions.halt_migration import halt_migration
from engine.actions.migrate_instances import migrate_instances
from engine.actions.recall_work_item import recall_work_item
from engine.actions.save_form_draft import SaveFormDraft, save_form_draft
from engine.actions.stop_migration import stop_migration
from engine.actions.suspend_instance import suspend_instance
from engine.actions.undo_migration import UndoMigration, undo_migration
from engine.definitions import Definition
from engine.documents import IdempotencyKeyReused
from engine.ids import DefinitionId, DocumentId
from engine.instance_migrations import (
    Hindrance,
    MigratedState,
    Migration,
    MigrationNotFound,
    MigrationNotRunning,
    MigrationNotStopped,
    MigrationPlanInvalid,
    NothingToMigrate,
    Plan,
    Tally,
)
from engine.migration_plans import checked, dry_run, dry_undo, outlook
from engine.queries import Once, PageRequest
from engine.recalls import RecallRefused
from engine.work_items import WorkItemState
from tests.engine.actions.test_administer_instances import administer, instance, leaves
from tests.engine.runtime.drawing import event, flows, human, service
from tests.support.house import Crowd
from tests.support.models import after, boundary, bundle, instance_of
from tests.support.office import Office, a_pdf

REASON = "Quy trình mới theo Quyết định 12/QĐ-UBND"
BEGIN, END = event("start", "begin"), event("end", "finished")
NOWHERE = DefinitionId(UUID(int=1))


def deploy(office: Office, *body: str, key: str = "incoming_document") -> Definition:
    services = office.house.services
    with services.begin() as work:
        return deploy_definition(bundle(*body, key=key), by=office.people["quantri"], at=services.clock(), work=work)


def steps(*ids: str, roles: str = "clerk", more: str = "", **attributes: str) -> tuple[str, ...]:
    drawn = (human(one, roles=roles, **attributes) for one in ids)
    return (BEGIN, *drawn, END, more, flows(" > ".join(["begin", *ids, "finished"])))


def begin(office: Office, target: Definition | DefinitionId, by: str = "quantri", **plan: object) -> Migration:
    services, reason = office.house.services, str(plan.pop("reason", REASON))
    once_only = plan.pop("once", None)
    with services.begin() as work:
        wanted = Plan(target=getattr(target, "id", target), **plan)  # type: ignore[arg-type]
        request = BeginMigration(plan=wanted, reason=reason, once=once_only)  # type: ignore[arg-type]
        return begin_migration(request, by=office.people[by], at=services.clock(), work=work)


def undo(office: Office, migration: Migration, by: str = "quantri", **chosen: object) -> Migration:
    services = office.house.services
    with services.begin() as work:
        request = UndoMigration(migration_id=migration.id, **{"reason": REASON, **chosen})  # type: ignore[arg-type]
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


@pytest.fixture
def registered(office: Office) -> Callable[[], DocumentId]:
    """Register documents, all with the same file."""
    file_id = office.upload(a_pdf())
    return lambda: office.register(file_id=file_id).document.id


Register = Callable[[], DocumentId]


def test_a_procedure_goes_on_by_the_other_version_with_the_same_work_item(office: Office, registered: Register) -> None:
    deploy(office, *steps("read", "answer"))
    document_id, target = registered(), deploy(office, *steps("look", "check", "answer"))
    item = office.item(document_id, "read")

    migration = begin(office, target, mapping={"read": "look"})
    assert carried(office, migration).states == {MigratedState.DONE: 1}

    moved, again = instance(office, document_id), office.item(document_id, "look")
    assert (moved.definition_id, moved.bundle_sha256) == (target.id, target.bundle_sha256)
    assert (again.id, again.task_id, again.opened_at, again.name) == (item.id, item.task_id, item.opened_at, "look")
    office.complete(document_id, "look", "done", "vanthu")
    assert office.item(document_id, "check").state is WorkItemState.OPEN
    assert leaves(office, document_id) == ["instance.migrated"]
    with office.house.services.begin() as work:
        history = work.instances.history(moved.id)
        (passage,) = work.migrations.passages(moved.id)
        begun = [leaf.action for leaf in work.audit.about(moved.agency_id, [str(migration.id)])]
    assert {line.element_id for line in history} == {"begin", "look", "check"}
    assert (passage.from_version, passage.to_version, passage.reason) == (target.version - 1, target.version, REASON)
    assert begun == ["migration.begun"]


def test_who_has_the_work_keeps_it_only_if_they_may_in_the_other_version(office: Office, registered: Register) -> None:
    deploy(office, *steps("read", roles="clerk"))
    document_id = registered()
    item, services = office.item(document_id, "read"), office.house.services
    clerk = office.people["vanthu"]
    with services.begin() as work:
        claim_work_item(item.id, by=clerk, at=services.clock(), work=work)
    wider = deploy(office, *steps("read", roles="clerk chief_of_office"))
    other = deploy(office, *steps("read", roles="head"))

    carried(office, begin(office, wider))
    assert office.item(document_id, "read").assignee == clerk.id
    with services.begin() as work:
        plan = checked(Plan(target=other.id), by=office.people["quantri"], work=work)
        (verdict,) = dry_run(plan, PageRequest(), by=office.people["quantri"], at=services.clock(), work=work).items
    taken = begin(office, other)
    carried(office, taken)
    assert ([one.effect for one in verdict.consequences], office.item(document_id, "read").assignee) == (
        ["released"],
        None,
    )

    carried(office, undo(office, taken))

    assert office.item(document_id, "read").assignee == clerk.id, "exactly as it was"


def test_an_undone_procedure_is_exactly_as_before_and_one_that_went_on_goes_back_by_the_rules(
    office: Office, registered: Register
) -> None:
    deploy(office, *steps("read", "answer"))
    untouched, gone_on, beyond = registered(), registered(), registered()
    before = instance(office, untouched)
    target = deploy(office, *steps("look", "check", "answer"))
    migration = begin(office, target, mapping={"read": "look"})
    carried(office, migration)
    for document_id in (gone_on, beyond):
        office.complete(document_id, "look", "done", "vanthu")
    office.complete(gone_on, "check", "done", "vanthu")
    services = office.house.services
    with services.begin() as work:
        verdicts = dry_undo(migration, PageRequest(), by=office.people["quantri"], at=services.clock(), work=work)

    back = undo(office, migration)
    found = carried(office, back)

    assert found.states == {MigratedState.DONE: 2, MigratedState.REFUSED: 1}
    assert sorted(bool(verdict.obstacles) for verdict in verdicts.items) == [False, False, True]
    assert hindrances(office, back) == [Hindrance.GONE]
    restored = instance(office, untouched)
    assert (restored.state, restored.definition_id) == (before.state, before.definition_id)
    assert office.item(untouched, "read").name == "read"
    office.complete(gone_on, "answer", "done", "vanthu")
    with services.begin() as work:
        history = work.instances.history(instance_of(gone_on, work).id)
    assert "read" in {line.element_id for line in history}
    assert tally(office, migration).states == {MigratedState.UNDONE: 2, MigratedState.DONE: 1}
    assert leaves(office, untouched) == ["instance.migrated", "instance.migration_undone"]


def test_one_procedure_of_a_migration_is_put_back_alone_and_only_once(office: Office, registered: Register) -> None:
    deploy(office, *steps("read"))
    first, second = registered(), registered()
    migration = begin(office, deploy(office, *steps("read", "answer")))
    carried(office, migration)
    alone = (instance(office, first).id,)

    carried(office, undo(office, migration, chosen=alone))

    assert tally(office, migration).states == {MigratedState.UNDONE: 1, MigratedState.DONE: 1}
    with pytest.raises(NothingToMigrate):
        undo(office, migration, chosen=alone)
    assert instance(office, second).definition_id != instance(office, first).definition_id


def test_timers_count_from_when_the_step_began_and_fire_though_they_are_over(
    office: Office, registered: Register
) -> None:
    early = replace(office.house.services, clock=lambda: now() - timedelta(days=3))
    past = replace(office, house=replace(office.house, services=early))
    deploy(past, *steps("read"))
    document_id = past.register().document.id
    late = (boundary("late", "read", after("P2D")), human("hurry", roles="clerk"), event("end", "over"))
    target = deploy(office, *steps("read", more="".join(late)), flows("late > hurry > over"))
    office.run_jobs()

    carried(office, begin(office, target))
    assert fire_next(office.house.services, once)

    assert office.item(document_id, "hurry").state is WorkItemState.OPEN
    with pytest.raises(AssertionError):
        office.item(document_id, "read")


def test_a_suspended_procedure_goes_too_and_stays_suspended(office: Office, registered: Register) -> None:
    deploy(office, *steps("read"))
    document_id = registered()
    administer(office, suspend_instance, document_id)
    target = deploy(
        office,
        *steps(
            "read",
            more=boundary("late", "read", after("P2D"), interrupting=False)
            + human("hurry", roles="clerk")
            + event("end", "over"),
        ),
        flows("late > hurry > over"),
    )

    carried(office, begin(office, target))

    moved = instance(office, document_id)
    assert (moved.definition_id, moved.standing) == (target.id, "suspended")
    with office.house.services.begin() as work:
        assert work.timers.of_instance(moved.id) == []


def test_a_stuck_job_is_asked_anew_where_the_other_version_asks_for_something_else(
    office: Office, registered: Register
) -> None:
    def checking(what: str) -> tuple[str, ...]:
        ways = flows("begin > s > read > finished")
        return (BEGIN, service("s", "check_signatures", what=what), human("read", roles="clerk"), END, ways)

    deploy(office, *checking("1"))
    document_id, target = registered(), deploy(office, *checking("2"))

    migration = begin(office, target)
    migrate_instances(migration.id, services=office.house.services)
    with office.house.services.begin() as work:
        entered = Counter(line.movement for line in work.instances.history(instance_of(document_id, work).id))
    office.run_jobs()

    assert (entered[Movement.ENTERED], entered[Movement.LEFT]) == (3, 2)
    assert office.item(document_id, "read").state is WorkItemState.OPEN


def test_a_recall_ends_with_the_reason_and_drafts_for_outcomes_that_are_gone_too(
    office: Office, registered: Register
) -> None:
    deploy(
        office,
        BEGIN,
        human("read", roles="clerk"),
        human("answer", "yes", "no", roles="head"),
        END,
        flows("begin > read > answer > finished"),
    )
    document_id = registered()
    done = office.complete(document_id, "read", "done", "vanthu")
    item, services, head = office.item(document_id, "answer"), office.house.services, office.people["chutich"]
    for outcome in ("yes",):
        with services.begin() as work:
            save_form_draft(
                SaveFormDraft(work_item_id=item.id, outcome=outcome, data={}), by=head, at=services.clock(), work=work
            )
    target = deploy(
        office,
        BEGIN,
        human("read", roles="clerk"),
        human("answer", "no", roles="head"),
        END,
        flows("begin > read > answer > finished"),
    )

    carried(office, begin(office, target))

    with services.begin() as work:
        assert work.form_drafts.find(item.id, head.id) is None
    with services.begin() as work, pytest.raises(RecallRefused, match="another version"):
        recall_work_item(done.id, by=office.people["vanthu"], at=services.clock(), work=work)


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

    def wrong(**plan: object) -> set[tuple[str, str]]:
        with pytest.raises(MigrationPlanInvalid) as refused:
            begin(office, plan.pop("target", target), **plan)  # type: ignore[arg-type]
        return {(error.field, error.code) for error in refused.value.errors}

    assert wrong(mapping={"read": "read", "answer": "nowhere", "x": "read"}, reason=" ") == {
        ("mapping/read", "twice"),
        ("mapping/answer", "target_unknown"),
        ("mapping/x", "unknown"),
        ("reason", "required"),
    }
    assert wrong(mapping={"answer": "read"}) == {("mapping/answer", "other_kind")}
    assert wrong(target=NOWHERE) == {("target", "not_found")}
    assert wrong(sources=(foreign.id, target.id)) == {("sources", "other_procedure"), ("sources", "same")}
    assert wrong(sources=(NOWHERE,)) == {("sources", "not_found")}
    assert wrong(reason="a\0") == {("reason", "unprintable")}
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

    first = begin(office, target, once=key)

    assert begin(office, target, once=key) == first
    with pytest.raises(IdempotencyKeyReused):
        begin(office, target, once=replace(key, fingerprint="g"))


def test_of_two_migrations_at_once_one_takes_each_procedure_and_the_other_says_where_it_is(
    office: Office, registered: Register
) -> None:
    deploy(office, *steps("read"))
    documents = [registered() for _ in range(4)]
    ended = registered()
    left, right = (deploy(office, *steps("read", more=f"<!-- {one} -->")) for one in "ab")
    both = [begin(office, left), begin(office, right, sources=(instance(office, ended).definition_id,))]
    administer(office, cancel_instance, ended)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda one: migrate_instances(one.id, services=office.house.services), [*both, *both]))

    done = [tally(office, one).count(MigratedState.DONE) for one in both]
    assert sum(done) == len(documents)
    found = Counter(hindrance for one in both for hindrance in hindrances(office, one))
    assert found == {Hindrance.ELSEWHERE: 4, Hindrance.ENDED: 2}
    assert [sorted(leaves(office, one)) for one in documents] == [
        ["instance.migrated", "instance.migration_refused"]
    ] * 4


def test_who_completes_at_the_same_moment_comes_before_the_migration_or_after_it(
    office: Office, registered: Register
) -> None:
    deploy(office, *steps("read", "answer"))
    documents = [registered() for _ in range(6)]
    items = [office.item(one, "read") for one in documents]
    migration = begin(office, deploy(office, *steps("look", "check", "answer")), mapping={"read": "look"})
    services, start = office.house.services, threading.Barrier(3)

    def complete_all() -> None:
        start.wait(30)
        for item in items:
            with services.begin() as work:
                request = CompleteWorkItem(work_item_id=item.id, outcome="done", data={})
                complete_work_item(request, by=office.people["vanthu"], at=services.clock(), work=work)

    def take_all() -> None:
        start.wait(30)
        while migrate_instances(migration.id, services=services):
            pass

    with ThreadPoolExecutor(3) as pool:
        for act in [pool.submit(complete_all), pool.submit(take_all), pool.submit(take_all)]:
            act.result(60)

    assert tally(office, migration).states == {MigratedState.DONE: 6}
    for document_id in documents:
        standing = [item.element_id for item in open_items(office, document_id)]
        assert standing in (["check"], ["answer"])
        assert leaves(office, document_id) == ["instance.migrated"]


def open_items(office: Office, document_id: DocumentId) -> list:  # type: ignore[type-arg]
    with office.house.services.begin() as work:
        return list(work.work_items.open_of(instance_of(document_id, work).id))


def test_the_dry_run_counts_by_reason_and_keeps_nothing(office: Office, registered: Register) -> None:
    deploy(office, *steps("read", "answer"))
    stays, goes = registered(), registered()
    office.complete(goes, "read", "done", "vanthu")
    target, services = deploy(office, *steps("answer")), office.house.services
    administrator = office.people["quantri"]
    with services.begin() as work:
        plan = checked(Plan(target=target.id), by=administrator, work=work)
        page = dry_run(plan, PageRequest(limit=1), by=administrator, at=services.clock(), work=work)
        found = outlook(plan, by=administrator, at=services.clock(), work=work)

    assert (page.next is not None, found.can, found.cannot) == (True, 1, 1)
    assert found.hindrances == {Hindrance.GONE: 1}
    assert instance(office, stays).definition_id == instance(office, goes).definition_id != target.id
