"""The product's settings, but for claims that end after seconds, so that a short run sees what follows a crash."""

from backline.project.settings import *  # noqa: F403

CASES_FITTINGS = "tests.crash.hurrying.case_fittings"
