"""Running procedures taken to another version and back, by real actions and workers on a real database."""

import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from api.timers import fire_next
from api.wiring import database_url, now
from api.worker import once
from engine.actions.cancel_instance import cancel_instance
from engine.actions.claim_work_item import claim_work_item
from engine.actions.complete_work_item import CompleteWorkItem, complete_work_item
from engine.actions.migrate_instances import migrate_instances
from engine.actions.recall_work_item import recall_work_item
from engine.actions.save_form_draft import SaveFormDraft, save_form_draft
from engine.actions.suspend_instance import suspend_instance
from engine.instance_migrations import (
    Hindrance,
    MigratedState,
    NothingToMigrate,
    Plan,
)
from engine.instances import Movement
from engine.migration_plans import checked, dry_run, dry_undo
from engine.queries import PageRequest
from engine.recalls import RecallRefused
from engine.rounds.make_notices import settle_notices
from engine.work_items import WorkItemState
from tests.engine.actions.test_administer_instances import administer, instance, leaves
from tests.engine.runtime.drawing import event, flows, human, service
from tests.support.migrations import (
    BEGIN,
    END,
    REASON,
    Asked,
    begin,
    carried,
    deploy,
    hindrances,
    steps,
    tally,
    undo,
)
from tests.support.models import after, boundary, instance_of, standing
from tests.support.office import Office, Register


def test_a_procedure_goes_on_by_the_other_version_with_the_same_work_item(office: Office, registered: Register) -> None:
    deploy(office, *steps("read", "answer"))
    document_id, target = registered(), deploy(office, *steps("look", "check", "answer"))
    item = office.item(document_id, "read")

    migration = begin(office, target, Asked(mapping={"read": "look"}))
    assert carried(office, migration).states == {MigratedState.DONE: 1}

    moved, again = instance(office, document_id), office.item(document_id, "look")
    assert moved.definition_id == target
    assert (again.id, again.task_id, again.opened_at, again.name) == (item.id, item.task_id, item.opened_at, "look")
    office.complete(document_id, "look", "done", "vanthu")
    assert office.item(document_id, "check").state is WorkItemState.OPEN
    assert leaves(office, document_id) == ["instance.migrated"]
    with office.house.services.begin() as work:
        history = work.instances.history(moved.id)
        (passage,) = work.migrations.passages(moved.id)
        begun = [leaf.action for leaf in work.audit.about(moved.agency_id, [str(migration.id)])]
    assert {line.element_id for line in history} == {"begin", "look", "check"}
    assert (passage.to_version - passage.from_version, passage.reason) == (1, REASON)
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
        plan = checked(Plan(target=other), by=office.people["quantri"], work=work)
        (verdict,) = dry_run(plan, PageRequest(), by=office.people["quantri"], at=services.clock(), work=work).items
    taken = begin(office, other)
    carried(office, taken)
    assert ([one.effect for one in verdict.consequences], office.item(document_id, "read").assignee) == (
        ["released"],
        None,
    )

    while settle_notices(services=services):
        pass
    with services.begin() as work:
        assert work.notices.unread(office.people["chutich"].id) == 1
        assert work.notices.unread(clerk.id) == 1

    carried(office, undo(office, taken))

    assert office.item(document_id, "read").assignee == clerk.id, "exactly as it was"


def test_an_undone_procedure_is_exactly_as_before_and_one_that_went_on_goes_back_by_the_rules(
    office: Office, registered: Register
) -> None:
    deploy(office, *steps("read", "answer"))
    untouched, gone_on, beyond = registered(), registered(), registered()
    before = instance(office, untouched)
    target = deploy(office, *steps("look", "check", "answer"))
    migration = begin(office, target, Asked(mapping={"read": "look"}))
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

    carried(office, undo(office, migration, alone))

    assert tally(office, migration).states == {MigratedState.UNDONE: 1, MigratedState.DONE: 1}
    with pytest.raises(NothingToMigrate):
        undo(office, migration, alone)
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
    assert (moved.definition_id, moved.standing) == (target, "suspended")
    with office.house.services.begin() as work:
        assert work.timers.of_instance(moved.id) == []


def test_a_stuck_job_is_asked_anew_where_the_other_version_asks_for_something_else(
    office: Office, registered: Register
) -> None:
    def checking(day: str) -> tuple[str, ...]:
        ways = flows("begin > s > read > finished")
        return (
            BEGIN,
            service("s", "check_signatures", at=f"'2026-01-{day}T08:00:00+07:00'"),
            human("read", roles="clerk"),
            END,
            ways,
        )

    deploy(office, *checking("05"))
    document_id, target = registered(), deploy(office, *checking("06"))

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


def test_of_two_migrations_at_once_one_takes_each_procedure_and_the_other_says_where_it_is(
    office: Office, registered: Register
) -> None:
    deploy(office, *steps("read"))
    documents = [registered() for _ in range(4)]
    ended = registered()
    left, right = (deploy(office, *steps("read", more=f"<!-- {one} -->")) for one in "ab")
    both = [begin(office, left), begin(office, right, Asked(sources=(instance(office, ended).definition_id,)))]
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
    migration = begin(office, deploy(office, *steps("look", "check", "answer")), Asked(mapping={"read": "look"}))
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
        assert standing(office, document_id) in (["check"], ["answer"])
        assert leaves(office, document_id) == ["instance.migrated"]


WORKER = """
import sys
from uuid import UUID
from api.wiring import database_url, now
from engine.actions.migrate_instances import migrate_instances
from engine.neighbours import Services
from storage.database import create_engine
from storage.unit_of_work import transactions
services = Services(begin=transactions(create_engine(sys.argv[1])), store=None, pdfs=None, clock=now, safe=None)
print("ready", flush=True)
sys.stdin.readline()
while migrate_instances(UUID(sys.argv[2]), services=services):
    pass
"""


def test_a_worker_killed_half_way_leaves_no_procedure_half_taken_and_none_is_taken_twice(
    office: Office, registered: Register
) -> None:
    deploy(office, *steps("read"))
    documents = [registered() for _ in range(40)]
    migration = begin(office, deploy(office, *steps("read", "answer")))
    command = [sys.executable, "-c", WORKER, database_url(office.house.settings), str(migration.id)]

    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        assert worker.stdin is not None
        worker.stdout.readline()
        worker.stdin.write("go\n")
        worker.stdin.flush()
        while tally(office, migration).count(MigratedState.DONE) < 3:
            assert worker.poll() is None
        worker.kill()
    taken = tally(office, migration).count(MigratedState.DONE)

    assert taken < len(documents)
    assert carried(office, migration).states == {MigratedState.DONE: len(documents)}
    assert [leaves(office, one) for one in documents] == [["instance.migrated"]] * len(documents)
