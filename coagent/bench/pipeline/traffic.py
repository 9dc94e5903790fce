"""Requests of a fleet's accounts, each as often as the others."""

import random

import msgspec

SEED = 1
MOST_DISTINCT = 200_000
"""Measured values that are made; longer traffic repeats them. They take 200 bytes each."""
CHANGED = 3.0
"""Times as long until an answer begins and for a token, and a part of its tokens."""


class FleetTraffic:
    """Canonical JSON requests of `accounts` accounts (a task and a tenant each) on `streams` models, made beforehand
    but for their times. `change` makes the answers that come later shorter, and start and end later: by `CHANGED`.
    """

    def __init__(self, accounts: int, streams: int, distinct: int = MOST_DISTINCT) -> None:
        self._chance = random.Random(SEED)  # noqa: S311  # traffic, not secrets
        self._encode = msgspec.json.Encoder().encode
        self._names = [
            self._encode(
                {
                    "provider": f"provider-{n % streams % 3}",
                    "request_model": f"model-{n % streams}",
                    **_part(n // streams),
                }
            )[1:-1]
            for n in range(accounts)
        ]
        self._distinct = distinct
        self._measured = [self._measurement(1.0) for _ in range(distinct)]
        self._changed = [self._measurement(CHANGED) for _ in range(min(distinct, 20_000))]
        self._sent = 0

    def requests(self, count: int, time_s: float) -> list[bytes]:
        """The next `count`, account after account."""
        first, time = self._sent, b'{"time":%.6f,' % time_s
        self._sent += count
        return [time + self._name(n) + b"," + self._value(n) for n in range(first, first + count)]

    def change(self) -> None:
        self._measured = self._changed

    def _name(self, number: int) -> bytes:
        return self._names[number % len(self._names)]

    def _value(self, number: int) -> bytes:
        return self._measured[number % len(self._measured)]

    def _measurement(self, factor: float) -> bytes:
        chance = self._chance
        output_tokens, first_token_s = (
            int(chance.lognormvariate(5.0, 0.7) / factor),
            factor * chance.lognormvariate(-0.9, 0.4),
        )
        values = {
            "input_tokens": int(chance.lognormvariate(6.5, 0.8)),
            "output_tokens": output_tokens,
            "time_to_first_token_s": first_token_s,
            "duration_s": first_token_s + factor * output_tokens / chance.uniform(60, 90),
            "stream": True,
            "finish_reason": "stop",
            "status": "ok",
        }
        return self._encode(values)[1:]


def _part(number: int) -> dict[str, str]:
    return {"task": f"task-{number % 10}", "tenant": f"tenant-{number // 10}"}
