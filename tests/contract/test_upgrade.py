"""A new version beside the one before: it migrates while that serves and works, and leaves it whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

from tests.crash.upgrading import ROOT, previous
from tests.postgresql import NOT_HERE

ON_POSTGRESQL = os.environ.get("BACKLINE_DATABASE_URL", "").startswith("postgres")
SAFE = (
    migrations.CreateModel, migrations.AddIndex, migrations.RemoveIndex, migrations.AlterModelOptions,
    migrations.AlterModelManagers,
)  # fmt: skip
"""What an old version does not notice. Programs and SQL are looked at one by one, in ``READ``"""
READ: dict[str, str] = {}
"""Migration -> why its programs or SQL leave the version before whole"""


@pytest.mark.postgresql
@pytest.mark.skipif(not ON_POSTGRESQL, reason="runs once, with the tests on PostgreSQL (tests/postgresql.py)")
def test_a_new_version_starts_while_the_old_one_serves_and_nothing_is_lost_or_done_twice() -> None:
    command = [sys.executable, "-m", "tests.crash.upgrading", "--seed", "2", "--json"]
    done = subprocess.run(
        command, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=False, timeout=500
    )
    if done.returncode == NOT_HERE:
        pytest.skip(done.stderr.strip())
    assert done.stdout, done.stderr
    counted = json.loads(done.stdout)
    assert counted.pop("kills") == 2
    assert counted.pop("accepted") > 10
    assert counted == {"lost": 0, "doubled": 0, "chains_broken": 0, "timers_missed": 0}


def newer() -> list[str]:
    """Migrations that the previous version does not have."""
    told = subprocess.run(
        ["git", "-C", str(ROOT), "ls-tree", "-r", "--name-only", previous(), "src"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if told.returncode:
        pytest.skip(f"there is no version {previous()} here")
    known = set(told.stdout.splitlines())
    found = sorted(
        path for config in apps.get_app_configs() for path in Path(config.path).glob("migrations/0*.py")
        if ROOT in path.parents and str(path.relative_to(ROOT)) not in known
        if "site-packages" not in path.parts
    )  # fmt: skip
    labels = {Path(config.path): config.label for config in apps.get_app_configs()}
    return [f"{labels[path.parents[1]]}/{path.stem}" for path in found]


def test_each_migration_since_the_previous_version_only_adds() -> None:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    wrong = [
        f"{name}: {told}"
        for name in newer()
        for told in _noticed(loader.disk_migrations[(name.split("/")[0], name.split("/")[1])].operations, name)
    ]
    assert wrong == [], "the version before can't run beside these"


@pytest.mark.parametrize(
    ("operation", "told"),
    [
        (migrations.AddField("a", "b", models.TextField()), "'a.b' has to be empty or have a default in the database"),
        (migrations.AddField("a", "b", models.TextField(default="")), "'a.b' has to be empty or have a default in"),
        (migrations.AddField("a", "b", models.TextField(null=True)), ""),
        (migrations.AddField("a", "b", models.TextField(db_default="")), ""),
        (migrations.AddField("a", "b", models.ManyToManyField("c")), ""),
        (migrations.RemoveField("a", "b"), "RemoveField"),
        (migrations.RenameField("a", "b", "c"), "RenameField"),
        (migrations.AlterField("a", "b", models.TextField()), "AlterField"),
        (migrations.AlterField("a", "b", models.TextField(null=True)), ""),
        (migrations.DeleteModel("a"), "DeleteModel"),
        (migrations.AddConstraint("a", models.UniqueConstraint(fields=["b"], name="c")), "AddConstraint"),
        (migrations.RunPython(migrations.RunPython.noop), "RunPython"),
        (migrations.RunSQL("drop table a"), "RunSQL"),
    ],
)
def test_what_an_old_version_would_notice_is_told(operation: Operation, told: str) -> None:
    found = list(_noticed([operation], "a/0001"))
    assert found[0].startswith(told) if told else not found, found


def _noticed(operations: list[Operation], name: str) -> Iterator[str]:
    created: set[str] = set()
    for operation in operations:
        of = str(getattr(operation, "model_name", getattr(operation, "name", ""))).lower()
        if isinstance(operation, migrations.CreateModel):
            created.add(of)
        elif isinstance(operation, SAFE) or of in created:
            continue
        elif isinstance(operation, migrations.AddField | migrations.AlterField):
            yield from _field(operation)
        elif name not in READ:
            yield f"{type(operation).__name__} {of}".strip()


def _field(operation: migrations.AddField | migrations.AlterField) -> Iterator[str]:
    field = operation.field
    bears = field.null or field.has_db_default() or field.many_to_many
    if not bears and isinstance(operation, migrations.AddField):
        yield f"'{operation.model_name}.{operation.name}' has to be empty or have a default in the database"
    elif not bears:
        yield f"AlterField {operation.model_name}.{operation.name}: only to what takes more than before"
