"""The index of what pages say, kept by the database itself, so that it can't fall behind what is read or erased.

Each sibling module holds what one database needs: ``CREATE`` and ``DROP`` (statements), and ``matching(words)``, the
ids of pages with all of these words, the last of them also as a beginning.
"""

from __future__ import annotations

from types import ModuleType

from backline.documents.text_index import postgresql, sqlite

OF: dict[str, ModuleType] = {"sqlite": sqlite, "postgresql": postgresql}
