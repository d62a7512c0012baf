"""A settled house for measuring: durable PostgreSQL, a folder of contents, the province's keys."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from api import demo
from api.cli import migrate
from api.demo import DemoFolder
from api.province import province
from api.settings import Settings
from api.wiring import House, now, open_house
from engine.actions.complete_work_item import CompleteWorkItem, complete_work_item
from engine.actions.register_document import RegisterDocument, register_document
from engine.actions.store_file import store_file
from engine.deadlines import office_date
from engine.ids import FileId, InstanceId, WorkItemId
from engine.people import Person
from signing.demo_services import READY
from storage import embedded

PASSWORD = "bench"  # noqa: S105  of a house that lives for minutes
PEOPLE = {person.username: person for office in province() for person in office.people}
LEAD_UNIT = str(province()[0].units[0].id)
STEPS = (("chutich", "assign", {"lead_unit": LEAD_UNIT}), ("truongphong", "return", {"reason": "bench"}))
"""One round of the send-back loop: the leader gives the document to a unit, its head returns it."""


@contextmanager
def measured_house(folder: Path) -> Iterator[Settings]:
    """Make a durable, settled house in *folder* and give its settings."""
    demo_folder = DemoFolder(root=folder)
    with embedded.running(demo_folder.postgres) as server:
        settings = demo.demo_settings(Settings(data=folder), demo_folder, server.application_url, server.owner_url)
        migrate(settings)
        with open_house(settings) as house:
            demo.settle(house, PASSWORD)
        with _authorities(demo_folder):
            yield replace(settings)


@contextmanager
def _authorities(folder: DemoFolder) -> Iterator[None]:
    """Serve the demonstration's authorities: who signs asks them whether the certificate was revoked."""
    port = folder.pki_port(0)
    command = [sys.executable, "-m", "signing.demo_services", str(folder.pki), str(port)]
    with subprocess.Popen(command) as server:  # noqa: S603  a program of ours
        try:
            while server.poll() is None and not _answers(port):
                time.sleep(0.05)
            yield
        finally:
            server.terminate()


def _answers(port: int) -> bool:
    with suppress(URLError), urlopen(f"http://127.0.0.1:{port}{READY}", timeout=5):
        return True
    return False


def upload(house: House, content: bytes) -> FileId:
    """Store a PDF as the clerk."""
    return store_file(content, by=PEOPLE["vanthu"], services=house.services).id


def register(house: House, file_id: FileId, number: int) -> InstanceId:
    """Register a document as the clerk; it waits for direction."""
    request = RegisterDocument(
        file_id=file_id,
        code_number=str(number)[-11:],
        code_notation="BC-UBND",
        issued_date=office_date(now()),
        organ_name="Ủy ban nhân dân xã Hoằng Thử",
        type="BC",
        subject="Báo cáo",
    )
    with house.services.begin() as work:
        return register_document(request, by=PEOPLE["vanthu"], at=now(), work=work).instance_id


def one_round(house: House, instances: Sequence[InstanceId]) -> Iterator[Callable[[], None]]:
    """Have each person of the loop read the desk once, and yield the completions of what lies on it, to be made."""
    for username, outcome, data in STEPS:
        for item_id in open_items(house, instances):
            yield partial(complete, house, item_id, PEOPLE[username], outcome, dict(data))


def open_items(house: House, instance_ids: Sequence[InstanceId]) -> list[WorkItemId]:
    """Read the desk: the open items of these instances."""
    with house.services.begin() as work:
        return [item.id for instance_id in instance_ids for item in work.work_items.open_of(instance_id)]


def complete(house: House, item_id: WorkItemId, by: Person, outcome: str, data: dict[str, object]) -> None:
    """Complete the item in a transaction of its own."""
    request = CompleteWorkItem(work_item_id=item_id, outcome=outcome, data=data)
    with house.services.begin() as work:
        complete_work_item(request, by=by, at=now(), work=work)


def finish(house: House, instance_id: InstanceId) -> None:
    """Carry a document that waits for direction to its end."""
    for username, outcome, data in (
        ("chutich", "assign", {"lead_unit": LEAD_UNIT}),
        ("truongphong", "assign", {"handler": str(PEOPLE["chuyenvien"].id)}),
        ("chuyenvien", "done", {"result": "Đã giải quyết."}),
    ):
        (item_id,) = open_items(house, [instance_id])
        complete(house, item_id, PEOPLE[username], outcome, dict(data))
