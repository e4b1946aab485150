"""The kind files keeps the contract: in a folder, over SFTP (paramiko's server in a process), in S3 (moto's server)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from backline.connectors import calling, recording, systems
from backline.connectors.contract import Missing
from backline.connectors.contract_suite import CannotPlay, ContractSuite, Example, Peer
from backline.engine.values import Money
from tests.rooms.contract_partner import PRICES, Partner

pytestmark = pytest.mark.django_db
FILE = """
system: peer
title: The warehouse
kind: files
settings:
  url: "%s"
  connect: 2 seconds
  files:
    prices:
      name: prices-*.csv
      columns: {what: text, price: money}
      trailer: {mark: T, sum: price}
    orders:
      name: orders-{number}.csv
      columns: {key: text, what: text, amount: decimal}
      trailer: {mark: T, sum: amount}
      close: {lines: 1}
    answers:
      name: answers-*.csv
      columns: {key: text, status: text, number: text}
      trailer: {mark: T}
      move: taken
%s
operations:
  price: {with: {what: text}, read: {file: prices, match: {what: what}, at: price}, returns: money}
  order:
    with: {what: text, price: money, memo: text}
    sensitive: [memo]
    write: {file: orders, columns: {what: "{what}", amount: "{price}"}}
    verify: {file: answers, good: {status: ok}}
    refuse: {sold_out: {status: E12, say: There is none left.}}
    gives: {number: text}
"""
MEMO = "for my knees"
PRICE = Money(Decimal("12.50"), "EUR")


class FilesPeer(Peer):
    """An exchange of files with a partner."""

    finds = Example(operation="price", arguments={"what": "tea"})
    value = PRICE
    misses = Example(operation="price", arguments={"what": "air"})
    writes = Example(operation="order", arguments={"what": "tea", "price": PRICE, "memo": MEMO})
    refused = Example(operation="order", arguments={"what": "gold", "price": PRICE, "memo": MEMO})
    refusal = "sold_out"
    secrets = (MEMO, "open-sesame")
    partner: Partner

    def count(self) -> int:
        return len(self.partner.ledger)

    def settle(self) -> None:
        self.partner.work()

    def losing_answers(self) -> Any:
        raise CannotPlay("an answer in a file can't get lost on a line")

    def busy(self) -> Any:
        raise CannotPlay("a store of files asks for no pause")

    def hanging(self) -> Any:
        raise CannotPlay("this store can't hang")


class OnDisk:
    """A shelf that is a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def names(self) -> list[str]:
        return [one.name for one in self.folder.iterdir() if one.is_file()]

    def get(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()

    def put(self, name: str, content: bytes) -> None:
        (self.folder / f"{name}.part").write_bytes(content)
        (self.folder / f"{name}.part").rename(self.folder / name)

    def drop(self, name: str) -> None:
        (self.folder / name).unlink()


class FolderPeer(FilesPeer):
    """A folder that both sides mount."""

    def declaration(self, folder: Path) -> str:
        self.folder = folder / "exchange"
        self.partner = Partner(OnDisk(self.folder))
        self.partner.shelf.put("prices-1.csv", PRICES.encode())
        return FILE % ("exchange", "")

    @contextmanager
    def away(self) -> Iterator[None]:
        elsewhere = self.folder.rename(self.folder.with_name("elsewhere"))
        yield
        elsewhere.rename(self.folder)


class SftpPeer(FilesPeer):
    """A server in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> SftpPeer:
        script = Path(__file__).with_name("contract_sftp_server.py")
        (self.folder / "out").mkdir()
        self._process = subprocess.Popen(
            [sys.executable, str(script), str(self.folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.port, _, self.host_key = self._answer().partition(" ")
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def declaration(self, folder: Path) -> str:
        (folder / "password").write_text("open-sesame")
        shelf = OnDisk(self.folder / "out")
        for name in shelf.names():
            shelf.drop(name)
        self.partner = Partner(shelf)
        self.partner.shelf.put("prices-1.csv", PRICES.encode())
        own = f"  password: {{file: password}}\n  host_key: {self.host_key}"
        return FILE % (f"sftp://backline@127.0.0.1:{self.port}/out", own)

    @contextmanager
    def away(self) -> Iterator[None]:
        with self._behaving("away"):
            yield

    @contextmanager
    def hanging(self) -> Iterator[None]:
        with self._behaving("hang"):
            yield

    @contextmanager
    def _behaving(self, how: str) -> Iterator[None]:
        for word in (how, "well"):
            assert self._process.stdin
            self._process.stdin.write(f"{word}\n")
            self._process.stdin.flush()
            self._answer()
            if word == how:
                yield

    def _answer(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()


class InBucket:
    """A shelf that is a prefix of a bucket."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def names(self) -> list[str]:
        found = self._client.list_objects_v2(Bucket="exchange", Prefix="out/", Delimiter="/").get("Contents", ())
        return [one["Key"].removeprefix("out/") for one in found]

    def get(self, name: str) -> bytes:
        return bytes(self._client.get_object(Bucket="exchange", Key=f"out/{name}")["Body"].read())

    def put(self, name: str, content: bytes) -> None:
        self._client.put_object(Bucket="exchange", Key=f"out/{name}", Body=content)

    def drop(self, name: str) -> None:
        self._client.delete_object(Bucket="exchange", Key=f"out/{name}")


class S3Peer(FilesPeer):
    """moto's server, in a thread of this process; not Amazon's."""

    def __enter__(self) -> S3Peer:
        import boto3
        from moto.server import ThreadedMotoServer

        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self._server.start()
        host, port = self._server.get_host_and_port()
        self.endpoint = f"http://{host}:{port}"
        self._client = boto3.client(
            "s3", endpoint_url=self.endpoint, region_name="us-east-1", aws_access_key_id="backline",
            aws_secret_access_key="open-sesame",
        )  # fmt: skip
        self._client.create_bucket(Bucket="exchange")
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()
        self._server.stop()

    def declaration(self, folder: Path) -> str:
        (folder / "secret").write_text("open-sesame")
        shelf = InBucket(self._client)
        for name in shelf.names():
            shelf.drop(name)
        self.partner = Partner(shelf)
        shelf.put("prices-1.csv", PRICES.encode())
        own = f"  access_key: backline\n  secret_key: {{file: secret}}\n  endpoint: {self.endpoint}"
        return FILE % ("s3://exchange/out", own)

    def away(self) -> Any:
        raise CannotPlay("moto's server runs in this process")


class FilesContract(ContractSuite):
    """What several do at once is no part of one transaction."""

    @pytest.mark.django_db(transaction=True)
    def test_the_same_key_from_several_at_once_writes_once(self, peer: Peer) -> None:
        super().test_the_same_key_from_several_at_once_writes_once(peer)


class TestFolder(FilesContract):
    """A folder."""

    @pytest.fixture
    def peer(self) -> Peer:
        return FolderPeer()


class TestSftp(FilesContract):
    """An SFTP server."""

    @pytest.fixture(scope="class")
    @classmethod
    def peer(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
        with SftpPeer(tmp_path_factory.mktemp("sftp")) as peer:
            yield peer


class TestS3(FilesContract):
    """moto's S3 server."""

    @pytest.fixture(scope="class")
    @classmethod
    def peer(cls) -> Iterator[Peer]:
        with S3Peer() as peer:
            yield peer


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, settings: Any) -> Iterator[Path]:
    """An SFTP server, and an organisation that knows it; yields the system's file."""
    settings.FOLDER = tmp_path
    (tmp_path / "connectors").mkdir()
    with SftpPeer(tmp_path_factory.mktemp("server")) as running:
        path = tmp_path / "connectors" / "peer.yaml"
        path.write_text(running.declaration(tmp_path))
        systems.forget()
        yield path
    systems.forget()
    recording.forget()


def test_a_server_that_shows_another_key_is_not_spoken_to(server: Path) -> None:
    told = server.read_text()
    key = told.partition("host_key: ")[2].partition("\n")[0]
    other = key[:-20] + ("A" if key[-20] != "A" else "B") + key[-19:]
    server.write_text(told.replace(key, other))
    assert calling.read("peer.price", {"what": "tea"}) == Missing(
        reason="down", detail="the server shows another key than the settings name", for_now=True
    )


def test_whom_the_server_does_not_let_in_is_told_so_without_the_password(server: Path) -> None:
    (server.parent.parent / "password").write_text("guessed")
    server.write_text(server.read_text() + "\n")
    assert calling.read("peer.price", {"what": "tea"}) == Missing(
        reason="down", detail="the server does not let us in", for_now=True
    )
