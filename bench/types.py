"""How fast case types are read and checked: 500 of them, on one core, as ``backline types check`` does it.

Counted is processor time: what the machine does beside it does not count.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

EXAMPLES = Path(__file__).parent.parent / "examples" / "families"
HOW_MANY = 500


def measure() -> list[dict[str, object]]:
    """Seconds for 500 case types: copies of the example families under other keys, with their tables and letters."""
    from backline.catalogue.drafts import check_paths

    with tempfile.TemporaryDirectory() as folder:
        types = Path(folder)
        _copy_examples(types)
        start = time.process_time()
        drafts = list(check_paths([types]))
        seconds = time.process_time() - start
    wrong = [draft.folder.name for draft in drafts if not draft.good]
    if wrong or len(drafts) != HOW_MANY:
        raise RuntimeError(f"{len(drafts)} read, of which these have problems: {wrong[:5]}")
    row = {"bench": "500 case types read and checked", "subject": "backline", "value": round(seconds, 3)}
    return [{**row, "unit": "s", "better": "lower"}]


def _copy_examples(types: Path) -> None:
    """Case types as an organisation has them: one folder each, beside its shared facts and its systems."""
    shutil.copy(EXAMPLES / "shared.yaml", types)
    shutil.copytree(EXAMPLES / "connectors", types / "connectors")
    families = sorted(path.parent for path in EXAMPLES.glob("*/type.yaml"))
    for number in range(HOW_MANY):
        family = families[number % len(families)]
        key = f"{family.name}-{number}"
        shutil.copytree(family, types / key)
        path = types / key / "type.yaml"
        path.write_text(path.read_text(encoding="utf-8").replace(f"case: {family.name}\n", f"case: {key}\n", 1))
