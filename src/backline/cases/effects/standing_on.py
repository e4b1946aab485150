"""What a plan stands on: everything that systems said of the case, as one seal that tells nothing of it."""

from __future__ import annotations

import hashlib
import hmac
import json

from django.conf import settings

from backline.cases.storage.encoding import encode
from backline.engine.evaluation import Evaluation
from backline.engine.record import Failure


def seal_of(evaluation: Evaluation) -> str:
    """The same for two evaluations that rest on the same readings. Sealed with our key: a hidden yes or no could be
    guessed from a plain digest."""
    read = {
        path: _spelt(state.value) for path, state in evaluation.facts.items()
        if state.source.partition("#")[0] == "lookup" and state.status in ("value", "failed")
    }  # fmt: skip
    spelt = json.dumps(read, sort_keys=True).encode()
    return hmac.new(settings.SECRET_KEY.encode(), b"plan/" + spelt, hashlib.sha256).hexdigest()[:32]


def _spelt(value: object) -> object:
    return str(value) if isinstance(value, Failure) else encode(value)
