"""What an insight owes to the outside."""

from coagent.deliver import cloud_event
from coagent.domain.insight import Insight, OutboxMessage

FORMS = {cloud_event.CHANNEL: cloud_event.payload}
"""Channel → how an insight is written for it."""


def outbox_messages(insight: Insight) -> list[OutboxMessage]:
    """One message a channel. The key names insight, sequence and channel: a telling is owed once."""
    return [
        OutboxMessage(
            idempotency_key=f"{insight.id}:{insight.sequence}:{channel}",
            channel=channel,
            insight_id=insight.id,
            payload=write(insight),
        )
        for channel, write in FORMS.items()
    ]
