"""The API process: uvicorn over the application."""

import sys
from typing import Final

import uvicorn

from api.app import create_app
from api.children import WITH_PARENT, end_with_parent
from api.connections import WholeAnswers
from api.logs import configure_logs
from api.settings import read_settings
from api.wiring import open_house

STREAMS_END_S: Final = 3


def main() -> None:
    """Serve until told to end."""
    settings = read_settings()
    configure_logs()
    if WITH_PARENT in sys.argv:
        end_with_parent()
    app = create_app(lambda: open_house(settings))
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        http=WholeAnswers,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        # Streams of events end only when they are ended.
        timeout_graceful_shutdown=STREAMS_END_S,
    )


if __name__ == "__main__":
    main()
