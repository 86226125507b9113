"""BambooHR to Acumatica: people follow HR, on departments that exist or are created for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from connectors.vendor import TermValue
from connectors.vendors.acumatica import departments as acumatica_lists
from connectors.vendors.bamboohr.client import Client
from connectors.vendors.bamboohr.lists import (
    DIVISION,
    EMPLOYMENT_STATUS,
    LOCATION,
    TERMINATION_REASON,
    read_list,
    read_list_if_shown,
)
from integrations.choosing import RESTORES_DRIFT, Option, lead_of
from integrations.flow import Flow, MappingKind, Vocabulary
from integrations.flows.bamboohr_to_acumatica.departments import DEPARTMENTS
from integrations.flows.bamboohr_to_acumatica.employees import EMPLOYEES
from integrations.flows.bamboohr_to_acumatica.numbers import AUTOMATIC, FROM_HR, clean_mask
from integrations.flows.bamboohr_to_acumatica.policies import POLICIES
from integrations.flows.bamboohr_to_acumatica.reasons import REASONS
from integrations.flows.bamboohr_to_acumatica.scope import FILTERS
from integrations.flows.shared.employee_options import CREATE_DAYS_BEFORE, LEAVER_STATUS
from integrations.flows.shared.tenure import clean_days
from integrations.limits import LIMIT_OPTIONS


def _list_of(alias: str) -> Callable[[Client], Sequence[TermValue]]:
    """Reads one of BambooHR's lists."""

    def read(client: Client) -> Sequence[TermValue]:
        return read_list(client, alias)

    return read


def _list_if_shown(alias: str) -> Callable[[Client], Sequence[TermValue]]:
    """Reads one of the lists that an account may not have, or not show."""

    def read(client: Client) -> Sequence[TermValue]:
        return read_list_if_shown(client, alias)

    return read


def _places(client: Client) -> Sequence[TermValue]:
    """Reads locations and divisions: either can say which branch people belong to."""
    places = (*read_list_if_shown(client, LOCATION), *read_list_if_shown(client, DIVISION))
    by_key = {place.key: place for place in sorted(places, key=lambda place: place.is_active)}
    return tuple(by_key.values())


FLOW = Flow(
    source="bamboohr",
    target="acumatica",
    title="BambooHR → Acumatica",
    summary="People hired, changed or leaving in BambooHR follow in Acumatica by themselves.",
    legs=(DEPARTMENTS, EMPLOYEES),
    vocabularies=(
        Vocabulary("department", "source", _list_of("department")),
        Vocabulary("department", "target", acumatica_lists.read_departments),
        Vocabulary("division", "source", _list_if_shown(DIVISION)),
        Vocabulary("position", "source", _list_of("jobTitle")),
        Vocabulary("position", "target", acumatica_lists.read_positions),
        Vocabulary("termination_reason", "source", _list_if_shown(TERMINATION_REASON)),
        Vocabulary("termination_reason", "target", acumatica_lists.read_termination_reasons),
        Vocabulary("branch", "source", _places),
        Vocabulary("branch", "target", acumatica_lists.read_branches),
        Vocabulary("employee_class", "source", _list_if_shown(EMPLOYMENT_STATUS)),
        Vocabulary("employee_class", "target", acumatica_lists.read_employee_classes),
    ),
    mapping_kinds=(
        MappingKind("department", "Department", ("department",), finer=("division",)),
        MappingKind("position", "Position", ("position",), is_required=False),
        MappingKind("branch", "Branch", ("branch",), is_required=False, has_default=True),
        MappingKind("employee_class", "Employee class", ("employee_class",), is_required=False),
        MappingKind(
            "termination_reason",
            "Termination reason",
            ("termination_reason",),
            is_required=False,
            # Nothing is carried, nor even read, until a person wants it.
            is_suggested=False,
        ),
    ),
    options=(
        Option(
            "default_branch",
            "Default branch",
            "The branch of people whose location and division are not mapped to one.",
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
            "The department of people who have none in BambooHR; empty holds them.",
            "",
        ),
        Option(
            "create_departments",
            "Create departments",
            "Yes: a department of BambooHR that is neither mapped nor found under its name is "
            "created in Acumatica, where your endpoint can do it, and mapped; one of the same "
            "name is taken for it. No: people of such a department are held until it is mapped.",
            "no",
            choices=("no", "yes"),
        ),
        lead_of(EMPLOYEES.name, EMPLOYEES.title),
        *(chosen.as_option() for chosen in FILTERS),
        Option(
            "carry_supervisors",
            "Carry supervisors",
            "Whether the supervisor in BambooHR becomes Reports to in Acumatica.",
            "yes",
            choices=("yes", "no"),
        ),
        CREATE_DAYS_BEFORE,
        Option(
            "leaver_grace_days",
            "Grace for leavers",
            "How many days after the last day a person is deactivated.",
            "0",
            clean=clean_days,
        ),
        LEAVER_STATUS,
        Option(
            "employee_numbers",
            "Employee numbers",
            "Whether Acumatica numbers new employees itself, or they get their Employee #.",
            AUTOMATIC,
            choices=(AUTOMATIC, FROM_HR),
        ),
        Option(
            "employee_number_mask",
            "Mask of employee numbers",
            "What an Employee # must look like: C any character, 9 a digit, ? a letter, a a letter "
            "or digit; any other character stands for itself.",
            "CCCCCCCCCC",
            clean=clean_mask,
        ),
        *(policy.as_option() for policy in POLICIES),
        RESTORES_DRIFT,
        *LIMIT_OPTIONS,
    ),
    reasons=REASONS,
    calls={
        "bamboohr": frozenset(
            {
                "who_am_i",
                "read_person",
                "list_people",
                "read_changes",
                "read_roles",
                "read_status_rows",
                "read_lists",
                "report_people",
            }
        ),
        "acumatica": frozenset(
            {
                "read_endpoints",
                "read_employee",
                "find_employees",
                "list_employees",
                "create_employee",
                "update_employee",
                "change_role",
                "end_employee",
                "reactivate_employee",
                "read_departments",
                "create_department",
                "read_departments_odata",
                "read_positions",
                "read_employee_classes",
                "read_branches",
            }
        ),
    },
)
