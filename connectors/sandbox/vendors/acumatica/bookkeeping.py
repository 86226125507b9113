"""What a bookkeeper does by hand: batches approved, released, reversed; periods closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from connectors.sandbox.standin import JSON, StandIn
from connectors.sandbox.vendors.acumatica import fiscal_calendar
from connectors.sandbox.vendors.acumatica.checking import check
from connectors.sandbox.vendors.acumatica.contract.endpoints import DECLARED
from connectors.sandbox.vendors.acumatica.contract.fields import Entity
from connectors.sandbox.vendors.acumatica.contract.general_ledger import FINANCIAL_PERIOD
from connectors.sandbox.vendors.acumatica.contract.journal import JOURNAL, RELEASE
from connectors.sandbox.vendors.acumatica.forms.form import Change
from connectors.sandbox.vendors.acumatica.instance import Tenant
from connectors.sandbox.vendors.acumatica.plain import merge_plain
from connectors.sandbox.vendors.acumatica.rows import Row, blank, copied, new_id
from connectors.sandbox.vendors.acumatica.saving import save
from connectors.sandbox.vendors.acumatica.sent import Sent

ORIGINAL = "BatchModule.OrigBatchNbr"


def put_period(
    vendor: StandIn, tenant: Tenant, period_id: str, body: dict[str, JSON], now: datetime
) -> JSON:
    """Change one period of the calendar, such as ``{"Status": "Closed"}``.

    Raises:
        ValueError: there is no such period or field.
    """
    period = fiscal_calendar.period_named(tenant, period_id)
    if period is None:
        raise ValueError(f"There is no period {period_id!r}: write month and year, as 022026.")
    for before in tenant.tables["financial_periods"].rows.values():
        if period in before["Details"]:
            row = copied(before)
            line: Row = row["Details"][before["Details"].index(period)]
            merge_plain(FINANCIAL_PERIOD.shape.mapped_details[0].shape, line, body, vendor)
            save(vendor, tenant, FINANCIAL_PERIOD, before, row, now)
            return line
    raise ValueError(f"Period {period_id!r} belongs to no year.")


def put_journal(
    vendor: StandIn, tenant: Tenant, key: str, body: dict[str, JSON], now: datetime
) -> JSON:
    """Enter or change a batch; ``action`` is one of ``ACTIONS`` instead.

    Raises:
        ValueError: the form refuses it, or there is no such batch or field.
    """
    before = tenant.tables["journals"].rows.get(key)
    action = body.get("action")
    if action is not None:
        if before is None or action not in ACTIONS:
            raise ValueError(f"A batch that exists can be: {', '.join(ACTIONS)}.")
        return ACTIONS[action](_change(vendor, tenant, before, copied(before), Sent(), now))
    row = blank(JOURNAL.shape, vendor.world.random(vendor.slug))
    row = row if before is None else copied(before)
    merge_plain(JOURNAL.shape, row, body, vendor)
    sent = Sent(values={name: row[name] for name in body if not isinstance(row[name], list)})
    change = _change(vendor, tenant, before, row, sent, now)
    JOURNAL.rules.fill(change)
    row |= dict(zip(JOURNAL.keys, key.split("|"), strict=True))
    return _saved(change, "")


def refuse_removal(
    vendor: StandIn, tenant: Tenant, entity: Entity, row: Row, now: datetime
) -> None:
    """Refuse to delete what the form does not let go of.

    Raises:
        ValueError: the form's reason.
    """
    declared = DECLARED[entity.name]
    text = declared.rules.removal_refusal(
        Change(vendor, tenant, declared, row, row, Sent(), None, now)
    )
    if text:
        raise ValueError(text)


def _release(change: Change) -> JSON:
    JOURNAL.rules.act(change, RELEASE, {})
    if not change.errors:
        JOURNAL.rules.work(change, RELEASE)
    return _saved(change, RELEASE)


def _post(change: Change) -> JSON:
    JOURNAL.rules.work_on(change.row)
    return _saved(change, "posted")


def _approve(change: Change) -> JSON:
    return _judged(change, "Balanced")


def _reject(change: Change) -> JSON:
    return _judged(change, "Rejected")


def _judged(change: Change, verdict: str) -> JSON:
    if change.row["Status"] != "Pending Approval":
        raise ValueError(
            f"Nobody waits for the approval of a batch that is {change.row['Status']}."
        )
    change.row["approval"] = verdict
    JOURNAL.rules.fill(change)
    return _saved(change, "approved" if verdict == "Balanced" else "rejected")


def _reverse(change: Change) -> JSON:
    """A new batch on hold with the sides swapped, which names the one that it reverses."""
    original, dice = change.row, change.vendor.world.random(change.vendor.slug)
    row = copied(original)
    row |= {"id": new_id(dice), "Hold": True, "Status": None, "history": []}
    row["custom"][ORIGINAL] = original["BatchNbr"]
    for line in row["Details"]:
        line["id"] = new_id(dice)
        line["DebitAmount"], line["CreditAmount"] = line["CreditAmount"], line["DebitAmount"]
    sent = Sent(values={"Hold": True})
    reversal = _change(change.vendor, change.tenant, None, row, sent, change.now)
    JOURNAL.rules.fill(reversal)
    JOURNAL.rules.number(reversal)
    return _saved(reversal, "")


ACTIONS: dict[str, Callable[[Change], JSON]] = {
    "release": _release,
    "post": _post,
    "reverse": _reverse,
    "approve": _approve,
    "reject": _reject,
}


def _change(
    vendor: StandIn, tenant: Tenant, before: Row | None, row: Row, sent: Sent, now: datetime
) -> Change:
    return Change(vendor, tenant, JOURNAL, before, row, sent, None, now)


def _saved(change: Change, deed: str) -> JSON:
    if not deed:
        check(change)
    if change.errors:
        raise ValueError("; ".join(change.errors.values()))
    save(change.vendor, change.tenant, JOURNAL, change.before, change.row, change.now, deed=deed)
    return change.row
