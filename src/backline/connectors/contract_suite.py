"""The tests that every kind of connector passes against a real peer; for tests alone, needs pytest.

Subclass ``Peer`` with a real system in a process or file of its own, give it to a subclass of ``ContractSuite`` as the
fixture ``peer``, and run it:

    class TestContract(ContractSuite):
        @pytest.fixture(scope="class")
        @classmethod
        def peer(cls, tmp_path_factory):
            with ShopPeer(tmp_path_factory.mktemp("shop")) as peer:
                yield peer

A kind that only reads subclasses ``ReadingContract`` instead, and leaves out what is about writes. Everything goes
through ``backline.connectors.calling``, as a case does it; effects are counted in the system itself.
"""

from __future__ import annotations

import logging
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.conf import settings
from django.db import connections

from backline.connectors import calling, recording, shared, systems
from backline.connectors.checking import check_all
from backline.connectors.contract import (
    Again,
    Done,
    Found,
    Missing,
    NotDone,
    ReadResult,
    Refused,
    Rehearsed,
    Unknown,
    VerifyResult,
    WriteResult,
)
from backline.engine.values import decode

DEADLINE_S = 0.4
"""Time limit given to a peer that hangs"""
PATIENCE_S = 5.0
"""So long a call with that limit may take on a busy machine; the peer hangs for longer"""
AT_ONCE = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """An operation, without its system's name, and arguments for it: values of the engine."""

    operation: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


class CannotPlay(Exception):
    """This peer can't be made to behave so; the message says why, and the test is skipped with it."""


class Peer(ABC):
    """A real system which the suite asks through the connector, and looks into beside it."""

    system: ClassVar[str] = "peer"
    finds: Example
    """A read that finds ``value``"""
    value: Any
    misses: Example
    """A read for which there is no row"""
    writes: Example
    """A write that the system takes"""
    gives: Mapping[str, Any] | None = None
    """What the write gives, where that is known beforehand"""
    refused: Example
    """A write that the system refuses for business reasons"""
    refusal: str
    """The code of that refusal"""
    secrets: tuple[str, ...] = ()
    """Texts that no record and no log may hold: the password, and the sensitive arguments of the examples"""

    @abstractmethod
    def declaration(self, folder: Path) -> str:
        """The text of ``connectors/SYSTEM.yaml``. Files that it names, such as a password, are put into ``folder``."""

    def count(self) -> int:
        """How many writes there are in the system, counted there and not through the connector."""
        return 0  # of a kind that only reads

    def settle(self) -> None:  # noqa: B027 - most systems process at once
        """Do what makes the system process what it took, where it does so in batches."""

    def losing_answers(self) -> AbstractContextManager[None]:
        """Within this, the system does what it is told, and its answer gets lost."""
        raise CannotPlay("this peer can't lose an answer")

    def busy(self) -> AbstractContextManager[float]:
        """Within this, the system asks for a pause, and does nothing; the value is the pause asked for in seconds."""
        raise CannotPlay("this peer can't ask for a pause")

    def hanging(self) -> AbstractContextManager[None]:
        """Within this, the system takes a request and says nothing, for longer than PATIENCE_S."""
        raise CannotPlay("this peer can't hang")

    def away(self) -> AbstractContextManager[None]:
        """Within this, the system can't be reached."""
        raise CannotPlay("this peer can't go away")


class ReadingContract:
    """The part of the contract for a kind that only reads. A subclass, or its module, gives the fixture ``peer``."""

    _keys = count(1)

    @pytest.fixture(autouse=True)
    def by_itself(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A connector is tried without other processes, and so without a database of Backline's own."""
        monkeypatch.setattr(shared, "possible", lambda: False)
        monkeypatch.setattr(settings, "SYSTEMS_DOWN", "", raising=False)

    @pytest.fixture(autouse=True)
    def connected(self, peer: Peer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
        """An organisation's folder that declares the peer; no call is recorded yet."""
        monkeypatch.setattr(settings, "FOLDER", tmp_path, raising=False)
        (tmp_path / "connectors").mkdir(exist_ok=True)
        (tmp_path / "connectors" / f"{peer.system}.yaml").write_text(peer.declaration(tmp_path), encoding="utf-8")
        systems.forget()
        recording.forget()
        yield tmp_path
        systems.forget()
        recording.forget()

    def test_checking_reaches_the_system_and_changes_nothing(self, peer: Peer) -> None:
        before = peer.count()
        (health,) = check_all(deadline_s=PATIENCE_S)
        assert (health.system, health.ok, health.detail) == (peer.system, True, "")
        assert peer.count() == before

    def test_checking_says_what_is_wrong_with_a_system_that_is_away(self, peer: Peer) -> None:
        with _playing(peer.away):
            (health,) = check_all(deadline_s=PATIENCE_S)
        assert not health.ok
        assert health.detail

    def test_a_read_gives_the_value_in_its_declared_type(self, peer: Peer) -> None:
        found = _read(peer, peer.finds)
        assert isinstance(found, Found), found
        assert decode(found.type, found.value) == peer.value

    def test_a_read_that_finds_nothing_says_so_for_good(self, peer: Peer) -> None:
        missing = _read(peer, peer.misses)
        assert isinstance(missing, Missing), missing
        assert (missing.reason, missing.for_now) == ("none", False)

    def test_a_read_changes_nothing(self, peer: Peer) -> None:
        before = peer.count()
        _read(peer, peer.finds)
        _read(peer, peer.misses)
        assert peer.count() == before

    def test_a_read_of_a_system_that_hangs_is_given_up_in_time(self, peer: Peer) -> None:
        with _playing(peer.hanging):
            began = time.monotonic()
            missing = calling.read(_full(peer, peer.finds), peer.finds.arguments, deadline_s=DEADLINE_S)
            assert time.monotonic() - began < PATIENCE_S
        assert isinstance(missing, Missing), missing
        assert (missing.reason, missing.for_now) == ("late", True)

    def test_a_read_of_a_system_that_is_away_is_missing_for_now(self, peer: Peer) -> None:
        with _playing(peer.away):
            missing = _read(peer, peer.finds)
        assert isinstance(missing, Missing), missing
        assert missing.for_now
        assert missing.reason in ("down", "late")

    def test_no_record_and_no_log_holds_a_secret(self, peer: Peer, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        results = self.records_of_calls(peer)
        link = systems.link_of(peer.system)
        told = [str((one.arguments, one.detail)) for one in recording.waiting()]
        assert len(told) >= len(results)
        told += [repr(link.system), repr(link.connector), caplog.text, *map(repr, results[1:])]
        for secret in peer.secrets:
            assert not [one for one in told if secret in one], f"{secret!r} is told"

    def records_of_calls(self, peer: Peer) -> list[object]:
        """Make a call of each sort, and answer the results."""
        return [_read(peer, peer.finds)]

    def key(self) -> str:
        """A key that was never used."""
        return f"CT-{time.time_ns():x}/do//{next(self._keys)}"


class ContractSuite(ReadingContract):
    """The whole contract, test by test."""

    def test_a_write_is_done_when_it_was_read_back_and_says_what_it_gave(self, peer: Peer) -> None:
        before, key = peer.count(), self.key()
        done = _settled(peer, _write(peer, peer.writes, key), key)
        assert isinstance(done, Done), done
        assert peer.count() == before + 1
        assert done.proof.get("key") == key
        gives = {name: decode(done.types[name], value) for name, value in done.gives.items()}
        assert peer.gives is None or gives == peer.gives

    def test_a_dry_run_tells_the_steps_and_writes_nothing(self, peer: Peer) -> None:
        before, key = peer.count(), self.key()
        rehearsed = calling.rehearse(_full(peer, peer.writes), peer.writes.arguments, key=key)
        assert isinstance(rehearsed, Rehearsed), rehearsed
        assert rehearsed.steps
        assert all(rehearsed.steps)
        assert not any(secret in step for secret in peer.secrets for step in rehearsed.steps)
        peer.settle()
        assert peer.count() == before
        assert isinstance(_verify(peer, peer.writes, key), NotDone)

    def test_a_dry_run_of_what_was_written_says_that_it_is_done(self, peer: Peer) -> None:
        key = self.key()
        _settled(peer, _write(peer, peer.writes, key), key)
        assert isinstance(calling.rehearse(_full(peer, peer.writes), peer.writes.arguments, key=key), Done)

    def test_the_same_key_twice_writes_once(self, peer: Peer) -> None:
        before, key = peer.count(), self.key()
        first = _settled(peer, _write(peer, peer.writes, key), key)
        second = _settled(peer, _write(peer, peer.writes, key), key)
        assert isinstance(first, Done), first
        assert first == second
        assert peer.count() == before + 1

    def test_the_same_key_from_several_at_once_writes_once(self, peer: Peer) -> None:
        before, key = peer.count(), self.key()
        results = _at_once(lambda: _write(peer, peer.writes, key))
        assert all(isinstance(one, Done | Again | Unknown) for one in results), results
        assert isinstance(_settled(peer, _write(peer, peer.writes, key), key), Done)
        assert peer.count() == before + 1

    def test_different_keys_write_each(self, peer: Peer) -> None:
        before, keys = peer.count(), (self.key(), self.key())
        for key in keys:
            assert isinstance(_settled(peer, _write(peer, peer.writes, key), key), Done)
        assert peer.count() == before + 2

    def test_verify_says_of_what_was_never_written_that_it_is_not_done(self, peer: Peer) -> None:
        assert isinstance(_verify(peer, peer.writes, self.key()), NotDone)

    def test_a_lost_answer_is_unknown_and_verify_settles_it(self, peer: Peer) -> None:
        before, key = peer.count(), self.key()
        with _playing(peer.losing_answers):
            result = _write(peer, peer.writes, key)
        assert isinstance(result, Unknown), result
        assert isinstance(_settled(peer, _verify(peer, peer.writes, key), key), Done)
        assert peer.count() == before + 1

    def test_sending_again_after_a_lost_answer_writes_once(self, peer: Peer) -> None:
        before, key = peer.count(), self.key()
        with _playing(peer.losing_answers):
            _write(peer, peer.writes, key)
        assert isinstance(_settled(peer, _write(peer, peer.writes, key), key), Done)
        assert peer.count() == before + 1

    def test_a_business_refusal_is_permanent_and_writes_nothing(self, peer: Peer) -> None:
        before, key = peer.count(), self.key()
        for _ in range(2):
            refused = _settled(peer, _write(peer, peer.refused, key), key, example=peer.refused)
            assert isinstance(refused, Refused), refused
            assert refused.code == peer.refusal
        assert peer.count() == before

    def test_a_system_that_is_busy_is_asked_again_after_the_pause_it_asked_for(self, peer: Peer) -> None:
        before, key = peer.count(), self.key()
        with _playing(peer.busy) as pause_s:
            again = _write(peer, peer.writes, key)
        assert isinstance(again, Again), again
        assert again.after_s >= pause_s
        assert peer.count() == before
        assert isinstance(_settled(peer, _write(peer, peer.writes, key), key), Done)
        assert peer.count() == before + 1

    def test_a_write_to_a_system_that_hangs_is_given_up_in_time_and_nobody_says_that_it_is_done(
        self, peer: Peer
    ) -> None:
        before, key = peer.count(), self.key()
        with _playing(peer.hanging):
            began = time.monotonic()
            result = calling.write(
                _full(peer, peer.writes), peer.writes.arguments, key=key, deadline_s=DEADLINE_S
            )  # fmt: skip
            assert time.monotonic() - began < PATIENCE_S
        assert isinstance(result, Unknown | Again), result
        assert isinstance(_settled(peer, _write(peer, peer.writes, key), key), Done)
        assert peer.count() == before + 1

    def test_a_write_to_a_system_that_is_away_may_be_sent_again(self, peer: Peer) -> None:
        before, key = peer.count(), self.key()
        with _playing(peer.away):
            result, settled = _write(peer, peer.writes, key), _verify(peer, peer.writes, key)
        assert isinstance(result, Again | Unknown), result
        assert isinstance(settled, Unknown), settled
        assert isinstance(_settled(peer, _write(peer, peer.writes, key), key), Done)
        assert peer.count() == before + 1

    def records_of_calls(self, peer: Peer) -> list[object]:
        """Make a call of each sort, and answer the results."""
        key = self.key()
        results: list[object] = [*super().records_of_calls(peer), _write(peer, peer.writes, key)]
        return [*results, _write(peer, peer.refused, self.key()), _verify(peer, peer.writes, key)]


def _playing(part: Any) -> Any:
    """The context in which a peer misbehaves; skips the test where it can't."""
    try:
        return part()
    except CannotPlay as wrong:
        pytest.skip(str(wrong))


def _full(peer: Peer, example: Example) -> str:
    return f"{peer.system}.{example.operation}"


def _read(peer: Peer, example: Example) -> ReadResult:
    return calling.read(_full(peer, example), example.arguments)


def _write(peer: Peer, example: Example, key: str) -> WriteResult:
    return calling.write(_full(peer, example), example.arguments, key=key)


def _verify(peer: Peer, example: Example, key: str) -> VerifyResult:
    return calling.verify(_full(peer, example), example.arguments, key=key)


def _settled(
    peer: Peer, result: WriteResult | VerifyResult, key: str, *, example: Example | None = None
) -> WriteResult | VerifyResult:
    """The result, or what the system says after it processed what it took."""
    if not isinstance(result, Unknown):
        return result
    peer.settle()
    return _verify(peer, example or peer.writes, key)


def _at_once(call: Any) -> list[object]:
    results: list[object] = []

    def one() -> None:
        try:
            results.append(call())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == AT_ONCE
    return results
