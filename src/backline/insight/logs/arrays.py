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


def leave_pandas_out() -> None:
    """Have Arrow believe that there is no pandas, so that a command that reads a log does not wait for it to load."""
    if "pandas" in sys.modules:
        return
    unseen = _WithoutPandas()
    sys.meta_path.insert(0, unseen)
    try:
        pa.scalar("")  # at the first value of Python's own, Arrow looks, once
    finally:
        sys.meta_path.remove(unseen)


class _WithoutPandas(MetaPathFinder):
    """Finds that there is no pandas."""

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(name=fullname)


def integers(values: Ints) -> pa.Array:
    """Whole numbers; negative ones stand for nothing."""
    known = values >= 0
    validity = None if known.all() else pa.py_buffer(np.packbits(known, bitorder="little"))
    whole = np.ascontiguousarray(values, dtype=np.int64)
    return pa.Array.from_buffers(pa.int64(), len(whole), [validity, pa.py_buffer(whole)])


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
