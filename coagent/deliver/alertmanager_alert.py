"""A notice as an alert of Alertmanager: what its API v2 takes, and what its webhook (version 4) sends."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from coagent.deliver.neutral import cut, inert, visible
from coagent.deliver.plain_text import text
from coagent.deliver.stages import headline
from coagent.domain.notice import Notice

VALUE_CHARS = 1024
DESCRIPTION_CHARS = 8000
NAME = "CoagentFinding"
BRACKETS = str.maketrans("<>", "()")
"""Alertmanager hands labels on to channels such as Slack, where angle brackets act; the rest of a name stays as it is,
for people match and silence by it.
"""
RESOLVED_AFTER = timedelta(days=30)
"""Alertmanager resolves an alert that nobody repeats at `endsAt`; an open finding stays until it ends."""


def alert(notice: Notice, began: datetime) -> dict[str, Any]:
    """One alert of `POST /api/v2/alerts`. Labels never change in a conversation: they are the alert's identity."""
    ends = notice.at if notice.over else notice.at + RESOLVED_AFTER
    return {
        "labels": _labels(notice),
        "annotations": _annotations(notice),
        "startsAt": began.isoformat(),
        "endsAt": ends.isoformat(),
    }


def webhook(notice: Notice, began: datetime, receiver: str) -> dict[str, Any]:
    """The body of a version 4 webhook with this one alert."""
    labels, annotations = _labels(notice), _annotations(notice)
    status = "resolved" if notice.over else "firing"
    ends = notice.at.isoformat() if notice.over else "0001-01-01T00:00:00Z"
    one = {
        "status": status,
        "labels": labels,
        "annotations": annotations,
        "startsAt": began.isoformat(),
        "endsAt": ends,
        "generatorURL": "",
        "fingerprint": hashlib.blake2b(notice.conversation.encode(), digest_size=8).hexdigest(),
    }
    return {
        "version": "4",
        "groupKey": f'{{}}:{{conversation="{notice.conversation}"}}',
        "truncatedAlerts": 0,
        "status": status,
        "receiver": receiver,
        "groupLabels": {"conversation": notice.conversation},
        "commonLabels": labels,
        "commonAnnotations": annotations,
        "externalURL": "",
        "alerts": [one],
    }


def _labels(notice: Notice) -> dict[str, str]:
    known = {field.name: visible(field.value).translate(BRACKETS) for field in notice.fields}
    labels = {"alertname": NAME, "conversation": notice.conversation, "service": known.get("Service", "")}
    return {name: cut(value, VALUE_CHARS) for name, value in labels.items() if value}


def _annotations(notice: Notice) -> dict[str, str]:
    return {
        "summary": cut(inert(visible(notice.title)), VALUE_CHARS),
        "description": cut(text(notice), DESCRIPTION_CHARS),
        "state": headline(notice),
        "severity": notice.severity,
    }
