"""Whether anybody is told anything, so that nothing is asked while a customer waits where nobody is."""

from __future__ import annotations

from backline.channels.seldom import Seldom
from backline.channels.webhooks.models import Subscription

LISTENERS = Seldom(lambda: Subscription.objects.filter(ended_at=None).exists())
