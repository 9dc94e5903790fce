"""Reads insights from Kafka, twenty lines to build on.

Run `python insights_consumer.py localhost:9092`.
"""

import json
import sys

from confluent_kafka import Consumer


def main(servers: str) -> None:
    """Prints each insight once; CloudEvents attributes are in the headers, the insight is the JSON value."""
    consumer = Consumer({"bootstrap.servers": servers, "group.id": "my-team", "auto.offset.reset": "earliest"})
    consumer.subscribe(["coagent.insights.v1"])
    seen: set[str] = set()
    while True:
        message = consumer.poll(1.0)
        if message is None or message.error():
            continue
        headers = {name: value.decode() for name, value in message.headers() or []}
        if headers["ce_id"] in seen:  # delivered at least once: the id is the same when it comes again
            continue
        seen.add(headers["ce_id"])
        insight = json.loads(message.value())
        print("PAGE" if insight["page"] else "info", insight["kind"], insight["title"], flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
