"""Words as numbers, in the order in which they come: 1 for the first, 0 for none."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from backline.insight.logs.arrays import Bools, Ints, bools, codes, integers


class Words:
    """Collects a column of words part by part; each part keeps its own few words until all have come."""

    def __init__(self) -> None:
        self._parts: list[Ints] = []
        self._spoken: list[pa.Array] = []

    def take(self, column: pa.Array) -> None:
        """A further part, of text or of text that is numbered already."""
        coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        self._parts.append(np.where(_known(coded.indices), codes(coded.indices) + 1, 0).astype(np.int32))
        self._spoken.append(coded.dictionary)

    def settle(self) -> tuple[Ints, pa.Array]:
        """The number of each word of the column, and the words from 1 on; what is empty is none."""
        coded = pa.concat_arrays(self._spoken).dictionary_encode()
        of_parts, names = codes(coded.indices), coded.dictionary
        told = np.zeros(sum(map(len, self._parts)), dtype=np.int32)
        at = spoken = 0
        for part, words in zip(self._parts, self._spoken, strict=True):
            own = np.zeros(len(words) + 1, dtype=np.int32)
            own[1:] = of_parts[spoken : spoken + len(words)] + 1
            told[at : at + len(part)] = own[part]
            at, spoken = at + len(part), spoken + len(words)
        self._parts.clear()
        return _used(told, names)


def _known(indices: pa.Array) -> Bools:
    return bools(indices.is_valid()) if indices.null_count else np.ones(len(indices), dtype=bool)


def _used(told: Ints, names: pa.Array) -> tuple[Ints, pa.Array]:
    """Without words that no event has, and without the empty one."""
    used = np.bincount(told, minlength=len(names) + 1)[1:] > 0
    empty = names.index("").as_py() if len(names) else -1
    if empty >= 0:
        used[empty] = False
    if used.all():
        return told, names
    numbers = np.zeros(len(names) + 1, dtype=np.int32)
    numbers[1:][used] = np.arange(1, used.sum() + 1)
    return numbers[told], names.take(integers(np.flatnonzero(used)))
