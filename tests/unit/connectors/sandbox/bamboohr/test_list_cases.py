"""BambooHR §7, case 16: the paginated list."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest

from tests.unit.connectors.sandbox.bamboohr.account import MANAGER, Account

case = pytest.mark.case


@pytest.fixture
def app(account: Account) -> Account:
    """An OAuth credential: the list takes no other."""
    return account.as_app("employee offline_access")


def page(app: Account, query: str = "") -> Any:
    answer = app.get(f"employees?{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def ids(answer: Any) -> list[str]:
    return [row["employeeId"] for row in answer["data"]]


def assert_refused(app: Account, query: str, code: str) -> None:
    answer = app.get(f"employees?{query}")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json()["error"]["code"] == code
    assert answer.json()["error"]["message"]


@case("bamboohr", "16a")
def test_case_16a_gives_the_list_in_pages(app: Account) -> None:
    everybody = list(app.state()["employees"])
    first = page(app, "page[limit]=50")
    assert ids(first) == everybody[:50]
    assert first["meta"] == {
        "total": 120,
        "page": {"limit": 50, "nextCursor": everybody[49], "prevCursor": None},
    }
    host = "https://northwind.bamboohr.com/api/v1/employees?page%5Blimit%5D=50"
    assert first["_links"] == {
        "self": {"href": host},
        "next": {"href": f"{host}&page%5Bafter%5D={everybody[49]}"},
    }
    second = page(app, f"page[limit]=50&page[after]={everybody[49]}")
    assert ids(second) == everybody[50:100]
    assert second["meta"]["page"]["prevCursor"] == everybody[50]
    last = page(app, f"page[limit]=50&page[after]={everybody[99]}")
    assert ids(last) == everybody[100:]
    assert last["meta"]["page"]["nextCursor"] is None
    assert "next" not in last["_links"]
    back = page(app, f"page[limit]=50&page[before]={everybody[100]}")
    assert ids(back) == everybody[50:100]
    assert page(app)["meta"]["page"]["limit"] == 250
    assert_refused(app, "page[limit]=2501", "BadRequest")
    assert_refused(app, "page[limit]=0", "BadRequest")


@case("bamboohr", "16a")
def test_case_16a_has_other_limits_and_cursors_when_switched(app: Account) -> None:
    app.sandbox.switch("bamboohr", "page_limits", "50 of 100")
    app.sandbox.switch("bamboohr", "cursor", "base64")
    first = page(app)
    assert first["meta"]["page"]["limit"] == 50
    cursor = first["meta"]["page"]["nextCursor"]
    assert json.loads(base64.b64decode(cursor)) == {"cursor": f"after-{ids(first)[-1]}"}
    assert ids(page(app, f"page[after]={quote(cursor)}"))[0] == str(int(ids(first)[-1]) + 1)
    assert_refused(app, "page[limit]=101", "BadRequest")
    assert_refused(app, f"page[before]={quote(cursor)}", "BadPage")
    assert_refused(app, "page[after]=nonsense", "BadPage")


def test_filters_sorts_and_adds_fields(app: Account) -> None:
    people = app.state()["employees"]
    inactive = [key for key, person in people.items() if person["status"] == "Inactive"]
    assert ids(page(app, "filter[status]=inactive")) == inactive
    assert ids(page(app, "filter[ids][]=117&filter[ids][]=105")) == ["105", "117"]
    assert ids(page(app, "filter[ids]=117,105")) == ["105", "117"]
    part = people["117"]["lastName"][1:4].upper()
    found = page(app, f"filter[lastName]={part}")["data"]
    assert found
    assert all(part in row["lastName"].upper() for row in found)
    email = people["101"]["workEmail"]
    assert ids(page(app, f"filter[workEmail]={email[:6]}")) == [
        key for key, person in people.items() if email[:6] in (person["workEmail"] or "")
    ]
    names = [row["lastName"] for row in page(app, "sort=-lastName,employeeId")["data"]]
    assert names == sorted(names, key=str.casefold, reverse=True)
    fields = "workEmail,hireDate,departmentName,departmentId,reportsToId,unheardOf"
    row = page(app, f"filter[ids]=117&fields={fields}")["data"][0]
    assert list(row) == [
        "employeeId",
        "firstName",
        "lastName",
        "preferredName",
        "photoUrl",
        "jobTitleName",
        "status",
        "_restrictedFields",
        *fields.split(",")[:-1],
    ]
    assert row["departmentName"] == people["117"]["department"]
    assert row["reportsToId"] == people["117"]["supervisorEId"]
    assert_refused(app, "sort=shoeSize", "BadRequest")
    assert_refused(app, "filter[status]=asleep", "BadRequest")


@case("bamboohr", "16b")
def test_case_16b_names_restricted_values_and_nulls_them(account: Account) -> None:
    query = "fields=workEmail,mobilePhone"
    free = page(account.as_app("employee"), query)["data"][0]
    assert free["_restrictedFields"] == []
    bound = page(account.as_app("employee", MANAGER), query)["data"][0]
    assert bound["_restrictedFields"] == ["mobilePhone"]
    assert bound["mobilePhone"] is None
    assert bound["workEmail"]


def test_drops_rows_whose_filtered_field_is_hidden(account: Account) -> None:
    user = "bamboohr/users/2371"
    account.sandbox.control("PUT", user, {"hiddenFields": ["lastName"], "visibleEmployees": None})
    assert page(account.as_app("employee", MANAGER), "filter[lastName]=a")["data"] == []
    assert page(account.as_app("employee", MANAGER), "sort=lastName")["data"] == []


@case("bamboohr", "16c")
def test_case_16c_refuses_a_cursor_whose_row_is_gone(app: Account) -> None:
    cursor = page(app, "page[limit]=50")["meta"]["page"]["nextCursor"]
    assert page(app, f"page[limit]=50&page[after]={cursor}")["data"]
    app.sandbox.control("DELETE", f"bamboohr/employees/{cursor}")
    assert_refused(app, f"page[limit]=50&page[after]={cursor}", "BadPage")


@case("bamboohr", "16d")
def test_case_16d_takes_no_api_key_unless_switched(account: Account, app: Account) -> None:
    answer = account.as_user().get("employees")
    assert answer.status_code == 401
    assert answer.content == b""
    assert app.get("employees").status_code == 200
    account.sandbox.switch("bamboohr", "list_accepts_api_key", "yes")
    assert account.as_user().get("employees").status_code == 200
