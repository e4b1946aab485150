"""Contents as objects of an S3 store, for many machines; what this one uses lies in a cache folder of its own."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from backline.documents.stores import ContentMissing, StoreAway, below
from backline.documents.stores.folder import Folder

CONNECT_S, ANSWER_S, ATTEMPTS = 3, 20, 3
ABSENT = {"404", "NoSuchKey", "NotFound"}
THERE_ALREADY = {"412", "PreconditionFailed", "409", "ConditionalRequestConflict"}
TRIAL = b"trial"


class Address(Protocol):
    """What the organisation's settings say of the bucket."""

    @property
    def bucket(self) -> str: ...
    @property
    def prefix(self) -> str: ...
    @property
    def endpoint(self) -> str: ...
    @property
    def region(self) -> str: ...
    @property
    def key_from(self) -> str: ...
    @property
    def secret_from(self) -> str: ...


class S3:
    """A bucket, or a prefix of it."""

    def __init__(self, address: Address, *, cache: Path) -> None:
        self._address = address
        self._prefix = f"{address.prefix.strip('/')}/" if address.prefix.strip("/") else ""
        self._here = Folder(cache)
        self._made: Any = None

    def put(self, sha256: str, content: bytes) -> None:
        """The store itself compares the bytes that arrive with their hash, and refuses to write over an object."""
        if not self._is_there(sha256):
            digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
            with _answered(sha256, fine=THERE_ALREADY):
                self._client().put_object(
                    **self._object(below(sha256)), Body=content, ChecksumSHA256=digest, IfNoneMatch="*"
                )
        with contextlib.suppress(OSError):  # it is kept; that it is also here spares a way, no more
            self._here.put(sha256, content)

    def get(self, sha256: str) -> bytes:
        """From the cache where it lies there whole, else from the store."""
        with contextlib.suppress(ContentMissing):
            kept = self._here.get(sha256)
            if hashlib.sha256(kept).hexdigest() == sha256:
                self._used(sha256)
                return kept
            self._here.remove(sha256)
        content = self._fetch(below(sha256), sha256)
        if hashlib.sha256(content).hexdigest() == sha256:
            with contextlib.suppress(OSError):
                self._here.put(sha256, content)
        return content

    def path(self, sha256: str) -> Path:
        """The file in the cache, fetched first where it is not there."""
        path = self._here.path(sha256)
        if not path.exists():
            content = self._fetch(below(sha256), sha256)
            if hashlib.sha256(content).hexdigest() != sha256:
                raise ContentMissing(f"The file {sha256} is not what was stored.")
            self._here.put(sha256, content)
        self._used(sha256)
        return path

    def remove(self, sha256: str) -> None:
        """From the store and from this machine's cache. Those of others let go of what nobody uses within a day."""
        with _answered(sha256):
            self._client().delete_object(**self._object(below(sha256)))
        self._here.remove(sha256)

    def check(self) -> str:
        """Write, read and remove an object."""
        name = f".trial-{secrets.token_hex(6)}"
        with _answered(name):
            self._client().put_object(**self._object(name), Body=TRIAL)
        whole = self._fetch(name, name) == TRIAL
        with _answered(name):
            self._client().delete_object(**self._object(name))
        if not whole:
            raise StoreAway("the store gave back other bytes than it was given")
        return f"in the bucket {self._address.bucket} at {self._address.endpoint or 'Amazon S3'}"

    def _is_there(self, sha256: str) -> bool:
        there = False
        with _answered(sha256, fine=ABSENT):
            self._client().head_object(**self._object(below(sha256)))
            there = True
        return there

    def _fetch(self, name: str, sha256: str) -> bytes:
        with _answered(sha256):
            return bytes(self._client().get_object(**self._object(name))["Body"].read())
        raise AssertionError("nothing was excused")

    def _used(self, sha256: str) -> None:
        with contextlib.suppress(OSError):
            os.utime(self._here.path(sha256))

    def _object(self, name: str) -> dict[str, str]:
        return {"Bucket": self._address.bucket, "Key": f"{self._prefix}{name}"}

    def _client(self) -> Any:
        if self._made is None:
            self._made = _client(self._address)
        return self._made


def _client(address: Address) -> Any:
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=CONNECT_S, read_timeout=ANSWER_S, retries={"total_max_attempts": ATTEMPTS, "mode": "standard"},
        s3={"addressing_style": "path"} if address.endpoint else {}, proxies={}, max_pool_connections=32,
        request_checksum_calculation="when_required", response_checksum_validation="when_required",
    )  # fmt: skip
    session = boto3.session.Session(
        aws_access_key_id=_told(address.key_from),
        aws_secret_access_key=_told(address.secret_from),
        region_name=address.region or "us-east-1",
    )
    return session.client("s3", endpoint_url=address.endpoint or None, config=config)


def _told(variable: str) -> str | None:
    if variable and not os.environ.get(variable):
        raise StoreAway(f"the environment has no {variable}")
    return os.environ[variable] if variable else None


@contextmanager
def _answered(what: str, *, fine: Collection[str] = ()) -> Iterator[None]:
    """What the store says against it, in our words; the codes in ``fine`` are no objection."""
    if find_spec("boto3") is None:
        raise StoreAway("the library boto3 is not installed; it comes with 'pip install backline[s3]'")
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as wrong:
        code = str(wrong.response.get("Error", {}).get("Code", ""))
        if code in fine:
            return
        if code in ABSENT:
            raise ContentMissing(f"The file {what} is missing.") from None
        raise StoreAway(f"the store says {code or 'no'}") from wrong
    except (BotoCoreError, OSError) as wrong:
        raise StoreAway(f"the store does not answer ({type(wrong).__name__})") from wrong
