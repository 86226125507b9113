"""The company of which a delivery tells, brought to the instant before its story begins.

Runs on the product's own functions, in a process of the launcher's; nothing here judges.
"""

from __future__ import annotations

from typing import Any

from integrations import switching, tasks
from tests.company import Company
from tests.crash.scenario import DELIVERY
from tests.crash.stage import founded


def prepare_delivery() -> dict[str, Any]:
    """A first sync lies a day back; the source wants to tell of a change and is held back."""
    sandbox = founded()
    company = Company(sandbox, DELIVERY.people)
    company.sync(everything=True)
    company.advance(days=1)
    switching.switch_on(company.fresh())
    tasks.mend_subscription(company.integration.source_id)
    changed = company.someone()
    sandbox.control("POST", "webhooks", {"vendor": DELIVERY.source, "action": "pause"})
    company.advance(seconds=600)
    company.change(changed, lastName="Okonkwo-Reyes")
    return {"integration": company.integration.pk, "told": changed}
