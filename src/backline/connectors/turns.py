"""Whose turn it is among all processes of one database: one row a system, moved by one statement."""

from __future__ import annotations

from django.db import connection

from backline.connectors import shared

TAKE = {
    "postgresql": """
{quick}insert into connectors_turn as turn (system, next_at)
select %(system)s, clock_timestamp() + %(apart)s * interval '1 second'{of_quick}
on conflict (system) do update
set next_at = greatest(turn.next_at, clock_timestamp()) + %(apart)s * interval '1 second'
where turn.next_at <= clock_timestamp() + %(within)s * interval '1 second'
returning extract(epoch from turn.next_at - clock_timestamp()) - %(apart)s""",
    "sqlite": """
insert into connectors_turn (system, next_at)
values (%(system)s, strftime('%%Y-%%m-%%d %%H:%%M:%%f', julianday('now') + %(apart)s / 86400.0))
on conflict (system) do update
set next_at = strftime(
    '%%Y-%%m-%%d %%H:%%M:%%f', max(julianday(next_at), julianday('now')) + %(apart)s / 86400.0
)
where julianday(next_at) <= julianday('now') + %(within)s / 86400.0
returning (julianday(next_at) - julianday('now')) * 86400.0 - %(apart)s""",
}
LEFT = {
    "postgresql": "select extract(epoch from next_at - clock_timestamp()) from connectors_turn",
    "sqlite": "select (julianday(next_at) - julianday('now')) * 86400.0 from connectors_turn",
}


def taken(system: str, *, rate: float, within_s: float) -> float | None:
    """Seconds until this caller's turn; more than ``within_s``: none was taken. None: nothing is shared here."""
    kind = connection.vendor
    if kind not in TAKE:
        return None
    told = {"system": system, "apart": 1 / rate, "within": within_s}
    rows = shared.ask(TAKE[kind], told)
    if rows is None:
        return None
    if rows:
        return max(0.0, float(rows[0][0]))
    left = shared.ask(f"{LEFT[kind]} where system = %(system)s", {"system": system}) or [(0.0,)]
    return max(float(left[0][0]), within_s + 0.001)
