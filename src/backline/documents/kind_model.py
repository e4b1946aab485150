"""What kind a document is by its words, as this house's own people named its documents before.

A linear model over words and pairs of words: its guess is explained by the words that speak for it. Learning uses
scikit-learn; guessing is a product of what is stored, so no process that only reads has to load it.
"""

from __future__ import annotations

import io
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np

LEAST_OF_A_KIND = 3
"""Samples below which a kind is not learnt"""
MOST_WORDS = 20_000
FOLDS = 4
MOST_SHOWN = 5
WORD = re.compile(r"[^\W\d_]{3,}")
Numbers = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, kw_only=True)
class Guess:
    """A kind, how sure it is (0 to 1), and the words on the page that speak for it most."""

    kind: str
    confidence: float
    words: tuple[str, ...]

    @property
    def percent(self) -> int:
        """How sure it is, as people say it; what is not certain is never a hundred."""
        return min(99, int(100 * self.confidence))


@dataclass(frozen=True, kw_only=True)
class Learnt:
    """A model as it is stored, and how well it did on samples that it had not seen (None: too few to try)."""

    weights: bytes
    samples: int
    right: float | None


@dataclass(frozen=True, kw_only=True)
class Weights:
    """For each word its place and rarity, and how it speaks for each kind."""

    kinds: tuple[str, ...]
    places: dict[str, int]
    rarity: Numbers
    for_kind: Numbers
    """Kinds by words"""
    base: Numbers


def learn(samples: Sequence[tuple[str, str]]) -> Learnt | None:
    """A model of ``(text, kind)`` samples; None while there are not two kinds with enough of each."""
    counts = Counter(kind for _text, kind in samples)
    kept = [(text, kind) for text, kind in samples if counts[kind] >= LEAST_OF_A_KIND]
    if len({kind for _text, kind in kept}) < 2:
        return None
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_score
    from sklearn.pipeline import make_pipeline

    texts, kinds = [text for text, _kind in kept], [kind for _text, kind in kept]
    words = TfidfVectorizer(analyzer=terms, sublinear_tf=True, max_features=MOST_WORDS)
    model = LogisticRegression(C=20.0, class_weight="balanced", max_iter=1000)
    right = None
    if min(Counter(kinds).values()) >= FOLDS:
        right = float(cross_val_score(make_pipeline(words, model), texts, kinds, cv=FOLDS).mean())
    model.fit(words.fit_transform(texts), kinds)
    return Learnt(weights=_stored(words, model), samples=len(kept), right=right)


def guess(text: str, weights: Weights) -> Guess | None:
    """The kind that the words of a text speak for; None where the model knows none of its words."""
    counted = {term: n for term, n in Counter(terms(text)).items() if term in weights.places}
    if not counted:
        return None
    places = [weights.places[term] for term in counted]
    values = np.array([1 + math.log(n) for n in counted.values()]) * weights.rarity[places]
    values /= np.linalg.norm(values)
    scores = weights.for_kind[:, places] @ values + weights.base
    chances = np.exp(scores - scores.max())
    chances /= chances.sum()
    best = int(chances.argmax())
    speaks = (weights.for_kind[best, places] - weights.for_kind[:, places].mean(axis=0)) * values
    ordered = sorted(zip(speaks, counted, strict=True), reverse=True)
    shown = tuple(term for share, term in ordered[:MOST_SHOWN] if share > 0)
    return Guess(kind=weights.kinds[best], confidence=float(chances[best]), words=shown)


@lru_cache(maxsize=2)
def read_weights(stored: bytes) -> Weights:
    """The model that ``learn`` made."""
    with np.load(io.BytesIO(stored), allow_pickle=False) as told:
        words = [str(word) for word in told["words"]]
        return Weights(
            kinds=tuple(str(kind) for kind in told["kinds"]),
            places={word: place for place, word in enumerate(words)},
            rarity=told["rarity"].astype(np.float64),
            for_kind=told["for_kind"].astype(np.float64),
            base=told["base"].astype(np.float64),
        )


def terms(text: str) -> list[str]:
    """Words, and each with the one after it."""
    words = WORD.findall(text.casefold())
    return [*words, *(f"{one} {other}" for one, other in pairwise(words))]


def _stored(words: Any, model: Any) -> bytes:
    two = len(model.classes_) == 2
    for_kind = np.vstack([np.zeros_like(model.coef_), model.coef_]) if two else model.coef_
    base = np.concatenate([[0.0], model.intercept_]) if two else model.intercept_
    file = io.BytesIO()
    np.savez_compressed(
        file,
        kinds=np.array(model.classes_, dtype=np.str_),
        words=np.array(words.get_feature_names_out(), dtype=np.str_),
        rarity=words.idf_.astype(np.float32),
        for_kind=for_kind.astype(np.float32),
        base=base.astype(np.float32),
    )
    return file.getvalue()
