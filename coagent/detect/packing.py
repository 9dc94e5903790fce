"""Dataclasses and tuples of arrays as bytes that compress well."""

from typing import Any, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

Value = TypeVar("Value")
Array = NDArray[Any]
Packed = tuple[str, tuple[int, ...], bytes | list[str | None], bytes | None]
"""Type, shape, values (objects: texts), and where those are that are not zero: steps from one to the next; None: all.
"""
SPARSE = 8
"""Whole numbers of which fewer than one in so many are not zero are kept as these alone."""


def packed(value: object) -> bytes:
    return msgspec.msgpack.encode(value, enc_hook=_pack)


def unpacked(data: bytes | msgspec.Raw, kind: type[Value]) -> Value:
    """Inverse of `packed`; arrays can be written to. Raises ValueError where it is something else."""
    try:
        return msgspec.msgpack.decode(data, type=kind, dec_hook=_unpack)
    except msgspec.DecodeError as error:
        raise ValueError(str(error)) from error


def _pack(array: object) -> Packed:
    if not isinstance(array, np.ndarray):
        raise NotImplementedError(type(array))
    kind, shape = array.dtype.str, array.shape
    if kind == "|O":
        return kind, shape, array.ravel().tolist(), None
    if not array.size:
        return kind, shape, b"", None
    if array.dtype.kind == "i":
        flat = array.ravel()
        places = (flat != 0).nonzero()[0]  # of booleans it takes a fifth of the time
        if not places.size:
            return kind, shape, b"", b""
        if SPARSE * len(places) < len(flat):
            steps = places.astype(np.uint32)
            steps[1:] -= steps[:-1].copy()
            return kind, shape, _planes(flat[places]), _planes(steps)
    return kind, shape, _planes(array), None


def _planes(array: Array) -> bytes:
    """Bytes of equal significance together."""
    size = array.dtype.itemsize
    return array.tobytes() if size == 1 else np.frombuffer(array.tobytes(), np.uint8).reshape(-1, size).T.tobytes()


def _unpack(_: type, found: object) -> Array:
    kind, shape, values, steps = msgspec.convert(found, Packed)
    if isinstance(values, list):
        texts = np.empty(len(values), object)
        texts[:] = values
        return texts.reshape(shape)
    held = _from_planes(values, kind)
    if steps is None:
        return held.reshape(shape)
    flat = np.zeros(int(np.prod(shape)), kind)
    flat[np.cumsum(_from_planes(steps, "<u4").astype(np.int64))] = held
    return flat.reshape(shape)


def _from_planes(data: bytes, kind: str) -> Array:
    planes = np.frombuffer(data, np.uint8).reshape(np.dtype(kind).itemsize, -1)
    return np.frombuffer(planes.T.tobytes(), kind).copy()
