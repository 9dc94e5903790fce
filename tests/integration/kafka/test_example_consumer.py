"""The example consumer reads what is sent."""

import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import msgspec

from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.insight_notifier import InsightNotifier
from coagent.adapters.kafka.producer import BatchProducer
from tests.contract.samples import insight, message

EXAMPLE = Path(__file__).parents[3] / "examples" / "insights_consumer.py"


async def test_the_example_prints_each_insight_once(cluster: KafkaConnection) -> None:
    title = f"reported {uuid4().hex}"
    said, end = (insight(id=uuid4().hex, title=one) for one in (title, f"{title} end"))
    notifier = InsightNotifier(BatchProducer(cluster, "test"))
    for one in (said, said, end):
        await notifier.send(message(payload=msgspec.json.encode(one)))
    arguments = [sys.executable, str(EXAMPLE), cluster.bootstrap_servers]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        lines = []
        for line in process.stdout:
            lines += [line.strip()] if title in line else []
            if line.strip().endswith(" end"):
                break
        process.kill()
    assert [f"PAGE shift {title}", f"PAGE shift {title} end"] == lines
