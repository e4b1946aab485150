"""``/studio/logs/NAME/forecast``: how long cases of a log still take, and how well that would have been foretold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backline.insight.acts import looking
from backline.insight.forecasting import studying
from backline.insight.logs import store
from backline.people.actors import Actor
from backline.web.studio.entering import folder, for_analysts
from backline.web.studio.spans import percent, short

SIDE, LEFT, TOP = 200.0, 44.0, 12.0
WIDTH, HEIGHT = 620.0, 120.0
SURE = 0.9


@dataclass(frozen=True, kw_only=True)
class Point:
    """A point of a picture with its words."""

    x: float
    y: float
    top: float
    bottom: float
    words: str
    claimed: str = ""
    low: bool = False


@require_safe
@for_analysts
def show(request: HttpRequest, by: Actor, name: str) -> HttpResponse:
    """What was learnt; while it is being learnt, that."""
    with store.opened(folder()) as connection:
        log = next((one for one in looking.logs_of(connection) if one.name == name and not one.own), None)
        if log is None:
            raise Http404
        told = studying.known(connection, log.log)
    learning = told is None and studying.begin(folder(), log.log)
    context = {"log": log, "title": log.name, "here": "forecast", "told": told, "learning": learning, "by": by}
    if told:
        context |= {"steps": _steps(told), "tested": _tested(told["tested"]) if told["tested"] else None}
    part = "studio/parts/forecast.html" if request.headers.get("HX-Request") else "studio/forecast.html"
    return render(request, part, context)


def _steps(told: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"name": one["name"], "times": one["times"], "spread": [short(value) or "–" for value in one["spread"]]}
        for one in told["steps"]
    ]


def _tested(told: dict[str, Any]) -> dict[str, Any]:
    names = {"mean": _("The mean of history by step"), "annotated": _("An annotated transition system")}
    rivals = [(names[key], short(value)) for key, value in told["errors_s"].items()]
    return {
        **told,
        "covered": percent(told["covered"], 1),
        "error": short(told["error_s"]),
        "rivals": rivals,
        "behind": told["error_s"] > min(told["errors_s"].values()),
        "split": _moment(told["split"]),
        "until": _moment(told["until"]),
        "sure": short(told["sure_s"]),
        "kind": _kinds().get(told["kind"], told["kind"]),
        "levels": [_level(claimed, reached) for claimed, reached in told["levels"]],
        "parts": _parts(told["parts"]),
        "level_y": _y(SURE),
    }


def _level(claimed: float, reached: float) -> Point:
    y = round(TOP + SIDE * (1 - reached), 1)
    words = percent(reached, 1)
    return Point(x=round(LEFT + SIDE * claimed, 1), y=y, top=y, bottom=y, words=words, claimed=percent(claimed))


def _parts(parts: list[dict[str, Any]]) -> list[tuple[datetime, Point, str, int]]:
    step = (WIDTH - LEFT) / max(1, len(parts))
    return [
        (
            _moment(one["since"]),
            Point(
                x=round(LEFT + step * (at + 0.5), 1),
                y=_y(one["share"]),
                top=_y(one["high"]),
                bottom=_y(one["low"]),
                words=percent(one["share"], 1),
                low=one["high"] < SURE,
            ),
            f"{percent(one['low'])} – {percent(one['high'])}",
            one["cases"],
        )
        for at, one in enumerate(parts)
    ]


def _y(share: float) -> float:
    return round(TOP + HEIGHT * (1.0 - share), 1)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _kinds() -> dict[str, str]:
    """The kinds of model in words; the key is what the store says."""
    return {
        "alike cases": _("curves of alike cases"),
        "alike cases that ended": _("curves of alike cases that ended"),
        "trees": _("boosted trees on the case"),
        "trees, and how busy it is": _("boosted trees on the case and how busy it is"),
        "the middle of all": _("the middle of several models"),
        "mean of history by step": _("the mean of history by step"),
        "gradient boosting on prefixes": _("boosted trees on squared errors"),
    }
