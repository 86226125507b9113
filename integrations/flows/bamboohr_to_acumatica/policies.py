"""The fields over which a person decides who has the say, BambooHR or Acumatica."""

from __future__ import annotations

from typing import Final

from integrations.choosing import Policy
from integrations.flows.shared.employee_policies import EVERYBODYS

POLICIES: Final = (*EVERYBODYS, Policy("position", "Position"))
