"""The kinds of document that an organisation knows: how each is recognised, and where its fields stand.

``types/kinds.yaml``::

    kinds:
      medical_bill:
        label: Medical bill
        words:                    # in the text, upper or lower case, in any order
          all: [invoice]          # each of these
          any: [hospital, patient, clinic]   # at least one; more make it surer
          none: [tuition]         # not one of these
        sure: 0.8                 # how sure what was learnt has to be where no words decide
        fields:
          total:
            type: money           # money, date, text, number
            near: [amount due, total due, total]   # the words beside it; earlier ones are trusted more
            where: right          # right, below, or both (right first)
            currency: USD         # where the page does not say
            pick: last            # of several on the page: first, last, largest
          date:
            type: date
            near: [invoice date, date]
            order: mdy            # of 03/04/2026: dmy or mdy; without it such a date is unsure
          name: {type: text, form: [Full name, applicant.name]}   # fields of a fillable PDF, exactly
          account: {type: text, near: [account no], pattern: "[0-9]{6,10}", check: luhn}
                                  # iban, luhn, mod97, mrz: surer where it holds, less sure where not
          gross: {type: money, near: [gross], adds: [net, tax]}   # likewise by the sum of other fields
    model: {url: "http://127.0.0.1:8080/v1", name: small, kinds: [medical_bill]}   # optional: see model_reader.py
    told: ...                   # what people say in calls and chats, by case type: see told.py
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from backline.documents.checks import CHECKS

TYPES = ("money", "date", "text", "number")
WHERE = ("right", "below", "both")
PICKS = ("first", "last", "largest")
ORDERS = ("", "dmy", "mdy")


class KindsRefused(Exception):
    """The rules can't be used; the message names the file, the key and the mend."""


@dataclass(frozen=True, kw_only=True)
class FieldRule:
    """Where a field stands on a page of its kind."""

    type: str = "text"
    near: tuple[str, ...] = ()
    where: str = "right"
    pattern: str = ""
    currency: str = ""
    pick: str = "first"
    order: str = ""
    form: tuple[str, ...] = ()
    """Names of fields of a fillable PDF"""
    check: str = ""
    adds: tuple[str, ...] = ()
    """The other fields of its kind of which it is the sum"""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of document."""

    name: str
    label: str = ""
    all: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    sure: float = 0.8
    """Below it what was learnt from documents that people named does not decide"""
    fields: Mapping[str, FieldRule] = field(default_factory=dict)


def kinds() -> Mapping[str, Kind]:
    """The organisation's kinds, as its file says now."""
    path = Path(settings.FOLDER) / "types" / "kinds.yaml"
    if not path.exists():
        return {}
    return _read(path, path.stat().st_mtime_ns)


def read_kinds(text: str, file: str = "kinds.yaml") -> Mapping[str, Kind]:
    """Kinds from a text in the format above. Raises ``KindsRefused``."""
    try:
        told = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 (it makes strings, lists and mappings alone)
    except yaml.YAMLError as wrong:
        raise KindsRefused(f"{file}: this is not YAML: {wrong}") from wrong
    _only(told, ("kinds", "model", "told"), file)
    return {name: _kind(name, said, f"{file}: {name}") for name, said in _mapping(told["kinds"], file).items()}


def read_rule(said: Any, where: str) -> FieldRule:
    """One rule as the file has it. Raises ``KindsRefused``."""
    return _rule(said, where)


@functools.lru_cache(maxsize=8)
def _read(path: Path, _changed: int) -> Mapping[str, Kind]:
    return read_kinds(path.read_text(encoding="utf-8"), str(path))


def _kind(name: str, said: Any, where: str) -> Kind:
    _only(said, ("label", "words", "sure", "fields"), where)
    words = said.get("words", {})
    _only(words, ("all", "any", "none"), f"{where}.words")
    rules = {one: _rule(rule, f"{where}.fields.{one}") for one, rule in _mapping(said.get("fields", {}), where).items()}
    for one, rule in rules.items():
        if missing := [other for other in rule.adds if other not in rules]:
            raise KindsRefused(f"{where}.fields.{one}.adds: there is no field '{missing[0]}'")
    return Kind(
        name=name,
        label=said.get("label", name),
        all=_texts(words.get("all", ())),
        any=_texts(words.get("any", ())),
        none=_texts(words.get("none", ())),
        sure=_share(said.get("sure", "0.8"), f"{where}.sure"),
        fields=rules,
    )


def _rule(said: Any, where: str) -> FieldRule:
    _only(said, ("type", "near", "where", "pattern", "currency", "pick", "order", "form", "check", "adds"), where)
    rule = FieldRule(**{**said, **{key: _texts(said.get(key, ())) for key in ("near", "form", "adds")}})
    checks = ("", *CHECKS)
    for key, allowed in (("type", TYPES), ("where", WHERE), ("pick", PICKS), ("order", ORDERS), ("check", checks)):
        if getattr(rule, key) not in allowed:
            offered = ", ".join(filter(None, allowed))
            raise KindsRefused(f"{where}.{key}: '{getattr(rule, key)}' is not one of {offered}")
    try:
        re.compile(rule.pattern)
    except re.error as wrong:
        raise KindsRefused(f"{where}.pattern: {wrong}") from wrong
    if not rule.near and not rule.pattern and not rule.form:
        raise KindsRefused(f"{where}: say 'near' or 'pattern' or 'form', or nothing can be found")
    return rule


def _share(said: Any, where: str) -> float:
    try:
        share = float(said)
    except (TypeError, ValueError):
        share = 0.0
    if not 0.5 <= share <= 1:
        raise KindsRefused(f"{where}: '{said}' is not a number from 0.5 to 1")
    return share


def _texts(said: Any) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(str(one) for one in said)


def _only(said: Any, known: tuple[str, ...], where: str) -> None:
    for key in _mapping(said, where):
        if key not in known:
            raise KindsRefused(f"{where}: unknown key '{key}'; known are {', '.join(known)}")


def _mapping(said: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(said, dict):
        raise KindsRefused(f"{where}: this has to hold keys and values")
    return said
