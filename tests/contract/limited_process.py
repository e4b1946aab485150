"""A process that asks the system ``shop`` when it is told a line with how many times and how many at once."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import django

django.setup()

from django.db import connections  # noqa: E402

from backline.connectors import calling  # noqa: E402
from backline.connectors.contract import Found  # noqa: E402


def ask(_number: int) -> str:
    """What became of one call, in a word."""
    try:
        result = calling.read("shop.price", {})
        return "found" if isinstance(result, Found) else result.reason
    finally:
        connections.close_all()


print("ready", flush=True)
for line in sys.stdin:
    times, at_once = (int(part) for part in line.split())
    with ThreadPoolExecutor(at_once) as pool:
        print(*pool.map(ask, range(times)), flush=True)
