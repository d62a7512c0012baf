"""The web application: REST and pages over one house, errors as problems or as pages."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, closing
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import BinaryIO, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException

from api.contents import MadeContents
from api.deps import language, require_session
from api.fronts import Front
from api.inboxes import Inboxes
from api.limits import BodyLimit, PlainPath
from api.outsiders import APPLICATIONS_AT_ONCE, VERIFICATIONS_AT_ONCE
from api.problems import (
    MEDIA_TYPE,
    AddressUnknown,
    HostUnknown,
    MethodRefused,
    Problem,
    RequestUnreadable,
    Unexpected,
    headers_of,
    problem_of,
    status_of,
)
from api.rest import health
from api.rest.calls import Call
from api.rest.doors import mount_doors
from api.rest.evidence import evidence_package
from api.rest.invalid import invalid_problem
from api.rest.metrics import RequestMetrics
from api.threads import Threads
from api.web.errors import error_page
from api.web.pages import mount_pages
from api.wiring import House
from engine.errors import Fault, Invalid, NotFound, VanthuError
from engine.ids import DocumentId
from engine.neighbours import Services
from engine.people import Person

log = structlog.get_logger()

API_PREFIX = "/api/"
OF_THE_FRAMEWORK: Final[Mapping[int, type[VanthuError]]] = {404: AddressUnknown, 405: MethodRefused}
"""Our errors for what the framework refuses by itself; anything else it cannot read."""

CALLS_AT_ONCE: Final = 40
"""So many doors run at once in a process; as many pages besides, which Starlette runs."""

OpenHouse = Callable[[], AbstractContextManager[House]]


def create_app(open_house: OpenHouse) -> FastAPI:
    """Return the application; the house is opened when it starts and closed when it ends."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with open_house() as house, closing(Threads(CALLS_AT_ONCE)) as threads:
            app.state.house = house
            app.state.threads = threads
            app.state.inboxes = Inboxes(house.services)
            app.state.shown_photos = MadeContents()
            app.state.verification_gate = BoundedSemaphore(VERIFICATIONS_AT_ONCE)
            app.state.verification_senders = Counter()
            app.state.application_gate = BoundedSemaphore(APPLICATIONS_AT_ONCE)
            app.state.application_senders = Counter()
            yield

    # What we count and log is counted and logged by us; the framework asks at each call for what else is set up.
    telemetry = TelemetryConfig(tracing=False, metrics=False, logs=False)
    app = FastAPI(
        title="Vanthu", version="0.1.0", lifespan=lifespan, docs_url=None, redoc_url=None, telemetry=telemetry
    )
    app.add_middleware(BodyLimit)
    app.add_middleware(PlainPath)
    app.add_middleware(RequestMetrics)
    app.add_middleware(Front, refuse=_on_foreign_host)
    mount_doors(app)
    app.include_router(health.router)
    mount_pages(app, evidence=_evidence)
    app.add_exception_handler(VanthuError, _on_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_bug)
    return app


def _evidence(document_id: DocumentId, by: Person, language: str, services: Services) -> BinaryIO:
    """The pages hand out the package that REST makes; the two doors do not know each other."""
    return evidence_package(
        document_id, Call(who=lambda: by, at=services.clock(), language=language, services=services)
    )


def _on_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, VanthuError)  # noqa: S101  registered for this class alone
    if isinstance(error, NotFound | Invalid):
        error = _unknown(request) or error
    tell = log.error if isinstance(error, Fault) else log.info
    tell("request.stopped", code=error.code, status=status_of(error))
    if _is_api(request):
        answer = _problem(problem_of(error, language(request)))
    else:
        answer = error_page(request, error, language(request))
    answer.headers.update(headers_of(error))
    return answer


def _unknown(request: Request) -> VanthuError | None:
    """Return why the caller may not ask here at all; what is wrong with the request is not told to just anybody.

    Paths and bodies are read before the door's thread looks for the session. Starlette runs handlers on a thread, too.
    """
    try:
        require_session(request)
    except VanthuError as error:
        return error
    return None


def _on_foreign_host(request: Request) -> Response:
    return _on_error(request, HostUnknown(host=request.headers.get("host", "")[:200]))


def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101  registered for this class alone
    if (unknown := _unknown(request)) is not None:
        return _on_error(request, unknown)
    if _is_api(request):
        return _problem(invalid_problem(error, language(request)))
    return error_page(request, 422, language(request))


def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  registered for this class alone
    if isinstance(error.__cause__, VanthuError):
        # What is raised while FastAPI reads a body reaches us as its 400; the cause knows better.
        return _on_error(request, error.__cause__)
    if _is_api(request):
        ours = OF_THE_FRAMEWORK.get(error.status_code, RequestUnreadable)()
        answer = _problem({**problem_of(ours, language(request)), "status": error.status_code})
        answer.headers.update(error.headers or {})
        return answer
    return error_page(request, error.status_code, language(request))


def _on_bug(request: Request, error: Exception) -> Response:
    log.error("request.failed", error=type(error).__name__, exc_info=error)
    if _is_api(request):
        return _problem(problem_of(Unexpected(), language(request)))
    return error_page(request, Unexpected(), language(request))


def _is_api(request: Request) -> bool:
    return request.url.path.startswith(API_PREFIX)


def _problem(body: Problem) -> Response:
    status = body["status"]
    assert isinstance(status, int)  # noqa: S101  every problem has one
    challenge = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else None
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE, headers=challenge)
