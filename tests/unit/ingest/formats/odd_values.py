"""Samples in which values were put where nobody expects them."""

import json
import random
from collections.abc import Mapping, Sequence
from typing import Any


def with_odd_values(sample: Mapping[str, Any], odd: Sequence[Any], rng: random.Random) -> dict[str, Any]:
    """A copy with one to four of its values, at any depth of objects, in place of which stands an odd one."""
    changed = json.loads(json.dumps(sample))
    for _ in range(rng.randint(1, 4)):
        place = changed
        while (inner := [part for part in place.values() if isinstance(part, dict) and part]) and rng.random() < 0.6:
            place = rng.choice(inner)
        place[rng.choice(list(place))] = json.loads(json.dumps(rng.choice(odd)))
    return changed
