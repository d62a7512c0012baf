"""A completion beside a database 25 ms away: it may take longer by its round trips and by no more."""

import contextlib
import multiprocessing
import queue
import socket
import statistics
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from sqlalchemy import make_url

from api.settings import Settings
from api.wiring import open_house
from bench.houses import one_round, register, upload
from bench.rows import Rows
from tests.support.office import a_pdf

DISTANCE_S: Final = 0.025
TRIPS: Final = 2
"""Round trips of a completion; tests/engine/actions/test_complete_work_item.py counts them."""
ROUNDS: Final = 25
CHUNK: Final = 65_536


def measure(settings: Settings, rows: Rows) -> None:
    """Add the 95th percentile of a completion near and far; the ratio is what distance added to its two round trips."""
    near = _p95_ms(settings)
    rows.add("completion_p95", near, "ms")
    with _far_away(settings.database_url or "") as url:
        far = _p95_ms(replace(settings, database_url=url))
    trips = TRIPS * DISTANCE_S * 1000
    rows.add("completion_p95_25ms", far, "ms", f"{TRIPS} round trips of 25 ms", ratio=(far - near) / trips)


def _p95_ms(settings: Settings) -> float:
    took = []
    with open_house(settings, connections=1) as house:
        instance_id = register(house, upload(house, a_pdf()), 1)
        for _ in range(ROUNDS):
            for make in one_round(house, [instance_id]):
                began = time.perf_counter()
                make()
                took.append(time.perf_counter() - began)
    return statistics.quantiles(took[len(took) // 5 :], n=20)[-1] * 1000


@contextlib.contextmanager
def _far_away(database_url: str) -> Iterator[str]:
    """Lay a line to the database's socket on which everything takes half the distance each way; give its address."""
    url = make_url(database_url)
    target = f"{url.query['host']}/.s.PGSQL.{url.query['port']}"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        # A process of its own: in ours the line would wait for the interpreter, and the completion for the line.
        line = multiprocessing.get_context("spawn").Process(target=_take, args=(listener, target), daemon=True)
        line.start()
        try:
            far = url.set(host="127.0.0.1", port=listener.getsockname()[1], query={})
            yield far.render_as_string(hide_password=False)
        finally:
            line.terminate()
            line.join()


def _take(listener: socket.socket, target: str) -> None:
    while True:
        try:
            near, _ = listener.accept()
        except OSError:
            return
        near.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        far = socket.socket(socket.AF_UNIX)
        far.connect(target)
        for source, sink in ((near, far), (far, near)):
            waiting: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
            threading.Thread(target=_hear, args=(source, waiting), daemon=True).start()
            threading.Thread(target=_pass_on, args=(waiting, sink), daemon=True).start()


def _hear(source: socket.socket, waiting: "queue.SimpleQueue[tuple[float, bytes]]") -> None:
    content = b" "
    while content:
        try:
            content = source.recv(CHUNK)
        except OSError:
            content = b""
        waiting.put((time.monotonic() + DISTANCE_S / 2, content))


def _pass_on(waiting: "queue.SimpleQueue[tuple[float, bytes]]", sink: socket.socket) -> None:
    while True:
        due, content = waiting.get()
        time.sleep(max(0.0, due - time.monotonic()))
        with contextlib.suppress(OSError):
            if not content:
                sink.shutdown(socket.SHUT_WR)
                return
            sink.sendall(content)
