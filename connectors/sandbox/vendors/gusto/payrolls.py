"""Payrolls: the list, which hides more than one expects, and one payroll, page by page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from connectors.sandbox.standin import JSON, Answer
from connectors.sandbox.vendors.gusto import scopes
from connectors.sandbox.vendors.gusto.answers import as_json, invalid, not_found
from connectors.sandbox.vendors.gusto.call import Call
from connectors.sandbox.vendors.gusto.company import PACIFIC, Company, Payroll, Row, second_text
from connectors.sandbox.vendors.gusto.money import Conventions, Pay, totals
from connectors.sandbox.vendors.gusto.printing import Printer, frame_row, tax_row

STATUSES = ("processed", "unprocessed")
KINDS = ("regular", "off_cycle", "external")
LONGEST_DAYS = 366
WINDOW_DAYS = 183
AHEAD_DAYS = 92
LISTED = ("totals", "payroll_status_meta", "taxes", "risk_blockers", "reversals")


def printer(call: Call) -> Printer:
    """How this call's version and the switches print."""
    switch = call.standin.switch
    return Printer(
        version=call.version,
        conventions=Conventions(
            child_support_in_other_deductions=switch("other_deductions") == "with child support",
            reimbursements_in_paper_checks=switch("paper_checks") == "with reimbursements",
            company_taxes_in_employer_taxes=switch("company_taxes") == "in employer_taxes",
        ),
        lines_are_text=switch("line_amounts_2026") == "text",
        payroll_taxes_are_text=switch("payroll_taxes_2026") == "text",
        time_off_amount=switch("time_off_amount"),
        reversal_signs=switch("reversal_signs"),
    )


def list_payrolls(call: Call, name: str) -> Answer:
    """``GET /v1/companies/{company}/payrolls``."""
    company = call.own_company(name)
    if isinstance(company, Answer):
        return company
    window = read_window(call)
    if isinstance(window, Answer):
        return window
    found = [payroll for payroll in company.payrolls.values() if is_listed(call, payroll, window)]
    is_rising = call.params.get("sort_order", "asc") != "desc"
    found.sort(key=lambda payroll: (payroll.check_date, payroll.uuid), reverse=not is_rising)
    rows = [listed_row(call, company, payroll) for payroll in found]
    is_forced = call.version.pages_the_payroll_list and not call.is_soft("13h")
    return call.paged(rows, is_forced=is_forced)


def by_check_date(call: Call) -> bool:
    """Whether the window is of check dates."""
    return call.params.get("date_filter_by") == "check_date"


def wanted_statuses(call: Call) -> list[str]:
    """Which statuses are asked for; an unknown one finds nothing."""
    if "processing_statuses" in call.params:
        return call.listed("processing_statuses")
    return ["unprocessed"] if call.flag("processed") is False else ["processed"]


def wanted_kinds(call: Call) -> list[str]:
    """Which kinds are asked for."""
    if "payroll_types" in call.params:
        return call.listed("payroll_types")
    if call.flag("include_off_cycle"):
        return ["regular", "off_cycle"]
    return list(KINDS) if call.is_soft("13a") else ["regular"]


def read_window(call: Call) -> tuple[date, date] | Answer:
    """The days asked for, or why they cannot be."""
    if (
        by_check_date(call)
        and call.listed("processing_statuses") not in ([], ["processed"])
        and not call.is_soft("13c")
    ):
        return invalid(
            "date_filter_by", "invalid_parameter", "Only processed payrolls have a check date."
        )
    days = {}
    for name in ("start_date", "end_date"):
        try:
            text = call.params.get(name)
            days[name] = None if text is None else date.fromisoformat(text)
        except ValueError:
            return invalid(name, "invalid_parameter", f"{name} is not a date.")
    end = days["end_date"] or call.today
    start = days["start_date"] or end - timedelta(days=WINDOW_DAYS)
    if (end - start).days > LONGEST_DAYS and not call.is_soft("13d"):
        return invalid(
            "start_date", "invalid_parameter", "The range of dates has a max 1 year span."
        )
    if end > call.today + timedelta(days=AHEAD_DAYS) and not call.is_soft("13e"):
        return invalid(
            "end_date", "invalid_parameter", "end_date is at most 3 months in the future."
        )
    return start, end


def is_processed(call: Call, payroll: Payroll) -> bool:
    """Whether reads show it as processed already."""
    is_shown = payroll.shown_from is None or payroll.shown_from <= call.now
    return payroll.processed_on is not None and is_shown


def is_listed(call: Call, payroll: Payroll, window: tuple[date, date]) -> bool:
    """Whether the list asked for has this payroll."""
    status = "processed" if is_processed(call, payroll) else "unprocessed"
    statuses, kinds = wanted_statuses(call), wanted_kinds(call)
    if call.is_soft("13f"):
        statuses = [known for known in statuses if known in STATUSES] or list(STATUSES)
        kinds = [known for known in kinds if known in KINDS] or list(KINDS)
    if status not in statuses or payroll.kind not in kinds:
        return False
    start, end = window
    if by_check_date(call):
        return start <= payroll.check_date <= end
    is_ahead = payroll.check_date > call.today
    if status == "processed" and payroll.is_off_cycle and is_ahead and not call.is_soft("13b"):
        return False
    first = payroll.start_date or payroll.check_date
    last = payroll.end_date or payroll.check_date
    return last >= start and (first <= end if status == "unprocessed" else last <= end)


def listed_row(call: Call, company: Company, payroll: Payroll) -> Row:
    """One row of the list."""
    row = frame_row(company, payroll, call.version, is_processed=is_processed(call, payroll))
    if call.is_included("totals") or call.is_soft("14a"):
        is_shown = is_processed(call, payroll) or call.is_soft("14b")
        row["totals"] = printer(call).totals(payroll) if is_shown else None
    add_included(call, payroll, row)
    if call.is_included("taxes"):
        row["company_taxes"] = [tax_row(tax) for tax in payroll.company_taxes]
        row["payroll_taxes"] = printer(call).payroll_taxes(payroll)
    if call.is_soft("13g"):
        row.update({name: [] for name in call.listed("include") if name not in LISTED})
    return row


def add_included(call: Call, payroll: Payroll, row: Row) -> None:
    """What both reads add when asked."""
    if call.is_included("payroll_status_meta"):
        row["payroll_status_meta"] = status_meta(call, payroll)
    if call.is_included("risk_blockers"):
        row["submission_blockers"] = []
        row["credit_blockers"] = []
    is_told = call.standin.switch("reversal_uuids") == "shown"
    if call.is_included("reversals") and is_told:
        row["reversal_payroll_uuids"] = list(payroll.reversed_by)


def status_meta(call: Call, payroll: Payroll) -> Row:
    """When money moves, and whether it can still be stopped."""
    initial = payroll.check_date.isoformat()
    if payroll.moved is not None:
        initial = payroll.moved["original_check_date"]
    is_known = call.version.has_late_off_cycle or not payroll.is_off_cycle
    debit_at = datetime.combine(
        payroll.check_date - timedelta(days=2), time(16), PACIFIC
    ).astimezone(UTC)
    return {
        "cancellable": is_processed(call, payroll) and call.now < payroll.deadline_at,
        "expected_check_date": payroll.check_date.isoformat(),
        "initial_check_date": initial if is_known else None,
        "expected_debit_time": second_text(debit_at),
        "payroll_late": False if is_known else None,
        "initial_debit_cutoff_time": second_text(payroll.deadline_at),
    }


def get_payroll(call: Call, name: str, payroll_uuid: str) -> Answer:
    """``GET /v1/companies/{company}/payrolls/{payroll}``: paged by employee, totals of all."""
    company = call.own_company(name)
    if isinstance(company, Answer):
        return company
    payroll = company.payrolls.get(payroll_uuid)
    if payroll is None:
        return not_found()
    if call.is_soft("18"):
        payroll = steady(call, payroll)
    shown = printer(call)
    pays = sorted_pays(call, list(shown.signed(payroll).pays.values()))
    most = len(pays) or 1 if call.is_soft("12b") else 100
    page, headers = call.page_of(pays, most)
    if call.is_soft("12a") and "per" not in call.params:
        page, headers = pays, {}
    row = frame_row(company, payroll, call.version, is_processed=is_processed(call, payroll))
    row["processing_request"] = processing_request(call, payroll)
    row["company_taxes"] = [tax_row(tax) for tax in payroll.company_taxes]
    if call.is_included("payroll_taxes"):
        row["payroll_taxes"] = shown.payroll_taxes(payroll)
    if payroll.calculated_at is not None:
        row["totals"] = shown.totals(payroll)
        if call.is_soft("12c") and len(page) < len(pays):
            row["totals"] = {key: f"{amount:.2f}" for key, amount in totals(page).items()}
        parts = included_parts(call, payroll)
        row["employee_compensations"] = [
            compensation(call, shown, pay, payroll, parts) for pay in page
        ]
    add_included(call, payroll, row)
    return as_json(row, headers=headers)


def steady(call: Call, payroll: Payroll) -> Payroll:
    """Softened: the payroll as it was when this caller read its first page."""
    key = (call.request.headers["authorization"], payroll.uuid)
    snapshots = call.environment.snapshots
    if call.params.get("page", "1") == "1" or key not in snapshots:
        snapshots[key] = replace(payroll)
    return snapshots[key]


def compensation(
    call: Call, shown: Printer, pay: Pay, payroll: Payroll, parts: frozenset[str]
) -> Row:
    """One employee; their names need a scope of their own."""
    row = shown.compensation(pay, parts=parts, is_processed=payroll.processed_on is not None)
    if scopes.EMPLOYEES not in call.caller.scopes:
        row.update(first_name=None, last_name=None, preferred_first_name=None)
    return row


def processing_request(call: Call, payroll: Payroll) -> JSON:
    """How far the run has come."""
    if payroll.calculated_at is None:
        return None
    status = "submit_success" if is_processed(call, payroll) else "calculate_success"
    return {"status": status, "errors": []}


def included_parts(call: Call, payroll: Payroll) -> frozenset[str]:
    """Which lines are shown; benefits also need a scope, and health plans one more."""
    parts = {part for part in ("taxes", "benefits", "deductions") if call.is_included(part)}
    if payroll.kind == "regular":
        parts.add("deductions")
    if scopes.BENEFITS not in call.caller.scopes and not call.is_soft("7b"):
        parts.discard("benefits")
    if scopes.HEALTH in call.caller.scopes or call.is_soft("7d"):
        parts.add("health")
    return frozenset(parts)


def sorted_pays(call: Call, pays: list[Pay]) -> list[Pay]:
    """In the order asked for, or as they are kept."""
    for part in reversed(call.listed("sort_by")):
        name, _, direction = part.partition(":")
        if name == "first_name":
            pays.sort(key=lambda pay: pay.first_name, reverse=direction == "desc")
        elif name == "last_name":
            pays.sort(key=lambda pay: pay.last_name, reverse=direction == "desc")
    return pays
