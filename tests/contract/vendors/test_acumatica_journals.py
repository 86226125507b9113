"""Acumatica's general ledger against the stand-in: read, entered, released, taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from config import clock
from connectors.errors import (
    ConfigurationError,
    ConnectorError,
    ContractError,
    Effect,
    RecordError,
    RetryableError,
)
from connectors.vendor import TermValue
from connectors.vendors.acumatica import VENDOR
from connectors.vendors.acumatica.accounts import (
    AccountFlaw,
    account_flaws,
    list_accounts,
    list_ledgers,
    list_subaccounts,
    read_accounts,
    read_subaccounts,
)
from connectors.vendors.acumatica.client import Client
from connectors.vendors.acumatica.journals import (
    Journal,
    JournalDraft,
    JournalKey,
    JournalLine,
    add_lines,
    correct_journal,
    create_journal,
    delete_journal,
    find_journals,
    find_marked,
    is_as_drafted,
    is_marked,
    line_reference,
    list_journals_dated,
    missing_lines,
    put_on_hold,
    read_journal,
    release_journal,
    reversed_draft,
    take_off_hold,
)
from connectors.vendors.acumatica.periods import Module, first_open_day, list_periods, period_on
from tests.contract.vendors.conftest import Desk, Open

REFERENCE = "GUSTO 7e2c1f0a-52f1-4a9e-9b5c-0f6b6a1d2e3f r1"
JOURNAL = "/entity/Default/24.200.001/JournalTransaction"
LINES = (
    JournalLine("60100", Decimal("10000.00"), subaccount="110000", description="Wages, March"),
    JournalLine("60500", Decimal("765.05"), subaccount="110000", description="FICA, March"),
    JournalLine("21500", credit=Decimal("3215.20"), subaccount="000000"),
    JournalLine("10250", credit=Decimal("3774.90"), subaccount="000000", description="Deposits"),
    JournalLine("10250", credit=Decimal("3774.95"), subaccount="000000", description="Checks"),
)


@pytest.fixture
def client(open_acumatica: Open) -> Client:
    opened: Client = open_acumatica()
    return opened


@pytest.fixture
def draft(desk: Desk) -> JournalDraft:
    """A payroll's journal, dated today."""
    return payroll(clock.now().date() - timedelta(days=1))


def payroll(date_on: date, lines: tuple[JournalLine, ...] = LINES) -> JournalDraft:
    return JournalDraft(
        reference=REFERENCE,
        line_reference=line_reference(REFERENCE),
        date_on=date_on,
        period=f"{date_on:%m%Y}",
        branch="HEADOFFICE",
        ledger="ACTUAL",
        currency="USD",
        lines=lines,
        description="Payroll of March, true check date 2026-03-31",
    )


def many(draft: JournalDraft, count: int) -> JournalDraft:
    """A journal of so many lines, most of them alike."""
    debits = (JournalLine("60100", Decimal("1.10"), subaccount="000000"),) * (count - 1)
    total = sum((line.debit for line in debits), Decimal())
    return replace(draft, lines=(*debits, JournalLine("10250", credit=total, subaccount="000000")))


def tenant(desk: Desk) -> Any:
    instance = desk.sandbox.state("acumatica")["instances"]["northwind.acumatica.com"]
    return instance["tenants"]["Northwind"]


def stored(desk: Desk) -> list[Any]:
    """The journals as the vendor keeps them."""
    return list(tenant(desk)["journals"].values())


def by_hand(desk: Desk, journal: Journal, **body: Any) -> None:
    key = f"{journal.key.module}%7C{journal.key.batch}"
    desk.sandbox.control("PUT", f"acumatica/journals/{key}", body)


def calls_of(desk: Desk, work: Callable[[], object]) -> list[str]:
    """The calls that some work makes."""
    before = len(desk.calls("acumatica"))
    work()
    return desk.calls("acumatica")[before:]


def test_reads_the_chart_with_what_keeps_lines_from_accounts(client: Client) -> None:
    accounts = {account.code: account for account in list_accounts(client)}
    assert accounts["60100"].title == "Salaries and Wages"
    assert (accounts["60100"].type, accounts["60100"].account_group) == ("Expense", "LABOR")
    assert accounts["10200"].is_cash
    assert account_flaws(accounts["60100"], "USD") == ()
    assert account_flaws(accounts["20000"], "USD") == (AccountFlaw.CONTROL,)
    assert accounts["20000"].control_module == "AP"
    assert account_flaws(accounts["69990"], "USD") == (AccountFlaw.INACTIVE,)
    assert account_flaws(accounts["10300"], "USD") == (AccountFlaw.OTHER_CURRENCY,)
    assert account_flaws(accounts["10300"], "EUR") == ()
    assert account_flaws(accounts["61900"], "USD") == (AccountFlaw.NEEDS_UNITS,)
    assert TermValue("69990", "Discontinued Operations", is_active=False) in read_accounts(client)


def test_reads_a_long_chart_page_by_page(desk: Desk, client: Client) -> None:
    before = len(list_accounts(client))
    for number in range(520):
        body = {"Type": "Expense", "Description": f"Account {number}", "Active": True}
        desk.sandbox.control("PUT", f"acumatica/accounts/7{number:04d}", body)
        desk.sandbox.control("PUT", f"acumatica/subaccounts/7{number:05d}", {"Active": True})
    assert len({account.code for account in list_accounts(client)}) == before + 520
    assert len(list_subaccounts(client) or ()) == 14 + 520


def test_reads_subaccounts_or_says_that_there_are_none(desk: Desk, client: Client) -> None:
    assert TermValue("110000", "Engineering") in read_subaccounts(client)
    assert TermValue("990000", "Closed Department", is_active=False) in read_subaccounts(client)
    desk.sandbox.switch("acumatica", "subaccounts", "off")
    assert list_subaccounts(client) is None
    assert read_subaccounts(client) == ()


def test_reads_ledgers_with_currency_and_branches(client: Client) -> None:
    (ledger,) = list_ledgers(client)
    assert (ledger.code, ledger.type, ledger.currency) == ("ACTUAL", "Actual", "USD")
    assert [branch.code for branch in ledger.branches] == ["HEADOFFICE", "WEST", "EAST"]


def test_knows_where_days_may_be_posted(desk: Desk, client: Client) -> None:
    periods = list_periods(client)
    today = clock.now().date()
    now = period_on(periods, today)
    assert now is not None
    assert (now.id, now.status) == (f"{today:%m%Y}", "Open")
    assert first_open_day(periods, Module.GL, today) == today
    opened = [period for period in periods if period.is_open(Module.GL)]
    assert len(opened) == 9
    assert not opened[0].is_open(Module.AP)
    long_ago = opened[0].starts_on - timedelta(days=1)
    assert first_open_day(periods, Module.GL, long_ago) == opened[0].starts_on
    assert first_open_day(periods, Module.AP, long_ago) == opened[1].starts_on
    assert first_open_day(periods, Module.GL, opened[-1].ends_on + timedelta(days=1)) is None
    desk.sandbox.control("PUT", f"acumatica/periods/{now.id}", {"Status": "Closed"})
    assert first_open_day(list_periods(client), Module.GL, today) == opened[7].starts_on


def test_enters_a_journal_in_one_call_and_finds_it(
    desk: Desk, client: Client, draft: JournalDraft
) -> None:
    assert find_journals(client, REFERENCE) == ()
    calls = calls_of(desk, lambda: create_journal(client, draft))
    assert calls == [f"PUT {JOURNAL}"]
    (row,) = stored(desk)
    assert row["Status"] == "Balanced"
    assert row["Description"] == REFERENCE
    assert row["note"] == "Payroll of March, true check date 2026-03-31"
    assert [(line["DebitAmount"], line["CreditAmount"]) for line in row["Details"]] == [
        ("10000.00", "0.00"),
        ("765.05", "0.00"),
        ("0.00", "3215.20"),
        ("0.00", "3774.90"),
        ("0.00", "3774.95"),
    ]
    (found,) = find_journals(client, REFERENCE)
    assert (found.status, found.debit_total) == ("Balanced", Decimal("10765.05"))
    whole = read_journal(client, found.key)
    assert whole is not None
    assert is_as_drafted(whole, draft)
    assert is_marked(whole, draft.line_reference)
    assert whole.is_releasable


def test_finds_whole_references_only(desk: Desk, client: Client, draft: JournalDraft) -> None:
    create_journal(client, replace(draft, reference=f"{REFERENCE}0"))
    create_journal(client, replace(draft, reference="Joe's r1"))
    assert find_journals(client, REFERENCE) == ()
    assert find_journals(client, "GUSTO") == ()
    assert len(find_journals(client, "Joe's r1")) == 1


def test_enters_a_second_journal_by_a_blind_repetition(
    desk: Desk, client: Client, draft: JournalDraft
) -> None:
    create_journal(client, draft)
    create_journal(client, draft)
    assert len(find_journals(client, REFERENCE)) == 2


@pytest.mark.parametrize(
    ("switch", "value"),
    [
        ("control_totals", "on"),
        ("hold_batches_on_entry", "no"),
        ("padded_keys", "padded"),
        ("record_ids", "per_session"),
        ("release", "24R2"),
        ("actions", "204_at_once"),
        ("actions", "204_dead_location"),
        ("post_on_release", "a_moment_later"),
        ("post_on_release", "never"),
        ("journal_subaccount", "empty"),
        ("projects", "defaulted"),
    ],
)
def test_enters_and_releases_on_instances_that_differ(
    desk: Desk, client: Client, draft: JournalDraft, switch: str, value: str
) -> None:
    desk.sandbox.switch("acumatica", switch, value)
    made = create_journal(client, draft)
    assert is_as_drafted(made, draft)
    assert release_journal(client, made).is_released
    (row,) = stored(desk)
    assert row["Status"] in ("Posted", "Unposted")


def test_leaves_subaccounts_out_where_there_are_none(
    desk: Desk, client: Client, draft: JournalDraft
) -> None:
    desk.sandbox.switch("acumatica", "subaccounts", "off")
    plain = replace(draft, lines=tuple(replace(line, subaccount="") for line in draft.lines))
    assert is_as_drafted(create_journal(client, plain), plain)


def test_names_the_non_project_code_on_each_line(
    desk: Desk, client: Client, draft: JournalDraft
) -> None:
    desk.sandbox.switch("acumatica", "projects", "required")
    with pytest.raises(RecordError, match="each line must have a project"):
        create_journal(client, draft)
    with_project = replace(draft, lines=tuple(replace(line, project="X") for line in draft.lines))
    assert is_as_drafted(create_journal(client, with_project), with_project)
    assert len(stored(desk)) == 1


def test_enters_twelve_hundred_lines_in_parts_on_hold(
    desk: Desk, client: Client, draft: JournalDraft
) -> None:
    large = many(draft, 1201)
    journal = create_journal(client, large)
    assert (journal.status, len(missing_lines(journal, large))) == ("On Hold", 701)
    journal = add_lines(client, journal, large)
    assert len(missing_lines(journal, large)) == 201
    journal = add_lines(client, journal, large)
    assert missing_lines(journal, large) == ()
    with pytest.raises(ValueError, match="all its lines"):
        add_lines(client, journal, large)
    journal = take_off_hold(client, journal)
    assert is_as_drafted(journal, large)
    assert release_journal(client, journal).is_released
    (row,) = stored(desk)
    assert len(row["Details"]) == 1201
    writes = [call for call in desk.calls("acumatica") if call.startswith("PUT")]
    assert writes == [f"PUT {JOURNAL}"] * 4


def test_goes_on_with_the_lines_that_a_lost_answer_left_out(
    desk: Desk, client: Client, draft: JournalDraft
) -> None:
    large = many(draft, 600)
    journal = create_journal(client, large)
    desk.sandbox.fault(
        vendor="acumatica", method="PUT", path=JOURNAL, times=1, action={"drop_after": True}
    )
    with pytest.raises(RetryableError) as caught:
        add_lines(client, journal, large)
    assert caught.value.effect is Effect.UNKNOWN
    read = read_journal(client, journal.key)
    assert read is not None
    assert missing_lines(read, large) == ()
    assert len(stored(desk)[0]["Details"]) == 600


def test_releases_with_one_changing_call(desk: Desk, client: Client, draft: JournalDraft) -> None:
    made = create_journal(client, draft)
    calls = calls_of(desk, lambda: release_journal(client, made))
    assert calls[0] == f"POST {JOURNAL}/ReleaseJournalTransaction"
    assert {call.split()[0] for call in calls[1:]} == {"GET"}
    assert stored(desk)[0]["Status"] == "Posted"


@pytest.mark.parametrize("outcome", ["late", "lies"])
@pytest.mark.parametrize("actions", ["202_then_204", "204_at_once"])
def test_takes_no_status_for_a_release(
    desk: Desk, client: Client, draft: JournalDraft, outcome: str, actions: str
) -> None:
    desk.sandbox.switch("acumatica", "operation_outcome", outcome)
    desk.sandbox.switch("acumatica", "actions", actions)
    made = create_journal(client, draft)
    with pytest.raises(RetryableError, match="does not say") as caught:
        release_journal(client, made)
    assert caught.value.effect is Effect.UNKNOWN
    desk.advance(61)
    after = read_journal(client, made.key)
    assert after is not None
    assert after.is_released is (outcome == "late")


def test_says_that_a_long_release_is_under_way(
    desk: Desk, client: Client, draft: JournalDraft
) -> None:
    desk.sandbox.switch("acumatica", "actions", "202_slow")
    made = create_journal(client, draft)
    with pytest.raises(RetryableError, match="still releasing") as caught:
        release_journal(client, made)
    assert caught.value.effect is Effect.UNKNOWN
    with pytest.raises(RetryableError, match="busy") as busy:
        find_journals(client, REFERENCE)
    assert busy.value.effect is Effect.NONE
    desk.advance(601)
    after = read_journal(client, made.key)
    assert after is not None
    assert after.status == "Posted"


def test_leaves_open_what_became_of_a_release_that_it_could_not_watch(
    desk: Desk, client: Client, draft: JournalDraft
) -> None:
    made = create_journal(client, draft)
    desk.sandbox.fault(
        vendor="acumatica", method="GET", path="/status/", times=1, action={"status": 429}
    )
    with pytest.raises(ConnectorError) as caught:
        release_journal(client, made)
    assert caught.value.effect is Effect.UNKNOWN
    desk.advance(4)
    assert stored(desk)[0]["Status"] == "Posted"


def test_looks_at_the_journal_where_the_status_is_lost(
    desk: Desk, client: Client, draft: JournalDraft
) -> None:
    made = create_journal(client, draft)
    for skip in (0, 1):
        desk.sandbox.fault(
            vendor="acumatica", path="/status/", skip=skip, times=1, action={"status": 404}
        )
    with pytest.raises(RetryableError, match="busy") as caught:
        release_journal(client, made)
    assert caught.value.effect is Effect.UNKNOWN


@pytest.mark.parametrize(
    ("actions", "error"), [("202_then_204", RecordError), ("204_at_once", ContractError)]
)
def test_says_why_a_release_failed(
    desk: Desk, client: Client, draft: JournalDraft, actions: str, error: type[ConnectorError]
) -> None:
    made = create_journal(client, draft)
    desk.sandbox.switch("acumatica", "operation_outcome", "fails")
    desk.sandbox.switch("acumatica", "actions", actions)
    with pytest.raises(error) as caught:
        release_journal(client, made)
    if error is RecordError:
        assert "aborted by an error" in caught.value.summary
        assert caught.value.effect is Effect.NONE
    assert stored(desk)[0]["Status"] == "Balanced"


def test_refuses_to_release_what_a_person_put_on_hold(
    desk: Desk, client: Client, draft: JournalDraft
) -> None:
    made = create_journal(client, draft)
    by_hand(desk, made, Hold=True)
    with pytest.raises(RecordError, match="on hold") as caught:
        release_journal(client, made)
    assert caught.value.effect is Effect.NONE
    back = take_off_hold(client, made)
    assert back.is_releasable
    assert put_on_hold(client, back).status == "On Hold"


def test_sees_what_a_person_changed_before_the_release(
    desk: Desk, client: Client, draft: JournalDraft
) -> None:
    made = create_journal(client, draft)
    rows = [{"Account": "62000", "Subaccount": "000000", "DebitAmount": "1"}]
    rows += [{"Account": "10200", "Subaccount": "000000", "CreditAmount": "1"}]
    by_hand(desk, made, Details=rows)
    changed = read_journal(client, made.key)
    assert changed is not None
    assert not is_as_drafted(changed, draft)


def test_corrects_a_journal_in_one_call(desk: Desk, client: Client, draft: JournalDraft) -> None:
    made = create_journal(client, draft)
    later = replace(
        draft,
        reference=REFERENCE.replace("r1", "r2"),
        line_reference=line_reference(REFERENCE.replace("r1", "r2")),
        date_on=draft.date_on - timedelta(days=1),
        lines=(*draft.lines[:2], replace(draft.lines[2], account="21600"), *draft.lines[3:]),
    )
    later = replace(later, period=f"{later.date_on:%m%Y}")
    calls = calls_of(desk, lambda: correct_journal(client, made, later))
    assert calls == [f"PUT {JOURNAL}"]
    after = read_journal(client, made.key)
    assert after is not None
    assert is_as_drafted(after, later)
    assert is_marked(after, later.line_reference)
    assert len(stored(desk)[0]["Details"]) == 5
    again = correct_journal(client, after, later)
    assert [row.line_number for row in again.lines or ()] == [
        row.line_number for row in after.lines or ()
    ]
    with pytest.raises(ValueError, match="entered anew"):
        correct_journal(client, after, many(later, 600))


def test_waits_for_the_approval_of_a_person_there(
    desk: Desk, client: Client, draft: JournalDraft
) -> None:
    desk.sandbox.switch("acumatica", "journal_approval", "on")
    made = create_journal(client, draft)
    assert (made.waits_for_approval, made.is_releasable) == (True, False)
    with pytest.raises(RecordError, match="Pending Approval"):
        release_journal(client, made)
    by_hand(desk, made, action="reject")
    rejected = read_journal(client, made.key)
    assert rejected is not None
    assert rejected.is_rejected
    again = take_off_hold(client, put_on_hold(client, rejected))
    by_hand(desk, again, action="approve")
    assert release_journal(client, again).is_released


def test_finds_a_journal_whose_description_was_edited(
    desk: Desk, client: Client, draft: JournalDraft
) -> None:
    sent_at = clock.now()
    create_journal(client, replace(draft, reference="another", line_reference="GOTHER"))
    made = create_journal(client, draft)
    small = (
        JournalLine("60100", Decimal(5), subaccount="000000"),
        JournalLine("10250", credit=Decimal(5), subaccount="000000"),
    )
    create_journal(client, replace(draft, line_reference="GSMALL", reference="small", lines=small))
    by_hand(desk, made, Description="Salaries")
    assert find_journals(client, REFERENCE) == ()
    (ours,) = find_marked(client, draft.line_reference, created_since=sent_at)
    assert ours.key == made.key
    desk.advance(3600)
    assert find_marked(client, draft.line_reference, created_since=clock.now()) == ()


def test_finds_the_first_part_of_a_journal_whose_description_was_edited(
    desk: Desk, client: Client, draft: JournalDraft
) -> None:
    sent_at = clock.now()
    large = many(draft, 1201)
    made = create_journal(client, large)
    by_hand(desk, made, Description="Salaries")
    (ours,) = find_marked(client, large.line_reference, created_since=sent_at)
    assert len(missing_lines(ours, large)) == 701


def test_deletes_what_is_not_released(desk: Desk, client: Client, draft: JournalDraft) -> None:
    made = create_journal(client, draft)
    assert delete_journal(client, made)
    assert stored(desk) == []
    assert not delete_journal(client, made)
    assert read_journal(client, made.key) is None
    released = release_journal(client, create_journal(client, draft))
    with pytest.raises(RecordError, match="reverse it") as caught:
        delete_journal(client, released)
    assert caught.value.effect is Effect.NONE
    assert len(stored(desk)) == 1


def test_never_enters_a_journal_when_the_one_to_change_is_gone(
    desk: Desk, client: Client, draft: JournalDraft
) -> None:
    made = create_journal(client, draft)
    delete_journal(client, made)
    with pytest.raises(RecordError) as caught:
        take_off_hold(client, made)
    assert (caught.value.status, caught.value.effect) == (412, Effect.NONE)
    assert stored(desk) == []


def test_takes_a_released_journal_back_by_one_with_sides_swapped(
    desk: Desk, client: Client, draft: JournalDraft
) -> None:
    release_journal(client, create_journal(client, draft))
    back = reversed_draft(
        draft, reference=REFERENCE.replace("r1", "v1"), date_on=draft.date_on, period=draft.period
    )
    release_journal(client, create_journal(client, back))
    balance: dict[str, Decimal] = {}
    for row in stored(desk):
        for line in row["Details"]:
            amount = Decimal(line["DebitAmount"]) - Decimal(line["CreditAmount"])
            balance[line["Account"]] = balance.get(line["Account"], Decimal()) + amount
    assert set(balance.values()) == {Decimal()}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"period": "CLOSED"}, "its financial period is closed"),
        ({"period": "011999"}, "outside the financial calendar"),
        ({"branch": "MOON"}, "the branch is inactive or keeps no books"),
        ({"ledger": "MOON"}, "there is no such ledger"),
        ({"currency": "EUR"}, "the ledger is kept in another currency"),
    ],
)
def test_says_what_is_wrong_with_the_header(
    desk: Desk, client: Client, draft: JournalDraft, change: dict[str, Any], said: str
) -> None:
    if change.get("period") == "CLOSED":
        desk.sandbox.control("PUT", f"acumatica/periods/{draft.period}", {"Status": "Closed"})
        change = {}
    with pytest.raises(RecordError, match=f"refused the journal: .*{said}") as caught:
        create_journal(client, replace(draft, **change))
    assert caught.value.effect is Effect.NONE
    assert stored(desk) == []


@pytest.mark.parametrize(
    ("account", "subaccount", "said"),
    [
        ("69990", "000000", r"an account is inactive.* \(line 1\)"),
        ("6999X", "000000", r"an account does not exist.* \(line 1\)"),
        ("20000", "000000", r"takes no manual lines.* \(line 1\)"),
        ("33000", "000000", "YTD Net Income"),
        ("10300", "000000", "kept in another currency"),
        ("61900", "000000", "asks for units"),
        ("60100", "990000", "a subaccount is inactive"),
        ("60100", "12345X", "a subaccount does not exist"),
        ("60100", "", "a line has no subaccount"),
    ],
)
def test_says_what_is_wrong_with_a_line(
    desk: Desk, client: Client, draft: JournalDraft, account: str, subaccount: str, said: str
) -> None:
    wrong = replace(draft.lines[0], account=account, subaccount=subaccount)
    with pytest.raises(RecordError, match=said) as caught:
        create_journal(client, replace(draft, lines=(wrong, *draft.lines[1:])))
    assert caught.value.effect is Effect.NONE
    assert [path for path, _ in caught.value.fields if path.startswith("Details[0].")]
    assert stored(desk) == []


@pytest.mark.parametrize(
    ("action", "error", "effect"),
    [
        ({"drop_before": True}, RetryableError, Effect.UNKNOWN),
        ({"drop_after": True}, RetryableError, Effect.UNKNOWN),
        ({"garbage": True}, ContractError, Effect.UNKNOWN),
        ({"status": 409, "body": {"message": "busy"}}, RetryableError, Effect.NONE),
        ({"status": 200, "body": {"Module": {"value": "GL"}}}, ContractError, Effect.UNKNOWN),
    ],
)
def test_says_what_is_known_of_a_journals_fate(
    desk: Desk,
    client: Client,
    draft: JournalDraft,
    action: dict[str, Any],
    error: type[ConnectorError],
    effect: Effect,
) -> None:
    desk.sandbox.fault(vendor="acumatica", method="PUT", path=JOURNAL, times=1, action=action)
    with pytest.raises(error) as caught:
        create_journal(client, draft)
    assert caught.value.effect is effect
    has_it = "drop_after" in action or "garbage" in action
    assert len(find_journals(client, REFERENCE)) == int(has_it)


def test_finds_a_late_journal_only_once_it_is_there(
    desk: Desk, client: Client, draft: JournalDraft
) -> None:
    desk.sandbox.fault(
        vendor="acumatica",
        method="PUT",
        path=JOURNAL,
        times=1,
        action={"apply_late_ms": 300_000, "hang_ms": 10},
    )
    with pytest.raises(RetryableError) as caught:
        create_journal(client, draft)
    assert caught.value.effect is Effect.UNKNOWN
    assert find_journals(client, REFERENCE) == ()
    desk.advance(301)
    assert len(find_journals(client, REFERENCE)) == 1


def test_keeps_amounts_out_of_what_everybody_sees(
    desk: Desk, client: Client, draft: JournalDraft
) -> None:
    made = create_journal(client, draft)
    release_journal(client, made)
    find_journals(client, REFERENCE)
    shown = repr([(exchange.sent, exchange.received, exchange.url) for exchange in desk.exchanges])
    assert [
        amount for amount in ("10000.0", "765.05", "3774.9", "10765.05") if amount in shown
    ] == []
    assert "60100" in shown
    entered = next(
        exchange for exchange in desk.exchanges if exchange.operation == "create_journal"
    )
    assert Decimal("765.05") in entered.private.pay.values()


def test_finds_out_whether_the_books_are_open(desk: Desk, client: Client) -> None:
    facts = VENDOR.probe(client).facts
    assert [facts[name] for name in ("accounts", "financial_periods", "journals")] == [
        "readable"
    ] * 3
    assert (facts["subaccounts"], facts["projects"]) == (True, False)
    desk.sandbox.switch("acumatica", "projects", "defaulted")
    desk.sandbox.switch("acumatica", "subaccounts", "off")
    desk.sandbox.control("PUT", "acumatica/users/apiuser", {"forbidden_forms": ["GL301000"]})
    facts = VENDOR.probe(client).facts
    assert (facts["subaccounts"], facts["projects"]) == (False, True)
    assert facts["journals"] == "forbidden"
    with pytest.raises(ConfigurationError, match="GL301000"):
        read_journal(client, JournalKey("GL", "GL00000001"))


def test_lists_the_journals_of_some_days(desk: Desk, client: Client, draft: JournalDraft) -> None:
    made = create_journal(client, draft)
    later = draft.date_on + timedelta(days=1)
    create_journal(client, replace(draft, reference="later", date_on=later))
    listed = list_journals_dated(client, draft.date_on, draft.date_on)
    assert [journal.key for journal in listed] == [made.key]
    assert len(list_journals_dated(client, draft.date_on, later)) == 2
    assert list_journals_dated(client, later + timedelta(days=1), later + timedelta(days=9)) == ()
