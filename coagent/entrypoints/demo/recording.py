"""The recordings that ship with coagent: real requests to a real model, with the truth about what changed."""

import gzip
from dataclasses import dataclass
from importlib.resources import files

import msgspec

SWAP, NULL = "quantized_swap", "null"


class Truth(msgspec.Struct, frozen=True):
    """What was done while recording. `change_at_row` is 0-based; None where nothing changed."""

    rows: int
    change_at_row: int | None
    expect: str
    source: str


@dataclass(frozen=True, slots=True)
class Recording:
    """Canonical records, one a line, in the order in which the requests started."""

    name: str
    lines: tuple[bytes, ...]
    truth: Truth

    def request_ids(self) -> list[str]:
        """In row order."""
        return [msgspec.json.decode(line)["request_id"] for line in self.lines]


def load(name: str) -> Recording:
    """Read a recording from the package."""
    folder = files("coagent.samples")
    truths = msgspec.json.decode((folder / "samples.json").read_bytes(), type=dict[str, Truth])
    lines = gzip.decompress((folder / f"{name}.jsonl.gz").read_bytes()).splitlines()
    return Recording(name, tuple(lines), truths[name])
