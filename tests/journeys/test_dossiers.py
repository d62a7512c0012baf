"""The demonstration's dossiers: its people make them beside everything else."""

import httpx2
import pytest

from tests.api.rest.callers import Callers
from tests.journeys.errands import until

PATIENCE_S = 240

pytestmark = pytest.mark.journey


def test_the_demonstration_has_a_dossier_composed_one_appraised_and_one_published(callers: Callers, demo: str) -> None:
    def states(username: str) -> list[str]:
        dossiers = callers[username].read("/dossiers")["items"]
        return sorted(one["state"] for one in dossiers if one["kind"] == "ntm")

    until(lambda: "decided" in states("xa1.chuyenvien"), "the decision", PATIENCE_S)

    assert states("xa1.chuyenvien") == ["decided", "draft"]
    assert states("xa2.chuyenvien") == ["complete"]
    assert "thôn Đông" in httpx2.get(f"{demo}/published", timeout=30).text
