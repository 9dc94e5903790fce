"""What is served can be scraped, is declared, and says whether a process gets on."""

import urllib.error
import urllib.request
from collections import Counter
from types import SimpleNamespace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from coagent.adapters.embedded.ports import free_port
from coagent.adapters.metrics import declared
from coagent.adapters.metrics.server import Sample, serve_metrics
from coagent.adapters.pulse import ALIVE_WITHIN_S, READY_WITHIN_S, Pulse
from coagent.domain.errors import Fatal
from coagent.entrypoints.metrics import AgentCounts, ingest_samples, sink_samples, up_samples
from coagent.entrypoints.supervisor.supervisor import ChildState
from streams.metrics import worker_samples

COUNTS = SimpleNamespace(
    overflowed=1, skipped=Counter({"a": 1}), rejected=Counter({'b"\n': 2}), noted=Counter({"c": 3})
)
INGEST = SimpleNamespace(counters=SimpleNamespace(messages=5, rows=4, batches=1), step_counts=COUNTS, waiting=3)
SINK = SimpleNamespace(counters=Counter({"coagent.rollups.v1": 7, "undecodable": 2, "retries": 1}))
CHILD = ChildState("sink", runs=True, restarts=2)
RUNNER = SimpleNamespace(name="detect", messages=9, checkpoints=2, owed=4, dead_letters=Counter({"schema_version": 1}))


def samples() -> list[Sample]:
    agent = AgentCounts(Counter({"route": 1}), Counter({"route": 2}), Counter({"poll": 3}))
    agent.waits = [
        Sample(declared.OLDEST_FINDING, 1.5),
        Sample(declared.OLDEST_OWED, 0.0),
        Sample(declared.PARKED, 2),
        Sample(declared.STAGE_LAG, 10, ("sink",)),
    ]
    return [
        *ingest_samples(INGEST),
        *sink_samples(SINK),
        *worker_samples([RUNNER]),
        *agent.samples(),
        *up_samples([CHILD]),
    ]  # type: ignore[list-item,arg-type]


def get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url) as answer:  # noqa: S310  our own
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_every_metric_is_served_as_it_is_declared() -> None:
    pulse = Pulse()
    pulse.got_on()
    server = serve_metrics("127.0.0.1", free_port(), samples, pulse)
    assert server is not None
    _, text = get(f"http://127.0.0.1:{server.server_port}/metrics")
    server.shutdown()
    families = {family.name: family for family in text_string_to_metric_families(text)}
    for metric in declared.ALL:
        family = families[metric.name.removesuffix("_total")]
        assert (family.type, family.documentation) == (metric.kind, metric.text)
        assert all(set(one.labels) == set(metric.labels) for one in family.samples)
    assert 'coagent_ingest_rejected_total{reason="b\\"\\n"} 2.0' in text
    assert "process_resident_memory_bytes" in text


def test_declared_names_are_of_one_kind() -> None:
    names = [metric.name for metric in declared.ALL]
    assert len(names) == len(set(names)) > 20
    assert all(metric.name.endswith("_total") == (metric.kind == "counter") for metric in declared.ALL)


def test_waiting_is_alive_and_not_ready_and_hanging_is_neither() -> None:
    now = [0.0]
    pulse = Pulse(lambda: now[0])
    assert (pulse.is_alive, pulse.is_ready) == (True, False)
    pulse.got_on()
    assert pulse.is_ready
    now[0] += READY_WITHIN_S + 1
    pulse.beat()
    assert (pulse.is_alive, pulse.is_ready) == (True, False)
    now[0] += ALIVE_WITHIN_S + 1
    assert not pulse.is_alive


def test_pages_say_so_and_a_taken_port_stops_nothing() -> None:
    first = serve_metrics("127.0.0.1", free_port(), list, Pulse())
    assert first is not None
    second = serve_metrics("127.0.0.1", first.server_port, list, Pulse())
    assert second is not None
    url = f"http://127.0.0.1:{second.server_port}"
    assert [get(f"{url}/{page}")[0] for page in ("live", "ready", "other", "metrics")] == [200, 503, 404, 200]
    assert serve_metrics("127.0.0.1", 0, list, Pulse()) is None
    first.shutdown()
    second.shutdown()


@pytest.mark.parametrize("reader", [ingest_samples, sink_samples])
def test_nothing_before_the_first_session(reader) -> None:
    assert list(reader()) == []


def test_a_host_that_is_not_this_machine_is_named() -> None:
    with pytest.raises(Fatal, match=r"COAGENT_METRICS__HOST=192\.0\.2\.1: .*: name an address of this machine"):
        serve_metrics("192.0.2.1", free_port(), list, Pulse())
