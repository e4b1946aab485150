"""The ways through a log: distinct sequences of activities, told apart without looking at them one by one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from backline.insight.logs.arrays import Ints, codes, integers


@dataclass(frozen=True, eq=False)
class Variants:
    """Numbered from 1, the way that most cases take first."""

    of_case: Ints
    cases: Ints
    """For each variant how many cases take it"""
    repeated: Ints
    """For each variant the steps whose activity had occurred before"""
    paths: pa.Array
    """For each variant the numbers of its activities"""


def variants_of(activity: Ints, begins: Ints) -> Variants:
    """Of activities in the order of their cases, each of which begins at one of ``begins``."""
    bounds = np.append(begins, len(activity)).astype(np.int64) * activity.itemsize
    sequences = pa.Array.from_buffers(
        pa.large_binary(), len(begins), [None, pa.py_buffer(bounds), pa.py_buffer(np.ascontiguousarray(activity))]
    )
    coded = sequences.dictionary_encode()
    found = codes(coded.indices)
    cases = np.bincount(found)
    order = np.argsort(-cases, kind="stable")
    ranks = np.empty(len(order), dtype=np.int64)
    ranks[order] = np.arange(len(order))
    ends, steps = _steps_of(coded.dictionary.take(integers(order)), activity.dtype)
    paths = pa.LargeListArray.from_arrays(integers(ends), integers(steps))
    return Variants(of_case=ranks[found] + 1, cases=cases[order], repeated=_repeated(ends, steps), paths=paths)


def _steps_of(sequences: pa.Array, kind: np.dtype[np.signedinteger]) -> tuple[Ints, Ints]:
    """Where each sequence begins and the last one ends, and all their activities."""
    _, bounds, data = sequences.buffers()
    ends = np.frombuffer(bounds, dtype=np.int64, count=len(sequences) + 1) // kind.itemsize
    return ends, np.frombuffer(data, dtype=kind, count=int(ends[-1]))


def _repeated(ends: Ints, steps: Ints) -> Ints:
    lengths = np.diff(ends)
    kinds = int(steps.max()) + 1
    distinct = np.unique(np.repeat(np.arange(len(lengths)), lengths) * kinds + steps) // kinds
    return lengths - np.bincount(distinct, minlength=len(lengths))
