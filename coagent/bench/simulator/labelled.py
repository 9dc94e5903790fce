"""Changes whose cause is known, each in a weak and a strong size."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from coagent.bench.simulator.changes import ORDINARY, Change
from coagent.bench.simulator.world import World
from coagent.domain.shift import CauseKind, Family

SILENT: tuple[CauseKind, ...] = ("silent_version", "quantization_or_stack")
QUANTIZED: tuple[CauseKind, ...] = ("quantization_or_stack", "silent_version")
STACK: tuple[CauseKind, ...] = ("quantization_or_stack", "capacity")


@dataclass(frozen=True, slots=True)
class Planted:
    """`world` makes the world after the change from its size; `share` of the requests are affected. Of the
    `kinds`, all right, the first is the truth.
    """

    name: str
    weak: float
    strong: float
    world: Callable[[float], World]
    family: Family
    kinds: tuple[CauseKind, ...]
    share: float = 1.0


def _declared_version(by: float) -> World:
    return ORDINARY.but(output_scale=by, logprob_shift=1 - by, response_model="alias-0613")


def _silent_version(by: float) -> World:
    return ORDINARY.but(output_scale=1 / by, output_chars_per_token=4.2 * by**0.25, logprob_shift=2 * by - 2)


def _terse_version(by: float) -> World:
    """Answers in a few words: nearly all are shorter than any before."""
    return ORDINARY.but(output_scale=by, output_chars_per_token=4.2 * by**0.05)


def _wordy_version(by: float) -> World:
    return ORDINARY.but(output_scale=by, output_chars_per_token=4.2 * by**-0.2, pace_s=0.02 * by**0.3)


def _quantized(by: float) -> World:
    return ORDINARY.but(logprob_shift=by, pace_s=0.02 * (1 - by / 6))


def _quantized_rambling(by: float) -> World:
    """Less sure weights talk on, and more answers meet the limit that the client set."""
    base = ORDINARY.but(logprob_shift=by, output_scale=1 + by / 3, output_chars_per_token=4.2 * (1 - by / 12))
    return base.but(output_cap=450.0, pace_s=0.02 * (1 - by / 6))


def _smaller_model(by: float) -> World:
    base = ORDINARY.but(pace_s=0.02 / by, first_token_s=0.4 / by**0.5, output_scale=by**0.5)
    return base.but(logprob_shift=by - 1, output_chars_per_token=4.2 * by**-0.1)


def _tokenizer(by: float) -> World:
    return ORDINARY.but(input_chars_per_token=4 * by, output_chars_per_token=4.2 * by, output_scale=1 / by)


def _context_truncation(by: float) -> World:
    """Long inputs are cut before the model reads them: fewer tokens for the same characters."""
    return ORDINARY.but(input_chars_per_token=4 * by, output_scale=1 / by)


def _slower(by: float) -> World:
    return ORDINARY.but(pace_s=0.02 * by, first_token_s=0.4 * by)


def _first_token_later(by: float) -> World:
    return ORDINARY.but(first_token_s=0.4 * by)


def _another_host(by: float) -> World:
    """Other hardware or another region: the first token comes later, the others sooner."""
    return ORDINARY.but(pace_s=0.02 / by, first_token_s=0.4 * by)


def _errors(by: float) -> World:
    return ORDINARY.but(error=by)


def _dearer(by: float) -> World:
    return ORDINARY.but(price_scale=by)


def _cheaper_tier(by: float) -> World:
    return ORDINARY.but(price_scale=1 / by, pace_s=0.02 * by, first_token_s=0.4 * by)


def _refusals(by: float) -> World:
    return ORDINARY.but(refusal=by)


def _stricter_filter(_by: float) -> World:
    """Those that it meets are refused, in few words."""
    return ORDINARY.but(refusal=0.95, output_scale=0.15)


def _truncation(by: float) -> World:
    return ORDINARY.but(output_cap=by)


def _deploy(by: float) -> World:
    return ORDINARY.but(output_scale=by, tool_call=0.2 / by, app_version="1.1")


def _longer_prompt(by: float) -> World:
    return ORDINARY.but(input_scale=by, output_scale=by**0.5, refusal=0.01 * by, app_version="1.1")


def _longer_inputs(by: float) -> World:
    return ORDINARY.but(input_scale=by)


def _other_questions(by: float) -> World:
    return ORDINARY.but(input_scale=by, output_scale=by)


def _other_users(by: float) -> World:
    """Another language and other wishes."""
    base = ORDINARY.but(input_scale=by**0.7, output_scale=by**-0.7, tool_call=0.2 / by)
    return base.but(input_chars_per_token=4 * by**-0.2, output_chars_per_token=4.2 * by**-0.2)


def _other_topic(by: float) -> World:
    """That no covariate shows."""
    return ORDINARY.but(output_scale=by, output_chars_per_token=4.2 * by**0.06)


PLANTED: tuple[Planted, ...] = (
    Planted("declared version", 1.25, 1.8, _declared_version, "provider", ("declared_version",)),
    Planted("silent version", 1.15, 1.6, _silent_version, "provider", SILENT),
    Planted("silent version, terse", 0.25, 0.02, _terse_version, "provider", SILENT),
    Planted("silent version, terse for some", 0.25, 0.02, _terse_version, "provider", SILENT, share=0.4),
    Planted("silent version, wordy", 1.3, 2.0, _wordy_version, "provider", SILENT),
    Planted("silent version for some", 1.6, 2.5, _silent_version, "provider", SILENT, share=0.3),
    Planted("quantized weights", 0.7, 1.8, _quantized, "provider", QUANTIZED),
    Planted("quantized weights that talk on", 0.6, 1.5, _quantized_rambling, "provider", QUANTIZED),
    Planted("smaller model", 1.5, 2.5, _smaller_model, "provider", SILENT),
    Planted("new tokenizer", 0.95, 0.8, _tokenizer, "provider", ("silent_version",)),
    Planted("context truncation", 1.3, 2.0, _context_truncation, "provider", ("silent_version",), share=0.4),
    Planted("capacity, slower", 1.8, 4.0, _slower, "provider", ("capacity",)),
    Planted("capacity, faster", 0.5, 0.25, _slower, "provider", ("capacity",)),
    Planted("capacity, first token", 1.6, 3.0, _first_token_later, "provider", STACK[::-1]),
    Planted("capacity, errors", 0.12, 0.5, _errors, "provider", ("capacity",)),
    Planted("capacity, errors end", 0.01, 0.0, _errors, "provider", ("capacity",)),
    Planted("another host", 1.3, 2.0, _another_host, "provider", STACK),
    Planted("price", 1.05, 1.5, _dearer, "provider", ("price",)),
    Planted("cheaper tier", 1.2, 1.6, _cheaper_tier, "provider", ("price",)),
    Planted("refusal policy", 0.12, 0.4, _refusals, "provider", ("policy",)),
    Planted("stricter filter", 1.0, 1.0, _stricter_filter, "provider", ("policy",), share=0.25),
    Planted("truncation", 300.0, 150.0, _truncation, "provider", ("truncation",)),
    Planted("own deploy", 0.8, 0.5, _deploy, "client", ("deploy",)),
    Planted("own deploy, longer prompt", 1.4, 2.5, _longer_prompt, "client", ("deploy",)),
    Planted("traffic, longer inputs", 1.4, 4.0, _longer_inputs, "traffic", ("traffic_mix",)),
    Planted("traffic, other questions", 0.4, 2.5, _other_questions, "traffic", ("traffic_mix",)),
    Planted("traffic, other users", 1.5, 2.5, _other_users, "traffic", ("traffic_mix",)),
    Planted("other topic, longer", 1.4, 1.8, _other_topic, "unknown", ("unknown",)),
    Planted("other topic, shorter", 0.7, 0.5, _other_topic, "unknown", ("unknown",)),
)


BEFORE = {
    "quantized weights that talk on": ORDINARY.but(output_cap=450.0),
    "capacity, errors end": ORDINARY.but(error=0.15),
}
"""Worlds before the change, where not the ordinary one."""


def _labelled() -> Iterator[Change]:
    for one in PLANTED:
        for size, by in (("weak", one.weak), ("strong", one.strong)):
            after, name = one.world(by), f"{one.name}, {size}"
            before = BEFORE.get(one.name, ORDINARY)
            yield Change(
                name=name, before=before, after=after, share=one.share, families=(one.family,), kinds=one.kinds
            )


LABELLED = tuple(_labelled())
