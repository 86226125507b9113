"""Who decides over each field of an employee: the source, or Acumatica after the creation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from connectors.values import ABSENT
from connectors.vendors.acumatica.employees import EmployeeDraft
from integrations.choosing import FieldRule, Policy
from integrations.flow import Draft, Lookups

GIVEN_TO_EVERYBODY: Final = (FieldRule.OURS, FieldRule.AT_CREATION)
"""For fields without which Acumatica takes no employee."""

EVERYBODYS: Final = (
    Policy("first_name", "First name"),
    Policy("last_name", "Last name", choices=GIVEN_TO_EVERYBODY),
    Policy("email", "E-mail"),
    Policy("department", "Department", choices=GIVEN_TO_EVERYBODY),
    Policy("branch", "Branch", choices=GIVEN_TO_EVERYBODY),
    Policy(
        "employee_class",
        "Employee class",
        # What follows from the class (calendar, labor item, accounts) is the ERP's from then on.
        default=FieldRule.AT_CREATION,
        choices=(FieldRule.AT_CREATION,),
    ),
)


def ruled(
    value: EmployeeDraft, lookups: Lookups, policies: Sequence[Policy]
) -> tuple[EmployeeDraft, frozenset[str]]:
    """The draft without what is never written, and what is written at the creation alone."""
    at_creation = _under(FieldRule.AT_CREATION, lookups, policies)
    return without(value, never(lookups, policies)), at_creation


def never(lookups: Lookups, policies: Sequence[Policy]) -> frozenset[str]:
    """The fields that are never written."""
    return _under(FieldRule.NEVER, lookups, policies)


def _under(rule: FieldRule, lookups: Lookups, policies: Sequence[Policy]) -> frozenset[str]:
    return frozenset(policy.field for policy in policies if policy.rule(lookups) == rule)


def standing(draft: Draft) -> EmployeeDraft:
    """What an employee who stands there already is held to."""
    value: EmployeeDraft = draft.value
    left = draft.only_at_creation | draft.as_written
    return without(value, [name for name in COMPARED if name in left])


def drifted(draft: Draft) -> EmployeeDraft:
    """What was last written so, and nothing else: for seeing what somebody changed there."""
    value: EmployeeDraft = draft.value
    seen = draft.as_written - draft.only_at_creation
    return without(value, [name for name in COMPARED if name not in seen])


def without(value: EmployeeDraft, names: Iterable[str]) -> EmployeeDraft:
    """The draft with these fields left as they are."""
    absent: dict[str, Any] = dict.fromkeys(names, ABSENT)
    return replace(value, **absent)


COMPARED: Final = (*(policy.field for policy in EVERYBODYS), "position", "reports_to")
"""Statuses and days are no matter of a policy: a leaver leaves."""
