"""A probe out of what a person typed."""

import re
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from coagent.domain.errors import Fatal
from coagent.domain.probe import Probe
from coagent.domain.segment import RESERVED, Segment
from coagent.settings import Settings

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


def new_probe(
    settings: Settings, *, canaries: Path | None, usd_in: str | None, usd_out: str | None, **given: Any
) -> Probe:
    """Raises Fatal where a value is wrong, or no price is known: an unknown price is never 0."""
    _check(settings, **given)
    segment = Segment(given["provider"], given["request_model"] or given["model"], given["endpoint"])
    prices = _prices(settings, segment, usd_in, usd_out)
    return Probe(
        name=given["name"],
        segment=segment,
        base_url=given["base_url"].rstrip("/"),
        model=given["model"],
        key=given["key"],
        usd_per_mtok_in=prices[0],
        usd_per_mtok_out=prices[1],
        control=given["control"],
        canaries=_read(canaries),
    )


def _check(settings: Settings, **given: Any) -> None:
    if not NAME.fullmatch(given["name"]):
        raise Fatal(f"{given['name']!r} is no name for a probe: lower-case letters, digits and dashes")
    address = urlsplit(given["base_url"])
    if address.scheme not in ("http", "https") or not address.hostname or "@" in address.netloc:
        raise Fatal("--base-url: write https://host/v1; a key belongs in COAGENT_PROBES__KEYS")
    if given["key"] is not None and given["key"] not in settings.probes.keys:
        raise Fatal(f"--key {given['key']!r}: not in COAGENT_PROBES__KEYS, a JSON object of names and keys")
    if given["provider"] in RESERVED:
        raise Fatal(f"--provider {given['provider']!r} is a name of coagent's own")


def _read(canaries: Path | None) -> str | None:
    """Its path, where it can be read."""
    if canaries is None:
        return None
    from coagent.bootstrap.probing import checked_canaries  # noqa: PLC0415  drivers take a moment to load

    checked_canaries(canaries)
    return str(canaries.resolve())


def _prices(settings: Settings, segment: Segment, usd_in: str | None, usd_out: str | None) -> tuple[Decimal, Decimal]:
    if usd_in is not None and usd_out is not None:
        return _amount("--usd-in", usd_in), _amount("--usd-out", usd_out)
    from coagent.bootstrap.probing import listed_prices  # noqa: PLC0415

    listed = listed_prices(settings, segment)
    if listed is None:
        raise Fatal(f"no price of {segment.provider}/{segment.request_model} is known: give --usd-in and --usd-out")
    return listed


def _amount(option: str, text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0:
        raise Fatal(f"{option} {text!r}: US dollars for a million tokens, such as 0.25")
    return amount
