"""General ledger reports: asked for, waited for, fetched from an object store for ten minutes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

from connectors.sandbox.standin import Answer, Request, StandIn
from connectors.sandbox.vendors.gusto.answers import (
    JSON_TYPE,
    XML_TYPE,
    as_json,
    invalid,
    not_found,
)
from connectors.sandbox.vendors.gusto.call import Call
from connectors.sandbox.vendors.gusto.company import Company, Payroll, Row, new_uuid, new_version
from connectors.sandbox.vendors.gusto.environment import Environment, ReportRequest
from connectors.sandbox.vendors.gusto.ledger import AGGREGATIONS, INTEGRATIONS, Ledger
from connectors.sandbox.vendors.gusto.money import Pay

STORE_HOST = "gusto-reports.s3.us-west-2.amazonaws.com"
READY_SECONDS = 4
URL_SECONDS = 600


def request_ledger(call: Call, payroll_uuid: str) -> Answer:
    """``POST /v1/payrolls/{payroll}/reports/general_ledger``."""
    company = call.environment.company_of_payroll(payroll_uuid)
    if company is None:
        return not_found()
    owned = call.own_company(company.uuid)
    if isinstance(owned, Answer):
        return owned
    sent = call.object_sent() or {}
    payroll = company.payrolls[payroll_uuid]
    refusal = wrong_request(sent, payroll)
    if refusal is not None:
        return refusal
    report = drawn_up(call, company, payroll, sent)
    call.environment.reports[report.uuid] = report
    return as_json(
        {
            "payroll_uuid": payroll_uuid,
            "aggregation": report.aggregation,
            "integration_type": report.integration_type,
            "request_uuid": report.uuid,
        }
    )


def wrong_request(sent: Row, payroll: Payroll) -> Answer | None:
    """The refusal of an aggregation that there is not, or of a payroll without a ledger."""
    aggregation, integration_type = sent.get("aggregation"), sent.get("integration_type")
    if aggregation not in AGGREGATIONS:
        message = "Aggregation is not included in the list"
        return invalid("aggregation", "invalid_attribute_value", message)
    is_known = integration_type in INTEGRATIONS
    if not (is_known if aggregation == "integration" else integration_type is None):
        message = "Integration type is not included in the list"
        return invalid("integration_type", "invalid_attribute_value", message)
    if payroll.processed_on is None:
        return invalid("base", "invalid_operation", "The payroll has not been processed")
    return None


def drawn_up(call: Call, company: Company, payroll: Payroll, sent: Row) -> ReportRequest:
    """The report as it will be, once it is ready."""
    standin = call.standin
    unknown = standin.switch("ledger_account_types") == "one unknown"
    if standin.switch("ledger_departments") == "current":
        payroll = replace(payroll, pays=with_current_departments(company, payroll))
    ledger = Ledger(
        payroll=payroll,
        company_name=company.information["name"],
        aggregation=str(sent["aggregation"]),
        negatives=standin.switch("ledger_negatives"),
        unknown_type=unknown and not call.is_soft("28d"),
        ignores_aggregation=call.is_soft("28e"),
    )
    body = ledger.body()
    if call.is_soft("28f"):
        body["data"][-1]["totals"][-1] = "0.00"
    dice = standin.world.random(standin.slug)
    ready_seconds = 0 if call.is_soft("28a") else READY_SECONDS
    return ReportRequest(
        uuid=new_uuid(dice),
        company_uuid=company.uuid,
        payroll_uuid=payroll.uuid,
        aggregation=ledger.aggregation,
        integration_type=sent.get("integration_type"),
        ready_at=call.now + timedelta(seconds=ready_seconds),
        is_failed=standin.switch("report_outcome") == "fails" and not call.is_soft("28b"),
        body=body,
        key=new_version(dice),
    )


def with_current_departments(company: Company, payroll: Payroll) -> dict[str, Pay]:
    """The pays, each in the department in which the employee is today."""
    found = {}
    for uuid, pay in payroll.pays.items():
        person = company.employees.get(uuid)
        here = None if person is None else person.row["department_uuid"]
        found[uuid] = replace(pay, department=company.department_title(here))
    return found


def get_report(call: Call, request_uuid: str) -> Answer:
    """``GET /v1/reports/{request}``: pending, then succeeded or failed."""
    report = call.environment.reports.get(request_uuid)
    if report is None:
        return not_found()
    owned = call.own_company(report.company_uuid)
    if isinstance(owned, Answer):
        return owned
    status, urls = "pending", []
    if call.now >= report.ready_at:
        status = "failed" if report.is_failed else "succeeded"
    if status == "succeeded":
        if report.url_expires_at is None:
            report.url_expires_at = call.now + timedelta(seconds=URL_SECONDS)
        urls = [address(report)]
    return as_json({"request_uuid": report.uuid, "status": status, "report_urls": urls})


def address(report: ReportRequest) -> str:
    """The presigned address of a report."""
    query = urlencode({"X-Amz-Expires": str(URL_SECONDS), "X-Amz-Signature": report.key * 2})
    return f"https://{STORE_HOST}/general_ledger/{report.uuid}.json?{query}"


def fetch(standin: StandIn, environments: list[Environment], request: Request) -> Answer:
    """What the object store answers: it knows signatures, not tokens."""
    is_strict = standin.switch("report_store_token") == "refused" and not standin.is_soft("28g")
    if "authorization" in request.headers and is_strict:
        return xml(400, "InvalidArgument", "Only one auth mechanism allowed")
    request_uuid = request.path.rpartition("/")[2].removesuffix(".json")
    reports = (environment.reports.get(request_uuid) for environment in environments)
    report = next((report for report in reports if report is not None), None)
    signature = dict(request.params()).get("X-Amz-Signature")
    if report is None or report.url_expires_at is None or signature != report.key * 2:
        return xml(403, "AccessDenied", "Access Denied")
    is_late = standin.world.now(standin.slug) >= report.url_expires_at
    if is_late and not standin.is_soft("28c"):
        return xml(403, "AccessDenied", "Request has expired")
    return Answer(200, dict(JSON_TYPE), json.dumps(report.body).encode())


def xml(status: int, code: str, message: str) -> Answer:
    """A refusal in the object store's own form."""
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    )
    return Answer(status, dict(XML_TYPE), text.encode())
