"""Founds the generated companies: the frame that people and payrolls are put into."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.sandbox.vendors.gusto.company import (
    Company,
    Row,
    new_uuid,
    new_version,
    pacific_day,
    second_text,
)
from connectors.sandbox.vendors.gusto.contractors import add_contractors
from connectors.sandbox.vendors.gusto.names import (
    BENEFITS,
    CUSTOM_TYPES,
    DEPARTMENTS,
    FIXED_TYPES,
    HOURLY_TYPES,
    LOCATIONS,
    TIME_OFF_TYPES,
)
from connectors.sandbox.vendors.gusto.paydays import add_payrolls
from connectors.sandbox.vendors.gusto.people import Draw, add_people


@dataclass(frozen=True, slots=True)
class Plan:
    """What a company is called, and how many people it has at most."""

    uuid: str
    slug: str
    name: str
    trade_name: str
    most_people: int | None = None


PRODUCTION = (
    Plan(
        "6f0c1d3e-2b6a-4c55-9d0e-5b1f7a9c2e10",
        "harbor-pine-consulting-llc",
        "Harbor & Pine Consulting LLC",
        "Harbor & Pine",
    ),
    Plan(
        "a41d8be2-70c9-4f0b-8e3d-96c2f5d71b44",
        "cinder-hill-ceramics-inc",
        "Cinder Hill Ceramics Inc",
        "Cinder Hill",
        14,
    ),
)
DEMO = (
    Plan(
        "d3770000-5a5b-4c1e-9f6a-1b2c3d4e5f60",
        "lantern-row-demo-llc",
        "Lantern Row Demo LLC",
        "Lantern Row",
        14,
    ),
)
Softened = Callable[[str], bool]
SOFT_PEOPLE = {
    "19b": "future leaver",
    "19d": "rehired",
    "19f": "odd status",
    "19g": "two jobs",
    "19h": "onboarding",
}
"""Cases of which the people are ordinary where they are softened."""


def found(plan: Plan, seed: int, people: int, now: datetime, is_soft: Softened) -> Company:
    """One company with its people and payrolls; the same for the same seed and day."""
    dice = random.Random(f"{seed}:{plan.slug}")
    company = Company(
        uuid=plan.uuid,
        slug=plan.slug,
        information=information(plan),
        seed=f"{seed}:{plan.slug}",
        born_at=now,
        admin_uuid=new_uuid(dice),
    )
    add_frame(company, dice)
    crew, everybody = company.schedules
    count = people if plan.most_people is None else min(people, plan.most_people)
    without = {kind for case, kind in SOFT_PEOPLE.items() if is_soft(case)}
    if is_soft("19e"):
        without |= {"no e-mail", "same e-mail"}
    add_people(Draw(company, dice, (crew, everybody)), count, without=frozenset(without))
    add_contractors(company, dice)
    add_payrolls(company, is_soft)
    return company


def information(plan: Plan) -> Row:
    """The part of the company's answer that nobody changes."""
    return {
        "uuid": plan.uuid,
        "name": plan.name,
        "trade_name": plan.trade_name,
        "slug": plan.slug,
        "ein": f"12-{int(plan.uuid[:6], 16) % 10_000_000:07}",
        "entity_type": "LLC" if plan.name.endswith("LLC") else "C-Corporation",
        "tier": "plus",
        "company_status": "Approved",
        "is_suspended": False,
        "is_partner_managed": False,
        "contractor_only": False,
        "pay_schedule_type": "by_employee",
        "join_date": "2023-02-01",
        "funding_type": "ach",
    }


def add_frame(company: Company, dice: random.Random) -> None:
    """Locations, departments, pay schedules, earning types and benefits."""
    for state, (street, city, zip_code) in LOCATIONS.items():
        row = location_row(company, dice, state)
        row.update(street_1=street, city=city, zip=zip_code)
        company.locations[row["uuid"]] = row
    for title in DEPARTMENTS:
        department = department_row(company, dice, title)
        company.departments[department["uuid"]] = department
    for name, frequency in (("Crew", "Every week"), ("Everybody", "Every other week")):
        schedule = schedule_row(company, dice, name, frequency)
        company.schedules[schedule["uuid"]] = schedule
    company.earning_types = {
        "hourly": [
            {"uuid": new_uuid(dice), "name": name, "multiple": multiple}
            for name, multiple in HOURLY_TYPES
        ],
        "default": [{"name": name, "uuid": new_uuid(dice), "active": True} for name in FIXED_TYPES],
        "custom": [{"name": name, "uuid": new_uuid(dice), "active": True} for name in CUSTOM_TYPES],
        "paid_time_off": [{"uuid": new_uuid(dice), "name": name} for name in TIME_OFF_TYPES],
    }
    for name, number in BENEFITS.items():
        benefit = benefit_row(company, dice, name, number)
        company.benefits[benefit["uuid"]] = benefit


def location_row(company: Company, dice: random.Random, state: str) -> Row:
    """A place of work."""
    return {
        "uuid": new_uuid(dice),
        "version": new_version(dice),
        "company_uuid": company.uuid,
        "phone_number": "4155550100",
        "street_1": "",
        "street_2": None,
        "city": "",
        "state": state,
        "zip": "",
        "country": "USA",
        "active": True,
        "mailing_address": state == "CA",
        "filing_address": state == "CA",
        "created_at": second_text(company.born_at - timedelta(days=900)),
        "updated_at": second_text(company.born_at - timedelta(days=900)),
    }


def department_row(company: Company, dice: random.Random, title: str) -> Row:
    """A department; who is in it is seen from the people."""
    return {
        "uuid": new_uuid(dice),
        "company_uuid": company.uuid,
        "title": title,
        "version": new_version(dice),
    }


def schedule_row(company: Company, dice: random.Random, name: str, frequency: str) -> Row:
    """A pay schedule."""
    anchor = pacific_day(company.born_at) - timedelta(days=700)
    return {
        "uuid": new_uuid(dice),
        "version": new_version(dice),
        "frequency": frequency,
        "anchor_pay_date": (anchor + timedelta(days=5)).isoformat(),
        "anchor_end_of_pay_period": anchor.isoformat(),
        "day_1": None,
        "day_2": None,
        "name": name,
        "custom_name": name,
        "active": True,
    }


def benefit_row(company: Company, dice: random.Random, name: str, number: int) -> Row:
    """A benefit that the company offers."""
    return {
        "uuid": new_uuid(dice),
        "version": new_version(dice),
        "company_uuid": company.uuid,
        "benefit_type": number,
        "active": True,
        "description": name,
        "source": "internal",
        "partner_name": None,
        "deletable": True,
        "supports_percentage_amounts": True,
        "responsible_for_employer_taxes": False,
        "responsible_for_employee_w2": False,
        "catch_up_type": None,
    }
