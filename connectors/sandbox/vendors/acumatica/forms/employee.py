"""The form Employees (EP203000): class defaults, the derived name, history rows, numbering."""

from __future__ import annotations

from connectors.sandbox.standin import JSON
from connectors.sandbox.vendors.acumatica.forms.form import Change, Form

CLASS_DEFAULTS = {
    "EmployeeSettings": (
        "Calendar",
        "CurrencyID",
        "CurrencyRateTypeID",
        "LaborItem",
        "RegularHoursValidation",
        "TimeCardIsRequired",
    ),
    "FinancialSettings": (
        "APAccount",
        "APSubaccount",
        "ExpenseAccount",
        "ExpenseSubaccount",
        "PaymentMethod",
        "Terms",
    ),
}
UNGIVEN = ("Calendar", "CurrencyID")
"""What must be sent where the class does not give it."""
NUMBER_WIDTH = 8
MASK_WIDTH = 10


def employee_name(contact: dict[str, JSON]) -> str | None:
    """``EmployeeName`` as the ERP derives it from the contact."""
    return " ".join(name for name in (contact["FirstName"], contact["LastName"]) if name) or None


class EmployeeForm(Form):
    """Employees."""

    def fill(self, change: Change) -> None:
        row = change.row
        if row["Status"] is None:
            row["Status"] = "Active"
        employee_class = row["EmployeeSettings"]["EmployeeClass"]
        before = change.before
        if before is None or before["EmployeeSettings"]["EmployeeClass"] != employee_class:
            self._take_class(change, employee_class)
        row["EmployeeName"] = employee_name(row["ContactInfo"])
        for line in row["EmploymentHistory"]:
            is_early = line["RehireEligible"] and not line["Terminated"]
            drops = change.vendor.switch("early_rehire_eligible") == "dropped"
            if is_early and drops and not change.vendor.is_soft("12c"):
                line["RehireEligible"] = False

    def _take_class(self, change: Change, employee_class: str | None) -> None:
        """Overwrite what the class gives, but for what was sent to differ from it.

        A PUT skips a field whose value is the stored one, so form logic overwrites it; a PATCH
        writes exactly what it lists.
        """
        given = change.tenant.tables["employee_classes"].rows.get(employee_class or "")
        if given is None or change.vendor.switch("class_defaults") == "not_given":
            return
        for part_name, names in CLASS_DEFAULTS.items():
            part = change.row[part_name]
            sent = change.sent.parts.get(part_name)
            for name in names:
                was_sent = sent is not None and name in sent.values
                if was_sent and (
                    change.is_patch
                    or change.before is None
                    or change.vendor.is_soft("8i")
                    or change.before[part_name][name] != part[name]
                ):
                    continue
                part[name] = given[name]

    def check(self, change: Change) -> None:
        before, row = change.before, change.row
        vendor = change.vendor
        if before is None and vendor.switch("employee_numbering") == "manual":
            if not row["EmployeeID"] and not vendor.is_soft("12f"):
                change.refuse(("EmployeeID",), "'Employee ID' cannot be empty.")
            elif len(row["EmployeeID"] or "") > MASK_WIDTH:
                change.refuse(("EmployeeID",), "The value does not fit the mask of 'Employee ID'.")
        if before is not None and row["Status"] != before["Status"]:
            is_own = change.user is not None and change.user.employee_id == before["EmployeeID"]
            if is_own and not vendor.is_soft("12e"):
                change.refuse(
                    ("Status",), "You cannot change the status of your own employee record."
                )
        if before is None and vendor.switch("class_defaults") == "not_given":
            for name in UNGIVEN:
                if not row["EmployeeSettings"][name]:
                    change.refuse(("EmployeeSettings", name), f"'{name}' cannot be empty.")
        self._check_history(change)
        if vendor.switch("payroll") == "on" and before is not None:
            self._check_payroll(change)

    def _check_history(self, change: Change) -> None:
        vendor = change.vendor
        needs_position = vendor.switch("history_without_position") == "refused"
        needs_reason = vendor.switch("termination_reason") == "required"
        old_lines = [] if change.before is None else change.before["EmploymentHistory"]
        for position, line in enumerate(change.row["EmploymentHistory"]):
            if line in old_lines:
                continue
            where = ("EmploymentHistory", position)
            if needs_position and not line["PositionID"]:
                change.refuse((*where, "PositionID"), "'Position' cannot be empty.")
            if needs_reason and line["Terminated"] and not line["TerminationReason"]:
                text = "'Termination Reason' cannot be empty."
                change.refuse((*where, "TerminationReason"), text)
            if vendor.is_soft("12c"):
                continue
            if line["StartDate"] and line["EndDate"] and line["EndDate"] < line["StartDate"]:
                text = "'End Date' cannot be earlier than 'Start Date'."
                change.refuse((*where, "EndDate"), text)
            if line["RehireEligible"] and not line["Terminated"]:
                text = "'Rehire Eligible' can be selected for a terminated employee only."
                change.refuse((*where, "RehireEligible"), text)

    def _check_payroll(self, change: Change) -> None:
        """With Payroll on, rows that exist belong to Employee Payroll Settings (PR203000)."""
        before = change.before or {}
        kept = {line["id"]: line for line in change.row["EmploymentHistory"]}
        for line in before["EmploymentHistory"]:
            if kept.get(line["id"]) != line:
                text = (
                    "The employment history is maintained on Employee Payroll Settings (PR203000)."
                )
                change.refuse((), text)

    def number(self, change: Change) -> None:
        row, tenant, vendor = change.row, change.tenant, change.vendor
        is_manual = vendor.switch("employee_numbering") == "manual"
        if row["EmployeeID"] and (is_manual or vendor.is_soft("8e")):
            return
        employees = tenant.tables["employees"].rows
        while True:
            tenant.last_employee_number += 1
            row["EmployeeID"] = f"EP{tenant.last_employee_number:0{NUMBER_WIDTH}d}"
            if row["EmployeeID"] not in employees:
                return

    def act(self, change: Change, action: str, parameters: dict[str, JSON]) -> None:
        """``ChangeEmployeeID``: give the employee another key."""
        wrapped = parameters.get("EmployeeID")
        new_id = wrapped.get("value") if isinstance(wrapped, dict) else None
        if not new_id:
            change.refuse(("EmployeeID",), "'Employee ID' cannot be empty.")
        elif new_id in change.tenant.tables["employees"].rows:
            change.refuse(("EmployeeID",), "An employee with this ID exists already.")
        else:
            change.row["EmployeeID"] = new_id
