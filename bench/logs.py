"""Importing an event log and measuring it, here and in pm4py: seconds and peak memory.

Each is a process of its own. Seconds are those of reading and measuring: for pm4py after its libraries are loaded, for
Backline with them. Processor time is of the whole process, over both cores. The figures have to agree. pm4py is AGPL:
it is installed into a folder of its own under ``build/``, used by this benchmark alone, and where it can't be installed
the peer is left out.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import venv
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PEER_HOME = ROOT / "build" / "pm4py"
PEER = "pm4py==2.7.*"
SUBJECTS = {"pm4py": "", "pm4py, its fastest reader": "chunk_regex"}
GENERATED = 262_200
SAME = ("events", "cases", "edges", "median_days", "p90_days", "handovers")
ACTIVITIES = [
    f"{part} {step}" for part in ("Application", "Offer", "Work item") for step in ("made", "sent", "back", "done")
]


def measure() -> list[dict[str, object]]:
    """Rows for each log of the corpus (where ``BACKLINE_CORPUS`` names it) and for one that is made here."""
    peer = _peer()
    rows: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory(prefix="backline-bench-") as folder:
        for path in [*_corpus(), generate(Path(folder) / "generated.xes", GENERATED)]:
            rows += _measured(path, Path(folder) / "house", peer)
    return rows


def generate(path: Path, events: int) -> Path:
    """A loan process as XES, the same on every run."""
    chance = random.Random(7)
    made = number = 0
    with path.open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="UTF-8" ?>\n<log xes.version="1.0">\n')
        while made < events:
            number += 1
            moment = datetime(2011, 10, 1) + timedelta(minutes=7 * number)  # noqa: DTZ001 - the zone is written below
            file.write(f'\t<trace>\n\t\t<string key="concept:name" value="{173_000 + number}"/>\n')
            file.write(f'\t\t<string key="AMOUNT_REQ" value="{1000 * chance.randint(1, 50)}"/>\n')
            for _ in range(min(chance.randint(3, 37), events - made)):
                made += 1
                moment += timedelta(milliseconds=chance.randint(1, 90_000_000))
                file.write(_event(chance, moment))
            file.write("\t</trace>\n")
        file.write("</log>\n")
    return path


def _event(chance: random.Random, moment: datetime) -> str:
    return (
        f'\t\t<event>\n\t\t\t<string key="org:resource" value="{chance.randint(10_000, 10_070)}"/>\n'
        f'\t\t\t<string key="lifecycle:transition" value="COMPLETE"/>\n'
        f'\t\t\t<string key="concept:name" value="{chance.choice(ACTIVITIES)}"/>\n'
        f'\t\t\t<date key="time:timestamp" value="{moment.isoformat(timespec="milliseconds")}+02:00"/>\n\t\t</event>\n'
    )


def _corpus() -> list[Path]:
    folder = os.environ.get("BACKLINE_CORPUS", "")
    found = sorted(Path(folder).rglob("*.xes*")) if folder else []
    if not found:
        print("logs: BACKLINE_CORPUS names no folder with logs; only the generated log is measured", file=sys.stderr)
    return found


def _peer() -> Path | None:
    """The Python that has pm4py; None, with a word, where it can't be had."""
    python = PEER_HOME / "bin" / "python"
    if not python.exists():
        venv.create(PEER_HOME, with_pip=True)
    if subprocess.run([python, "-c", "import pm4py"], capture_output=True, check=False).returncode == 0:
        return python
    told = subprocess.run([python, "-m", "pip", "install", "-q", PEER], capture_output=True, text=True, check=False)
    if told.returncode:
        print(f"logs: pm4py can't be installed, so it is left out: {told.stderr.strip()[-200:]}", file=sys.stderr)
        return None
    return python


def _measured(path: Path, house: Path, peer: Path | None) -> list[dict[str, object]]:
    command = [sys.executable, "-m", "backline.project.command", "--data", house, "log", "import", path, "--json"]
    told = {"backline": _run(command)}
    if peer:
        script = Path(__file__).parent / "peers" / "mining.py"
        told |= {subject: _run([peer, script, path, variant]) for subject, variant in SUBJECTS.items()}
    _agree(path, told)
    events = told["backline"]["events"]
    rows: list[dict[str, object]] = []
    for subject, found in told.items():
        name = f"log {path.name.partition('.')[0]}, {events:,} events"
        rows.append(_row(f"{name}: import and measure", subject, found["seconds"], "s"))
        rows.append(_row(f"{name}: processor time", subject, found["processor"], "s"))
        rows.append(_row(f"{name}: peak memory", subject, found["megabytes"], "MB"))
    return rows


def _row(bench: str, subject: str, value: float, unit: str) -> dict[str, object]:
    return {"bench": bench, "subject": subject, "value": value, "unit": unit, "better": "lower"}


def _agree(path: Path, told: dict[str, dict[str, Any]]) -> None:
    """A figure that differs would make the comparison worthless."""
    ours = told["backline"]
    for subject, theirs in told.items():
        for name in SAME:
            if abs(float(ours[name]) - float(theirs[name])) > 0.001:
                raise RuntimeError(f"{path.name}: {name} is {ours[name]} here and {theirs[name]} in {subject}")


def _run(command: list[str | Path]) -> dict[str, Any]:
    """What a process printed as JSON, and the most memory that it had."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen([str(part) for part in command], stdout=out, stderr=errors, cwd=ROOT)
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        for file in (out, errors):
            file.seek(0)
        if process.returncode:
            raise RuntimeError(errors.read().decode(errors="replace")[-2000:])
        told: dict[str, Any] = json.loads(out.read().decode())
    return {**told, "megabytes": used.ru_maxrss / 1024, "processor": used.ru_utime + used.ru_stime}
