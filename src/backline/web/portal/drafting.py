"""Drafts: begun, filled answer by answer, found again, let go."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.core import signing

from backline.people.models import Party
from backline.web.portal.models import Draft
from backline.web.ui.fields import Raw

LINK_HOLDS = timedelta(days=14)
SALT = "portal.draft"
MOST_LINKS = 3


class LinkOver(Exception):
    """The link is too old, or was never made by us."""


def begin(*, type_key: str, party: Party | None, giver: Party | None, language: str, now: datetime) -> Draft:
    """A new, empty draft."""
    return Draft.objects.create(
        key=secrets.token_urlsafe(12),
        type_key=type_key,
        party=party,
        giver=giver,
        language=language,
        created_at=now,
        updated_at=now,
    )


def keep(*, draft: Draft, answers: dict[str, Raw], now: datetime) -> None:
    """Keep what was typed; an answer that was emptied is taken out."""
    told = {**draft.answers, **answers}
    draft.answers = {name: raw for name, raw in told.items() if raw not in ("", [], {}, None)}
    draft.updated_at = now
    draft.save(update_fields=["answers", "updated_at"])


def sent(*, draft: Draft, reference: str, now: datetime) -> None:
    """The draft became a request; what was typed lies there now and no longer here."""
    draft.case, draft.answers, draft.updated_at = reference, {}, now
    draft.save(update_fields=["case", "answers", "updated_at"])


def link_token(draft: Draft) -> str:
    """What a link carries by which the draft is found again."""
    return signing.dumps(draft.key, salt=SALT)


def by_link(token: str) -> Draft:
    """The draft of a link; raises ``LinkOver``."""
    try:
        key = signing.loads(token, salt=SALT, max_age=LINK_HOLDS)
    except signing.BadSignature:
        raise LinkOver
    draft = Draft.objects.filter(key=key).first()
    if draft is None:
        raise LinkOver
    return draft


def drafts_of(party: Party) -> list[Draft]:
    """What the party has begun and not sent, the latest first; where nothing was answered, nothing was begun."""
    return list(Draft.objects.filter(party=party, case="").exclude(answers={}).order_by("-updated_at")[:20])
