"""`coagent routes`."""

from typing import Annotated

import typer

from coagent.adapters.clock import SystemClock
from coagent.adapters.memory.tickets import MemoryTickets
from coagent.adapters.postgres.conversations import PostgresConversations
from coagent.bootstrap import channels
from coagent.bootstrap.postgres import database
from coagent.bootstrap.readers import shift_reader
from coagent.deliver.policy import Policy
from coagent.deliver.routing import Decision, decide, due
from coagent.deliver.subject import severity_of, subject_of
from coagent.domain.errors import Fatal
from coagent.domain.insight import Insight
from coagent.entrypoints.control.named import LAST
from coagent.entrypoints.control.target import the_shift
from coagent.settings import Settings

routes = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Who is notified of what: check the rules, or try them."
)


@routes.command()
def check() -> None:
    """Read the file of routes and the channels; say what is wrong with its line, or what there is."""
    settings = Settings()
    policy, configured = channels.policy(settings.delivery), _configured(settings)
    is_default = settings.delivery.routes_file is None
    print(f"channels  {', '.join(configured) or 'none: set COAGENT_DELIVERY__… (docs/delivery.md)'}")
    for route in policy.routes:
        where = "every channel" if route.to is None else ", ".join(route.to)
        print(f"route     {route.name}: {route.how} → {where}")
    missing = [] if is_default else _missing(policy, configured)
    for name in missing:
        print(f"missing   {name} is named in the file and not configured")
    if missing:
        raise typer.Exit(1)


@routes.command()
def test(
    insight: Annotated[
        str, typer.Argument(metavar="INSIGHT|SHIFT_ID", help="An id or its beginning; `last`: the newest shift.")
    ],
) -> None:
    """Show where an insight would go now, and why."""
    settings = Settings()
    policy, configured = channels.policy(settings.delivery), _configured(settings)
    found = _insight(settings, insight)
    subject = subject_of(found)
    decision = decide(policy, found, subject, configured)
    print(f"insight   {found.id}: {found.title}")
    print(f"severity  {severity_of(subject)}, cause {subject.cause or 'unknown'}, {subject.state}")
    for line in decision.why:
        print(f"because   {line}")
    _show(decision, policy, found)


def _show(decision: Decision, policy: Policy, insight: Insight) -> None:
    severity, at = severity_of(subject_of(insight)), SystemClock().now()
    for name in decision.now:
        later = due(policy.quiet_hours, name, severity, at)
        print(f"goes to   {name}, {f'at {later:%Y-%m-%d %H:%M %Z}, after the quiet hours' if later else 'at once'}")
    for name in decision.digest:
        print(f"goes to   {name}, in the digest at {policy.digest.at} {policy.digest.zone}")
    if decision.escalate:
        print(f"then to   {', '.join(decision.escalate.to)}, after {decision.escalate.after} unless acknowledged")
    if not decision.now and not decision.digest:
        print("goes to   nobody")


def _insight(settings: Settings, named: str) -> Insight:
    """By its own id, or by its subject's; raises Fatal."""
    store = PostgresConversations(database(settings))
    found = store.insight(named) or store.insight_about(named) or store.insight_about(_shift_id(settings, named))
    if found is None:
        raise Fatal(f"no insight {named!r}: insights.shifts and insights.opportunities list what there is")
    return found


def _shift_id(settings: Settings, named: str) -> str:
    """Of `last`, or of the one shift whose id begins so; else as it was named."""
    found = shift_reader(settings).named(named, 2) if named != LAST else [the_shift(settings, LAST)]
    return found[0].id if len(found) == 1 else named


def _configured(settings: Settings) -> list[str]:
    return [one.channel for one in channels.notifiers(settings.delivery, MemoryTickets(), SystemClock())]


def _missing(policy: Policy, configured: list[str]) -> list[str]:
    routes_to = [name for route in policy.routes for name in route.to or ()]
    escalated = [name for route in policy.routes if route.escalate for name in route.escalate.to]
    named = [*routes_to, *escalated, *(policy.brief.to if policy.brief else ())]
    return [name for name in dict.fromkeys(named) if name.partition(":")[0] not in configured]
