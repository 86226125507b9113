"""Gusto's general-ledger report: asked for, looked for, fetched without a token."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connectors.errors import ContractError, RecordError, RetryableError
from connectors.vendors.gusto.client import MOST_REPORT_BYTES, Client
from connectors.vendors.gusto.ledger import (
    Aggregation,
    download_ledger,
    read_link,
    request_ledger,
)
from tests.unit.connectors.vendors.gusto.conftest import Vendor, body, refusal

REQUEST = "/v1/payrolls/p1/reports/general_ledger"
LINK = "https://gusto-reports.example/2026/ledger.json"
SIGNED = f"{LINK}?X-Amz-Signature=abc%2Fdef&X-Amz-Expires=600"


def report(**more: Any) -> Any:
    return {"request_uuid": "r1", "status": "succeeded", "report_urls": [SIGNED], **more}


def basic(row: Any) -> Any:
    return row["data"][0]


def test_asks_for_a_report(vendor: Vendor, client: Client) -> None:
    asked = {"payroll_uuid": "p1", "aggregation": "department", "request_uuid": "r1"}
    vendor.answers("POST", REQUEST, asked)
    assert request_ledger(client, "p1", Aggregation.DEPARTMENT) == "r1"
    assert vendor.sent[0].body == b'{"aggregation":"department","integration_type":null}'


def test_is_refused_a_report_of_no_payroll(vendor: Vendor, client: Client) -> None:
    vendor.answers("POST", REQUEST, refusal("not_found"), status=404)
    with pytest.raises(RecordError, match="no such payroll"):
        request_ledger(client, "p1", Aggregation.DEFAULT)


@pytest.mark.parametrize(
    ("answer", "link"),
    [
        (report(status="pending", report_urls=[]), ""),
        (report(status="pending", report_urls=None), ""),
        (report(), SIGNED),
    ],
)
def test_looks_whether_it_is_there(vendor: Vendor, client: Client, answer: Any, link: str) -> None:
    vendor.answers("GET", "/v1/reports/r1", answer)
    assert read_link(client, "r1") == link
    assert len(vendor.calls) == 1, "waited for it"


def test_asks_anew_later_where_gusto_could_not_make_it(vendor: Vendor, client: Client) -> None:
    vendor.answers("GET", "/v1/reports/r1", report(status="failed", report_urls=[]))
    with pytest.raises(RetryableError, match="asked for anew"):
        read_link(client, "r1")


def test_does_not_guess_at_a_status(vendor: Vendor, client: Client) -> None:
    vendor.answers("GET", "/v1/reports/r1", report(status="cancelled"))
    with pytest.raises(ContractError, match="status"):
        read_link(client, "r1")


def test_fetches_it_from_another_host_without_a_token(vendor: Vendor, client: Client) -> None:
    vendor.answers("GET", LINK, body("ledger"))
    ledger = download_ledger(client, SIGNED)
    assert (ledger.check_on, ledger.total) == (date(2026, 11, 13), Decimal("8440.50"))
    first = ledger.lines[0]
    assert (first.account_type, first.description, first.job, first.department) == (
        "RegularWages",
        "Regular Wages",
        "Senior Consultant",
        "",
    )
    assert (first.debit, first.credit) == (Decimal("3846.15"), Decimal("0.00"))
    (sent,) = vendor.sent
    assert (sent.url.partition("?")[0], vendor.query(0)) == (
        LINK,
        {"X-Amz-Signature": "abc/def", "X-Amz-Expires": "600"},
    )
    assert "Authorization" not in sent.headers
    assert "X-Gusto-API-Version" not in sent.headers


def test_finds_columns_by_their_headings(vendor: Vendor, client: Client) -> None:
    row = body("ledger")
    part = basic(row)
    part["headers"] = ["Department", "Credit", "Debit", "Account Type"]
    part["rows"] = [["Advisory", None, "10.0", "RegularWages"], [None, "10", None, "DebitNetPay"]]
    part["totals"] = ["Totals", "10.00", "10.00", None]
    vendor.answers("GET", LINK, row)
    lines = download_ledger(client, LINK).lines
    assert [(one.account_type, one.department, one.debit, one.credit) for one in lines] == [
        ("RegularWages", "Advisory", Decimal("10.00"), Decimal("0.00")),
        ("DebitNetPay", "", Decimal("0.00"), Decimal("10.00")),
    ]


def _drop(name: str) -> Any:
    def change(row: Any) -> None:
        part = basic(row)
        part["headers"] = [one for one in part["headers"] if one != name]

    return change


def _unbalance(row: Any) -> None:
    basic(row)["rows"][0][3] = "3846.16"


def _misstate(row: Any) -> None:
    basic(row)["totals"][3] = "8440.51"


def _detail_only(row: Any) -> None:
    del row["data"][0]


@pytest.mark.parametrize(
    "change",
    [_drop("Debit"), _drop("Account Type"), _unbalance, _misstate, _detail_only],
    ids=["no debit", "no type", "unbalanced", "misstated", "detail only"],
)
def test_takes_no_report_that_does_not_balance_or_is_none(
    vendor: Vendor, client: Client, change: Any
) -> None:
    row = body("ledger")
    change(row)
    vendor.answers("GET", LINK, row)
    with pytest.raises(ContractError):
        download_ledger(client, LINK)


def test_asks_anew_later_where_the_link_has_ended(vendor: Vendor, client: Client) -> None:
    vendor.answers("GET", LINK, status=403)
    with pytest.raises(RetryableError, match="asked for anew"):
        download_ledger(client, SIGNED)


def test_takes_no_more_than_20_mib(vendor: Vendor, client: Client) -> None:
    vendor.answers("GET", LINK, body=b" " * (MOST_REPORT_BYTES + 1))
    with pytest.raises(ContractError, match="20 MiB"):
        download_ledger(client, LINK)


@pytest.mark.parametrize("url", ["/reports/1", "ftp://reports.example/1", "https://u:p@x.example/"])
def test_follows_no_link_that_is_no_address(vendor: Vendor, client: Client, url: str) -> None:
    with pytest.raises(ContractError, match="no address"):
        download_ledger(client, url)
    assert vendor.calls == []
