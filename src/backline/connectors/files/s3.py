"""A bucket of an S3 store, or a folder of it. It knows no rename: a file is copied to its name, then let go of."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any
from urllib.parse import SplitResult, unquote

from backline.connectors.declarations import Settings
from backline.connectors.files.layouts import FilesSettings
from backline.connectors.files.parsing import MOST_BYTES
from backline.connectors.files.stores import Away, Entry, Opening, Place


def opening(settings: Settings, address: SplitResult) -> Opening:
    """How to open the bucket of an address. Raises ValueError where something is missing."""
    own: FilesSettings = settings.own
    if not address.netloc:
        raise ValueError("the url has to be s3://bucket/folder")
    if not (own.store.access_key and own.store.secret_key):
        raise ValueError("'settings' has to say 'access_key' and 'secret_key'")
    if find_spec("boto3") is None:  # asked for here, loaded only when a call needs it
        raise ImportError("boto3", name="boto3")
    prefix = unquote(address.path).strip("/")

    @contextmanager
    def opened(deadline_s: float) -> Iterator[Place]:
        client = _client(settings, own, deadline_s)
        try:
            yield Bucket(client, address.netloc, f"{prefix}/" if prefix else "")
        finally:
            client.close()

    return opened


class Bucket:
    """The objects directly under a prefix."""

    def __init__(self, client: Any, bucket: str, prefix: str) -> None:
        self._client, self._bucket, self._prefix = client, bucket, prefix

    def entries(self) -> list[Entry]:
        """The objects that lie there."""
        found: list[Entry] = []
        with _away():
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self._prefix, Delimiter="/"
            )
            for page in pages:
                for one in page.get("Contents", ()):
                    name = one["Key"].removeprefix(self._prefix)
                    found.append(Entry(name, one["Size"], one["LastModified"].timestamp()))
        return [one for one in found if one.name]

    def now(self) -> float:
        """Our own time. An object is there whole or not at all, so its age says little."""
        return time.time()

    def fetch(self, name: str) -> bytes:
        """The content of an object."""
        with _away():
            body = self._client.get_object(Bucket=self._bucket, Key=self._prefix + name)["Body"]
            return bytes(body.read(MOST_BYTES + 1))

    def put(self, name: str, content: bytes) -> None:
        """An object."""
        with _away():
            self._client.put_object(Bucket=self._bucket, Key=self._prefix + name, Body=content)

    def rename(self, old: str, new: str) -> None:
        """Copied, then deleted; only where the name is free, or a copy that we made before we died."""
        if any(one.name == new for one in self.entries()) and self.fetch(old) != self.fetch(new):
            raise Away(f"there is a file '{new}' already")
        self._carried(old, self._prefix + new)

    def move(self, name: str, folder: str) -> None:
        """Under a longer prefix."""
        self._carried(name, f"{self._prefix}{folder}/{name}")

    def _carried(self, name: str, key: str) -> None:
        source = {"Bucket": self._bucket, "Key": self._prefix + name}
        with _away():
            self._client.copy_object(Bucket=self._bucket, Key=key, CopySource=source)
            self._client.delete_object(**source)


def _client(settings: Settings, own: FilesSettings, deadline_s: float) -> Any:
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=min(settings.connect_s, deadline_s), read_timeout=deadline_s,
        retries={"total_max_attempts": 1}, s3={"addressing_style": "path"} if own.store.endpoint else {}, proxies={},
    )  # fmt: skip
    session = boto3.session.Session(
        aws_access_key_id=own.store.access_key, aws_secret_access_key=own.store.secret_key,
        region_name=own.store.region or "us-east-1",
    )  # fmt: skip
    return session.client("s3", endpoint_url=own.store.endpoint or None, config=config)


@contextmanager
def _away() -> Iterator[None]:
    from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError

    try:
        yield
    except ReadTimeoutError as wrong:
        raise Away("no answer in time", late=True) from wrong
    except ClientError as wrong:
        raise Away(f"the store says {wrong.response.get('Error', {}).get('Code', 'no')}") from wrong
    except (BotoCoreError, OSError) as wrong:
        raise Away(type(wrong).__name__) from wrong
