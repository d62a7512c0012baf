"""The worker process: runs jobs, uses keys, fires timers; what fails is tried again, then becomes an incident."""

import asyncio
import contextlib
import random
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Final
from uuid import UUID

import structlog
from procrastinate import App, JobContext
from procrastinate.exceptions import ConnectorException

from api.children import WITH_PARENT, end_with_parent
from api.logs import configure_logs
from api.mails import courier_of, mail_room, probes_of
from api.problems import Unexpected
from api.settings import read_settings
from api.stuck import calling_step, open_incident, sign_item, signing_step, undelivered, unheard
from api.timers import TimerWatch
from api.wiring import House, database_url, open_house
from engine.actions.broadcast_signal import broadcast_signal
from engine.actions.finish_call import FinishCall, finish_call
from engine.actions.follow_caller import follow_caller
from engine.actions.forget_expired import forget_expired
from engine.actions.halt_migration import halt_migration
from engine.actions.keep_slip import keep_slip
from engine.actions.migrate_instances import migrate_instances
from engine.actions.pass_message import pass_message
from engine.actions.receive_signal import receive_signal
from engine.actions.recompute_due_times import RECOMPUTE, recompute_due_times
from engine.actions.run_operation import RunOperation, run_operation
from engine.actions.seal_slip import seal_slip
from engine.actions.sign_batch import sign_batch
from engine.actions.stop_signature_batch import stop_signature_batch
from engine.actions.sweep_contents import sweep_contents
from engine.calling import FINISH_CALL, FOLLOW_CALLER
from engine.case_slips import SEAL_SLIP
from engine.errors import NeighbourAway, VanthuError
from engine.ids import AgencyId, CaseSlipId, InstanceId, MigrationId, SignatureBatchId, TaskId, WorkItemId
from engine.instances import InstanceHalted, InstanceMoved
from engine.messages import MessageAmbiguous, MessageNotAwaited, Sending
from engine.migration_plans import MIGRATE
from engine.neighbours import Services
from engine.operations.move import VersionMoved
from engine.procedures import RUN_OPERATION, USE_KEY
from engine.rounds.circulate import send_circulated
from engine.rounds.expire_signatures import end_signatures, expire_signatures
from engine.rounds.forget_told import forget_told
from engine.rounds.look_around import look_around
from engine.rounds.make_notices import make_notices, settle_notices
from engine.rounds.post_mails import make_digests, post_mails
from engine.rounds.post_webhooks import forget_attempts, post_webhooks
from engine.rounds.remind_all import remind_all
from engine.rounds.renew_proofs import renew_proofs
from engine.runtime.errors import TaskNotOpen
from engine.signature_batches import SIGN_BATCH
from engine.signatures import SigningStopped
from engine.signing_ends import GIVE_UP
from engine.waits import BROADCAST_SIGNAL, PASS_MESSAGE, RECEIVE_SIGNAL
from storage.database import DatabaseBusy, create_engine
from storage.jobs import Backoff, add_round, worker_app

log = structlog.get_logger()

AGAIN: Final = (NeighbourAway, DatabaseBusy, InstanceMoved, VersionMoved, SigningStopped, InstanceHalted)
"""What may be over at the next try; anything else becomes an incident at once."""
ENDLESS: Final = (NeighbourAway, DatabaseBusy, InstanceHalted)
"""What is tried again for ever. After the usual attempts an incident says so, but not of a suspended procedure."""
ATTEMPTS: Final = 8
CONCURRENCY: Final = 4
PATIENCE_S: Final = 5
FORGET: Final = "forget_expired"
SWEEP: Final = "sweep_contents"


@contextmanager
def open_worker(house: House) -> Iterator[App]:
    """Build the application of a worker; its own connections are closed when the block ends."""
    url = database_url(house.settings)
    rescuer = create_engine(url, pool_size=1)
    app = worker_app(url, engine=rescuer)
    try:
        add_jobs(app, house)
        yield app
    finally:
        rescuer.dispose()


def add_jobs(app: App, house: House) -> None:
    """Add the jobs there are: of procedures, of what they send one another, of calendars, and tidying up."""
    _add_housekeeping(app, house)
    retry = Backoff(errors=AGAIN, endless=ENDLESS, attempts=ATTEMPTS, cap_s=60)

    @app.task(name=RUN_OPERATION, retry=retry, pass_context=True)
    def run(context: JobContext, /, **arguments: str) -> None:
        request = RunOperation(
            instance_id=InstanceId(UUID(arguments["instance_id"])),
            task_id=TaskId(UUID(arguments["task_id"])),
            element_id=arguments["element_id"],
            operation=arguments["operation"],
            parameters=arguments["parameters"],
        )
        attempt(
            lambda: run_operation(request, services=house.services),
            last=retry.is_last(context.job),
            give_up=lambda error: open_incident(request, error, house.services),
        )

    @app.task(name=USE_KEY, retry=retry, pass_context=True)
    def sign(context: JobContext, work_item_id: str) -> None:
        item_id = WorkItemId(UUID(work_item_id))
        attempt(
            lambda: sign_item(item_id, house.services),
            last=retry.is_last(context.job),
            give_up=lambda error: open_incident(signing_step(item_id, house.services), error, house.services),
        )

    @app.task(name=GIVE_UP, retry=retry)
    def give_up() -> None:
        end_signatures(services=house.services)

    add_sendings(app, house.services)
    add_calls(app, house.services)
    _add_counting(app, house, retry)
    _add_slips(app, house.services, retry)
    _add_migrating(app, house.services)
    _add_batches(app, house.services)


def _add_slips(app: App, services: Services, retry: Backoff) -> None:
    """Add what seals the slips of the one-stop office; one that no key can seal is kept without."""

    @app.task(name=SEAL_SLIP, retry=retry, pass_context=True)
    def seal(context: JobContext, slip_id: str) -> None:
        key = CaseSlipId(UUID(slip_id))
        attempt(
            lambda: seal_slip(key, services=services),
            last=retry.is_last(context.job),
            give_up=lambda error: keep_slip(key, error.code, services=services),
        )


def _add_counting(app: App, house: House, retry: Backoff) -> None:
    """Add what counts due times again after a change of the calendar."""

    @app.periodic(cron="17 * * * *", periodic_id=RECOMPUTE)
    @app.task(name="recompute_all_due_times", queueing_lock="recompute_all_due_times", retry=retry)
    def recompute_all(timestamp: int) -> None:
        """Count again what was opened by an older calendar while a change of it was being kept."""
        del timestamp
        with house.services.begin() as work:
            agencies = work.people.agencies()
        for agency in agencies:
            recompute_due_times(agency.id, services=house.services)

    @app.task(name=RECOMPUTE, retry=retry)
    def recompute(agency_id: str) -> None:
        recompute_due_times(AgencyId(UUID(agency_id)), services=house.services)


def _add_migrating(app: App, services: Services) -> None:
    """Add what takes running procedures to other versions of their models."""
    retry = Backoff(errors=AGAIN, endless=AGAIN, cap_s=60)

    @app.task(name=MIGRATE, retry=retry)
    def migrate(migration_id: str) -> None:
        key = MigrationId(UUID(migration_id))
        attempt(
            lambda: migrate_instances(key, services=services, again=AGAIN),
            last=False,
            give_up=lambda error: halt(key, error, services),
        )


def _add_batches(app: App, services: Services) -> None:
    """Add what signs documents together; the key is used by the same job as for one document."""

    @app.task(name=SIGN_BATCH, retry=Backoff(errors=AGAIN, endless=AGAIN, cap_s=60))
    def sign_together(batch_id: str) -> None:
        key = SignatureBatchId(UUID(batch_id))
        once(
            lambda: sign_batch(key, services=services),
            lambda error: stop_signature_batch(key, error, services=services),
        )


def halt(migration_id: MigrationId, cause: VanthuError, services: Services) -> None:
    """Stop a migration because of what none of its procedures is the reason of."""
    with services.begin() as work:
        halt_migration(migration_id, cause, at=services.clock(), work=work)


def add_sendings(app: App, services: Services) -> None:
    """Add the jobs that carry messages and signals from one procedure to others."""
    again = (*AGAIN, MessageNotAwaited, MessageAmbiguous, TaskNotOpen)
    retry = Backoff(errors=again, endless=ENDLESS, attempts=ATTEMPTS, cap_s=60)

    @app.task(name=PASS_MESSAGE, retry=retry, pass_context=True)
    def hand_over(context: JobContext, /, **arguments: str) -> None:
        sending = Sending.from_arguments(arguments)
        attempt(
            lambda: pass_message(sending, services=services),
            last=retry.is_last(context.job),
            give_up=lambda error: open_incident(undelivered(sending), error, services),
            again=again,
        )

    @app.task(name=BROADCAST_SIGNAL, retry=Backoff(errors=AGAIN, endless=AGAIN, cap_s=60))
    def broadcast(**arguments: str) -> None:
        with services.begin() as work:
            broadcast_signal(Sending.from_arguments(arguments), at=services.clock(), work=work)

    @app.task(name=RECEIVE_SIGNAL, retry=retry, pass_context=True)
    def receive(context: JobContext, /, to_instance: str, to_task: str, **arguments: str) -> None:
        sending, instance_id = Sending.from_arguments(arguments), InstanceId(UUID(to_instance))
        task_id = TaskId(UUID(to_task))
        attempt(
            lambda: receive_signal(sending, instance_id, task_id, services=services),
            last=retry.is_last(context.job),
            give_up=lambda error: open_incident(unheard(sending, instance_id, task_id), error, services),
        )


def add_calls(app: App, services: Services) -> None:
    """Add the jobs between procedures and those they called."""
    retry = Backoff(errors=AGAIN, endless=ENDLESS, attempts=ATTEMPTS, cap_s=60)

    @app.task(name=FINISH_CALL, retry=retry, pass_context=True)
    def finish(context: JobContext, instance_id: str, data: str) -> None:
        request = FinishCall(instance_id=InstanceId(UUID(instance_id)), data=data)
        attempt(
            lambda: finish_call(request, services=services),
            last=retry.is_last(context.job),
            give_up=lambda error: open_incident(calling_step(request, error, services), error, services),
        )

    @app.task(name=FOLLOW_CALLER, retry=Backoff(errors=AGAIN, endless=AGAIN, cap_s=60))
    def follow(instance_id: str) -> None:
        follow_caller(InstanceId(UUID(instance_id)), services=services)


def _add_housekeeping(app: App, house: House) -> None:
    """Add what is done by the clock, by one worker each time: every hour, and every night in Việt Nam."""
    services = house.services

    @app.periodic(cron="17 * * * *", periodic_id=FORGET)
    @app.task(name=FORGET, queueing_lock=FORGET)
    def forget(timestamp: int) -> None:
        del timestamp
        with services.begin() as work:
            log.info("sweep.expired", count=forget_expired(at=services.clock(), work=work))

    @app.periodic(cron="43 19 * * *", periodic_id=SWEEP)
    @app.task(name=SWEEP, queueing_lock=SWEEP)
    def sweep(timestamp: int) -> None:
        del timestamp
        log.info("sweep.contents", count=sweep_contents(services=services))


def add_rounds(app: App, house: House) -> None:
    """Add what is done again and again, for nobody in particular."""
    services, courier, room, probes = house.services, courier_of(house), mail_room(house), probes_of(house)

    def announce() -> None:
        while make_notices(services=services):
            pass
        while settle_notices(services=services):
            pass

    def mail() -> None:
        make_digests(house.settings.digest_hour, services=services)
        if room is not None:
            post_mails(services=services, room=room)

    def clean() -> None:
        with services.begin() as work:
            forget_attempts(at=services.clock(), work=work)
        count = forget_told(timedelta(days=house.settings.notice_days), services=services)
        log.info("sweep.told", count=count)

    for name, cron, act in (
        ("announce", "* * * * * */2", announce),
        ("webhooks", "* * * * * */2", lambda: post_webhooks(services=services, courier=courier, chance=random.random)),
        ("mail", "* * * * * */5", mail),
        ("remind", "5 * * * *", lambda: remind_all(services=services)),
        ("circulate", "* * * * * */5", lambda: send_circulated(services=services)),
        ("renew_proofs", "*/10 * * * *", lambda: renew_proofs(services=services)),
        ("look_around", "*/5 * * * *", lambda: look_around(services=services, probes=probes)),
        ("signatures", "* * * * *", lambda: expire_signatures(services=services)),
        ("clean", "30 2 * * *", clean),
    ):
        add_round(app, name, cron, partial(run_round, name, act))


def run_round(name: str, act: Callable[[], object]) -> None:
    """Run a round; what fails is logged, and the next round begins anew."""
    try:
        act()
    except AGAIN as error:
        log.warning("round.failed", round=name, code=error.code)
    except Exception as error:  # allow: broad-except, the worker's loop: the next round begins anew
        log.exception("round.failed", round=name, error=type(error).__name__)


def attempt(
    act: Callable[[], object],
    *,
    last: bool,
    give_up: Callable[[VanthuError], None],
    again: tuple[type[VanthuError], ...] = AGAIN,
) -> None:
    """Run a job; what ends it for good, or goes on failing, is handed to *give_up*.

    Raises:
        VanthuError: One of *again*, where another try is left, or one of ENDLESS; the queue tries again.
    """
    try:
        act()
    except again as error:
        log.warning("job.failed", code=error.code, last=last)
        if last and not isinstance(error, InstanceHalted):
            give_up(error)
        if not last or isinstance(error, ENDLESS):
            raise
    except VanthuError as error:
        log.exception("job.failed", code=error.code)
        give_up(error)
    except Exception as error:  # allow: broad-except, the worker's loop: a bug becomes an incident
        log.exception("job.failed", error=type(error).__name__)
        give_up(Unexpected())


def once(act: Callable[[], None], give_up: Callable[[VanthuError], None]) -> None:
    """Run what is tried again by itself; see `attempt`."""
    attempt(act, last=False, give_up=give_up)


@contextmanager
def watch_timers(house: House) -> Iterator[None]:
    """Fire timers while the block runs."""
    with TimerWatch(house.services, database_url(house.settings), once).running():
        yield


def main() -> None:
    """Run jobs until told to end."""
    settings = read_settings()
    configure_logs()
    if WITH_PARENT in sys.argv:
        end_with_parent()
    with open_house(settings) as house, open_worker(house) as app, watch_timers(house):
        add_rounds(app, house)
        asyncio.run(work(app))


async def work(app: App) -> None:
    """Run jobs until the process is told to end; procrastinate's worker gives up when the database goes away."""
    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    while not told.is_set():
        try:
            async with app.open_async():
                await _work_until(told, app)
        except ConnectorException:
            log.warning("worker.cut_off")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(told.wait(), random.uniform(0.5, 1.5))  # noqa: S311 - no secret


async def _work_until(told: asyncio.Event, app: App) -> None:
    """Run jobs until told to end, or until the database is away (ConnectorException)."""
    running = asyncio.create_task(
        app.run_worker_async(
            concurrency=CONCURRENCY, shutdown_graceful_timeout=PATIENCE_S, install_signal_handlers=False
        )
    )
    asked = asyncio.create_task(told.wait())
    await asyncio.wait({running, asked}, return_when=asyncio.FIRST_COMPLETED)
    asked.cancel()
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


if __name__ == "__main__":
    main()
