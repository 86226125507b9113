"""Case 9: accounts, subaccounts, periods and totals that a journal is refused for."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.connectors.sandbox.acumatica.conftest import DEFAULT, Erp, wrapped
from tests.unit.connectors.sandbox.acumatica.ledger import (
    JOURNAL,
    add,
    journal,
    journals,
    line,
    lines,
    named,
    period,
)

CONTROL = "AccountRecords.ControlAccountModule,AccountRecords.AllowManualEntry"
OTHER_SIDE = line("10250", credit=5)


def refused(erp: Erp, *rows: Any, **header: object) -> Any:
    """The body of a 422; nothing was saved."""
    before = journals(erp)
    answer = erp.put(JOURNAL, journal(*rows, **header))
    assert answer.status_code == 422, answer.text
    assert journals(erp) == before
    return answer.json()


@pytest.mark.case("acumatica", "9c")
@pytest.mark.parametrize(("field", "label"), [("Account", "Account"), ("Subaccount", "Subaccount")])
def test_case_09_refuses_an_unknown_account_or_subaccount(erp: Erp, field: str, label: str) -> None:
    wrong = {**line("60100", debit=5), **wrapped(**{field: "6999X"})}
    body = refused(erp, wrong, OTHER_SIDE)
    assert body["BatchNbr"] == {"value": "<NEW>"}
    assert body["Details"][0][field] == {
        "value": "6999X",
        "error": f"'{label}' cannot be found in the system.",
    }
    assert "error" not in body["Details"][1][field]
    add(erp, line("60100", debit=5), OTHER_SIDE)


@pytest.mark.case("acumatica", "9d")
@pytest.mark.parametrize(
    ("wrong", "field", "text"),
    [
        (line("69990", debit=5), "Account", "Account 69990 is inactive."),
        (line("60100", debit=5, Subaccount="990000"), "Subaccount", "Subaccount 990000 is"),
    ],
)
def test_case_09_refuses_an_inactive_account_or_subaccount(
    erp: Erp, wrong: Any, field: str, text: str
) -> None:
    assert text in refused(erp, wrong, OTHER_SIDE)["Details"][0][field]["error"]
    add(erp, line("60100", debit=5, Subaccount="100000"), OTHER_SIDE)


@pytest.mark.case("acumatica", "9d")
def test_case_09_refuses_an_account_that_was_made_inactive(erp: Erp) -> None:
    add(erp)
    erp.control("accounts", "60100", Active=False)
    assert refused(erp)["Details"][0]["Account"]["error"] == "Account 60100 is inactive."


@pytest.mark.case("acumatica", "9e")
def test_case_09_refuses_an_unbalanced_batch_off_hold(erp: Erp) -> None:
    rows = [line("60100", debit=100), line("10250", credit=40)]
    assert refused(erp, *rows)["error"] == "Batch is out of balance, please review."
    kept = add(erp, *rows, Hold=True)
    assert kept["Status"] == "On Hold"
    off_hold = {**named(kept), **wrapped(Hold=False)}
    assert erp.put(JOURNAL, off_hold).status_code == 422
    assert journals(erp)[f"GL|{kept['BatchNbr']}"]["Status"] == "On Hold"


@pytest.mark.case("acumatica", "9f")
@pytest.mark.parametrize(
    ("months", "status"), [(-7, "closed"), (-8, "locked"), (-9, "closed"), (3, "inactive")]
)
def test_case_09_refuses_a_period_in_which_nobody_may_post(
    erp: Erp, months: int, status: str
) -> None:
    wanted = period(erp, months)
    text = f"The {wanted[:2]}-{wanted[2:]} financial period is {status}."
    assert refused(erp, PostPeriod=wanted)["PostPeriod"] == {"value": wanted, "error": text}
    assert refused(erp, PostPeriod=wanted, Hold=True)["PostPeriod"]["error"] == text
    assert add(erp, PostPeriod=period(erp, -6))["PostPeriod"] == period(erp, -6)


@pytest.mark.case("acumatica", "9f")
def test_case_09_refuses_a_period_that_a_person_closed(erp: Erp) -> None:
    add(erp)
    erp.control("periods", period(erp), Status="Closed")
    assert "is closed" in refused(erp)["PostPeriod"]["error"]
    erp.sandbox.switch("acumatica", "financial_supervisor", "yes")
    add(erp)
    erp.control("periods", period(erp), Status="Locked")
    assert "is locked" in refused(erp)["PostPeriod"]["error"]


def test_refuses_a_period_that_is_not_in_the_calendar(erp: Erp) -> None:
    for header in ({"PostPeriod": "011999"}, {"TransactionDate": "1999-01-05T00:00:00"}):
        assert "is not defined" in refused(erp, **header)["PostPeriod"]["error"]


@pytest.mark.case("acumatica", "9g")
@pytest.mark.parametrize(
    ("account", "field", "text"),
    [
        ("20000", "Account", "is a control account for AP; manual entry is not allowed."),
        ("11000", "Account", "is a control account for AR; manual entry is not allowed."),
        ("33000", "Account", "The YTD Net Income account cannot be used"),
        ("10300", "Account", "The account is denominated in EUR."),
        ("61900", "UOM", "'UOM' cannot be empty."),
    ],
)
def test_case_09_refuses_accounts_that_take_no_such_line(
    erp: Erp, account: str, field: str, text: str
) -> None:
    body = refused(erp, line(account, debit=5), OTHER_SIDE)
    assert text in body["Details"][0][field]["error"]
    add(erp, line("62000", debit=5), OTHER_SIDE)


def test_lets_a_control_account_take_lines_where_it_is_told_to(erp: Erp) -> None:
    account = erp.tenant()["accounts"]["20000"]
    custom = {**account["custom"], "AccountRecords.AllowManualEntry": True}
    erp.control("accounts", "20000", custom=custom)
    add(erp, line("20000", debit=5), OTHER_SIDE)
    units = line("61900", debit=5, UOM="HOUR", Qty=1)
    add(erp, units, OTHER_SIDE)


@pytest.mark.case("acumatica", "9h")
def test_case_09_refuses_a_line_without_a_project_where_it_must_have_one(erp: Erp) -> None:
    erp.sandbox.switch("acumatica", "projects", "required")
    for row in refused(erp)["Details"]:
        assert row["Project"]["error"] == "'Project' cannot be empty."
    with_project = [{**row, **wrapped(Project="X")} for row in lines()]
    assert {row["Project"] for row in add(erp, *with_project)["Details"]} == {"X"}
    unknown = [{**row, **wrapped(Project="NOWHERE")} for row in lines()]
    assert "cannot be found" in refused(erp, *unknown)["Details"][0]["Project"]["error"]


def test_fills_in_the_non_project_code_or_has_no_projects(erp: Erp) -> None:
    assert {row["Project"] for row in add(erp)["Details"]} == {None}
    assert erp.get(f"{DEFAULT}/Project").status_code == 403
    erp.sandbox.switch("acumatica", "projects", "defaulted")
    assert {row["Project"] for row in add(erp)["Details"]} == {"X"}
    shown = erp.get(f"{DEFAULT}/Project", select="ProjectID").json()
    assert [row["ProjectID"]["value"] for row in shown] == ["NORTHPORT", "PORTAL"]


def test_hides_subaccounts_where_the_feature_is_off(erp: Erp) -> None:
    assert len(erp.get(f"{DEFAULT}/Subaccount").json()) == 14
    erp.sandbox.switch("acumatica", "subaccounts", "off")
    answer = erp.get(f"{DEFAULT}/Subaccount")
    assert answer.status_code == 403
    assert answer.json() == {
        "message": "You have insufficient rights to access the Subaccounts (GL203000) form."
    }
    assert {row["Subaccount"] for row in add(erp)["Details"]} == {None}


def test_tells_control_accounts_only_when_asked(erp: Erp) -> None:
    rows = erp.get(f"{DEFAULT}/Account", custom=CONTROL, filter="Active eq true").json()
    found = {row["AccountCD"]["value"]: row["custom"]["AccountRecords"] for row in rows}
    assert found["20000"] == {
        "ControlAccountModule": {"type": "CustomStringField", "value": "AP"},
        "AllowManualEntry": {"type": "CustomBooleanField", "value": False},
    }
    assert found["60100"]["ControlAccountModule"] == {"type": "CustomStringField"}
    assert "69990" not in found
    assert erp.get(f"{DEFAULT}/Account/20000").json()["custom"] == {}


def test_shows_the_calendar_with_its_modules(erp: Erp) -> None:
    rows = erp.get(f"{DEFAULT}/FinancialPeriod", expand="Details").json()
    found = {line["FinancialPeriodID"]["value"]: line for year in rows for line in year["Details"]}
    assert len(rows) == 3
    assert len(found) == 37
    open_period = found[period(erp)]
    assert open_period["Status"] == {"value": "Open"}
    assert open_period["ClosedInAP"] == {"value": False}
    half_open = found[period(erp, -6)]
    assert (half_open["Status"], half_open["ClosedInAP"]) == ({"value": "Open"}, {"value": True})
    assert open_period["StartDate"]["value"].endswith("-01T00:00:00+00:00")


def test_makes_the_same_books_from_the_same_seed(erp: Erp) -> None:
    kinds = ("accounts", "subaccounts", "financial_periods", "ledgers", "projects")
    before = [erp.tenant()[kind] for kind in kinds[:2]]
    erp.sandbox.reset()
    erp.sign_in()
    after = [erp.tenant()[kind] for kind in kinds[:2]]
    for first, second in zip(before, after, strict=True):
        assert [row["id"] for row in first.values()] == [row["id"] for row in second.values()]
