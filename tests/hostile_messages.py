"""Messages that no process of ours would send: valid ones with one thing made wrong, by a seed."""

import json
import random
from collections.abc import Iterator
from typing import Any

import msgspec

from coagent.adapters.kafka.cloudevents import CHECKSUM, checksum, encode_event
from coagent.adapters.kafka.command_codec import encode_command
from coagent.adapters.kafka.dead_letter_codec import encode_dead_letter, encode_retried
from coagent.adapters.kafka.internal_codec import BATCHES, CANDIDATES, EVIDENCE, GROUP_NEWS, INTAKE, REVIEW_POOLS
from coagent.adapters.kafka.internal_codec import DETECTORS as DETECTOR_CODEC
from coagent.adapters.kafka.label_codec import encode_label
from coagent.adapters.kafka.record import Record
from coagent.domain import topics
from coagent.domain.batch import Batch
from coagent.domain.candidate import Candidate
from coagent.domain.command import Accept, Rate, Reset
from coagent.domain.evidence import Evidence, GroupAlarm, GroupNews, SignalSums
from coagent.domain.segment import Segment
from tests.contract.samples import (
    NOON,
    SEGMENT,
    dead_letter,
    detectors,
    dismissed,
    durations,
    heartbeat,
    intake,
    label,
    prompts,
    review_pool,
    rollup,
    said,
    shift,
    user_report,
)

DEEP = 100_000
ODD: tuple[Any, ...] = (
    *(10**30, -(10**30), 2**63, -1, 0, 1e308, float("nan"), float("inf"), True, None),
    *("", "\0", "a\0b", "x" * 100_000, "\u202e\x1b[2J", "9999-12-31T23:59:59-23:00", "0001-01-01T00:00:00+23:00"),
    *("2026-03-01T12:00:00", "1e999999", "NaN", "-Infinity", "Z2FyYmFnZQ==", "not base64!", [], {}, [[]], {"a": []}),
)


def good_records() -> list[Record]:
    """Of every topic that the sink reads."""
    who: dict[str, Any] = {"at": NOON, "by": "ann"}
    said_here = [said().command, Accept(id="a", segment=SEGMENT, shift="shift-1", row=3, **who)]
    said_here += [Reset(id="r", segment=SEGMENT, **who), Rate(id="rate", rows_per_month=1e6, **who)]
    sketches = {"duration": durations(1, 2), "prompt_sketch": prompts("a", "b")}
    return [
        *map(encode_event, (shift(), dismissed(), rollup(**sketches))),
        *map(encode_command, said_here),
        encode_dead_letter(dead_letter()),
        encode_retried(dead_letter().origin),
        Record(topics.DETECTORS, b"k", DETECTOR_CODEC.encode(detectors(obeyed=["a"])), DETECTOR_CODEC.headers),
        Record(topics.INTAKE, b"k", INTAKE.encode(intake()), INTAKE.headers),
        Record(topics.REVIEW, b"k", REVIEW_POOLS.encode(review_pool()), REVIEW_POOLS.headers),
        *map(encode_label, (label(), user_report())),
    ]


def worker_records(batch: Batch, candidate: Candidate) -> list[Record]:
    """Of every topic that the worker reads."""
    commands = [record for record in good_records() if record.topic == topics.CONTROL]
    candidates = Record(topics.CANDIDATES, candidate.segment.provider.encode(), CANDIDATES.encode(candidate))
    return [
        Record(topics.REQUESTS, batch.segment.key(), BATCHES.encode(batch), BATCHES.headers),
        Record(candidates.topic, candidates.key, candidates.value, CANDIDATES.headers),
        *commands,
    ]


def group_records(stream: Segment) -> list[Record]:
    """Of the topics between streams and their group."""
    sums = {signal: SignalSums(100, b"\0" * 4 * 12) for signal in ("duration_s", "error")}
    evidence = Evidence(stream=stream, since=0, until=100, time_s=1.8e9, promise_rows=1e6, signals=sums)
    alarm = GroupAlarm("duration_s", 1, [0.5, 0.5], 6.0, 1.8e9)
    news = GroupNews(stream=stream, number=1, alarms=[alarm])
    return [
        Record(topics.EVIDENCE, stream.pool.key(), EVIDENCE.encode(evidence), EVIDENCE.headers),
        Record(topics.GROUPS, stream.key(), GROUP_NEWS.encode(news), GROUP_NEWS.headers),
    ]


def heartbeat_records() -> list[Record]:
    """Of the topic that the agent reads."""
    return [encode_event(heartbeat()), encode_event(heartbeat(progressed=NOON, ready=True))]


def hostile(records: list[Record], count: int, seed: int) -> Iterator[Record]:
    """`count` of them, each of one of the `records`."""
    rng = random.Random(seed)
    for _ in range(count):
        yield _spoilt(rng.choice(records), rng)


def _spoilt(record: Record, rng: random.Random) -> Record:
    kind = rng.random()
    if kind < 0.6:
        value = _odd_value(record, rng)
        headers = [(name, checksum(value) if name == CHECKSUM else text) for name, text in record.headers]
        return msgspec.structs.replace(record, value=value, headers=headers)
    if kind < 0.8:
        return msgspec.structs.replace(record, headers=_odd_headers(record, rng))
    return msgspec.structs.replace(record, value=_broken(record.value, rng))


def _odd_value(record: Record, rng: random.Random) -> bytes:
    """One of its values is another."""
    is_json = not dict(record.headers).get("content-type", b"application/json").endswith(b"msgpack")
    try:
        plain = json.loads(record.value) if is_json else msgspec.msgpack.decode(record.value)
    except ValueError:
        return rng.randbytes(50)
    _replace_one(plain, rng.choice(ODD), rng)
    if not is_json:
        return _packed(plain)
    if isinstance(plain, dict) and rng.random() < 0.1:
        return json.dumps(plain).encode()[:-1] + b',"zzz":' + b"[" * DEEP
    return json.dumps(plain).encode()


def _packed(plain: Any) -> bytes:
    try:
        return msgspec.msgpack.encode(plain)
    except (OverflowError, ValueError):
        return b"\x91" * DEEP


def _replace_one(plain: Any, odd: Any, rng: random.Random) -> None:
    """Anywhere in it."""
    places: list[tuple[Any, Any]] = []
    todo = [plain]
    while todo:
        at = todo.pop()
        keys = at.keys() if isinstance(at, dict) else range(len(at)) if isinstance(at, list) else ()
        for key in keys:
            places.append((at, key))
            todo.append(at[key])
    if places:
        holder, key = rng.choice(places)
        holder[key] = odd


def _odd_headers(record: Record, rng: random.Random) -> list[tuple[str, bytes]]:
    values = (b"", b"\xff\xfe", b"1" * 40, b"-1", b"x" * 100_000, b"9" * 19, b"r" * 4_230_000)
    headers = list(record.headers)
    if not headers or rng.random() < 0.3:
        return headers[1:]
    place = rng.randrange(len(headers))
    headers[place] = (headers[place][0], rng.choice(values))
    return headers


def _broken(value: bytes, rng: random.Random) -> bytes:
    cut = value[: rng.randrange(len(value) + 1)]
    flipped = bytearray(value)
    for _ in range(min(len(flipped), 3)):
        flipped[rng.randrange(len(flipped))] = rng.randrange(256)
    return rng.choice([cut, bytes(flipped), b"", rng.randbytes(100), b"[" * DEEP])
