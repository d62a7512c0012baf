"""A client of the whole application over the real house."""

from collections.abc import Iterator
from contextlib import nullcontext

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.wiring import House


@pytest.fixture
def client(house: House) -> Iterator[TestClient]:
    """A client of REST and pages; it follows no redirects."""
    with TestClient(create_app(lambda: nullcontext(house)), follow_redirects=False) as made:
        yield made
