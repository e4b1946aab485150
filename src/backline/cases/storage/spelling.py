"""JSON as it is stored, without line breaks and spaces, by an encoder that is made once.

``json.dumps``, and an encoder of the library too, put a new encoder together at every call: for the short texts that a
change writes by the dozen, that takes longer than the encoding.
"""

from __future__ import annotations

import json
from _json import make_encoder
from collections.abc import Callable
from typing import Any

Spelt = Callable[[Any], str]


def spelling(*, sort_keys: bool = False) -> Spelt:
    """What spells a value out; with its keys sorted, equal values are spelt alike."""
    plain = json.JSONEncoder(ensure_ascii=False, sort_keys=sort_keys, separators=(",", ":"))
    encoded = make_encoder(None, plain.default, json.encoder.encode_basestring, None, ":", ",", sort_keys, False, False)
    return lambda value: "".join(encoded(value, 0))
