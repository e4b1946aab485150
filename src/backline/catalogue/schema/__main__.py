"""``python -m backline.catalogue.schema`` writes the published schema anew, after the table of keys has changed."""

from __future__ import annotations

import json
from pathlib import Path

from backline.catalogue.schema import FILE, make_schema

(Path(__file__).parent / FILE).write_text(json.dumps(make_schema(), indent=1) + "\n", encoding="utf-8")
