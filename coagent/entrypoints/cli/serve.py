"""`coagent serve`."""

import uvicorn

from coagent import bootstrap
from coagent.adapters.clock import SystemClock
from coagent.adapters.postgres.conversations import PostgresConversations
from coagent.adapters.postgres.tickets import PostgresTickets
from coagent.domain.errors import Fatal
from coagent.entrypoints.logs import log_to_stderr
from coagent.entrypoints.serve.app import application
from coagent.settings import Settings

SECONDS = 3
"""Slack gives up after so long: what is under way at a stop may end within it."""


def serve() -> None:
    """Take in what people answer: Slack buttons, comments and closed issues in trackers, Alertmanager."""
    log_to_stderr()
    settings = Settings()
    delivery, engine = settings.delivery, bootstrap.database(settings)
    app = application(delivery, PostgresConversations(engine), PostgresTickets(engine), SystemClock())
    paths = [path for path in (getattr(route, "path", "") for route in app.routes) if path != "/health"]
    if not paths:
        raise Fatal(
            "no secret of any service is set, so no endpoint would be open: set one of "
            "COAGENT_DELIVERY__SLACK_SIGNING_SECRET, "
            "__GITHUB_WEBHOOK_SECRET, __GITLAB_WEBHOOK_TOKEN, __JIRA_WEBHOOK_SECRET or __ALERTMANAGER_SECRET"
        )
    print(f"listening on http://{delivery.serve_host}:{delivery.serve_port} for {', '.join(paths)}", flush=True)
    uvicorn.run(
        app,
        host=delivery.serve_host,
        port=delivery.serve_port,
        log_level="warning",
        timeout_graceful_shutdown=SECONDS,
        server_header=False,
        h11_max_incomplete_event_size=65_536,
    )
