"""Two hundred megabytes at the real server: refused early, and the next call is served."""

from collections.abc import Iterator

import pytest

from tests.api.rest.callers import Callers, problem
from tests.api.rest.streams import a_long_body
from tests.support.office import a_pdf

pytestmark = pytest.mark.journey

HUGE = 200_000_000


@pytest.mark.parametrize("announced", [True, False], ids=["announced", "streamed"])
def test_two_hundred_megabytes_are_refused_and_the_next_call_is_served(callers: Callers, announced: bool) -> None:
    clerk, sent = callers["vanthu"], 0
    headers = {"Content-Type": "multipart/form-data; boundary=limit"}
    if announced:
        headers["Content-Length"] = str(sum(len(piece) for piece in a_long_body(HUGE)))

    def pieces() -> Iterator[bytes]:
        nonlocal sent
        for piece in a_long_body(HUGE):
            sent += len(piece)
            yield piece

    answer = clerk.post("/files", content=pieces(), headers=headers)

    problem(answer, 413, "file.too_large")
    assert sent < HUGE
    assert clerk.upload(a_pdf()).status_code == 201
