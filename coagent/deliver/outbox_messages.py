"""What an insight owes to the outside."""

from coagent.deliver import cloud_event
from coagent.domain.insight import Insight, OutboxMessage

FORMS = {cloud_event.CHANNEL: cloud_event.payload}
"""Channel → how an insight is written for it."""


def outbox_messages(insight: Insight) -> list[OutboxMessage]:
    """One message a channel. The key names insight, sequence, edition and channel: each is owed once."""
    return [
        OutboxMessage(
            idempotency_key=f"{insight.id}:{_version(insight)}:{channel}",
            channel=channel,
            insight_id=insight.id,
            payload=write(insight),
        )
        for channel, write in FORMS.items()
    ]


def _version(insight: Insight) -> str:
    return f"{insight.sequence}.{insight.edition}" if insight.edition else str(insight.sequence)
