"""Changes whose cause is known, each in a weak and a strong size."""

from collections.abc import Callable, Iterator

from coagent.bench.simulator.changes import ORDINARY, Change
from coagent.bench.simulator.world import World
from coagent.domain.shift import CauseKind, Family

Planted = Callable[[float], World]
SILENT: tuple[CauseKind, ...] = ("silent_version", "quantization_or_stack")


def _declared_version(by: float) -> World:
    return ORDINARY.but(output_scale=by, logprob_shift=1 - by, response_model="alias-0613")


def _silent_version(by: float) -> World:
    return ORDINARY.but(output_scale=1 / by, output_chars_per_token=4.2 * by**0.25, logprob_shift=2 * by - 2)


def _quantized(by: float) -> World:
    return ORDINARY.but(logprob_shift=by, pace_s=0.02 * (1 - by / 6))


def _tokenizer(by: float) -> World:
    return ORDINARY.but(input_chars_per_token=4 * by, output_chars_per_token=4.2 * by, output_scale=1 / by)


def _slower(by: float) -> World:
    return ORDINARY.but(pace_s=0.02 * by, first_token_s=0.4 * by)


def _errors(by: float) -> World:
    return ORDINARY.but(error=by)


def _dearer(by: float) -> World:
    return ORDINARY.but(price_scale=by)


def _refusals(by: float) -> World:
    return ORDINARY.but(refusal=by)


def _truncation(by: float) -> World:
    return ORDINARY.but(output_cap=by)


def _deploy(by: float) -> World:
    return ORDINARY.but(output_scale=by, tool_call=0.2 / by, app_version="1.1")


def _longer_inputs(by: float) -> World:
    return ORDINARY.but(input_scale=by)


def _other_questions(by: float) -> World:
    return ORDINARY.but(input_scale=by, output_scale=by)


PLANTED: tuple[tuple[str, float, float, Planted, Family, tuple[CauseKind, ...]], ...] = (
    ("declared version", 1.25, 1.8, _declared_version, "provider", ("declared_version",)),
    ("silent version", 1.15, 1.6, _silent_version, "provider", SILENT),
    ("quantized weights", 0.5, 1.5, _quantized, "provider", SILENT),
    ("new tokenizer", 0.95, 0.8, _tokenizer, "provider", ("silent_version",)),
    ("capacity, slower", 1.2, 2.0, _slower, "provider", ("capacity",)),
    ("capacity, errors", 0.06, 0.3, _errors, "provider", ("capacity",)),
    ("price", 1.05, 1.5, _dearer, "provider", ("price",)),
    ("refusal policy", 0.06, 0.3, _refusals, "provider", ("policy",)),
    ("truncation", 450.0, 150.0, _truncation, "provider", ("truncation",)),
    ("own deploy", 0.8, 0.5, _deploy, "client", ("deploy",)),
    ("traffic, longer inputs", 1.4, 4.0, _longer_inputs, "traffic", ("traffic_mix",)),
    ("traffic, other questions", 0.8, 0.4, _other_questions, "traffic", ("traffic_mix",)),
)
"""Name, weak size, strong size, what it does, and the right family and kinds."""


def _labelled() -> Iterator[Change]:
    for name, weak, strong, planted, family, kinds in PLANTED:
        for size, by in (("weak", weak), ("strong", strong)):
            yield Change(name=f"{name}, {size}", after=planted(by), families=(family,), kinds=kinds)


LABELLED = tuple(_labelled())
