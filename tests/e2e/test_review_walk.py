"""docs/prove.md, "The review queue", walked on a running `coagent up`: a queue, labels in every way, success rates, and
no content anywhere.
"""

import csv
import io
import json
import os
import random
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Producer

from coagent.domain.topics import LABELS
from coagent.entrypoints.running import find_running
from tests.e2e.running_up import RunningUp

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SECTION = (
    (Path(__file__).parents[2] / "docs" / "prove.md").read_text().split("## The review queue")[1].split("\n## ")[0]
)
SEED, REQUESTS, BUDGET, TOKEN = 20_261_130, 600, 30, "token-5d1"
SECRET = "the patient's name is Erika Mustermann"
LINK = "https://phoenix.example/redirects/spans/{request_id}"


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningUp]:
    running = RunningUp(
        tmp_path_factory.mktemp("review"),
        COAGENT_AGENT__REVIEW_EVERY_S="1",
        COAGENT_REVIEW__REQUESTS_PER_DAY=str(BUDGET),
        COAGENT_REVIEW__SECOND_LOOKS="0.2",
        COAGENT_REVIEW__LINK=LINK,
    )
    running.wait_for(r"ready  all processes", 400)
    yield running
    running.end()


def produce(up: RunningUp, topic: str, values: list[bytes]) -> None:
    found = find_running(up.data_dir)
    assert found is not None
    producer = Producer({"bootstrap.servers": found.environment["COAGENT_KAFKA__BOOTSTRAP_SERVERS"]})
    for value in values:
        producer.produce(topic, value)
    assert producer.flush(30) == 0


def requests_of_yesterday() -> list[bytes]:
    """All of one day that is complete, whatever the hour."""
    chance = random.Random(SEED)
    noon = (time.time() - 15 * 60) // 86_400 * 86_400 - 43_200
    return [
        json.dumps(
            {
                "request_id": f"request-{number}",
                "time": noon + number,
                "provider": "openai",
                "request_model": "gpt-4",
                "task": "summary",
                "output_tokens": chance.randrange(50, 150),
                "cost_usd": 0.01,
                "quality_score": 0.2 if number % 30 == 0 else 0.9,
                "is_fallback": number % 20 == 1,
                "status": "ok",
            }
        ).encode()
        for number in range(REQUESTS)
    ]


def queue(up: RunningUp) -> list[tuple]:
    return up.sql("SELECT request_id, looks, reason, link FROM insights.review_queue ORDER BY day, place")


def labelled(up: RunningUp) -> int:
    [(count,)] = up.sql("SELECT count(DISTINCT request_id) FROM insights.review_labels WHERE kind = 'label'")
    return int(count)


@pytest.fixture(scope="module")
def served(up: RunningUp) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {"COAGENT_REVIEW__LABELS_TOKEN": TOKEN, "COAGENT_DELIVERY__SERVE_PORT": str(port)}
    command = [sys.executable, "-m", "coagent", "serve"]
    process = subprocess.Popen(command, env={**up.environment, **settings}, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert "/labels" in process.stdout.readline()
    yield f"http://127.0.0.1:{port}/labels"
    process.terminate()
    process.wait(30)


def post(url: str, body: object, token: str = TOKEN) -> int:
    asked = urllib.request.Request(url, json.dumps(body).encode(), {"Authorization": f"Bearer {token}"})  # noqa: S310
    try:
        for _ in range(50):
            try:
                with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310
                    return int(answer.status)
            except urllib.error.URLError as away:
                if isinstance(away, urllib.error.HTTPError):
                    raise
                time.sleep(0.2)
    except urllib.error.HTTPError as refused:
        return 0 if SECRET.encode() in refused.read() else refused.code
    pytest.fail("nobody listens")


def test_the_walk(up: RunningUp, served: str, tmp_path: Path):
    assert "Nothing to review" in up.call("review", "list").stdout
    produce(up, "llm.telemetry", requests_of_yesterday())
    up.until(lambda: bool(queue(up)), 120, "a queue")
    drawn = queue(up)
    assert sum(looks for _, looks, _, _ in drawn) <= BUDGET
    assert {"random", "low_score", "cascaded"} <= {reason for _, _, reason, _ in drawn}
    assert all(link == LINK.replace("{request_id}", name) for name, _, _, link in drawn)
    up.until(lambda: bool(up.sql("SELECT FROM insights.quality")), 60, "what is known of quality")
    shown = up.call("review", "list").stdout
    assert drawn[0][0] in shown
    assert "not known yet, 0 of" in shown

    _label_in_every_way(up, served, tmp_path, [name for name, _, _, _ in drawn])
    known = "SELECT success_rate, low, high FROM insights.quality WHERE scope = 'fleet' AND labelled = drawn"
    up.until(lambda: bool(up.sql(known)), 60, "all labels in the success rate")
    [(rate, low, high)] = up.sql(known)
    assert 0 < low <= rate <= high <= 1
    agreement = up.sql("SELECT measure, requests FROM insights.review_agreement WHERE measure = 'krippendorff_alpha'")
    assert agreement == [("krippendorff_alpha", 1)]
    for query in re.findall(r"^SELECT .*?;", SECTION, re.MULTILINE | re.DOTALL):
        up.sql(query)
    agreed = up.call("review", "export", "--format", "successes", "--days", "30").stdout.splitlines()
    assert len(agreed) == len(drawn) - 2
    assert all(set(json.loads(line)) == {"request_id", "link"} for line in agreed)


def _label_in_every_way(up: RunningUp, served: str, tmp_path: Path, names: list[str]) -> None:
    first, second, third, *rest = names
    said = up.call("review", "label", first, "failure", "--tag", "wrong-language", "--by", "ann")
    assert (said.returncode, "1 sent by ann" in said.stdout) == (0, True), said.stderr
    assert up.call("review", "label", first, "perfect").returncode == 2
    assert up.call("review", "label", first, "failure", "--tag", SECRET).returncode == 2
    assert up.call("review", "report", "elsewhere-1", "--by", "support").returncode == 0

    label = {"kind": "label", "id": "topic-1", "at": "2026-11-22T06:00:00Z", "by": "ann", "request_id": second}
    good = json.dumps(label | {"verdict": "success"}).encode()
    produce(up, LABELS, [good, good, json.dumps(label | {"verdict": SECRET}).encode(), SECRET.encode()])
    produce(up, LABELS, [json.dumps(label | {"id": "topic-2", "verdict": "success", "comment": SECRET}).encode()])

    one = {"kind": "label", "by": "bob", "request_id": first, "verdict": "success"}
    assert post(served, one, "wrong") == 401
    assert post(served, [one, one | {"verdict": SECRET}]) == 400
    assert post(served, [one, one | {"request_id": third}]) == 200

    file = tmp_path / "queue.csv"
    assert up.call("review", "export", "--format", "csv", "--all", "--output", str(file)).returncode == 0
    rows = list(csv.DictReader(io.StringIO(file.read_text())))
    assert [row["request_id"] for row in rows] == names
    filled = [row | {"verdict": "failure" if at == 0 else "success"} for at, row in enumerate(rows[3:])]
    with file.open("w", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(filled)
    for _ in range(2):
        assert f"{len(rest)} sent by ann" in up.call("review", "label", "--file", str(file), "--by", "ann").stdout
    up.until(lambda: labelled(up) == len(names), 60, "every label in the database")
    [(said_in_all,)] = up.sql("SELECT count(*) FROM insights.review_labels WHERE kind = 'label'")
    assert said_in_all == len(names) + 1, "what came twice counts once"
    letters = "SELECT count(*) FROM coagent.dead_letters WHERE topic = 'coagent.labels.v1'"
    up.until(lambda: up.sql(letters) == [(3,)], 60, "three dead letters")
    leaked = "SELECT count(*) FROM coagent.dead_letters WHERE detail LIKE '%Mustermann%'"
    assert up.sql(leaked) == [(0,)]


def test_no_word_of_a_hostile_label_is_in_a_log(up: RunningUp):
    logs = [path for path in up.data_dir.rglob("*") if path.is_file() and "logs" in path.parts]
    assert logs
    assert [] == [str(path) for path in logs if b"Mustermann" in path.read_bytes()]


def test_the_commands_of_the_page_are_known(up: RunningUp):
    commands = {tuple(line.split()[1:3]) for line in re.findall(r"^coagent review \S+.*$", SECTION, re.MULTILINE)}
    assert commands == {("review", name) for name in ("list", "label", "report", "export")}
    assert all(up.call(*words, "--help").returncode == 0 for words in commands)
    named = set(re.findall(r"COAGENT_REVIEW__\w+", SECTION))
    assert named <= {f"COAGENT_REVIEW__{name}" for name in _settings()}
    assert os.environ.get("COAGENT_REVIEW__LINK") is None


def _settings() -> set[str]:
    from coagent.settings import ReviewSettings  # noqa: PLC0415

    return {name.upper() for name in ReviewSettings.model_fields}
