"""An HTTP server of one process: `/metrics` for Prometheus, `/live` and `/ready` for whoever restarts and routes."""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.core import Metric as Family
from prometheus_client.registry import Collector

from coagent.adapters.metrics.declared import TURN_AGE, Metric
from coagent.adapters.pulse import Pulse
from coagent.domain.errors import Fatal

log = logging.getLogger(__name__)


class Sample(NamedTuple):
    """One value; `labels` in the order of the metric's."""

    metric: Metric
    value: float
    labels: tuple[str, ...] = ()


Read = Callable[[], Iterable[Sample]]
"""Called at each scrape, in a thread of its own: reads what the process counts anyway."""


class _Samples(Collector):
    """All that is read at one scrape, as Prometheus wants it."""

    def __init__(self, read: Read, pulse: Pulse) -> None:
        self._read, self._pulse = read, pulse

    def collect(self) -> Iterator[Family]:
        families: dict[Metric, Family] = {}
        for sample in self._all():
            family = families.setdefault(sample.metric, _family(sample.metric))
            family.add_metric(list(sample.labels), sample.value)  # type: ignore[attr-defined]  # both kinds have it
        yield from families.values()

    def _all(self) -> list[Sample]:
        age_s = self._pulse.turn_age_s
        return [*self._read(), *([] if age_s is None else [Sample(TURN_AGE, age_s)])]


def _family(metric: Metric) -> Family:
    kind = CounterMetricFamily if metric.kind == "counter" else GaugeMetricFamily
    return kind(metric.name, metric.text, labels=metric.labels)


def serve_metrics(host: str, port: int, read: Read, pulse: Pulse) -> ThreadingHTTPServer | None:
    """Serves in a thread until the process ends; port 0: not at all. Where the port is taken, at any free one."""
    if port == 0:
        return None
    registry = CollectorRegistry()
    registry.register(_Samples(read, pulse))
    ProcessCollector(registry=registry)
    pages = {
        "/metrics": lambda: (200, CONTENT_TYPE_LATEST, generate_latest(registry)),
        "/live": lambda: _verdict(pulse.is_alive, "alive", "hangs"),
        "/ready": lambda: _verdict(pulse.is_ready, "ready", "waits: see its log"),
    }
    server = _bound(host, port, pages)
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    log.info("metrics at http://%s:%d/metrics", host, server.server_port)
    return server


_Page = tuple[int, str, bytes]


def _verdict(good: bool, yes: str, no: str) -> _Page:
    return (200, "text/plain", yes.encode()) if good else (503, "text/plain", no.encode())


def _bound(host: str, port: int, pages: Mapping[str, Callable[[], _Page]]) -> ThreadingHTTPServer:
    handler = type("Handler", (_Handler,), {"pages": pages})
    try:
        return ThreadingHTTPServer((host, port), handler)
    except OSError as taken:
        log.warning(
            "port %d of %s for metrics is in use (%s); another one serves them", port, host, taken.strerror or taken
        )
        return _at_any_port(host, handler)


def _at_any_port(host: str, handler: type["_Handler"]) -> ThreadingHTTPServer:
    try:
        return ThreadingHTTPServer((host, 0), handler)
    except OSError as refused:
        raise Fatal(f"COAGENT_METRICS__HOST={host}: {refused}: name an address of this machine") from refused


class _Handler(BaseHTTPRequestHandler):
    pages: Mapping[str, Callable[[], _Page]]

    def do_GET(self) -> None:
        page = self.pages.get(self.path.partition("?")[0])
        status, kind, body = page() if page else (404, "text/plain", b"/metrics, /live or /ready")
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Scrapes are not worth a line."""
