"""FTS5 beside the table of pages, which triggers keep up to date."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models.expressions import RawSQL

CREATE = (
    """CREATE VIRTUAL TABLE documents_page_text USING fts5(
        text, content='documents_pagereading', content_rowid='id', tokenize="unicode61 remove_diacritics 2")""",
    """CREATE TRIGGER documents_page_text_added AFTER INSERT ON documents_pagereading BEGIN
        INSERT INTO documents_page_text(rowid, text) VALUES (new.id, new.text); END""",
    """CREATE TRIGGER documents_page_text_removed AFTER DELETE ON documents_pagereading BEGIN
        INSERT INTO documents_page_text(documents_page_text, rowid, text) VALUES ('delete', old.id, old.text); END""",
    """CREATE TRIGGER documents_page_text_changed AFTER UPDATE OF text ON documents_pagereading BEGIN
        INSERT INTO documents_page_text(documents_page_text, rowid, text) VALUES ('delete', old.id, old.text);
        INSERT INTO documents_page_text(rowid, text) VALUES (new.id, new.text); END""",
    "INSERT INTO documents_page_text(documents_page_text) VALUES ('rebuild')",
)
DROP = (
    "DROP TRIGGER documents_page_text_added",
    "DROP TRIGGER documents_page_text_removed",
    "DROP TRIGGER documents_page_text_changed",
    "DROP TABLE documents_page_text",
)


def matching(words: Sequence[str]) -> RawSQL:
    """Ids of pages. ``words``: letters and digits only."""
    asked = " ".join(f'"{word}"' for word in words) + "*"
    return RawSQL("SELECT rowid FROM documents_page_text WHERE documents_page_text MATCH %s", (asked,))
