"""Drafts: begun, filled answer by answer, found again, let go."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.core import signing

from backline.cases.storage.statements import update
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
    update(Draft, {"answers": draft.answers, "updated_at": now}, where={"pk": draft.pk})


def sent(*, draft: Draft, reference: str, now: datetime) -> None:
    """The draft became a request; what was typed lies there now and no longer here."""
    draft.case, draft.answers, draft.updated_at = reference, {}, now
    update(Draft, {"case": reference, "answers": {}, "updated_at": now}, where={"pk": draft.pk})


def link_token(draft: Draft) -> str:
    """What the link carries that was sent last: the draft, and to which of its addresses."""
    return signing.dumps([draft.key, len(draft.sent_to)], salt=SALT)


def by_link(token: str) -> tuple[Draft, str]:
    """The draft of a link, and the address to which the link was sent; raises ``LinkOver``."""
    try:
        key, number = signing.loads(token, salt=SALT, max_age=LINK_HOLDS)
    except (signing.BadSignature, ValueError):
        raise LinkOver
    draft = Draft.objects.filter(key=key).first()
    if draft is None or not 0 < number <= len(draft.sent_to):
        raise LinkOver
    return draft, draft.sent_to[number - 1]


def drafts_of(party: Party) -> list[Draft]:
    """What the party has begun and not sent, the latest first; where nothing was answered, nothing was begun."""
    return list(Draft.objects.filter(party=party, case="").exclude(answers={}).order_by("-updated_at")[:20])
