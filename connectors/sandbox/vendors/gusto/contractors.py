"""Contractors and what they are paid: apart from payrolls, and from their events."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from connectors.sandbox.standin import JSON
from connectors.sandbox.vendors.gusto.company import (
    Company,
    Row,
    new_uuid,
    new_version,
    pacific_day,
)
from connectors.sandbox.vendors.gusto.money import cents
from connectors.sandbox.vendors.gusto.printing import mixed

HOURLY, FIXED = "Hourly", "Fixed"


def add_contractors(company: Company, dice: random.Random) -> None:
    """Two contractors, each paid once: one by the hour, one a fixed wage."""
    today = pacific_day(company.born_at)
    for number, wage_type in enumerate((HOURLY, FIXED), start=1):
        contractor_uuid = new_uuid(dice)
        company.contractors[contractor_uuid] = {
            "uuid": contractor_uuid,
            "company_uuid": company.uuid,
            "version": new_version(dice),
            "type": "Business",
            "business_name": f"Quillmark Contracting {number}",
            "wage_type": wage_type,
            "is_active": True,
            "start_date": (today - timedelta(days=400)).isoformat(),
            "department_uuid": None,
        }
        row = payment(dice, contractor_uuid, today - timedelta(days=10 * number), "1840.00")
        if wage_type == HOURLY:
            row.update(hours="40.0", hourly_rate="46.0", wage="0.0", bonus="20.0")
            row.update(wage_type=HOURLY, wage_total="1860.0")
        else:
            row["reimbursement"] = "110.0"
        company.contractor_payments[row["uuid"]] = row


def payment(dice: random.Random, contractor_uuid: str, day: date, wage: str) -> Row:
    """A fixed wage, paid on a day."""
    amount = mixed(cents(Decimal(wage)))
    return {
        "uuid": new_uuid(dice),
        "contractor_uuid": contractor_uuid,
        "bonus": "0.0",
        "date": day.isoformat(),
        "hours": "0.0",
        "payment_method": "Direct Deposit",
        "reimbursement": "0.0",
        "status": "Funded",
        "hourly_rate": "0.0",
        "may_cancel": False,
        "wage": amount,
        "wage_type": FIXED,
        "wage_total": amount,
    }


def contractor_payment(
    company: Company, dice: random.Random, today: date, body: Mapping[str, JSON]
) -> Row:
    """What the control API asks for: a wage for the contractor named, or for the last one.

    Raises:
        ValueError: there is no such contractor.
    """
    contractor_uuid = str(body.get("contractor_uuid", list(company.contractors)[-1]))
    if contractor_uuid not in company.contractors:
        raise ValueError(f"There is no contractor {contractor_uuid}.")
    return payment(dice, contractor_uuid, today, str(body.get("wage", "100.00")))
