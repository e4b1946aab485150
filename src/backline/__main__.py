"""``python -m backline COMMAND``: the command line."""

from __future__ import annotations

import sys

from backline.project.command import main

if __name__ == "__main__":
    sys.exit(main())
