"""The message form of channel `kafka`: the data of a CloudEvent; its attributes are the notifier's."""

import msgspec

from coagent.domain.insight import Insight

CHANNEL = "kafka"


def payload(insight: Insight) -> bytes:
    """The insight as JSON."""
    return msgspec.json.encode(insight)
