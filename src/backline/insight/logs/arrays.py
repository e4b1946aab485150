"""Columns of Arrow over columns of numpy and back, sharing their memory.

``pyarrow.array`` and ``to_numpy`` would do the same, but ask first whether it is about pandas, and to know that load
pandas where that is installed: a second on every start.
"""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Ints = npt.NDArray[np.signedinteger[Any]]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
ARROW = {np.dtype(np.int32): pa.int32(), np.dtype(np.int64): pa.int64(), np.dtype(np.float64): pa.float64()}


def start_light() -> None:
    """For a command that reads a log and ends: Arrow gives memory back at once, and doesn't wait for pandas to load.

    At its first value Arrow looks whether there is a pandas; here it finds none.
    """
    pa.set_memory_pool(pa.system_memory_pool())
    if "pandas" in sys.modules:
        return
    unseen = _WithoutPandas()
    sys.meta_path.insert(0, unseen)
    try:
        pa.scalar("")
    finally:
        sys.meta_path.remove(unseen)


class _WithoutPandas(MetaPathFinder):
    """Finds that there is no pandas."""

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(name=fullname)


def integers(values: Ints) -> pa.Array:
    """Whole numbers; negative ones stand for nothing."""
    return _column(values, values >= 0)


def known(values: Ints) -> pa.Array:
    """Numbers of words; 0 stands for nothing."""
    return _column(values, values > 0)


def moments(values: Ints) -> pa.Array:
    """Microseconds since 1970 as times."""
    told = np.ascontiguousarray(values, dtype=np.int64)
    return pa.Array.from_buffers(pa.timestamp("us"), len(told), [None, pa.py_buffer(told)])


def reals(values: Floats) -> pa.Array:
    """Numbers; NaN stands for nothing."""
    return _column(values, ~np.isnan(values))


def whole(values: pa.Array) -> Ints:
    """64 bits a value without gaps as numpy sees them: whole numbers, or times as microseconds since 1970."""
    told = np.frombuffer(values.buffers()[1], dtype=np.int64, count=values.offset + len(values))
    return told[values.offset :]


def _column(values: Ints | Floats, there: Bools) -> pa.Array:
    kind = values.dtype if values.dtype in ARROW else np.dtype(np.int64)
    told = np.ascontiguousarray(values, dtype=kind)
    validity = None if there.all() else pa.py_buffer(np.packbits(there, bitorder="little"))
    return pa.Array.from_buffers(ARROW[kind], len(told), [validity, pa.py_buffer(told)])


def truths(values: Bools) -> pa.Array:
    """Yes and no."""
    return pa.Array.from_buffers(pa.bool_(), len(values), [None, pa.py_buffer(np.packbits(values, bitorder="little"))])


def codes(indices: pa.Array) -> Ints:
    """The numbers of a dictionary's words as numpy sees them, their memory shared."""
    kind = np.dtype(str(indices.type))
    whole = np.frombuffer(indices.buffers()[1], dtype=kind, count=indices.offset + len(indices))
    return whole[indices.offset :]


def bools(values: pa.Array) -> Bools:
    """Yes and no without gaps, as numpy sees them."""
    bits = np.frombuffer(values.buffers()[1], dtype=np.uint8)
    whole = np.unpackbits(bits, count=values.offset + len(values), bitorder="little")
    return whole[values.offset :].view(np.bool_)


def texts(values: list[bytes], kind: pa.DataType) -> pa.Array:
    """Bytes in a column of ``kind``: ``binary`` or ``large_binary``."""
    bounds = np.zeros(len(values) + 1, dtype=np.int64 if pa.types.is_large_binary(kind) else np.int32)
    np.cumsum([len(one) for one in values], out=bounds[1:])
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(bounds), pa.py_buffer(b"".join(values))])
