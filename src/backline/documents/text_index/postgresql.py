"""A generated column of words, without the rules of any one language, and an index over it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models.expressions import RawSQL

MOST = 200_000
"""Characters of a page that are indexed: what PostgreSQL takes into one such value is limited"""
PLAIN = f"regexp_replace(normalize(left(text, {MOST}), NFKD), '[\\u0300-\\u036f]', '', 'g')"
"""Without accents; PostgreSQL's own ``unaccent`` would have to be installed by a superuser"""
CREATE = (
    f"""ALTER TABLE documents_pagereading ADD COLUMN text_words tsvector
        GENERATED ALWAYS AS (to_tsvector('simple', regexp_replace({PLAIN}, '[^[:alnum:]]+', ' ', 'g'))) STORED""",
    "CREATE INDEX documents_page_text ON documents_pagereading USING gin (text_words)",
)
DROP = (
    "DROP INDEX documents_page_text",
    "ALTER TABLE documents_pagereading DROP COLUMN text_words",
)


def matching(words: Sequence[str]) -> RawSQL:
    """Ids of pages. ``words``: letters and digits only."""
    asked = " & ".join(f"'{word}'" for word in words) + ":*"
    return RawSQL("SELECT id FROM documents_pagereading WHERE text_words @@ to_tsquery('simple', %s)", (asked,))
