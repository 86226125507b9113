"""What a person maps and chooses for payrolls: the parts of the flow's declaration for this leg.

The terms are made of lists that were read; nothing is read here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from connectors.vendor import TermValue
from connectors.vendors.gusto import lists
from integrations.flow import MappingKind
from integrations.flows.gusto_to_acumatica.checks import SUPPORT_NAMES
from integrations.flows.gusto_to_acumatica.coding import (
    ACCOUNT,
    COMPONENT_KIND,
    SUBACCOUNT,
    SUBACCOUNT_MASK,
    place_kind,
)
from integrations.flows.gusto_to_acumatica.components import (
    ALL_OTHERS,
    BANK_MOVEMENTS,
    HIDDEN,
    OWN_ROW_ONLY,
    Component,
    Section,
)
from integrations.flows.gusto_to_acumatica.dates import ENTRY_DATE, START_DATE
from integrations.flows.gusto_to_acumatica.journal import NON_PROJECT_CODE
from integrations.flows.gusto_to_acumatica.split import DEFAULT_PLACE, SPLIT_BY, SplitBy

SECTION_TITLES: Final = {
    Section.EARNING: "Earnings",
    Section.EMPLOYER_TAX: "Employer taxes",
    Section.CONTRIBUTION: "Company's contributions to benefits",
    Section.REIMBURSEMENT: "Reimbursements",
    Section.BENEFIT: "Benefits owed",
    Section.DEDUCTION: "Deductions owed",
    Section.TOTAL: "Bank movements",
}
PAYROLL_MAPPINGS: Final = (
    MappingKind(
        COMPONENT_KIND,
        "Pay component",
        (ACCOUNT, SUBACCOUNT),
        # Where the feature is off there are none; on the expense side the department says it.
        optional_parts=frozenset({SUBACCOUNT}),
        # What has no row of its own goes by its section's.
        is_required=False,
        is_suggested=False,
        finer=(SplitBy.DEPARTMENT.value,),
        has_default=True,
    ),
    MappingKind(
        place_kind(SplitBy.DEPARTMENT),
        "Subaccount of a department",
        (SUBACCOUNT,),
        is_required=False,
        is_suggested=False,
    ),
    MappingKind(
        place_kind(SplitBy.JOB),
        "Subaccount of a job",
        (SUBACCOUNT,),
        is_required=False,
        is_suggested=False,
    ),
)
PAYROLL_OPTIONS: Final = (
    START_DATE,
    ENTRY_DATE,
    SPLIT_BY,
    SUBACCOUNT_MASK,
    NON_PROJECT_CODE,
    SUPPORT_NAMES,
)


def component_terms(listed: Sequence[TermValue]) -> tuple[TermValue, ...]:
    """What there is to map, of the components that Gusto lists, and the default of each section.

    A benefit is two: what the company pays, and what is owed. The employees' taxes are none:
    they are in the taxes debited.
    """
    found = {term.key: term for value in listed for term in _terms(value)}
    for name in (*BANK_MOVEMENTS, *OWN_ROW_ONLY):
        component = Component(Section.TOTAL, name)
        found[component.key] = _term(component)
    for section in (Section.CONTRIBUTION, Section.BENEFIT):
        hidden = Component(section, HIDDEN)
        found[hidden.key] = _term(hidden)
    for section, title in SECTION_TITLES.items():
        key = f"{section}:{ALL_OTHERS}"
        found[key] = TermValue(key, f"{title}: all others")
    return tuple(found.values())


def place_terms(titles: Sequence[str], by: SplitBy) -> tuple[TermValue, ...]:
    """The departments or jobs that have a subaccount, and the default for those without one."""
    default = TermValue(DEFAULT_PLACE, f"No {by}: people without one, and the company's own taxes")
    return (*(TermValue(title, title) for title in dict.fromkeys(titles)), default)


def _terms(value: TermValue) -> Iterator[TermValue]:
    """The components that one of Gusto's comes to; of its sums alone there are our own."""
    listed, _, name = value.key.partition(":")
    sections = {
        lists.Section.EARNING: (Section.EARNING,),
        lists.Section.EMPLOYER_TAX: (Section.EMPLOYER_TAX,),
        lists.Section.BENEFIT: (Section.CONTRIBUTION, Section.BENEFIT),
        lists.Section.DEDUCTION: (Section.DEDUCTION,),
        lists.Section.REIMBURSEMENT: (Section.REIMBURSEMENT,),
    }
    for section in sections.get(lists.Section(listed), ()):
        yield _term(Component(section, name), is_active=value.is_active)


def _term(component: Component, *, is_active: bool = True) -> TermValue:
    title = f"{component.title} ({SECTION_TITLES[component.section].lower()})"
    return TermValue(component.key, title, is_active=is_active, parent=component.default_key)
