"""How long one document may take by the clock: words earn it more, so that what is hostile ends soon on any machine."""

from __future__ import annotations

import time
from collections.abc import Callable

WITHOUT_WORDS_S = 5.0
"""With the start of a command on a busy machine before it, still less than ten"""
EARNED_S = 60.0
"""By the clock, and generous: that a machine is busy must not change what is read of an honest file"""


class Deadline:
    """When a document has to be done. Each page on which words were found puts it off."""

    def __init__(self, seconds: float = WITHOUT_WORDS_S, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._at = clock() + seconds

    def left(self) -> float:
        """The seconds that are left; never less than nothing."""
        return max(self._at - self._clock(), 0.0)

    def earn(self) -> None:
        """Words were found: it is worth going on."""
        self._at = max(self._at, self._clock() + EARNED_S)
