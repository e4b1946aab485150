"""Documents in an S3 store, shown on moto's server in a thread of this process: not Amazon's, and no other maker's."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from backline.documents import contents, destroying, picturing
from backline.documents.models import Document
from backline.documents.reading import read
from backline.documents.stores import below
from backline.documents.stores.sweeping import sweep
from backline.documents.storing import DocumentRefused, content, store
from backline.project.examining import examine
from backline.project.organisation import Files, SettingsRefused

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def bucket() -> Iterator[Any]:
    boto3 = pytest.importorskip("boto3")
    moto = pytest.importorskip("moto.server")
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    resource = boto3.resource(
        "s3", endpoint_url=f"http://{host}:{port}", region_name="us-east-1", aws_access_key_id="backline",
        aws_secret_access_key="open-sesame",
    )  # fmt: skip
    made = resource.create_bucket(Bucket="papers")
    yield made
    resource.meta.client.close()
    server.stop()


@pytest.fixture(autouse=True)
def shared(bucket: Any, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The organisation's documents are in the bucket, and the folder is a machine of its own."""
    monkeypatch.setenv("STORE_KEY", "backline")
    monkeypatch.setenv("STORE_SECRET", "open-sesame")
    bucket.objects.all().delete()
    told = Files(
        kind="s3", bucket="papers", endpoint=bucket.meta.client.meta.endpoint_url, prefix="meridian",
        key_from="STORE_KEY", secret_from="STORE_SECRET",
    )  # fmt: skip
    settings.ORGANISATION = replace(settings.ORGANISATION, files=told)
    settings.FOLDER = tmp_path
    with ExitStack() as stack:
        stack.callback(contents._store.cache_clear)
        yield


def keep(data: bytes, name: str = "note.txt") -> Document:
    return store(content=data, name=name, by="party:1", now=NOW)


def on_another_machine(settings: Settings, tmp_path: Path) -> None:
    """The same organisation seen from a folder in which nothing lies."""
    settings.FOLDER = tmp_path / "another"


def keys(bucket: Any) -> list[str]:
    return sorted(one.key for one in bucket.objects.all())


@pytest.mark.django_db
def test_what_one_machine_stored_another_reads_and_parses(bucket: Any, settings: Settings, tmp_path: Path) -> None:
    document = keep(b"Dear all,\r\nhello")

    on_another_machine(settings, tmp_path)

    assert content(document) == b"Dear all,\r\nhello"
    assert read(document).text == "Dear all,\nhello"
    assert contents.path_of(document.sha256).is_relative_to(tmp_path / "another" / "cache")
    assert keys(bucket) == [f"meridian/{below(document.sha256)}"]
    assert not (tmp_path / "files").exists()


@pytest.mark.django_db
def test_a_page_is_drawn_where_its_file_never_was(settings: Settings, tmp_path: Path) -> None:
    document = keep(b"Dear all,\r\nhello")
    on_another_machine(settings, tmp_path)

    assert picturing.page_image(document, 1, 240).startswith(b"\x89PNG")


@pytest.mark.django_db
def test_an_object_is_never_written_over(bucket: Any) -> None:
    document = keep(b"the first")
    shutil.rmtree(contents.cached())
    bucket.put_object(Key=f"meridian/{below(document.sha256)}", Body=b"a forgery")

    keep(b"the first", "again.txt")

    assert bucket.Object(f"meridian/{below(document.sha256)}").get()["Body"].read() == b"a forgery"
    shutil.rmtree(contents.cached(), ignore_errors=True)
    with pytest.raises(contents.ContentMissing, match="not what was stored"):
        content(document)
    with pytest.raises(contents.ContentMissing, match="not what was stored"):
        contents.path_of(document.sha256)


@pytest.mark.django_db
def test_a_damaged_copy_is_fetched_anew(settings: Settings) -> None:
    document = keep(b"the truth")
    copy = contents.path_of(document.sha256)
    copy.chmod(0o600)
    copy.write_bytes(b"a forgery")

    assert content(document) == b"the truth"
    assert copy.read_bytes() == b"the truth"


@pytest.mark.django_db
def test_what_is_destroyed_is_gone_from_the_store_and_from_here(bucket: Any) -> None:
    document = keep(b"forget me")
    copy = contents.path_of(document.sha256)

    gone = destroying.forget([document.pk])
    destroying.remove_contents(gone)
    destroying.remove_contents(gone)

    assert keys(bucket) == []
    assert not copy.exists()


@pytest.mark.django_db
def test_copies_on_other_machines_go_when_nobody_used_them_for_a_day() -> None:
    old, new = keep(b"yesterday"), keep(b"today")
    then = (NOW - timedelta(days=1, minutes=1)).timestamp()
    os.utime(contents.path_of(old.sha256), (then, then))
    os.utime(contents.path_of(new.sha256), (NOW.timestamp(), NOW.timestamp()))
    kept = contents.cached() / "files"

    assert sweep(now=NOW) == 1
    assert not (kept / below(old.sha256)).exists()
    assert (kept / below(new.sha256)).exists()
    assert content(old) == b"yesterday"


@pytest.mark.django_db
def test_who_sends_while_the_store_is_away_is_asked_to_send_again(settings: Settings) -> None:
    away = replace(settings.ORGANISATION.files, endpoint="http://127.0.0.1:9")
    settings.ORGANISATION = replace(settings.ORGANISATION, files=away)

    with pytest.raises(DocumentRefused, match="send it again"):
        keep(b"hello")

    assert not Document.objects.exists()


@pytest.mark.django_db
def test_the_doctor_writes_reads_and_removes(bucket: Any, settings: Settings) -> None:
    def told() -> tuple[bool, str]:
        return next((one.ok, one.detail) for one in examine(settings.ORGANISATION, now=NOW) if one.check == "documents")

    assert told() == (True, f"in the bucket papers at {bucket.meta.client.meta.endpoint_url}")
    assert keys(bucket) == []

    settings.ORGANISATION = replace(settings.ORGANISATION, files=replace(settings.ORGANISATION.files, bucket="nowhere"))
    assert told() == (False, "the store says NoSuchBucket")


@pytest.mark.django_db
def test_a_key_that_the_environment_lacks_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STORE_SECRET")
    contents._store.cache_clear()

    with pytest.raises(contents.StoreAway, match="no STORE_SECRET"):
        contents.write(b"hello")


def test_two_machines_that_store_at_once_agree(bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backline.documents.stores.s3.S3._is_there", lambda *_: False)

    first, second = contents.write(b"one and the same"), contents.write(b"one and the same")

    assert first == second
    assert keys(bucket) == [f"meridian/{below(first)}"]


@pytest.mark.parametrize(("told", "says"), [({"kind": "ftp"}, "known are folder, s3"), ({"kind": "s3"}, "'bucket'")])
def test_settings_that_lead_nowhere_are_refused(told: dict[str, str], says: str) -> None:
    with pytest.raises(SettingsRefused, match=says):
        Files(**told)
