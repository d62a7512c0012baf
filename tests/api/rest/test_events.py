"""Server-sent events from a real server: one hears that one's inbox changed, and nothing else."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import httpx2

from api.inboxes import STREAMS_EACH, TooManyStreams
from tests.api.rest.callers import API, Caller, Callers
from tests.support.office import Office


@dataclass(frozen=True, slots=True)
class Stream:
    """An open stream, line by line."""

    response: httpx2.Response
    lines: Iterator[str]

    def event(self) -> dict[str, str]:
        """Return the next event, comments left out."""
        fields: dict[str, str] = {}
        for line in self.lines:
            if not line and fields:
                return fields
            name, _, value = line.partition(":")
            if name:
                fields[name] = value.strip()
        raise AssertionError("the stream ended")


def token(caller: Caller) -> dict[str, str]:
    return {"Authorization": f"Bearer {caller.token}"}


@contextmanager
def streaming(caller: Caller, last_id: str | None = None) -> Iterator[Stream]:
    headers = {**token(caller), **({"Last-Event-ID": last_id} if last_id else {})}
    with caller.client.stream("GET", f"{API}/events/inbox", headers=headers) as response:
        assert response.status_code == 200
        assert response.headers["Content-Type"].startswith("text/event-stream")
        yield Stream(response, response.iter_lines())


def test_one_hears_that_ones_inbox_changed_and_not_what_is_in_it(served: Callers, office: Office) -> None:
    with streaming(served["chutich"]) as chairman:
        assert chairman.event()["event"] == "ready"
        document = office.register(subject="Chuyện rất riêng").document
        heard = chairman.event()

    assert (heard["event"], heard["data"]) == ("inbox", "{}")
    assert str(document.id) not in str(heard)


def test_who_was_away_hears_of_it_on_coming_back(served: Callers, office: Office) -> None:
    with streaming(served["chutich"]) as before:
        last_id = before.event()["id"]
    office.register()

    with streaming(served["chutich"], last_id) as back:
        assert [back.event()["event"] for _ in range(2)] == ["ready", "inbox"]
    for unknown in ("nonsense", "1.2", "999999999999999999.00000000-0000-0000-0000-000000000000"):
        with streaming(served["chutich"], unknown) as lost:
            assert [lost.event()["event"] for _ in range(2)] == ["ready", "inbox"]


def test_what_concerns_others_is_not_heard(served: Callers, office: Office) -> None:
    with streaming(served["chuyenvien"]) as specialist:
        place = specialist.event()["id"]
        office.register()
        with streaming(served["chutich"], place) as chairman:
            assert [chairman.event()["event"] for _ in range(2)] == ["ready", "inbox"]
    with streaming(served["chuyenvien"], place) as again:
        assert again.event()["event"] == "ready"
        office.draft()
        assert again.event()["event"] == "inbox"


def test_one_person_opens_only_so_many_streams(served: Callers) -> None:
    with ExitStack() as open_ones:
        held = [open_ones.enter_context(streaming(served["chutich"])) for _ in range(STREAMS_EACH)]
        assert {stream.event()["event"] for stream in held} == {"ready"}

        with served["chutich"].client.stream("GET", f"{API}/events/inbox", headers=token(served["chutich"])) as sixth:
            assert (sixth.status_code, TooManyStreams.code in sixth.read().decode()) == (429, True)
        with streaming(served["phochutich"]) as other:
            assert other.event()["event"] == "ready"


def test_the_page_has_its_own_stream_by_cookie(served: Callers) -> None:
    token = served["chutich"].token
    client = served.nobody.client
    with client.stream("GET", "/events/inbox", headers={"Cookie": f"vanthu_session={token}"}) as response:
        assert Stream(response, response.iter_lines()).event()["event"] == "ready"

    assert client.get("/events/inbox").status_code in (303, 401)
