"""``backup`` and ``restore`` on folders of their own, in processes of their own."""

import io
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from backline.project.command import Refused
from backline.project.locking import hold
from backline.project.restoring import unpack


def backline(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "BACKLINE_DATA": str(folder)}
    environment.pop("BACKLINE_SECRET_KEY", None)
    environment.pop("BACKLINE_DATABASE_URL", None)
    command = [sys.executable, "-m", "backline.project.command", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def organisation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("organisation")
    (folder / "backline.yaml").write_text("name: Meridian\n")
    (folder / "files" / "ab").mkdir(parents=True)
    (folder / "files" / "ab" / "abcd").write_bytes(b"a bill")
    (folder / "static").mkdir()
    (folder / "static" / "made.css").write_text("made anew")
    (folder / "link").symlink_to("/etc/hostname")
    assert backline(folder, "migrate").returncode == 0
    assert backline(folder, "staff", "add", "Ann", "--email", "ann@example.org", "--administrator").returncode == 0
    return folder


@pytest.fixture(scope="module")
def archive(organisation: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    archive = tmp_path_factory.mktemp("kept") / "meridian.tar.gz"
    with closing(sqlite3.connect(organisation / "db.sqlite3")) as somebody:
        somebody.execute("BEGIN IMMEDIATE")
        somebody.execute("UPDATE people_staff SET name = 'half written'")
        done = backline(organisation, "backup", str(archive), "--json")
        somebody.rollback()
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["files"] == 3
    return archive


def test_what_was_backed_up_is_put_back_whole(organisation: Path, archive: Path, tmp_path: Path) -> None:
    target = tmp_path / "again"
    done = backline(target, "restore", str(archive))
    assert done.returncode == 0, done.stderr
    assert (target / "files" / "ab" / "abcd").read_bytes() == b"a bill"
    assert (target / "backline.yaml").read_text() == "name: Meridian\n"
    assert (target / "secret.key").read_text() == (organisation / "secret.key").read_text()
    staff = json.loads(backline(target, "staff", "list", "--json").stdout)
    assert [one["name"] for one in staff] == ["Ann"]


def test_the_archive_is_for_its_owner_only_and_follows_no_link(archive: Path) -> None:
    assert archive.stat().st_mode & 0o077 == 0
    with tarfile.open(archive) as tar:
        names = tar.getnames()
    assert "folder/link" not in names
    assert not any("static" in name or "serving" in name for name in names)


def test_a_backup_does_not_replace_a_file(organisation: Path, archive: Path) -> None:
    before = archive.read_bytes()
    done = backline(organisation, "backup", str(archive))
    assert (done.returncode, archive.read_bytes()) == (1, before)
    assert "there already" in done.stderr


def test_a_restore_does_not_replace_an_organisation_unless_forced(archive: Path, tmp_path: Path) -> None:
    backline(tmp_path, "migrate")
    (tmp_path / "files").mkdir(exist_ok=True)
    (tmp_path / "files" / "old").write_text("of before")
    refused = backline(tmp_path, "restore", str(archive))
    assert refused.returncode == 1
    assert "--force" in refused.stderr
    assert json.loads(backline(tmp_path, "staff", "list", "--json").stdout) == []
    assert backline(tmp_path, "restore", str(archive), "--force").returncode == 0
    assert len(json.loads(backline(tmp_path, "staff", "list", "--json").stdout)) == 1
    assert not (tmp_path / "files" / "old").exists()


def test_nothing_is_put_back_below_a_running_server(archive: Path, tmp_path: Path) -> None:
    with hold(tmp_path):
        refused = backline(tmp_path, "restore", str(archive), "--force")
    assert refused.returncode == 1
    assert "stop it first" in refused.stderr


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("folder/../../evil", tarfile.REGTYPE),
        ("/etc/evil", tarfile.REGTYPE),
        ("folder/db.sqlite3", tarfile.REGTYPE),
        ("elsewhere/evil", tarfile.REGTYPE),
        ("folder/link", tarfile.SYMTYPE),
        ("folder/hard", tarfile.LNKTYPE),
        ("folder/pipe", tarfile.FIFOTYPE),
    ],
)
def test_an_archive_that_reaches_out_is_refused_and_touches_nothing(
    archive: Path, tmp_path: Path, name: str, kind: bytes
) -> None:
    evil, target = tmp_path / "evil.tar.gz", tmp_path / "target"
    with tarfile.open(archive) as good, tarfile.open(evil, "w:gz") as tar:
        for member in good:
            tar.addfile(member, good.extractfile(member))
        added = tarfile.TarInfo(name)
        added.type, added.linkname, added.size = kind, "/etc/passwd", 4 if kind == tarfile.REGTYPE else 0
        tar.addfile(added, io.BytesIO(b"evil"))
    with pytest.raises(Refused, match="not a whole backup"):
        unpack(evil, target)
    assert not (tmp_path / "evil").exists()
    assert not (target / "db.sqlite3").exists()


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="the archive is one of SQLite; PostgreSQL has tests of its own"
)
def test_a_cut_or_changed_archive_is_refused(archive: Path, tmp_path: Path) -> None:
    cut, changed = tmp_path / "cut.tar.gz", tmp_path / "changed.tar.gz"
    cut.write_bytes(archive.read_bytes()[:-2000])
    with tarfile.open(archive) as good, tarfile.open(changed, "w:gz") as tar:
        for member in good:
            content = good.extractfile(member)
            assert content is not None
            data = content.read().replace(b"a bill", b"a lie!")
            tar.addfile(member, io.BytesIO(data))
    with pytest.raises(Refused, match="not a whole backup"):
        unpack(cut, tmp_path / "room")
    with pytest.raises(Refused, match="was damaged"):
        unpack(changed, tmp_path / "other room")


def test_a_refused_archive_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("not an archive")
    refused = backline(tmp_path / "target", "restore", str(tmp_path / "note.txt"))
    assert refused.returncode == 1
    assert "not a whole backup" in refused.stderr
    assert not (tmp_path / "target" / "db.sqlite3").exists()
    assert not (tmp_path / "target" / ".restoring").exists()
