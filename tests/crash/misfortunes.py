"""What befalls a run: a process is killed, the database is stopped, the disk runs full. The seed says what and when."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.crash.disks import Disk
from tests.crash.processes import Process, wait_until_ready
from tests.postgresql import Cluster

BETWEEN_S = (0.3, 2.5)
STOPPED_S = (0.5, 2.0)
FULL_S = (0.5, 2.0)
RARE = 0.2
"""Of all misfortunes, the share that is not a kill"""


@dataclass(frozen=True, kw_only=True)
class World:
    """What can be harmed."""

    processes: Sequence[Process]
    address: str
    cluster: Cluster | None = None
    disk: Disk | None = None


def befall(world: World, *, times: int, seed: int) -> None:
    """So many misfortunes, one after the other; each is over before the next begins."""
    chance = random.Random(seed)
    for number in range(times):
        time.sleep(chance.uniform(*BETWEEN_S))
        rare = chance.random() < RARE or number == times - 1
        pick = chance.random()
        others = _others(world)
        doing = others[int(pick * len(others))] if rare and others else _kill
        doing(world, chance)
    time.sleep(BETWEEN_S[0])


def _others(world: World) -> list[Callable[[World, random.Random], None]]:
    return [*([_stop_database] if world.cluster else []), *([_fill_disk] if world.disk else [])]


def _kill(world: World, chance: random.Random) -> None:
    one = chance.choice(list(world.processes))
    one.kill()
    one.start()
    wait_until_ready(world.address)


def _stop_database(world: World, chance: random.Random) -> None:
    """Its plug is pulled; what serves and works lives on and finds it again."""
    assert world.cluster is not None
    world.cluster.stop()
    time.sleep(chance.uniform(*STOPPED_S))
    world.cluster.start()
    wait_until_ready(world.address)


def _fill_disk(world: World, chance: random.Random) -> None:
    """Nothing can be written for a while: no case, no effect, no document; nor by the systems that lie there, too."""
    assert world.disk is not None
    world.disk.fill()
    time.sleep(chance.uniform(*FULL_S))
    world.disk.empty()
    wait_until_ready(world.address)
