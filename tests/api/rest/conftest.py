"""Callers of the real house, and an office that has done some work before."""

import pytest
from fastapi.testclient import TestClient

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
