"""The first sync of a company beside a bare loop of the same calls, at two latencies."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import requests
from pytest_django import Settings

from audit.models import SyncRun
from config import clock
from integrations.engine.run import LegRun
from tests.bench.conftest import Figures
from tests.company import Company
from tests.conftest import Sandbox

PEOPLE = 1000
EMPLOYEES = "/acumatica/northwind.acumatica.com/entity/Default/24.200.001/Employee"
PUT_QUERY = {"$expand": "ContactInfo,EmployeeSettings,EmploymentHistory"}


@pytest.fixture
def company(sandbox: Sandbox, transactional_db: None, settings: Settings) -> Iterator[Company]:
    """A thousand people, connected and mapped, nothing synced yet."""
    settings.SANDBOX_URL = sandbox.url
    settings.PUBLIC_URL = "https://connector.example"
    yield Company(sandbox, PEOPLE)
    clock.follow("")


@pytest.mark.bench
@pytest.mark.parametrize("latency_ms", [0, 20])
def test_first_sync(company: Company, figures: Figures, latency_ms: int) -> None:
    if latency_ms:
        for vendor in ("bamboohr", "acumatica"):
            company.sandbox.fault(
                vendor=vendor, path=".*", times=None, action="delay_ms", delay_ms=latency_ms
            )
    leg_run = LegRun(company.fresh(), company.leg, SyncRun.Trigger.MANUAL, width=1)
    began = time.perf_counter()
    run = leg_run.read_all()
    ours = time.perf_counter() - began
    written = run.counts["created"]
    bare = bare_loop(company, written)
    figures[f"first_sync_{latency_ms}ms"] = {
        "people": run.seen_count,
        "written": written,
        "people_per_second": round(run.seen_count / ours, 1),
        "bare_requests_seconds": round(bare, 2),
        "ours_seconds": round(ours, 2),
        "ratio_to_bare": round(bare / ours, 3),
    }


def bare_loop(company: Company, count: int) -> float:
    """Seconds for the same reads and as many creations by a plain session, one after the other."""
    token = access_token(company)
    session = requests.Session()
    session.trust_env = False
    session.headers["Authorization"] = f"Bearer {token}"
    url = f"{company.sandbox.url}{EMPLOYEES}"
    began = time.perf_counter()
    session.get(url, params={"$top": "500", **PUT_QUERY}, timeout=60).raise_for_status()
    for number in range(count):
        body = {
            "Status": {"value": "Active"},
            "ContactInfo": {
                "FirstName": {"value": "Bare"},
                "LastName": {"value": f"Loop {number}"},
                "Email": {"value": f"bare.loop.{number}@northwind.example"},
            },
            "EmployeeSettings": {
                "DepartmentID": {"value": "FINANCE"},
                "EmployeeClass": {"value": "EMPSALARY"},
                "BranchID": {"value": "HEADOFFICE"},
                "EmployeeRefNbr": {"value": f"BARE-{number}"},
            },
        }
        query = {**PUT_QUERY, "$filter": f"EmployeeSettings/EmployeeRefNbr eq 'BARE-{number}'"}
        session.put(url, params=query, json=body, timeout=60).raise_for_status()
    return time.perf_counter() - began


def access_token(company: Company) -> str:
    """What the connection's own consent brought."""
    grant = company.fresh().target.grant
    assert grant is not None
    return grant.unseal()["access_token"]
