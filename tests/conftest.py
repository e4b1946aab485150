"""What all tests stand on: a folder of their own for the organisation, and the database that the run names.

SQLite unless ``BACKLINE_DATABASE_URL`` names a PostgreSQL server (``tests/postgresql.py`` starts one).
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

FOLDER = Path(tempfile.mkdtemp(prefix="backline-test-"))
os.environ["BACKLINE_DATA"] = str(FOLDER)
os.environ.setdefault("BACKLINE_SECRET_KEY", "only-for-tests-" + "x" * 50)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backline.project.settings")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's synchronous API keeps a loop in the thread

(FOLDER / "static").mkdir()

import django  # noqa: E402
import hypothesis  # noqa: E402
import pytest  # noqa: E402

django.setup()  # here, not by pytest's own setting, which would read the settings before the folder is named
hypothesis.settings.register_profile("busy", deadline=None)  # a test never judges how busy the machine is
hypothesis.settings.load_profile("busy")
del os.environ["DJANGO_SETTINGS_MODULE"]  # else a worker of xdist inherits it, and reads the settings too early


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind."""
    shutil.rmtree(FOLDER, ignore_errors=True)


@pytest.fixture
def organisation_folder() -> Path:
    """The organisation's folder of this test run, empty but for what the test puts there."""
    for name in ("types", "connectors", "files", "mail", "scans", "fax", "cache"):
        shutil.rmtree(FOLDER / name, ignore_errors=True)
    return FOLDER
