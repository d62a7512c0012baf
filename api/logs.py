"""Logs: events with fields, one JSON object a line; no names, contents, keys or numbers of people."""

import logging
import sys

import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import EventDict, WrappedLogger


def without_values(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Keep type and place of an exception, not its text: a database's error quotes the row, a bug's the password."""
    del logger, method
    for told in event.get("exception", ()):
        told.pop("exc_value", None)
        told.pop("exc_notes", None)
    return event


def configure_logs(*, level: int = logging.INFO) -> None:
    """Write structured events to standard error; libraries' own lines at warning and above."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(name)s %(levelname)s %(message)s")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
            without_values,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
