"""Callers of the real house, and an office that has done some work before."""

import socket
import threading
from collections.abc import Iterator
from contextlib import nullcontext

import httpx2
import pytest
import uvicorn
from fastapi.testclient import TestClient

from api.app import create_app
from api.connections import WholeAnswers
from api.wiring import House
from tests.api.rest.callers import Callers
from tests.support.house import Crowd, RunJobs
from tests.support.office import Office


@pytest.fixture
def callers(client: TestClient) -> Callers:
    """The province's people at their clients."""
    return Callers(client)


@pytest.fixture
def office(house: House, people: Crowd, run_jobs: RunJobs) -> Office:
    """The same people at work by the actions themselves, for what a test only needs to have happened."""
    return Office(house=house, people=people, run_jobs=run_jobs)


LIMIT = 20
"""Seconds until a test that waits gives up."""


@pytest.fixture
def served(house: House) -> Iterator[Callers]:
    """The application behind a real server, and callers of it."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        app = create_app(lambda: nullcontext(house))
        config = uvicorn.Config(app, http=WholeAnswers, log_config=None, access_log=False, timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        with httpx2.Client(base_url=address, timeout=LIMIT) as client:
            while not server.started:
                assert thread.is_alive()
            yield Callers(client)
        server.should_exit = True
        thread.join(LIMIT)
