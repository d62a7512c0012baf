"""People at their browsers, over the real house."""

import pytest
from fastapi.testclient import TestClient

from tests.api.web.visitors import Visitors


@pytest.fixture
def visitors(client: TestClient) -> Visitors:
    """The province's people at browsers that run no script."""
    return Visitors(client)
