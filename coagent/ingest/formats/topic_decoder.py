"""The decoder of one topic, which remembers what the topic carries: most carry one format, and asking costs time."""

from collections.abc import Callable, Mapping

from coagent.domain.rejected import Noted, Rejected
from coagent.domain.request import Request
from coagent.domain.telemetry_format import Format
from coagent.ingest.formats import litellm
from coagent.ingest.formats.decoders import DECODERS, explained
from coagent.ingest.formats.detect_format import detect_format
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.refused import Refused
from coagent.ingest.strict_json import NOT_FINITE, with_nulls

Decode = Callable[[bytes, DecodeOptions], list[Outcome]]

_PLAIN: Mapping[Format, Callable[[bytes, DecodeOptions], list[Outcome] | None]] = {"litellm": litellm.decode_if_plain}
"""Decoders that see by themselves whether a message is plainly of their format, for less than detecting it costs."""


class TopicDecoder:
    """`decode` reads by the mapping, the pinned format, or the one found by the message's content.

    `reads_columns` says whether the topic's messages are worth a try by the columnar reader of canonical messages:
    always at first, then as long as canonical ones come. Either way the same is made of every message.
    """

    def __init__(self, pinned: Format | None = None, mapped: Decode | None = None) -> None:
        self._mapped = mapped
        self._pinned = pinned
        self._last: Format | None = pinned

    @property
    def reads_columns(self) -> bool:
        return self._mapped is None and self._last in {None, "canonical"}

    def decode(self, value: bytes, options: DecodeOptions) -> list[Outcome]:
        """What the message holds, in order. NaN and infinities, which JSON does not have, are unknown."""
        outcomes = self._as_written(value, options)
        if len(outcomes) == 1 and type(first := outcomes[0]) is Rejected and first.reason == NOT_FINITE:
            outcomes = self._as_written(with_nulls(value), options)
            if any(isinstance(outcome, Request) for outcome in outcomes):
                outcomes.append(Noted(reason=NOT_FINITE, detail="NaN and infinities are read as unknown"))
        return outcomes

    def _as_written(self, value: bytes, options: DecodeOptions) -> list[Outcome]:
        if self._mapped is not None:
            return self._mapped(value, options)
        if self._pinned is not None:
            return DECODERS[self._pinned](value, options)
        plain = _PLAIN.get(self._last) if self._last else None
        outcomes = plain(value, options) if plain else None
        return self._detected(value, options) if outcomes is None else outcomes

    def _detected(self, value: bytes, options: DecodeOptions) -> list[Outcome]:
        try:
            self._last = detect_format(value)
        except Refused as refused:
            return [refused.at(0)]
        return explained(value, DECODERS[self._last](value, options))
