"""What an approver sees of money before it is written: accounts, sides, sums, checks."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from io import StringIO

import pytest
from django.contrib.auth.models import Permission, User
from django.core.management import call_command
from django.db import connection as database
from django.test import Client

from audit.models import SyncRun
from audit.outcomes import Outcome
from audit.sealed_text import Ciphertext
from integrations import mapping, tasks
from integrations.engine import plans, sheets
from integrations.engine.preview import preview
from integrations.engine.run import LegRun
from integrations.flow import Leg
from integrations.models import Mapping, Plan, Problem, Record
from integrations.reasons import AWAITS_APPROVAL, ReasonClass, ReasonKind
from integrations.registry import flow
from tests.contract.toy.house import FLOW, House
from tests.factories import make_member
from tests.unit.integrations.admin.pages import address_of, page

pytestmark = pytest.mark.django_db(transaction=True)

PAY = "31337.17"
SHOWN_PAY = "31,337.17"
MASK = "&lt;pay&gt;"
NEW_TO_US = ReasonKind("new_to_us", ReasonClass.RECORD, "Nobody was paid this before.")


@pytest.fixture
def ready(house: House) -> House:
    """Ada's allowance becomes a bill, once somebody has looked at it."""
    house.office.file("1", allowance=PAY)
    house.set_up()
    integration = house.fresh()
    integration.options |= {"leg_guests": "off", "bills": "yes", "approval": "every"}
    integration.save()
    return house


def leg() -> Leg:
    return flow(FLOW).leg("bills")


def kept(house: House) -> Plan:
    """The preview that a poll had drawn up."""
    tasks.poll(house.integration.pk, everything=True)
    return Plan.objects.get(leg="bills")


def code(house: House, account: str, subaccount: str = "") -> None:
    """Have every drawer's bills stand on this account."""
    mapping.note_missing(house.integration, [("coding", ("*",))])
    row = Mapping.objects.select_related("integration").get(kind="coding")
    mapping.confirm(row, {"account": account, "subaccount": subaccount}, house.operator)


def stored_row(plan: Plan) -> str:
    """The plan's row as the database has it."""
    with database.cursor() as cursor:
        cursor.execute("SELECT * FROM integrations_plan WHERE id = %s", [plan.pk])
        (row,) = cursor.fetchall()
    cells = (bytes(one) if isinstance(one, memoryview) else one for one in row)
    return " ".join(one.decode() if isinstance(one, bytes) else str(one) for one in cells)


def looker(house: House, *, sees_pay: bool) -> User:
    """Somebody of the tenant with every right, and with that one or without it."""
    rights = Permission.objects.values_list("codename", flat=True)
    return make_member(
        house.tenant,
        permissions=[name for name in rights if name != "see_pay" or sees_pay],
    )


def work_as(house: House, changed: Leg, record: Record) -> None:
    """Work a record by a leg that was declared a little otherwise."""
    LegRun(house.fresh(), changed, SyncRun.Trigger.MANUAL, width=1).work_these([record.pk])


def test_keeps_all_of_a_sheet_but_its_amounts_in_clear(ready: House) -> None:
    code(ready, "6100", "SAL")
    plan = kept(ready)
    (line,) = plan.lines
    (sheet,) = line["sheets"]
    assert sheet["title"] == "Bill BILL-northwind-1 r1"
    assert dict(sheet["facts"])["Released"] == "at once"
    assert sheet["checks"] == ["The books are open."]
    assert sheet["totals"] == ["<pay>", "<pay>"]
    assert sheet["lines"] == [
        {
            "account": "6100",
            "subaccount": "SAL",
            "text": "Allowance",
            "debit": "<pay>",
            "credit": "",
        },
        {"account": "2000", "subaccount": "", "text": "Owed", "debit": "", "credit": "<pay>"},
    ]


def test_has_no_amount_in_clear_in_the_database(ready: House) -> None:
    plan = kept(ready)
    amounts = sheets.amounts_of(plan.private)
    assert amounts == {"1": [[[PAY, ""], ["", PAY], [PAY, PAY]]]}
    row = stored_row(plan)
    assert "Owed" in row
    for digits in (PAY, SHOWN_PAY, PAY.replace(".", ""), PAY.partition(".")[0]):
        assert digits not in row


def test_shows_every_line_both_sums_and_the_checks(ready: House, client: Client) -> None:
    plan = kept(ready)
    client.force_login(looker(ready, sees_pay=True))
    text = page(client, address_of(plan))
    for part in ("6000", "Allowance", "2000", "Owed", "The books are open.", "Released"):
        assert part in text
    assert text.count(SHOWN_PAY) == 4, "a debit, a credit and two sums"
    assert MASK not in text, "the sheet shows better what the fields would only mask"
    assert "dated_on" in text


def test_masks_the_amounts_from_who_may_not_see_pay(ready: House, client: Client) -> None:
    plan = kept(ready)
    client.force_login(looker(ready, sees_pay=False))
    text = page(client, address_of(plan))
    for part in ("6000", "Allowance", "2000", "Owed", "The books are open.", "Released"):
        assert part in text
    assert PAY not in text
    assert SHOWN_PAY not in text
    assert text.count(MASK) == 4


def test_shows_masks_where_no_key_opens_the_amounts(ready: House, client: Client) -> None:
    plan = kept(ready)
    Plan.objects.filter(pk=plan.pk).update(private=Ciphertext(b"lost"))
    client.force_login(looker(ready, sees_pay=True))
    text = page(client, address_of(plan))
    assert "no key of ours opens them" in text
    assert SHOWN_PAY not in text
    assert "Owed" in text


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["table", "json"])
def test_prints_sheets_with_masked_amounts(
    ready: House, form: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    told = StringIO()
    call_command("sync", "Guests", "--leg", "bills", "--dry-run", *form, stdout=told)
    printed = told.getvalue() + capsys.readouterr().out
    for part in ("6000", "Allowance", "Owed", "The books are open.", "<pay>"):
        assert part in printed
    assert PAY not in printed
    assert printed.count("<pay>") == (5 if form else 4)
    if form:
        (line,) = json.loads(told.getvalue())["lines"]
        assert line["sheets"][0]["totals"] == ["<pay>", "<pay>"]


def test_writes_to_no_other_account_than_was_approved(ready: House) -> None:
    code(ready, "6100")
    plan = kept(ready)
    plans.approve(plan, ready.operator)
    code(ready, "6200")
    assert plans.post(Plan.objects.get(pk=plan.pk), leg()) is None
    assert ready.office.writes() == []
    plan.refresh_from_db()
    assert plan.stopped_by == ["The mappings were changed.", "Record 1 would be written otherwise."]


def test_stops_where_the_sheet_alone_has_become_another(ready: House) -> None:
    """No field differs that a step tells of: what was approved is what stood on the sheet."""
    plan = kept(ready)
    plans.approve(plan, ready.operator)
    told = leg().sheets
    assert told is not None
    other = replace(
        leg(),
        sheets=lambda found, draft: [replace(one, title="Moved") for one in told(found, draft)],
    )
    assert plans.post(Plan.objects.get(pk=plan.pk), other) is None
    assert ready.office.writes() == []


def test_posts_what_was_approved_with_its_sheets(ready: House) -> None:
    plan = kept(ready)
    plans.approve(plan, ready.operator)
    run = plans.post(Plan.objects.get(pk=plan.pk), leg())
    assert run is not None
    assert run.counts == {Outcome.CREATED: 1}
    (bill,) = ready.office.bills.values()
    assert Decimal(bill["total"]) == Decimal(PAY)


def test_draws_no_sheet_of_what_is_never_carried(ready: House) -> None:
    tasks.poll(ready.integration.pk, everything=True)
    Record.objects.filter(leg="bills").update(state=Record.State.IGNORED)
    (line,) = preview(ready.fresh(), leg())
    assert (line.outcome, line.sheets) == (Outcome.IGNORED, ())


def test_tells_no_amount_where_a_line_is_printed(ready: House) -> None:
    (line,) = preview(ready.fresh(), leg())
    assert line.sheets[0].totals == (Decimal(PAY), Decimal(PAY))
    assert PAY not in repr(line.sheets)


def test_offers_a_preview_of_what_has_other_reasons_too(ready: House) -> None:
    beside = replace(
        leg(),
        asks=lambda found, draft, lookups: (
            NEW_TO_US.because(),
            AWAITS_APPROVAL.because(why="every bill is looked at."),
        ),
    )
    tasks.poll(ready.integration.pk, everything=True)
    Plan.objects.all().delete()
    record = Record.objects.get(leg="bills")
    assert Problem.objects.filter(records=record, code="awaits_approval").exists()
    work_as(ready, beside, record)
    record.refresh_from_db()
    assert [one["code"] for one in record.reasons] == ["new_to_us", "awaits_approval"]
    plan = plans.offer(ready.fresh(), beside)
    assert plan is not None
    assert [line["source_id"] for line in plan.lines] == ["1"]
    assert plans.offer(ready.fresh(), beside) is None, "one that waits already has it"


def test_offers_what_came_after_a_preview_that_was_refused(ready: House) -> None:
    plan = kept(ready)
    plans.refuse(plan, ready.operator, "Not this one.")
    tasks.poll(ready.integration.pk, everything=True)
    assert Plan.objects.filter(leg="bills").count() == 1
    ready.office.file("2", allowance="10.00")
    tasks.poll(ready.integration.pk, everything=True)
    newest = Plan.objects.filter(leg="bills").latest("pk")
    assert newest != plan
    assert [line["source_id"] for line in newest.lines] == ["1", "2"]
    assert ready.office.writes() == []
