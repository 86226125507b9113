"""Deciding what an Acumatica employee shall look like for one person of BambooHR."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from connectors.values import ABSENT
from connectors.vendor import SourceRecord
from connectors.vendors.bamboohr.records import Person
from integrations.flow import (
    ANY_RECORD,
    Awaited,
    Draft,
    Filtered,
    Held,
    MappingUse,
    MatchKey,
    Waiting,
)
from integrations.flows.bamboohr_to_acumatica import FLOW
from integrations.flows.bamboohr_to_acumatica.person import Hire, to_employee
from integrations.mapping import Table
from integrations.standings import NOWHERE, Standing

TODAY = date(2026, 3, 2)
ROSA = Person(
    id="117",
    employee_number="1042",
    first_name="Rosa",
    preferred_name=None,
    last_name="Lindqvist",
    display_name="Rosa Lindqvist",
    work_email="Rosa.Lindqvist@northwind.example ",
    job_title="Staff Accountant",
    department="Finance",
    division="North America",
    location="Lindon, Utah",
    supervisor_id="23",
    hired_on=date(2024, 3, 4),
    left_on=None,
    is_active=True,
    employment_status="Full-Time",
)
MAPPED: dict[tuple[str, tuple[str, ...]], str] = {
    ("department", ("Finance",)): "FINANCE",
    ("position", ("Staff Accountant",)): "ACCOUNT",
}
BOSSES = {"23": Standing("EP00000023"), "31": Standing("EP00000031", "117")}
DEFAULTS = {"default_branch": "HEADOFFICE", "default_employee_class": "EMPSALARY"}


def stands(leg: str, source_id: str) -> Standing:
    return BOSSES.get(source_id, NOWHERE) if leg == "employees" else NOWHERE


def table(
    mapped: Mapping[tuple[str, tuple[str, ...]], str] = MAPPED,
    ignored: frozenset[tuple[str, tuple[str, ...]]] = frozenset(),
    **options: str,
) -> Table:
    uses = {
        key: MappingUse(number, key[0], key[1], {key[0]: value}, 1)
        for number, (key, value) in enumerate(mapped.items(), start=1)
    }
    declared = {option.name: option.default for option in FLOW.options}
    return Table("northwind", uses, ignored, declared | DEFAULTS | options, stands)


def record(person: object, *, is_gone: bool = False) -> SourceRecord:
    return SourceRecord("117", "Rosa Lindqvist", person, is_gone=is_gone)


def draft(person: object, lookups: Table | None = None) -> Draft:
    decision = to_employee(record(person), lookups or table(), TODAY)
    assert isinstance(decision, Draft)
    return decision


def test_draws_up_an_active_person() -> None:
    drawn = draft(ROSA)
    value = drawn.value
    assert drawn.reference == value.reference == "BHR-northwind-117"
    assert drawn.keys == (
        MatchKey("reference", "BHR-northwind-117"),
        MatchKey("email", "rosa.lindqvist@northwind.example"),
    )
    assert drawn.name == "rosa lindqvist"
    assert (value.first_name, value.last_name) == ("Rosa", "Lindqvist")
    assert value.email == "Rosa.Lindqvist@northwind.example"
    assert (value.department, value.branch) == ("FINANCE", "HEADOFFICE")
    assert (value.employee_class, value.position) == ("EMPSALARY", "ACCOUNT")
    assert (value.status, value.started_on) == ("Active", date(2024, 3, 4))
    assert value.role_since is ABSENT
    assert value.ended_on is ABSENT
    assert [use.kind for use in drawn.mappings] == ["department", "position"]


def test_takes_the_division_s_own_mapping_first() -> None:
    own = {**MAPPED, ("department", ("Finance", "North America")): "FINUSA"}
    assert draft(ROSA, table(own)).value.department == "FINUSA"
    elsewhere = replace(ROSA, division="Europe")
    assert draft(elsewhere, table(own)).value.department == "FINANCE"


def test_holds_a_person_whose_department_is_not_mapped() -> None:
    decision = to_employee(record(replace(ROSA, department="Typing Pool")), table(), TODAY)
    assert isinstance(decision, Held)
    (reason,) = decision.reasons
    assert reason.code == "unmapped"
    assert reason.facts == {"mapping": "department", "value": "Typing Pool"}
    assert decision.missing == (("department", ("Typing Pool",)),)


def test_holds_a_person_without_a_department_unless_a_default_is_chosen() -> None:
    nowhere = replace(ROSA, department=None)
    decision = to_employee(record(nowhere), table(), TODAY)
    assert isinstance(decision, Held)
    assert [reason.code for reason in decision.reasons] == ["no_department"]
    assert draft(nowhere, table(default_department="ADMIN")).value.department == "ADMIN"


def test_does_not_touch_a_department_that_cannot_be_read() -> None:
    assert draft(replace(ROSA, department=ABSENT)).value.department is ABSENT


def test_names_every_problem_at_once() -> None:
    incomplete = replace(ROSA, department="Typing Pool", last_name="")
    decision = to_employee(record(incomplete), table(default_branch=""), TODAY)
    assert isinstance(decision, Held)
    assert [reason.code for reason in decision.reasons] == [
        "unmapped",
        "no_default",
        "no_last_name",
    ]


def test_carries_a_person_without_the_title_that_has_no_position() -> None:
    drawn = draft(replace(ROSA, job_title="Juggler"))
    assert drawn.value.position is ABSENT
    assert [remark.code for remark in drawn.remarks] == ["title_not_carried"]
    silent = table(ignored=frozenset({("position", ("Juggler",))}))
    assert draft(replace(ROSA, job_title="Juggler"), silent).remarks == ()


def test_points_to_the_supervisors_employee() -> None:
    drawn = draft(ROSA)
    assert (drawn.value.reports_to, drawn.points_to, drawn.waits_for) == ("EP00000023", "23", None)
    assert draft(replace(ROSA, supervisor_id="")).value.reports_to is None
    assert draft(replace(ROSA, supervisor_id=ABSENT)).value.reports_to is ABSENT
    assert draft(ROSA, table(carry_supervisors="no")).value.reports_to is ABSENT


def test_lets_only_the_field_wait_for_a_supervisor_who_is_not_there() -> None:
    drawn = draft(replace(ROSA, supervisor_id="99"))
    assert (drawn.value.reports_to, drawn.points_to, drawn.waits_for) == (
        ABSENT,
        "99",
        Awaited("employees", "99"),
    )
    assert [remark.code for remark in drawn.remarks] == ["supervisor_missing"]


def test_does_not_carry_a_supervisor_who_reports_to_the_person() -> None:
    for supervisor_id in ("31", "117"):
        drawn = draft(replace(ROSA, supervisor_id=supervisor_id))
        assert (drawn.value.reports_to, drawn.waits_for) == (
            ABSENT,
            Awaited("employees", ANY_RECORD),
        )
        assert [remark.code for remark in drawn.remarks] == ["supervisor_cycle"]


def test_carries_a_person_without_an_e_mail() -> None:
    drawn = draft(replace(ROSA, work_email=None))
    assert drawn.value.email is None
    assert drawn.keys == (MatchKey("reference", "BHR-northwind-117"),)


def test_waits_for_the_hire_date() -> None:
    later = replace(ROSA, is_active=False, hired_on=date(2026, 3, 9), department=None)
    decision = to_employee(record(later), table(), TODAY)
    assert isinstance(decision, Waiting)
    assert decision.until == date(2026, 3, 9)
    sooner = to_employee(record(later), table(create_days_before="5"), TODAY)
    assert isinstance(sooner, Waiting)
    assert sooner.until == date(2026, 3, 4)


def test_ends_a_leaver_though_nothing_of_his_is_mapped() -> None:
    left = replace(ROSA, is_active=False, left_on=date(2026, 2, 27), department="Typing Pool")
    value = draft(left).value
    assert (value.status, value.ended_on) == ("Inactive", date(2026, 2, 27))
    assert value.department is ABSENT
    assert value.first_name is ABSENT


def test_gives_a_leaver_the_grace_that_was_chosen() -> None:
    left = replace(ROSA, is_active=False, left_on=date(2026, 2, 27))
    decision = to_employee(record(left), table(leaver_grace_days="14"), TODAY)
    assert isinstance(decision, Waiting)
    assert decision.until == date(2026, 3, 13)
    assert isinstance(to_employee(record(left), table(leaver_grace_days="3"), TODAY), Draft)


def test_ends_a_person_who_was_deleted_at_the_source() -> None:
    decision = to_employee(record(None, is_gone=True), table(), TODAY)
    assert isinstance(decision, Draft)
    assert (decision.value.status, decision.value.ended_on) == ("Inactive", TODAY)


def test_leaves_out_the_employment_statuses_that_were_excluded() -> None:
    contractor = replace(ROSA, employment_status="Contractor")
    decision = to_employee(record(contractor), table(), TODAY)
    assert isinstance(decision, Filtered)
    assert decision.rule.facts == {"status": "Contractor"}
    assert draft(contractor, table(excluded_employment_statuses="Intern")).value.status == "Active"


def test_makes_no_leaver_of_somebody_whose_status_cannot_be_read() -> None:
    decision = to_employee(record(replace(ROSA, is_active=ABSENT)), table(), TODAY)
    assert isinstance(decision, Held)
    assert [reason.code for reason in decision.reasons] == ["status_unreadable"]


def test_takes_the_day_of_the_role_from_the_job_history() -> None:
    hire = Hire(ROSA, role_since_on=date(2026, 3, 1))
    assert draft(hire).value.role_since == date(2026, 3, 1)


def test_waits_for_a_department_that_is_being_created() -> None:
    lookups = replace(
        table({}, create_departments="yes"),
        comes=lambda leg, title: "18251" if (leg, title) == ("departments", "Finance") else None,
    )
    held = to_employee(record(ROSA), lookups, TODAY)
    assert isinstance(held, Held)
    able = replace(lookups, abilities=frozenset({"can_create_departments"}))
    waiting = to_employee(record(ROSA), able, TODAY)
    assert isinstance(waiting, Waiting)
    assert (waiting.until, waiting.waits_for) == (None, Awaited("departments", "18251"))
    assert waiting.reason.code == "department_coming"
    nameless = to_employee(record(replace(ROSA, last_name=None)), able, TODAY)
    assert isinstance(nameless, Held)
    assert [one.code for one in nameless.reasons] == ["no_last_name"]


FUTURE = replace(
    ROSA,
    is_active=False,
    hired_on=date(2026, 3, 9),
    department=None,
    job_title=None,
    location=None,
    division=None,
    supervisor_id="",
    employment_status=None,
)


def test_asks_for_the_job_to_come_once_a_future_hire_is_to_be_created() -> None:
    assert isinstance(to_employee(record(FUTURE), table(), TODAY), Waiting)
    early = draft(FUTURE, table(create_days_before="7"))
    assert early.value.department is ABSENT
    assert (early.value.status, early.value.position) == ("Active", ABSENT)
    foreseen = Hire(
        replace(FUTURE, department="Finance", job_title="Staff Accountant"), is_foreseen=True
    )
    drawn = draft(foreseen, table(create_days_before="7"))
    assert (drawn.value.department, drawn.value.position) == ("FINANCE", "ACCOUNT")


@pytest.mark.parametrize(
    ("person", "waits"),
    [
        (replace(FUTURE, hired_on=TODAY), True),
        (replace(FUTURE, hired_on=date(2026, 3, 1)), False),
        (replace(FUTURE, hired_on=TODAY, employment_status="Terminated"), False),
        (replace(FUTURE, hired_on=TODAY, left_on=TODAY), False),
    ],
    ids=["first day", "day after", "terminated", "left"],
)
def test_takes_nobody_for_a_leaver_on_his_first_day(person: Person, waits: bool) -> None:
    decision = to_employee(record(person), table(), TODAY)
    assert isinstance(decision, Waiting if waits else Draft)


def test_names_what_is_not_shown() -> None:
    assert draft(ROSA).unreadable == frozenset()
    hidden = replace(ROSA, work_email=ABSENT, supervisor_id=ABSENT, division=ABSENT)
    assert draft(hidden).unreadable == {"email", "reports_to"}
    quiet = table(carry_supervisors="no", policy_email="never")
    assert draft(hidden, quiet).unreadable == frozenset()


def test_does_not_fall_back_where_what_comes_first_is_not_shown() -> None:
    pairs = {**MAPPED, ("department", ("Finance", "Europe")): "FINEU"}
    assert draft(replace(ROSA, division=ABSENT), table(pairs)).value.department is ABSENT
    assert draft(ROSA, table(pairs)).value.department == "FINANCE"
    places = {**MAPPED, ("branch", ("North America",)): "WEST"}
    assert draft(ROSA, table(places)).value.branch == "WEST"
    hidden = draft(replace(ROSA, location=ABSENT), table(places))
    assert hidden.value.branch is ABSENT
    assert "branch" in hidden.unreadable
