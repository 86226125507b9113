"""What a person chooses of employees at Acumatica, whichever system they come from."""

from __future__ import annotations

from typing import Final

from integrations.choosing import Option
from integrations.flows.shared.tenure import clean_days

CREATE_DAYS_BEFORE: Final = Option(
    "create_days_before",
    "Create days before the start",
    "How many days before the hire date a person is created.",
    "0",
    clean=clean_days,
)
LEAVER_STATUS: Final = Option(
    "leaver_status",
    "Status of leavers",
    "The status that a leaver gets in Acumatica.",
    "Inactive",
    choices=("Inactive", "On Hold", "Hold Payments"),
)
