"""What people decided, newest first."""

from coagent.brief.inert import plain
from coagent.domain.brief import BriefDecision, BriefFacts
from coagent.domain.number_format import minute

VERBS = {
    "accept": "accepted",
    "approve": "approved",
    "reject": "rejected",
    "snooze": "snoozed",
    "acknowledge": "acknowledged",
    "mute": "muted",
    "unmute": "unmuted",
    "reset": "reset",
}


def decision_lines(facts: BriefFacts) -> list[str]:
    return [_decision(one) for one in sorted(facts.decisions, key=lambda one: one.at, reverse=True)]


def _decision(one: BriefDecision) -> str:
    reason = f": {plain(one.reason)}" if one.reason else ""
    verb = VERBS.get(one.kind, one.kind)
    return f"{plain(one.by, 60)} {verb} {plain(one.about)} ({minute(one.at)}){reason}"
