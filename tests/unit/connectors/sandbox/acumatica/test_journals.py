"""Case 16: journals on hold, balanced, released; found by description; never unique."""

from __future__ import annotations

import pytest

from tests.unit.connectors.sandbox.acumatica.conftest import Erp, wrapped
from tests.unit.connectors.sandbox.acumatica.ledger import (
    JOURNAL,
    REFERENCE,
    add,
    journal,
    journals,
    line,
    lines,
    named,
    period,
    release,
    released,
    today,
)


def test_answers_the_new_batch_as_the_dossier_prints_it(erp: Erp) -> None:
    body = journal(
        LedgerID="ACTUAL",
        BranchID="HEADOFFICE",
        TransactionDate=f"{today(erp).date()}T00:00:00",
        PostPeriod=period(erp),
    )
    answer = erp.put(JOURNAL, body, expand="Details", select="Module,BatchNbr,Status,Description")
    assert answer.status_code == 200
    shown = answer.json()
    assert shown["Module"] == {"value": "GL"}
    assert shown["BatchNbr"] == {"value": "GL00000001"}
    assert shown["Status"] == {"value": "Balanced"}
    assert shown["Description"] == {"value": REFERENCE}
    row = shown["Details"][0]
    assert row["Description"] == {"value": "Salaries and Wages"}
    assert row["TransactionDescription"] == {"value": "Gross wages"}
    assert (row["DebitAmount"], row["CreditAmount"]) == ({"value": 10000.0}, {"value": 0.0})
    assert [line["LineNbr"]["value"] for line in shown["Details"]] == [1, 2, 3]
    assert "CreatedDateTime" not in shown


def test_fills_in_what_a_header_leaves_out(erp: Erp) -> None:
    row = add(erp, Module=None)
    assert (row["Module"], row["LedgerID"], row["BranchID"]) == ("GL", "ACTUAL", "HEADOFFICE")
    assert (row["CurrencyID"], row["PostPeriod"]) == ("USD", period(erp))
    assert row["TransactionDate"] == str(today(erp).date())
    assert {line["BranchID"] for line in row["Details"]} == {"HEADOFFICE"}
    day = today(erp).date().replace(day=1)
    headers = {"PX-CbApiBranch": "WEST", "PX-CbApiBusinessDate": f"{day:%Y/%m/%d}"}
    erp.put(JOURNAL, journal(Description="in the west"), headers=headers)
    (west,) = (row for row in journals(erp).values() if row["Description"] == "in the west")
    assert (west["BranchID"], west["TransactionDate"]) == ("WEST", str(day))


def test_reads_a_period_with_and_without_its_hyphen(erp: Erp) -> None:
    wanted = period(erp, -1)
    assert add(erp, PostPeriod=f"{wanted[:2]}-{wanted[2:]}")["PostPeriod"] == wanted


def test_numbers_batches_itself(erp: Erp) -> None:
    assert add(erp, BatchNbr="MINE")["BatchNbr"] == "GL00000001"
    assert add(erp)["BatchNbr"] == "GL00000002"
    refused = erp.put(JOURNAL, journal(Module="AP"))
    assert refused.status_code == 422
    assert "error" in refused.json()["Module"]


@pytest.mark.case("acumatica", "9e")
@pytest.mark.case("acumatica", "16a")
def test_case_16_balances_to_the_cent(erp: Erp) -> None:
    rows = [line("60100", debit=100.01), line("10250", credit=100)]
    answer = erp.put(JOURNAL, journal(*rows))
    assert answer.status_code == 422
    assert journals(erp) == {}
    exact = [line("60100", debit=0.1), line("60200", debit=0.2), line("10250", credit=0.3)]
    kept = add(erp, *exact)
    assert kept["custom"]["BatchModule.CuryDebitTotal"] == "0.30"
    assert [line["DebitAmount"] for line in kept["Details"]] == ["0.10", "0.20", "0.00"]


@pytest.mark.case("acumatica", "16b")
def test_case_16_puts_a_new_batch_on_hold_unless_told_otherwise(erp: Erp) -> None:
    assert add(erp, Hold=None)["Status"] == "On Hold"
    assert add(erp, Hold=False)["Status"] == "Balanced"
    erp.sandbox.switch("acumatica", "hold_batches_on_entry", "no")
    assert add(erp, Hold=None)["Status"] == "Balanced"
    assert add(erp, Hold=True)["Status"] == "On Hold"


@pytest.mark.case("acumatica", "16c")
def test_case_16_releases_to_posted_or_to_unposted(erp: Erp) -> None:
    assert released(erp)["Status"] == "Posted"
    erp.sandbox.switch("acumatica", "post_on_release", "a_moment_later")
    row = released(erp)
    assert row["Status"] == "Unposted"
    erp.sandbox.advance(5)
    assert journals(erp)[f"GL|{row['BatchNbr']}"]["Status"] == "Posted"
    erp.sandbox.switch("acumatica", "post_on_release", "never")
    row = released(erp)
    erp.sandbox.advance(86400)
    assert journals(erp)[f"GL|{row['BatchNbr']}"]["Status"] == "Unposted"


@pytest.mark.case("acumatica", "16d")
def test_case_16_keeps_what_was_released(erp: Erp) -> None:
    row = released(erp)
    for change in (wrapped(Description="other"), {"Details": [line("60100", debit=1)]}):
        answer = erp.put(JOURNAL, {**named(row), **change})
        assert answer.status_code == 422
        assert "has been released" in answer.json()["error"]
    refused = erp.send("DELETE", f"{JOURNAL}/GL/{row['BatchNbr']}")
    assert refused.status_code == 500
    assert "cannot be deleted" in refused.json()["exceptionMessage"]
    assert journals(erp)[f"GL|{row['BatchNbr']}"] == row
    other = add(erp)
    assert erp.put(JOURNAL, {**named(other), **wrapped(Description="x")}).status_code == 200
    assert erp.send("DELETE", f"{JOURNAL}/GL/{other['BatchNbr']}").status_code == 204
    assert list(journals(erp)) == [f"GL|{row['BatchNbr']}"]
    (removed,) = erp.tenant()["removed"].values()
    assert (removed["kind"], removed["key"]) == ("journals", f"GL|{other['BatchNbr']}")
    assert removed["by"] == "apiuser"


@pytest.mark.case("acumatica", "16e")
def test_case_16_finds_a_batch_by_its_description(erp: Erp) -> None:
    row = add(erp, Description=REFERENCE)
    add(erp, Description=f"{REFERENCE}0")
    condition = f"Module eq 'GL' and Description eq '{REFERENCE}'"
    found = erp.get(JOURNAL, filter=condition, select="BatchNbr,Status").json()
    assert [hit["BatchNbr"]["value"] for hit in found] == [row["BatchNbr"]]
    beginning = f"Module eq 'GL' and startswith(Description,'{REFERENCE}')"
    assert len(erp.get(JOURNAL, filter=beginning).json()) == 2
    assert erp.get(JOURNAL, filter="Description eq 'GUSTO'").json() == []


def test_finds_no_batch_by_the_reference_of_its_lines(erp: Erp) -> None:
    add(erp)
    answer = erp.get(JOURNAL, filter="Details/ReferenceNbr eq 'GUSTO021526'", expand="Details")
    assert answer.status_code == 500
    assert "is not a single value" in answer.json()["exceptionMessage"]


def test_finds_a_batch_by_a_field_of_the_customers(erp: Erp) -> None:
    custom = {"BatchModule": {"AttributeMLCREF": {"type": "CustomStringField", "value": "R-1"}}}
    answer = erp.put(JOURNAL, {**journal(), "custom": custom}, select="BatchNbr")
    assert answer.status_code == 200
    condition = "cf.String(f='BatchModule.AttributeMLCREF') eq 'R-1'"
    assert len(erp.get(JOURNAL, filter=condition).json()) == 1
    assert erp.get(JOURNAL, filter=condition.replace("R-1", "R-2")).json() == []


def test_shows_totals_only_when_asked(erp: Erp) -> None:
    add(erp)
    names = "BatchModule.CuryDebitTotal,BatchModule.CuryCreditTotal"
    (row,) = erp.get(JOURNAL, custom=names).json()
    assert row["custom"] == {
        "BatchModule": {
            "CuryDebitTotal": {"type": "CustomDecimalField", "value": 10000.0},
            "CuryCreditTotal": {"type": "CustomDecimalField", "value": 10000.0},
        }
    }


@pytest.mark.case("acumatica", "16f")
def test_case_16_makes_a_second_batch_of_a_second_put(erp: Erp) -> None:
    for count in (1, 2):
        assert erp.put(JOURNAL, journal()).status_code == 200
        assert len(journals(erp)) == count


@pytest.mark.case("acumatica", "8c")
@pytest.mark.case("acumatica", "8f")
@pytest.mark.case("acumatica", "16e")
def test_case_16_appends_lines_to_the_batch_that_a_filter_on_put_finds(erp: Erp) -> None:
    row = add(erp, Hold=True, Description=REFERENCE)
    condition = f"Description eq '{REFERENCE}'"
    assert erp.put(JOURNAL, journal(Hold=True), filter=condition).status_code == 200
    (kept,) = journals(erp).values()
    assert kept["BatchNbr"] == row["BatchNbr"]
    assert [line["LineNbr"] for line in kept["Details"]] == [1, 2, 3, 4, 5, 6]


@pytest.mark.case("acumatica", "16g")
def test_case_16_takes_a_debit_or_a_credit(erp: Erp) -> None:
    both = line("60100", debit=7, credit=7)
    answer = erp.put(JOURNAL, journal(both))
    assert answer.status_code == 422
    assert "either" in answer.json()["Details"][0]["CreditAmount"]["error"]
    assert journals(erp) == {}
    add(erp, line("60100", debit=7, credit=0), line("10250", debit=0, credit=7))


@pytest.mark.case("acumatica", "16h")
def test_case_16_takes_the_subaccount_of_the_line_above(erp: Erp) -> None:
    first = line("60100", debit=7, Subaccount="110000")
    second = {name: value for name, value in line("10250", credit=7).items() if "Sub" not in name}
    assert [row["Subaccount"] for row in add(erp, first, second)["Details"]] == ["110000"] * 2
    erp.sandbox.switch("acumatica", "journal_subaccount", "empty")
    refused = erp.put(JOURNAL, journal(first, second))
    assert refused.status_code == 422
    error = refused.json()["Details"][1]["Subaccount"]["error"]
    assert error == "'Subaccount' cannot be empty."


def test_asks_for_the_control_total_where_it_is_on(erp: Erp) -> None:
    erp.sandbox.switch("acumatica", "control_totals", "on")
    assert erp.put(JOURNAL, journal()).status_code == 422
    control = {"CuryControlTotal": {"type": "CustomDecimalField", "value": 10000}}
    body = {**journal(), "custom": {"BatchModule": control}}
    assert erp.put(JOURNAL, body).status_code == 200


def test_rounds_or_refuses_what_is_finer_than_a_cent(erp: Erp) -> None:
    rows = [line("60100", debit=7.005), line("10250", credit=7.01)]
    assert [row["DebitAmount"] for row in add(erp, *rows)["Details"]] == ["7.01", "0.00"]
    erp.sandbox.switch("acumatica", "over_precise_amounts", "refused")
    assert erp.put(JOURNAL, journal(*rows)).status_code == 422


def test_takes_a_thousand_lines_in_parts(erp: Erp) -> None:
    part = [line("60100", debit=1) for _ in range(499)] + [line("10250", credit=499)]
    row = add(erp, *part, Hold=True)
    more = {**named(row), "Details": part}
    assert erp.put(JOURNAL, more, headers={"If-Match": "*"}).status_code == 200
    kept = journals(erp)[f"GL|{row['BatchNbr']}"]
    assert len(kept["Details"]) == 1000
    assert kept["custom"]["BatchModule.CuryDebitTotal"] == "998.00"
    off_hold = {**named(row), **wrapped(Hold=False)}
    assert erp.put(JOURNAL, off_hold, select="Status").json()["Status"] == {"value": "Balanced"}


def test_knows_rows_by_ids_of_the_session(erp: Erp) -> None:
    row = add(erp, Hold=True)
    first, second, _ = row["Details"]
    gone = {**named(row), "Details": [{"id": first["id"], "delete": True}]}
    assert erp.put(JOURNAL, gone).status_code == 200
    changed = {**named(row), "Details": [{"id": second["id"], **wrapped(CreditAmount=1)}]}
    assert erp.put(JOURNAL, changed).status_code == 200
    kept = journals(erp)[f"GL|{row['BatchNbr']}"]["Details"]
    assert [line["CreditAmount"] for line in kept] == ["1.00", "7549.85"]


def test_keeps_what_was_done_with_a_batch_for_judges(erp: Erp) -> None:
    row = add(erp, Hold=True)
    erp.put(JOURNAL, {**named(row), **wrapped(Hold=False)})
    key = f"GL|{row['BatchNbr']}"
    erp.control("journals", key, Description="edited by hand")
    release(erp, row)
    erp.sandbox.advance(3)
    history = [(one["deed"], one["by"], one["status"]) for one in journals(erp)[key]["history"]]
    assert history == [
        ("created", "apiuser", "On Hold"),
        ("changed", "apiuser", "Balanced"),
        ("changed", "", "Balanced"),
        ("ReleaseJournalTransaction", "apiuser", "Posted"),
    ]


def test_lets_a_person_release_reverse_and_delete(erp: Erp) -> None:
    row = add(erp)
    key = f"GL|{row['BatchNbr']}"
    erp.control("journals", key, action="release")
    assert journals(erp)[key]["Status"] == "Posted"
    erp.control("journals", key, action="reverse")
    (reversal,) = (one for name, one in journals(erp).items() if name != key)
    assert reversal["custom"]["BatchModule.OrigBatchNbr"] == row["BatchNbr"]
    assert [one["CreditAmount"] for one in reversal["Details"]] == ["10000.00", "0.00", "0.00"]
    erp.sandbox.control("DELETE", f"acumatica/journals/GL%7C{reversal['BatchNbr']}")
    assert list(journals(erp)) == [key]


def test_waits_for_an_approval_where_the_switch_says_so(erp: Erp) -> None:
    erp.sandbox.switch("acumatica", "journal_approval", "on")
    approved, rejected = add(erp), add(erp)
    assert approved["Status"] == "Pending Approval"
    assert release(erp, approved).status_code == 422
    erp.control("journals", f"GL|{approved['BatchNbr']}", action="approve")
    erp.control("journals", f"GL|{rejected['BatchNbr']}", action="reject")
    assert [row["Status"] for row in journals(erp).values()] == ["Balanced", "Rejected"]
    on_hold = {**named(approved), **wrapped(Hold=True)}
    assert erp.put(JOURNAL, on_hold, select="Status").json()["Status"] == {"value": "On Hold"}
    off_hold = {**named(approved), **wrapped(Hold=False)}
    answer = erp.put(JOURNAL, off_hold, select="Status")
    assert answer.json()["Status"] == {"value": "Pending Approval"}
    erp.control("journals", f"GL|{approved['BatchNbr']}", action="approve")
    assert release(erp, approved).status_code == 202


def test_reads_back_what_a_person_entered(erp: Erp) -> None:
    rows = [
        {"Account": "62000", "Subaccount": "000000", "DebitAmount": "12.50"},
        {"Account": "10200", "Subaccount": "000000", "CreditAmount": "12.50"},
    ]
    erp.control("journals", "GL|GL00000900", Description="Toner", Hold=False, Details=rows)
    shown = erp.get(f"{JOURNAL}/GL/GL00000900", expand="Details").json()
    assert (shown["Status"], len(shown["Details"])) == ({"value": "Balanced"}, 2)
    assert lines()[0]["Account"] == {"value": "60100"}
