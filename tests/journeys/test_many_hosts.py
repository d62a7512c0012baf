"""Three APIs and three workers over one database, while they are killed, cut off, and replaced: nothing lost or twice.

Documents flow all the time. Each goes through a job, a timer, a person, and a message to itself; afterwards every count
is checked against the audit log.
"""

import itertools
import random
import socket
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

import httpx
import psycopg
import pytest

from api.wiring import House, database_url
from engine.actions.deploy_definition import deploy_definition
from engine.ids import DocumentId
from engine.instances import Activity, Movement
from engine.queries import PageRequest
from tests.engine.runtime.drawing import event, flows, human, parallel, service
from tests.journeys.hosts import Cable, Host, hosts, laid_cable, skewed_clock
from tests.support.house import PASSWORD, Crowd
from tests.support.machine import requires
from tests.support.models import after, bundle, catch, throw
from tests.support.office import Office, a_pdf

pytestmark = [pytest.mark.journey, requires("faketime")]

APIS = 3
STREAMS = 3
CUT_S = 10.0
PAUSE = timedelta(seconds=1)
HANG_S = 240.0
SEED = 20_261_122

Found = TypeVar("Found")


def model(*steps: str) -> dict[str, bytes]:
    """Return a model with these steps for the clerk; in the other branch it waits for its own word that all is done."""
    return bundle(
        event("start", "begin"),
        parallel("fork"),
        service("keep", "archive"),
        '<intermediateCatchEvent id="pause">' + after(f"PT{PAUSE.seconds}S") + "</intermediateCatchEvent>",
        *(human(step) for step in steps),
        throw("say", "reply", "document_id"),
        catch("heard", "reply", "document_id"),
        event("end", "said"),
        event("end", "finished"),
        flows(" > ".join(["begin", "fork", "keep", "pause", *steps, "say", "said"]), "fork > heard > finished"),
    )


OLD, NEW = model("handle"), model("handle", "confirm")


@dataclass(slots=True, kw_only=True)
class Flow:
    """People at work through whichever API answers, and how long they waited for what."""

    ports: list[int]
    token: str
    file_id: str
    stop: threading.Event = field(default_factory=threading.Event)
    registered: list[str] = field(default_factory=list)
    waits: list[tuple[float, float]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def run(self, stream: int) -> None:
        """Carry one document after the other all the way."""
        chance = random.Random(SEED + stream)  # noqa: S311  not for secrets
        with httpx.Client(timeout=8) as http:
            for number in itertools.count():
                if self.stop.is_set():
                    return
                try:
                    self._carry(Caller(self, http, chance), f"{stream}-{number}")
                except (AssertionError, KeyError) as error:
                    self.failures.append(f"{stream}-{number}: {error!r}")
                    return

    def _carry(self, caller: "Caller", name: str) -> None:
        request = {
            "file_id": self.file_id,
            "code_number": name,
            "code_notation": "BC-UBND",
            "issued_date": "2026-11-19",
            "organ_name": "Ủy ban nhân dân xã Hoằng Thử",
            "type": "BC",
            "subject": f"Báo cáo {name}",
        }
        made = caller.call("POST", "/incoming-documents", json=request, headers={"Idempotency-Key": name})
        document_id = made["id"]
        self.registered.append(document_id)
        done: set[str] = set()
        while not (finished := self._finished(caller, made["instance_id"])):
            for item in caller.call("GET", "/work-items", params={"document_id": document_id})["items"]:
                caller.call("POST", f"/work-items/{item['id']}/complete", json={"outcome": "done"})
                done.add(item["id"])
            caller.rest(len(done))
        assert finished

    @staticmethod
    def _finished(caller: "Caller", instance_id: str) -> bool:
        return bool(caller.call("GET", f"/instances/{instance_id}")["state"] == "finished")

    def after(self, moment: float) -> list[float]:
        """Return how long after *moment* what was waited for then came."""
        return [ended - moment for began, ended in self.waits if began <= moment < ended]


@dataclass(slots=True)
class Caller:
    """Somebody who tries one API after the other until one answers."""

    flow: Flow
    http: httpx.Client
    chance: random.Random
    progress: int = -1
    since: float = field(default_factory=time.monotonic)

    def call(self, method: str, path: str, **request: Any) -> Any:
        """Return the JSON of an answer; what somebody did already (409) is as good."""
        headers = {"Authorization": f"Bearer {self.flow.token}", **request.pop("headers", {})}
        began = time.monotonic()
        while True:
            assert time.monotonic() - began < HANG_S, f"no API answered {path}"
            port = self.chance.choice(self.flow.ports)
            try:
                answer = self.http.request(method, f"http://127.0.0.1:{port}/api/v1{path}", headers=headers, **request)
            except httpx.TransportError:
                time.sleep(0.05)
                continue
            if answer.status_code < 500 and answer.json().get("code") != "database.busy":
                assert answer.status_code in (200, 201, 409), answer.text
                self.flow.waits.append((began, time.monotonic()))
                return answer.json()
            time.sleep(0.05)

    def rest(self, progress: int) -> None:
        """Wait a little for the machine; note how long it took where it got further."""
        if progress != self.progress:
            self.flow.waits.append((self.since, time.monotonic()))
            self.progress, self.since = progress, time.monotonic()
        assert time.monotonic() - self.since < HANG_S, "the document stands"
        time.sleep(0.25)


@pytest.fixture
def installation(house: House) -> Iterator[tuple[list[Host], Cable]]:
    """Three APIs and three workers that reach the database by a cable; the clock of one worker is two seconds fast."""
    with laid_cable(database_url(house.settings)) as (cable, address):
        settings = replace(house.settings, database_url=address)
        made = hosts(settings, [_free_port() for _ in range(APIS)], skewed_clock("+2s"))
        for host in made:
            host.start()
        try:
            yield made, cable
        finally:
            for host in made:
                host.kill()


def test_many_hosts_lose_nothing_and_do_nothing_twice(
    house: House, people: Crowd, office: Office, installation: tuple[list[Host], Cable]
) -> None:
    made, cable = installation
    file_id = office.upload(a_pdf())
    _deploy(house, people, OLD)
    _until(lambda: all(host.is_ready() for host in made), "all hosts")
    flow = Flow(ports=[host.port for host in made if host.port], token=_token(made[0].port), file_id=str(file_id))
    streams = [threading.Thread(target=flow.run, args=(stream,)) for stream in range(STREAMS)]
    for stream in streams:
        stream.start()

    recoveries = _trouble(made, cable, lambda: _deploy(house, people, NEW))
    flow.stop.set()
    for stream in streams:
        stream.join(HANG_S)

    assert flow.failures == []
    _tell(flow, recoveries)
    _require_whole(house, people, flow)


def _trouble(made: list[Host], cable: Cable, deploy: Callable[[], None]) -> dict[str, float]:
    """Make trouble of every kind, one after the other; return when each was over."""
    over = {}
    for host in made:
        host.kill()
        time.sleep(0.3)
        host.start()
        over[f"{host.name} killed"] = time.monotonic()
        _until(host.is_ready, host.name)
    cable.cut()
    time.sleep(CUT_S)
    cable.mend()
    over["database cut off"] = time.monotonic()
    _until(lambda: all(host.is_ready() for host in made), "all hosts after the cut")
    deploy()
    for host in made:
        assert not host.has_died(), "whoever was cut off waited"
        host.stop()
        host.start()
        over[f"{host.name} replaced"] = time.monotonic()
        _until(host.is_ready, host.name)
    time.sleep(3)
    return over


def _tell(flow: Flow, recoveries: dict[str, float]) -> None:
    """Print how long after each trouble that was which was waited for then."""
    every: list[float] = []
    for name, moment in recoveries.items():
        took = sorted(flow.after(moment))
        every += took
        print(f"many hosts: {name}: {len(took)} waited, the last for {max(took, default=0):.1f} s")  # noqa: T201
    p99 = statistics.quantiles(every, n=100, method="inclusive")[98]
    print(f"many hosts: {len(flow.registered)} documents, recovery p99 {p99:.1f} s, max {max(every):.1f} s")  # noqa: T201


def _require_whole(house: House, people: Crowd, flow: Flow) -> None:
    clerk = people["vanthu"]
    with house.services.begin() as work:
        page = work.incidents.search(clerk.agency_id, PageRequest(), unresolved=True)
        assert [(each.element_id, each.message) for each in page.items] == []
        assert (work.timers.claim(), work.timers.seconds_to_next()) == (None, None)
        versions: Counter[int] = Counter()
        for document_id in flow.registered:
            instance = work.instances.find_of_document(DocumentId(UUID(document_id)))
            assert instance is not None
            assert instance.finished_at is not None
            version = work.definitions.get(instance.definition_id).version
            versions[version] += 1
            items = [str(item.id) for item in work.work_items.of_instance(instance.id)]
            leaves = work.audit.about(clerk.agency_id, [str(instance.id), document_id, *items])
            people_steps = 1 if version == min(versions) else 2
            assert Counter(leaf.action for leaf in leaves) == {
                "incoming_document.registered": 1,
                "operation.finished": 1,
                "timer.fired": 1,
                "work_item.completed": people_steps,
                "message.delivered": 1,
            }
            _require_once(work.instances.history(instance.id))
    assert len(versions) == 2, "documents ran on the old model and on the new one"
    _require_nothing_left(house, flow)


def _require_once(history: Sequence[Activity]) -> None:
    moves = Counter((each.task_id, each.movement) for each in history)
    assert set(moves.values()) == {1}
    elements = Counter(each.element_id for each in history if each.movement is Movement.LEFT)
    assert set(elements.values()) == {1}
    pause = {each.movement: each.at for each in history if each.element_id == "pause"}
    assert pause[Movement.LEFT] - pause[Movement.ENTERED] >= PAUSE, "whatever a host's clock says"


def _require_nothing_left(house: House, flow: Flow) -> None:
    with psycopg.connect(database_url(house.settings)) as connection:
        numbers = [row[0] for row in connection.execute("SELECT number FROM register_entries ORDER BY number")]
        waits = connection.execute("SELECT count(*) FROM subscriptions").fetchone()
        running = connection.execute("SELECT count(*) FROM instances WHERE finished_at IS NULL").fetchone()
    assert numbers == list(range(1, len(flow.registered) + 1))
    assert len(set(flow.registered)) == len(flow.registered)
    assert (waits, running) == ((0,), (0,))


def _deploy(house: House, people: Crowd, files: dict[str, bytes]) -> None:
    with house.services.begin() as work:
        deploy_definition(files, by=people["quantri"], at=house.services.clock(), work=work)


def _token(port: int) -> str:
    credentials = {"username": "vanthu", "password": PASSWORD}
    answer = httpx.post(f"http://127.0.0.1:{port}/api/v1/sessions", json=credentials, timeout=30)
    token: str = answer.raise_for_status().json()["token"]
    return token


def _until(find: Callable[[], Found], what: str) -> Found:
    deadline = time.monotonic() + HANG_S
    while not (found := find()):
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.1)
    return found


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
