"""A subscription that stands at BambooHR."""

from __future__ import annotations

import pytest

from integrations.models import Subscription
from tests.factories import make_integration, make_subscription
from tests.unit.integrations.webhooks.posts import SECRET


@pytest.fixture
def subscription(transactional_db: None) -> Subscription:
    """Of the source of an integration that is on."""
    return make_subscription(make_integration().source, secret=SECRET)
