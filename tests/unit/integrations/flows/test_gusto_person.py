"""Deciding what an Acumatica employee shall look like for one person of Gusto."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from connectors.values import ABSENT
from connectors.vendor import SourceRecord
from connectors.vendors.gusto.records import Job, Person, Termination
from integrations.flow import Draft, Filtered, Held, MappingUse, MatchKey, Waiting
from integrations.flows.gusto_to_acumatica import FLOW
from integrations.flows.gusto_to_acumatica.person import to_employee
from integrations.mapping import Table
from integrations.standings import NOWHERE, Standing

TODAY = date(2026, 3, 2)
ID = "b8a0c0de-52f1-4d0f-8f3b-0f5c9f1d7a21"
HIRED = Job("5e2f", is_primary=True, title="Senior Consultant", hired_on=date(2024, 6, 3))
DANA = Person(
    id=ID,
    code="7c41e9",
    first_name="Dana",
    preferred_name=None,
    last_name="Okafor",
    work_email="Dana@harborpine.example ",
    department="Advisory",
    department_id="3d1b",
    employment_status="full_time",
    is_onboarded=True,
    is_terminated=False,
    jobs=(HIRED,),
    terminations=(),
)
MAPPED: dict[tuple[str, tuple[str, ...]], str] = {("department", ("Advisory",)): "SUPPORT"}
DEFAULTS = {"default_branch": "HEADOFFICE", "default_employee_class": "EMPSALARY"}


def table(
    mapped: Mapping[tuple[str, tuple[str, ...]], str] = MAPPED,
    ignored: frozenset[tuple[str, tuple[str, ...]]] = frozenset(),
    *,
    is_carried: bool = False,
    **options: str,
) -> Table:
    uses = {
        key: MappingUse(number, key[0], key[1], {key[0]: value}, 1)
        for number, (key, value) in enumerate(mapped.items(), start=1)
    }
    declared = {option.name: option.default for option in FLOW.options}
    stood = Standing("EP00000031") if is_carried else NOWHERE
    return Table(
        "harbor", uses, ignored, declared | DEFAULTS | options, lambda leg, source_id: stood
    )


def choosing(option: str, chosen: str) -> Table:
    plain = table()
    return replace(plain, options={**plain.options, option: chosen})


def record(person: Person | None) -> SourceRecord:
    return SourceRecord(ID, "Dana Okafor", person, is_gone=person is None)


def draft(person: Person | None, lookups: Table | None = None) -> Draft:
    decision = to_employee(record(person), lookups or table(), TODAY)
    assert isinstance(decision, Draft)
    return decision


def held(person: Person, lookups: Table | None = None) -> list[str]:
    decision = to_employee(record(person), lookups or table(), TODAY)
    assert isinstance(decision, Held)
    return [reason.code for reason in decision.reasons]


def waiting(person: Person, lookups: Table | None = None) -> tuple[str, date | None]:
    decision = to_employee(record(person), lookups or table(), TODAY)
    assert isinstance(decision, Waiting)
    return decision.reason.code, decision.until


def ended(last_on: date, *, is_active: bool) -> Person:
    return replace(DANA, terminations=(Termination(last_on, is_active),))


def test_draws_up_somebody_who_works_there() -> None:
    drawn = draft(DANA)
    value = drawn.value
    assert drawn.reference == value.reference == f"GUS-{ID}"
    assert drawn.keys == (
        MatchKey("reference", f"GUS-{ID}"),
        MatchKey("email", "dana@harborpine.example"),
    )
    assert drawn.name == "dana okafor"
    assert (value.first_name, value.last_name) == ("Dana", "Okafor")
    assert value.email == "Dana@harborpine.example"
    assert (value.department, value.branch) == ("SUPPORT", "HEADOFFICE")
    assert (value.employee_class, value.status) == ("EMPSALARY", "Active")
    assert value.started_on == date(2024, 6, 3)
    assert value.position is ABSENT
    assert value.ended_on is ABSENT
    assert drawn.only_at_creation == {"branch", "employee_class"}
    assert drawn.ahead is None


@pytest.mark.parametrize(
    ("person", "code"),
    [
        (replace(DANA, department="Night Shift"), "unmapped"),
        (replace(DANA, department=None), "no_department"),
        (replace(DANA, last_name=""), "no_last_name"),
        (replace(DANA, employment_status="on_loan"), "employment_status_unknown"),
        (replace(DANA, jobs=()), "no_hire_date"),
        (replace(DANA, is_terminated=True), "end_unclear"),
        (replace(DANA, is_terminated=True, terminations=ABSENT), "end_unclear"),
    ],
    ids=["unmapped", "nowhere", "nameless", "unknown status", "no job", "no end", "end not shown"],
)
def test_holds_what_nobody_can_tell(person: Person, code: str) -> None:
    assert held(person) == [code]


def test_names_every_problem_at_once() -> None:
    incomplete = replace(DANA, department="Night Shift", last_name=None)
    assert held(incomplete, table(default_branch="")) == ["unmapped", "no_default", "no_last_name"]


def test_takes_the_default_department_of_somebody_who_has_none() -> None:
    nowhere = replace(DANA, department=None)
    assert draft(nowhere, table(default_department="ADMIN")).value.department == "ADMIN"


def test_takes_branch_and_class_as_mapped() -> None:
    mapped = {
        **MAPPED,
        ("branch", ("Advisory",)): "WEST",
        ("employee_class", ("full_time",)): "EMPHOURLY",
    }
    drawn = draft(DANA, table(mapped))
    assert (drawn.value.branch, drawn.value.employee_class) == ("WEST", "EMPHOURLY")
    assert drawn.only_at_creation == {"employee_class"}
    assert [use.kind for use in drawn.mappings] == ["department", "branch", "employee_class"]


def test_lets_a_person_decide_over_an_unknown_status() -> None:
    on_loan = replace(DANA, employment_status="on_loan")
    key = ("employee_class", ("on_loan",))
    assert draft(on_loan, table({**MAPPED, key: "CONTRACT"})).value.employee_class == "CONTRACT"
    assert draft(on_loan, table(ignored=frozenset({key}))).value.employee_class == "EMPSALARY"
    assert draft(replace(DANA, employment_status=None)).value.employee_class == "EMPSALARY"


def test_writes_nothing_of_what_is_not_shown() -> None:
    hidden = replace(DANA, work_email=ABSENT, department=ABSENT, first_name=ABSENT)
    drawn = draft(hidden)
    assert drawn.value.email is ABSENT
    assert drawn.value.department is ABSENT
    assert drawn.value.first_name is ABSENT
    assert drawn.unreadable == {"email", "department", "first_name"}
    assert draft(hidden, table(policy_email="never")).unreadable == {"department", "first_name"}
    assert draft(replace(DANA, work_email=" ")).value.email is None


def test_waits_for_onboarding_and_hire_date() -> None:
    assert waiting(replace(DANA, is_onboarded=False)) == ("not_onboarded", None)
    later = replace(DANA, jobs=(replace(HIRED, hired_on=date(2026, 3, 9)),))
    assert waiting(later) == ("starts_later", date(2026, 3, 9))
    assert waiting(later, table(create_days_before="5")) == ("starts_later", date(2026, 3, 4))
    assert draft(later, table(create_days_before="7")).value.status == "Active"


def test_asks_neither_onboarding_nor_hire_date_of_whoever_stands_there() -> None:
    lookups = table(is_carried=True)
    assert draft(replace(DANA, is_onboarded=False), lookups).value.status == "Active"
    assert draft(replace(DANA, jobs=()), lookups).value.started_on is ABSENT


def test_ends_a_leaver_though_nothing_of_theirs_is_mapped() -> None:
    left = replace(ended(date(2026, 3, 1), is_active=True), department="Night Shift")
    value = draft(left).value
    assert (value.status, value.ended_on) == ("Inactive", date(2026, 3, 1))
    assert value.department is ABSENT
    assert value.termination_reason is None


@pytest.mark.parametrize("is_active", [True, False])
def test_looks_again_on_the_day_after_the_last_one(is_active: bool) -> None:
    drawn = draft(ended(TODAY, is_active=is_active))
    assert drawn.value.status == "Active"
    assert drawn.ahead is not None
    assert (drawn.ahead.reason.code, drawn.ahead.until) == ("ends_later", date(2026, 3, 3))


def test_waits_for_gusto_to_confirm_an_end_whose_day_has_come() -> None:
    unconfirmed = ended(date(2026, 3, 1), is_active=False)
    carried = draft(unconfirmed, table(is_carried=True))
    assert carried.value.status == "Active"
    assert carried.ahead is not None
    assert carried.ahead.reason.code == "end_not_confirmed"
    assert carried.ahead.until == date(2026, 3, 3)
    assert waiting(unconfirmed) == ("end_not_confirmed", date(2026, 3, 3))


def test_counts_the_grace_from_the_day_after_the_last_one() -> None:
    left = ended(date(2026, 3, 1), is_active=True)
    assert waiting(left, table(leaver_grace_days="1")) == ("in_grace", date(2026, 3, 3))
    gone = ended(date(2026, 2, 28), is_active=True)
    assert draft(gone, table(leaver_grace_days="1")).value.status == "Inactive"


def test_takes_somebody_for_back_whose_hire_came_after_the_end() -> None:
    back = replace(
        ended(date(2025, 9, 30), is_active=True),
        jobs=(replace(HIRED, hired_on=date(2026, 2, 2)),),
    )
    assert draft(back).value.status == "Active"
    soon = replace(back, is_terminated=True, jobs=(replace(HIRED, hired_on=date(2026, 3, 9)),))
    assert waiting(soon) == ("starts_later", date(2026, 3, 9))


def test_ends_somebody_who_was_deleted_at_the_source() -> None:
    value = draft(None).value
    assert (value.status, value.ended_on) == ("Inactive", TODAY)


@pytest.mark.parametrize(
    ("option", "chosen"),
    [
        ("excluded_employment_statuses", "full_time"),
        ("only_departments", "Finance"),
        ("only_people", "aaaaaa"),
        ("excluded_people", "7c41e9"),
        ("excluded_people", ID),
    ],
)
def test_leaves_out_whom_a_filter_names(option: str, chosen: str) -> None:
    lookups = choosing(option, chosen)
    assert isinstance(to_employee(record(DANA), lookups, TODAY), Filtered)
    left = ended(date(2026, 3, 1), is_active=True)
    assert isinstance(to_employee(record(left), lookups, TODAY), Filtered)
    carried = replace(lookups, stands=lambda leg, source_id: Standing("EP00000031"))
    assert draft(left, carried).value.status == "Inactive"


@pytest.mark.parametrize(
    ("option", "hidden"),
    [
        ("excluded_employment_statuses", replace(DANA, employment_status=ABSENT)),
        ("only_departments", replace(DANA, department=ABSENT)),
    ],
)
def test_holds_where_a_filter_asks_what_is_not_shown(option: str, hidden: Person) -> None:
    assert held(hidden, choosing(option, "Finance")) == ["scope_unreadable"]
