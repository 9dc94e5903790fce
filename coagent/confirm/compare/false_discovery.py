"""False discovery rate over the signals that were tested."""

from collections.abc import Mapping


def q_values(p_values: Mapping[str, float | None]) -> dict[str, float | None]:
    """Benjamini-Hochberg over the known p-values; a signal without one has no q-value and does not count.

    >>> q_values({"a": 0.01, "b": None, "c": 0.04})
    {'a': 0.02, 'b': None, 'c': 0.04}
    """
    from scipy import stats  # noqa: PLC0415  takes half a second to load

    tested = {name: p for name, p in p_values.items() if p is not None}
    adjusted = stats.false_discovery_control(list(tested.values())).tolist() if tested else []
    found = dict(zip(tested, adjusted, strict=True))
    return {name: found.get(name) for name in p_values}
