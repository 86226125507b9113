"""Gusto to Acumatica: people become employees, and each payroll one balanced journal."""

from __future__ import annotations

from typing import Final

from connectors.vendors.acumatica import departments as acumatica_lists
from connectors.vendors.acumatica.accounts import read_accounts, read_subaccounts
from connectors.vendors.acumatica.ledger_operations import (
    JOURNAL_LOOKS,
    JOURNAL_WRITES,
    LEDGER_READS,
)
from connectors.vendors.gusto.lists import read_departments
from connectors.vendors.gusto.statuses import read_employment_statuses
from integrations.choosing import RESTORES_DRIFT, Option, lead_of
from integrations.flow import Flow, MappingKind, Vocabulary
from integrations.flows.gusto_to_acumatica.approval import APPROVAL
from integrations.flows.gusto_to_acumatica.employees import EMPLOYEES
from integrations.flows.gusto_to_acumatica.ground import GROUND_OPTIONS
from integrations.flows.gusto_to_acumatica.payroll_choices import (
    PAYROLL_MAPPINGS,
    PAYROLL_OPTIONS,
)
from integrations.flows.gusto_to_acumatica.payroll_lists import (
    read_component_terms,
    read_department_places,
    read_job_places,
)
from integrations.flows.gusto_to_acumatica.payrolls import PAYROLLS, RELEASE
from integrations.flows.gusto_to_acumatica.reasons import REASONS
from integrations.flows.gusto_to_acumatica.reasons_ledger import LEDGER_REASONS
from integrations.flows.gusto_to_acumatica.reasons_payrolls import PAYROLL_REASONS
from integrations.flows.gusto_to_acumatica.scope import FILTERS
from integrations.flows.shared.employee_options import CREATE_DAYS_BEFORE, LEAVER_STATUS
from integrations.flows.shared.employee_policies import EVERYBODYS
from integrations.flows.shared.tenure import clean_days
from integrations.limits import LIMIT_OPTIONS

PEOPLE_VOCABULARIES: Final = (
    Vocabulary("department", "source", read_departments),
    Vocabulary("department", "target", acumatica_lists.read_departments),
    # Of where people work Gusto shows us the department alone.
    Vocabulary("branch", "source", read_departments),
    Vocabulary("branch", "target", acumatica_lists.read_branches),
    Vocabulary("employee_class", "source", read_employment_statuses),
    Vocabulary("employee_class", "target", acumatica_lists.read_employee_classes),
)
PEOPLE_MAPPINGS: Final = (
    MappingKind("department", "Department", ("department",)),
    MappingKind(
        "branch",
        "Branch",
        ("branch",),
        is_required=False,
        # A department of a branch's name need not be where the branch is.
        is_suggested=False,
        has_default=True,
    ),
    MappingKind("employee_class", "Employee class", ("employee_class",), is_required=False),
)
PEOPLE_OPTIONS: Final = (
    Option(
        "default_branch",
        "Default branch",
        "The branch of people whose department is not mapped to one.",
        "",
    ),
    Option(
        "default_employee_class",
        "Default employee class",
        "The class of new employees whose employment status is not mapped to one.",
        "",
    ),
    Option(
        "default_department",
        "Default department",
        "The department of people who have none in Gusto; empty holds them.",
        "",
    ),
    lead_of(EMPLOYEES.name, EMPLOYEES.title),
    *(chosen.as_option() for chosen in FILTERS),
    CREATE_DAYS_BEFORE,
    Option(
        "leaver_grace_days",
        "Grace for leavers",
        "How many days more a leaver stays active. With 0 the end is on the day after the last "
        "one.",
        "0",
        clean=clean_days,
    ),
    LEAVER_STATUS,
    *(policy.as_option() for policy in EVERYBODYS),
)
PEOPLE_CALLS: Final = {
    "gusto": frozenset(
        {"who_am_i", "list_people", "read_person", "read_departments", "read_events"}
    ),
    "acumatica": frozenset(
        {
            "read_endpoints",
            "read_employee",
            "find_employees",
            "list_employees",
            "create_employee",
            "update_employee",
            "end_employee",
            "reactivate_employee",
            "read_departments",
            "read_departments_odata",
            "read_employee_classes",
            "read_branches",
        }
    ),
}
PAYROLL_VOCABULARIES: Final = (
    Vocabulary("pay_component", "source", read_component_terms),
    Vocabulary("department_subaccount", "source", read_department_places),
    Vocabulary("job_subaccount", "source", read_job_places),
    Vocabulary("account", "target", read_accounts),
    Vocabulary("subaccount", "target", read_subaccounts),
)
PAYROLL_CALLS: Final = {
    "gusto": frozenset(
        {
            "list_payrolls",
            "read_payroll",
            "read_company",
            "read_earning_types",
            "read_benefits",
            "list_contractor_payments",
            "read_contractor_payment",
            "request_ledger",
            "read_report",
            "download_report",
        }
    ),
    "acumatica": LEDGER_READS | JOURNAL_LOOKS | JOURNAL_WRITES,
}

FLOW = Flow(
    source="gusto",
    target="acumatica",
    title="Gusto → Acumatica",
    summary="People whom Gusto pays become Acumatica's employees, and each payroll that Gusto has "
    "processed becomes one balanced journal of the ledger.",
    legs=(EMPLOYEES, PAYROLLS),
    vocabularies=(*PEOPLE_VOCABULARIES, *PAYROLL_VOCABULARIES),
    mapping_kinds=(*PEOPLE_MAPPINGS, *PAYROLL_MAPPINGS),
    options=(
        *PEOPLE_OPTIONS,
        *PAYROLL_OPTIONS,
        *GROUND_OPTIONS,
        RELEASE,
        APPROVAL,
        RESTORES_DRIFT,
        *LIMIT_OPTIONS,
    ),
    reasons=(*REASONS, *PAYROLL_REASONS, *LEDGER_REASONS),
    calls={side: PEOPLE_CALLS[side] | PAYROLL_CALLS[side] for side in PEOPLE_CALLS},
)
