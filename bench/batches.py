"""Documents signed end to end, one by one and 50 by one batch: actions, database, signing process and all."""

import asyncio
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Final

from procrastinate import App

from api.settings import Settings
from api.wiring import House, database_url, now, open_house, room_settings
from api.worker import CONCURRENCY, open_worker
from bench.houses import PEOPLE
from bench.rows import Rows
from engine.actions.ask_signature import AskSignature, ask_signature
from engine.actions.begin_signature_batch import BeginSignatureBatch, begin_signature_batch
from engine.actions.use_key import use_key
from engine.actions.view_page import ViewPage, view_page
from engine.ids import WorkItemId
from engine.signature_batches import MOST, BatchItem, BatchItemState, SignatureBatch, is_over
from engine.validations import Level
from signing.pool import RoomPool
from tests.support.house import Crowd, due_jobs, jobs_of
from tests.support.office import Office, a_pdf

SIGNER: Final = PEOPLE["chutich"]
WARM: Final = 3
POLL_S: Final = 0.02


def measure(settings: Settings, rows: Rows) -> None:
    """Add documents a second, B-B of one page: asked and signed one after the other, and by a batch and its worker.

    The batch counts from its request until the last document is signed. No time-stamp service is asked: it would be
    most of both.
    """
    with _house(settings) as house:
        ready = _documents(house, 2 * MOST + WARM)
        for item_id in ready[:WARM]:
            _sign(house, item_id)
        began = time.perf_counter()
        for item_id in ready[WARM : WARM + MOST]:
            _sign(house, item_id)
        rows.add("sign_single", MOST / (time.perf_counter() - began), "documents/s")
        with _working(house):
            _await_no_jobs(house)  # each finds its key used already
            began = time.perf_counter()
            request = BeginSignatureBatch(work_item_ids=ready[WARM + MOST :], every_page_up_to=5)
            batch = begin_signature_batch(request, by=SIGNER, services=house.services)
            answered = time.perf_counter() - began
            while any(item.state is not BatchItemState.SIGNED for item in _items(house, batch)):
                time.sleep(POLL_S)
            took = time.perf_counter() - began
    rows.add("sign_batch_of_50", MOST / took, "documents/s", "sign_single")
    rows.add("sign_batch_answer", answered * 1000, "ms")


def _items(house: House, batch: SignatureBatch) -> Sequence[BatchItem]:
    with house.services.begin() as work:
        items = work.signature_batches.items(batch.id)
    assert not is_over(items) or all(item.state is BatchItemState.SIGNED for item in items), items
    return items


def _await_no_jobs(house: House) -> None:
    while due_jobs(database_url(house.settings)):
        time.sleep(POLL_S)


@contextmanager
def _working(house: House) -> Iterator[None]:
    """Have a worker at its jobs while the block runs."""
    loop = asyncio.new_event_loop()
    told = asyncio.Event()

    async def work(app: App) -> None:
        async with app.open_async():
            running = asyncio.create_task(app.run_worker_async(concurrency=CONCURRENCY, install_signal_handlers=False))
            await told.wait()
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    with open_worker(house) as app:
        thread = threading.Thread(target=loop.run_until_complete, args=(work(app),))
        thread.start()
        yield
        loop.call_soon_threadsafe(told.set)
        thread.join()
    loop.close()


@contextmanager
def _house(settings: Settings) -> Iterator[House]:
    room = replace(room_settings(settings), tsa_urls=(), level=Level.BASIC)
    pdfs = RoomPool(room, processes=settings.signing_processes, clock=now)
    try:
        with open_house(settings) as house:
            yield replace(house, services=replace(house.services, pdfs=pdfs))
    finally:
        pdfs.close()


def _documents(house: House, count: int) -> list[WorkItemId]:
    """Make so many documents that wait for their signer, who has had their page before them."""
    office = Office(house=house, people=Crowd(PEOPLE), run_jobs=lambda: None)
    file_id = office.upload(a_pdf(), by="chuyenvien")
    made = [office.reviewed(body=None, file_id=file_id) for _ in range(count)]
    with jobs_of(house) as run:
        run()
    for document_id in made:
        view_page(ViewPage(document_id=document_id, page=1, every_page_up_to=5), by=SIGNER, services=house.services)
    return [office.item(document_id, "sign").id for document_id in made]


def _sign(house: House, item_id: WorkItemId) -> None:
    ask_signature(AskSignature(work_item_id=item_id), by=SIGNER, services=house.services)
    use_key(item_id, services=house.services)
