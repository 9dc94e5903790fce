"""The channels, without sending anything to people."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import text

from coagent.adapters.clock import SystemClock
from coagent.adapters.memory.tickets import MemoryTickets
from coagent.adapters.postgres.engine import transaction
from coagent.bootstrap import channels
from coagent.bootstrap.postgres import database
from coagent.delivery_settings import DeliverySettings
from coagent.domain.errors import CoagentError
from coagent.entrypoints.doctor.check import Finding
from coagent.settings import Settings

PARKED = text(
    "SELECT channel, count(*), min(error) FROM insights.deliveries WHERE state = 'parked' GROUP BY 1 ORDER BY 1"
)


def check_channels(settings: Settings) -> list[Finding]:
    """One finding a configured channel: Slack's auth.test, the trackers' projects; the others by their settings."""
    delivery = settings.delivery
    try:
        configured = [one.channel for one in channels.notifiers(delivery, MemoryTickets(), SystemClock())]
        channels.policy(delivery)
    except CoagentError as problem:
        return [Finding("channels", "problem", str(problem), "correct the setting or the file")]
    if not configured:
        return [Finding("channels", "skipped", "none is configured", "docs/delivery.md: Slack needs two settings")]
    return [_checked(name, delivery) for name in configured]


def check_outbox(settings: Settings) -> Finding:
    """Parked messages wait for an operator."""
    try:
        with transaction(database(settings)) as connection:
            rows = connection.execute(PARKED).all()
    except CoagentError:
        return Finding("outbox", "skipped", "no database to ask")
    if not rows:
        return Finding("outbox", "ok", "nothing is parked")
    reported = "; ".join(f"{channel}: {count} parked ({error})" for channel, count, error in rows)
    return Finding(
        "outbox", "problem", reported, "mend it, then `coagent outbox retry --all`, or `coagent outbox drop`"
    )


def _checked(name: str, settings: DeliverySettings) -> Finding:
    ask = ASKED.get(name)
    if ask is None:
        return Finding(f"channel {name}", "ok", f"configured; `coagent notify test {name}` tries it")
    try:
        answer = asyncio.run(_within(ask(settings), settings.timeout_s))
        return Finding(f"channel {name}", "ok", answer, _buttons(settings) if name == "slack" else None)
    except (CoagentError, TimeoutError) as problem:
        return Finding(f"channel {name}", "problem", str(problem) or "no answer in time", "correct its settings")


def _buttons(settings: DeliverySettings) -> str | None:
    """What is missing for what people press."""
    if settings.slack_signing_secret:
        return None
    return (
        "its buttons do nothing yet: COAGENT_DELIVERY__SLACK_SIGNING_SECRET and `coagent serve`, see docs/delivery.md"
    )


async def _within(answer: Awaitable[str], seconds: float) -> str:
    async with asyncio.timeout(seconds):
        return await answer


async def _slack(settings: DeliverySettings) -> str:
    from coagent.adapters.notify.slack import check, slack_client  # noqa: PLC0415

    client = slack_client(_secret(settings.slack_token), settings.slack_url, settings.timeout_s)
    return await check(client, settings.slack_channel or "")


async def _github(settings: DeliverySettings) -> str:
    from coagent.adapters.notify.github import GithubIssues, github_client  # noqa: PLC0415

    client = github_client(_secret(settings.github_token), settings.github_url, settings.timeout_s)
    return await _tracker(GithubIssues(client), settings.github_repository or "")


async def _gitlab(settings: DeliverySettings) -> str:
    from coagent.adapters.notify.gitlab import GitlabIssues, gitlab_client  # noqa: PLC0415

    client = gitlab_client(_secret(settings.gitlab_token), settings.gitlab_url, settings.timeout_s)
    return await _tracker(GitlabIssues(client), settings.gitlab_project or "")


async def _jira(settings: DeliverySettings) -> str:
    from coagent.adapters.notify.jira import JiraIssues, jira_client  # noqa: PLC0415

    url = settings.jira_url or ""
    client = jira_client(url, settings.jira_user or "", _secret(settings.jira_token), settings.timeout_s)
    return await _tracker(JiraIssues(client, url, settings.jira_issue_type), settings.jira_project or "")


async def _tracker(issues: Any, place: str) -> str:
    may = await issues.may_write(place)
    return f"{place} is there" + ("" if may else ", but the token may not write issues in it")


def _secret(secret: Any) -> str:
    return str(secret.get_secret_value()) if secret else ""


ASKED: dict[str, Callable[[DeliverySettings], Awaitable[str]]] = {
    "slack": _slack,
    "github": _github,
    "gitlab": _gitlab,
    "jira": _jira,
}
