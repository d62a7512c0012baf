"""Whether this process is alive, whether it can work, and what it counted: for operators, without a sign-in."""

from typing import Final

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from api.deps import ServicesDep
from api.rest.answers import Answer
from api.rest.metrics import REGISTRY
from api.rest.routes import Door
from engine.errors import Fault
from engine.ids import FileId
from engine.neighbours import WORK, Services

router = APIRouter(route_class=Door, tags=["operations"])

_NO_FILE: Final = FileId("0" * 64)


class AliveAnswer(Answer):
    """The process answers."""

    status: str


class ReadyAnswer(Answer):
    """Whether each neighbour answers: `ok`, or the code of what went wrong."""

    status: str
    checks: dict[str, str]


@router.get("/healthz", summary="Alive?", response_model=AliveAnswer)
def healthz() -> AliveAnswer:
    """Say that the process is alive; nothing else is asked."""
    return AliveAnswer(status="alive")


@router.get(
    "/readyz",
    summary="Ready?",
    response_model=ReadyAnswer,
    responses={503: {"model": ReadyAnswer, "description": "A neighbour is away"}},
)
def readyz(services: ServicesDep, response: Response) -> ReadyAnswer:
    """Say whether database and store answer; 503 tells a balancer to ask elsewhere."""
    checks = {"database": _database(services), "store": _store(services)}
    ready = all(said == "ok" for said in checks.values())
    response.status_code = 200 if ready else 503
    return ReadyAnswer(status="ready" if ready else "not_ready", checks=checks)


@router.get("/metrics", summary="Counts and durations", response_class=Response)
def metrics() -> Response:
    """Return what this process counted, in the text format of Prometheus."""
    metrics = generate_latest(REGISTRY)
    return Response(metrics, media_type=CONTENT_TYPE_LATEST)  # allow: bare-file, it is text of our own


def _database(services: Services) -> str:
    try:
        with services.begin() as work:
            work.files.find(_NO_FILE)
    except Fault as fault:
        return fault.code
    return "ok"


def _store(services: Services) -> str:
    try:
        services.store.exists(WORK, _NO_FILE)
    except Fault as fault:
        return fault.code
    return "ok"
