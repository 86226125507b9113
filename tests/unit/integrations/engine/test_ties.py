"""What a leg that is link only asks of a target record: nothing; and who holds which one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from connectors.values import ABSENT
from connectors.vendors.acumatica.employees import EmployeeDraft
from connectors.vendors.acumatica.records import Employee, HistoryRow
from integrations import mapping, registry
from integrations.engine import ties
from integrations.engine.fingerprints import fingerprint, said
from integrations.engine.plan import Desk, draw_up, settle_match
from integrations.flow import Draft, Found, Held, Leg, Lookalike, MatchKey, Several, Waiting
from integrations.models import Integration, Record, Tie
from tests.factories import make_connected, make_integration, make_record, make_tenant

TODAY = date(2026, 3, 2)
WHOM = (MatchKey("reference", "GUS-1"), MatchKey("email", "rosa@x.example"))
VALUE = EmployeeDraft(
    "GUS-1",
    first_name="Rosa",
    last_name="Lindqvist",
    email="rosa@x.example",
    department="SALES",
    employee_class="EMPSALARY",
    branch="HEADOFFICE",
    status="Active",
    position="SALESREP",
    role_since=TODAY,
    reports_to="EP00000007",
)
ROW = HistoryRow(
    "1",
    "OTHER",
    date(2020, 1, 1),
    "New Hire",
    None,
    is_terminated=False,
    termination_reason=None,
    is_active=True,
)
STANDING = Employee(
    employee_id="EP00000001",
    reference="BHR-northwind-4",
    status="Active",
    first_name="R.",
    last_name="Lind",
    email="rosa@x.example",
    department="FINANCE",
    employee_class="EMPHOURLY",
    branch="OTHER",
    reports_to=None,
    name="R. Lind",
    note=None,
    history=(ROW,),
    modified_at=None,
)


def led_legs() -> list[tuple[str, Leg]]:
    """All legs that say what they write."""
    return [
        (slug, leg) for slug, flow in registry.flows().items() for leg in flow.legs if leg.writes
    ]


def found(employee: Employee = STANDING, target_id: str = "EP00000001") -> Found:
    """The employee as the leader wrote it: his e-mail is what both have."""
    keys = (MatchKey("reference", "BHR-northwind-4"), MatchKey("email", "rosa@x.example"))
    return Found(target_id, employee, keys, name="rosa lindqvist", title="Rosa Lindqvist")


def desk(role: str, slug: str = "gusto_to_acumatica", **options: str) -> Desk:
    """The place where the leg's records are planned."""
    integration = make_integration(
        make_connected(tenant := make_tenant(), slug.partition("_")[0]),
        make_connected(tenant, "acumatica"),
        flow=slug,
        options={"employees_leads": role, **options},
    )
    leg = registry.flow(slug).leg("employees")
    return Desk(integration, leg, mapping.table(integration), TODAY)


def drafted(**value: Any) -> Draft:
    """What payroll says of a person who is in HR too."""
    return Draft(replace(VALUE, **value), "GUS-1", WHOM, name="rosa lindqvist", points_to="9")


@pytest.mark.parametrize(
    ("slug", "leg"), led_legs(), ids=lambda one: str(getattr(one, "name", one))
)
@pytest.mark.parametrize("status", ["Active", "Inactive", "On Hold", ABSENT])
@pytest.mark.parametrize("wanted", ["Active", "Inactive"])
@pytest.mark.parametrize("history", [(), (ROW,), (replace(ROW, is_terminated=True),), ABSENT])
def test_fits_no_step_whatever_stands_there(
    slug: str, leg: Leg, status: Any, wanted: str, history: Any
) -> None:
    whom = ties.whom_alone(drafted(status=wanted, ended_on=TODAY))
    standing = found(replace(STANDING, status=status, history=history))
    assert [step.name for step in leg.steps if step.needed(standing, whom)] == []
    assert [step.name for step in leg.steps if step.needed(None, whom)] == []


def test_says_whom_alone() -> None:
    whom = ties.whom_alone(drafted())
    assert (whom.keys, whom.reference, whom.name) == (WHOM, "GUS-1", "rosa lindqvist")
    assert (whom.points_to, whom.mappings, whom.remarks, whom.ahead) == ("", (), (), None)
    assert said(fingerprint(whom)) == frozenset()


@pytest.mark.django_db
def test_ties_whom_the_leader_s_reference_holds_and_plans_no_step() -> None:
    at = desk("link only")
    record = make_record(at.integration, state=Record.State.QUEUED)
    match = settle_match(at, record, drafted(), found())
    assert match == found()
    plan = draw_up(at, record, drafted(), found())
    assert (plan.steps, plan.is_link, plan.differences()) == ((), True, ())


@pytest.mark.django_db
def test_takes_nobody_from_another_integration_where_it_leads() -> None:
    at = desk("leads")
    record = make_record(at.integration, state=Record.State.QUEUED)
    match = settle_match(at, record, drafted(), found())
    assert isinstance(match, Held)
    assert [reason.code for reason in match.reasons] == ["target_taken"]
    assert draw_up(at, record, drafted(), found()).steps != ()


@pytest.mark.django_db
def test_gives_two_people_of_one_e_mail_not_one_employee() -> None:
    at = desk("link only")
    first = make_record(at.integration)
    Record.objects.filter(pk=first.pk).update(target_id="EP00000001")
    second = make_record(at.integration, state=Record.State.QUEUED)
    match = settle_match(at, second, drafted(), found())
    assert isinstance(match, Held)
    assert match.reasons[0].facts["owner"] == first.source_id


@pytest.mark.django_db
def test_waits_until_the_leader_has_written_somebody() -> None:
    at = desk("link only")
    record = make_record(at.integration, state=Record.State.QUEUED)
    match = settle_match(at, record, drafted(), None)
    assert isinstance(match, Waiting)
    assert (match.reason.code, match.until) == ("leader_first", date(2026, 3, 3))
    plan = draw_up(at, record, drafted(), match)
    assert (plan.decision, plan.draft, plan.steps) == (match, None, ())
    # Nobody writes a leaver, so nobody need be waited for.
    assert settle_match(at, record, drafted(status="Inactive"), None) is None


@pytest.mark.django_db
def test_leaves_namesakes_and_several_candidates_to_a_person() -> None:
    at = desk("link only")
    record = make_record(at.integration, state=Record.State.QUEUED)
    for finding, code in (
        (Lookalike((found(),)), "possibly_the_same"),
        (Several((found(), found(target_id="EP00000002"))), "several_candidates"),
    ):
        match = settle_match(at, record, drafted(), finding)
        assert isinstance(match, Held)
        assert [reason.code for reason in match.reasons] == [code]
    record.is_somebody_else = True
    assert isinstance(settle_match(at, record, drafted(), Lookalike((found(),))), Waiting)


@pytest.mark.django_db
def test_tells_a_person_when_whom_it_tied_is_gone() -> None:
    at = desk("link only")
    record = make_record(at.integration)
    record.target_id = "EP00000001"
    match = settle_match(at, record, drafted(), None)
    assert isinstance(match, Held)
    assert [reason.code for reason in match.reasons] == ["target_gone"]


def pair() -> tuple[Integration, Integration]:
    """HR leads and payroll links, at one account."""
    tenant = make_tenant()
    target = make_connected(tenant, "acumatica")
    leader, follower = (
        make_integration(
            make_connected(tenant, source),
            target,
            flow=f"{source}_to_acumatica",
            options={"employees_leads": role},
        )
        for source, role in (("bamboohr", "leads"), ("gusto", "link only"))
    )
    return leader, follower


def stands(integration: Integration, target_id: str, **columns: Any) -> Record:
    """A record that has just come to stand there; answers it as it was before."""
    record = make_record(integration, state=Record.State.QUEUED)
    before = Record.objects.select_related("integration").get(pk=record.pk)
    Record.objects.filter(pk=record.pk).update(target_id=target_id, state="synced", **columns)
    return before


def fingerprint_of(**fields: str) -> Mapping[str, object]:
    return {"version": 1, "fields": fields}


@pytest.mark.django_db
def test_keeps_a_tie_of_each_who_holds_it_with_what_it_leads() -> None:
    leader, follower = pair()
    led = fingerprint_of(last_name="a1", email="")
    ties.note(leader, [stands(leader, "7", fingerprint=led)])
    ties.note(follower, [stands(follower, "7", fingerprint=fingerprint_of(last_name=""))])
    rows = {tie.integration: tie for tie in Tie.objects.filter(kind="employee", target_id="7")}
    assert rows[leader].leads == ["last_name"]
    assert rows[follower].leads == []
    assert rows[follower].connection == follower.target


@pytest.mark.django_db
def test_ties_the_leader_s_too_who_stood_there_before_anybody_else_came() -> None:
    leader, follower = pair()
    stands(leader, "7", fingerprint=fingerprint_of(last_name="a1"))
    before = stands(follower, "7")
    for _ in range(2):
        ties.note(follower, [before])
    assert list(Tie.objects.values_list("integration", "leads").order_by("pk")) == [
        (follower.pk, []),
        (leader.pk, ["last_name"]),
    ]


@pytest.mark.django_db
def test_moves_a_tie_with_its_record_and_lets_go_of_the_one_before() -> None:
    _, follower = pair()
    first, second = stands(follower, "7"), stands(follower, "8")
    ties.note(follower, [first, second])
    Record.objects.filter(pk=first.pk).update(target_id="")
    Record.objects.filter(pk=second.pk).update(target_id="7")
    ties.note(follower, [first, second])
    assert list(Tie.objects.values_list("record", "target_id")) == [(second.pk, "7")]


@pytest.mark.django_db
def test_keeps_none_where_nobody_else_writes_the_same() -> None:
    leader, follower = pair()
    Integration.objects.filter(pk=follower.pk).update(status=Integration.Status.PAUSED)
    ties.note(leader, [stands(leader, "7")])
    assert not Tie.objects.exists()


@pytest.mark.django_db
def test_wakes_those_of_the_same_name_who_wait_for_the_leader() -> None:
    leader, follower = pair()
    waits: list[Mapping[str, object]] = [{"code": "leader_first"}]
    other: list[Mapping[str, object]] = [{"code": "starts_later"}]
    rows = {
        name: make_record(follower, state=Record.State.WAITING, title=title, reasons=reasons)
        for name, title, reasons in (
            ("same", "Rosa Lindqvist", waits),
            ("else", "Ivo Marsh", waits),
            ("early", "Rosa Lindqvist", other),
        )
    }
    before = stands(leader, "7", title="Rosa Lindqvist")
    ties.note(leader, [before])
    asked = {name for name, row in rows.items() if Record.objects.get(pk=row.pk).wanted}
    assert asked == {"same"}
    assert Record.objects.get(pk=rows["same"].pk).due_at is not None
    ties.note(leader, [Record.objects.select_related("integration").get(pk=before.pk)])
    assert Record.objects.get(pk=rows["same"].pk).wanted == 1


@pytest.mark.django_db
def test_wakes_nobody_by_whom_a_follower_ties() -> None:
    leader, follower = pair()
    row = make_record(
        leader, state=Record.State.WAITING, title="Rosa", reasons=[{"code": "leader_first"}]
    )
    ties.note(follower, [stands(follower, "7", title="Rosa")])
    row.refresh_from_db()
    assert row.wanted == 0
