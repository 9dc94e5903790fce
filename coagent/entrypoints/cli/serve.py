"""`coagent serve`."""

import uvicorn
from starlette.routing import Route

from coagent.adapters.clock import SystemClock
from coagent.adapters.logs import log_to_stderr
from coagent.adapters.postgres.conversations import PostgresConversations
from coagent.adapters.postgres.tickets import PostgresTickets
from coagent.bootstrap.postgres import database
from coagent.bootstrap.review import labels_topic
from coagent.domain.errors import Fatal
from coagent.entrypoints.serve.app import application
from coagent.entrypoints.serve.labels import labels_route
from coagent.settings import Settings

SECONDS = 3
"""Slack gives up after so long: what is under way at a stop may end within it."""


def serve() -> None:
    """Take in what people say: Slack buttons, comments and closed issues in trackers, Alertmanager, labels."""
    settings = Settings()
    log_to_stderr(as_json=settings.log.is_json)
    delivery, engine = settings.delivery, database(settings)
    app = application(
        delivery, PostgresConversations(engine), PostgresTickets(engine), SystemClock(), _labels(settings)
    )
    paths = [path for path in (getattr(route, "path", "") for route in app.routes) if path != "/health"]
    if not paths:
        raise Fatal(
            "no secret of any service is set, so no endpoint would be open: set one of "
            "COAGENT_DELIVERY__SLACK_SIGNING_SECRET, "
            "__GITHUB_WEBHOOK_SECRET, __GITLAB_WEBHOOK_TOKEN, __JIRA_WEBHOOK_SECRET or __ALERTMANAGER_SECRET, "
            "or COAGENT_REVIEW__LABELS_TOKEN"
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


def _labels(settings: Settings) -> list[Route]:
    """None without its token."""
    token = settings.review.labels_token
    return [labels_route(token.get_secret_value(), labels_topic(settings), SystemClock())] if token else []
