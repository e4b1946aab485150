"""Columns of Arrow over columns of numpy, sharing their memory.

``pyarrow.array`` would do the same, but asks first whether its input is one of pandas', and to know that loads pandas
where that is installed: a second on every start.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Ints = npt.NDArray[np.signedinteger[Any]]
Bools = npt.NDArray[np.bool_]


def integers(values: Ints) -> pa.Array:
    """Whole numbers; negative ones stand for nothing."""
    known = values >= 0
    validity = None if known.all() else pa.py_buffer(np.packbits(known, bitorder="little"))
    whole = np.ascontiguousarray(values, dtype=np.int64)
    return pa.Array.from_buffers(pa.int64(), len(whole), [validity, pa.py_buffer(whole)])


def truths(values: Bools) -> pa.Array:
    """Yes and no."""
    return pa.Array.from_buffers(pa.bool_(), len(values), [None, pa.py_buffer(np.packbits(values, bitorder="little"))])


def texts(values: list[bytes], kind: pa.DataType) -> pa.Array:
    """Bytes in a column of ``kind``: ``binary`` or ``large_binary``."""
    bounds = np.zeros(len(values) + 1, dtype=np.int64 if pa.types.is_large_binary(kind) else np.int32)
    np.cumsum([len(one) for one in values], out=bounds[1:])
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(bounds), pa.py_buffer(b"".join(values))])
