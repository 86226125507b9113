"""BambooHR §7, cases 21 and 22: lists, and both URL families."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest

from tests.unit.connectors.sandbox.bamboohr.account import MANAGER, REASON, Account

case = pytest.mark.case


def department(admin: Account) -> Any:
    lists = admin.get("meta/lists").json()
    return next(row for row in lists if row["alias"] == "department")


def option(admin: Account, name: str) -> Any:
    options = department(admin)["options"]
    return next((row for row in options if row["name"] == name), None)


@case("bamboohr", "21a")
def test_case_21a_reads_options_by_name_and_writes_them_by_value(admin: Account) -> None:
    row = department(admin)
    assert list(row) == ["fieldId", "alias", "manageable", "multiple", "name", "options"]
    assert (row["fieldId"], row["manageable"], row["multiple"]) == ("4", "yes", "no")
    assert list(row["options"][0]) == ["id", "name", "archived", "createdDate", "archivedDate"]
    assert isinstance(row["options"][0]["id"], int)

    by_name = admin.put("meta/lists/4", json={"options": [{"name": "Research"}]})
    assert by_name.status_code == 400
    assert option(admin, "Research") is None
    assert admin.put("meta/lists/4", json={"options": [{"value": "Research"}]}).status_code == 200
    made = option(admin, "Research")
    assert made["archived"] == "no"

    renamed = {"options": [{"id": made["id"], "value": "Research & Design"}]}
    assert admin.put("meta/lists/4", json=renamed).status_code == 200
    assert option(admin, "Research & Design")["id"] == made["id"]
    assert option(admin, "Research") is None


def test_renames_an_option_for_everybody_who_has_it(admin: Account) -> None:
    before = admin.person("117")["department"]
    renamed = {"options": [{"id": option(admin, before)["id"], "value": "Renamed"}]}
    assert admin.put("meta/lists/4", json=renamed).status_code == 200
    assert admin.get("employees/117?fields=department").json()["department"] == "Renamed"


@case("bamboohr", "21b")
def test_case_21b_answers_a_list_change_in_xml(admin: Account) -> None:
    answer = admin.put("meta/lists/4", json={"options": [{"value": "Research"}]})
    assert answer.status_code == 200
    assert answer.request.headers["Accept"] == "application/json"
    assert answer.headers["Content-Type"] == "text/xml; charset=UTF-8"
    root = ElementTree.fromstring(answer.content)
    assert root.tag == "list"
    assert root.get("fieldId") == "4"
    texts = {row.text: row.get("archived") for row in root.iter("option")}
    assert texts["Research"] == "no"
    assert texts["Typing Pool"] == "yes"
    assert len(root.findall("options/option")) == len(texts)
    admin.sandbox.switch("bamboohr", "list_xml", "in the list")
    bare = admin.put("meta/lists/4", json={"options": [{"value": "Design"}]})
    root = ElementTree.fromstring(bare.content)
    assert len(root.findall("option")) == len(texts) + 1


@case("bamboohr", "21c")
def test_case_21c_refuses_a_duplicate_option(admin: Account) -> None:
    before = department(admin)
    both = {"options": [{"value": "Research"}, {"value": "Finance"}]}
    answer = admin.put("meta/lists/4", json=both)
    assert answer.status_code == 409
    assert answer.content == b""
    assert answer.headers[REASON] == "Duplicate list value Finance"
    assert department(admin) == before
    assert admin.put("meta/lists/4", json={"options": both["options"][:1]}).status_code == 200


@case("bamboohr", "21d")
def test_case_21d_refuses_lists_that_are_not_manageable(admin: Account) -> None:
    change = {"options": [{"value": "Seasonal"}]}
    answer = admin.put("meta/lists/1936", json=change)
    assert answer.status_code == 403
    assert answer.content == b""
    assert admin.put("meta/lists/4", json=change).status_code == 200


def test_refuses_list_changes_without_the_right_or_the_option(account: Account) -> None:
    change = {"options": [{"value": "Seasonal"}]}
    assert account.as_user(MANAGER).put("meta/lists/4", json=change).status_code == 403
    admin = account.as_user()
    assert admin.put("meta/lists/77777", json=change).status_code == 404
    lost = {"options": [{"id": 1, "value": "x"}]}
    assert admin.put("meta/lists/4", json=lost).status_code == 404
    assert admin.put("meta/lists/4", json={"options": "x"}).status_code == 400


@case("bamboohr", "21e")
def test_case_21e_archives_an_option_and_takes_it_back(admin: Account) -> None:
    pool = option(admin, "Typing Pool")
    assert pool["archived"] == "yes"
    assert pool["archivedDate"] == "2019-05-01T08:00:00+00:00"
    back = {"options": [{"id": pool["id"], "archived": "no"}]}
    assert admin.put("meta/lists/4", json=back).status_code == 200
    assert option(admin, "Typing Pool")["archived"] == "no"
    again = {"options": [{"id": pool["id"], "archived": "yes"}]}
    assert admin.put("meta/lists/4", json=again).status_code == 200
    assert option(admin, "Typing Pool")["archived"] == "yes"
    odd = {"options": [{"id": pool["id"], "archived": True}]}
    assert admin.put("meta/lists/4", json=odd).status_code == 400


def test_writes_a_lists_field_id_as_text_or_number(admin: Account) -> None:
    assert department(admin)["fieldId"] == "4"
    admin.sandbox.switch("bamboohr", "list_field_id", "number")
    assert department(admin)["fieldId"] == 4


def test_gives_lists_as_json_by_parameter_too(admin: Account) -> None:
    answer = admin.get("meta/lists?format=json", headers={"Accept": "*/*"})
    assert answer.json()[0]["alias"] == "department"


def test_describes_fields_tables_users_and_company(admin: Account) -> None:
    fields = admin.get("meta/fields").json()
    by_alias = {row.get("alias"): row for row in fields}
    assert by_alias["department"] == {
        "id": 4,
        "name": "Department",
        "type": "list",
        "alias": "department",
    }
    assert {row["id"] for row in fields if "alias" not in row} == {"4020.1", "4020.2\n"}
    deprecated = [row for row in fields if row.get("deprecated")]
    assert [row["id"] for row in deprecated] == [by_alias["preferredName"]["id"]]
    job_info = admin.get("meta/tables").json()[0]
    assert job_info["alias"] == "jobInfo"
    assert [row["id"] for row in job_info["fields"]] == [4028, 18, 4, 1355, 17, 91]
    users = admin.get("meta/users").json()
    assert users["2370"]["status"] == "enabled"
    assert list(admin.get("meta/users?status=disabled").json()) == []
    company = admin.get("company_information").json()
    assert company["displayName"] == "Northwind"
    assert list(company["address"]) == ["line1", "line2", "city", "state", "zip"]


@case("bamboohr", "22")
def test_case_22_answers_under_both_url_families(admin: Account) -> None:
    wanted = admin.get("employees/117?fields=firstName").json()
    sandbox = f"{admin.sandbox.url}/bamboohr"
    for base in (
        f"{sandbox}/api.bamboohr.com/api/gateway.php/northwind/v1",
        f"{sandbox}/northwind.bamboohr.com/api/gateway.php/northwind/v1",
        f"{sandbox}/northwind.bamboohr.com/api/v1",
    ):
        for slash in ("", "/"):
            answer = admin.get(f"{base}/employees/117{slash}?fields=firstName")
            assert answer.status_code == 200, base
            assert answer.json() == wanted
    for base in (
        f"{sandbox}/api.bamboohr.com/api/gateway.php/nobody/v1",
        f"{sandbox}/nobody.bamboohr.com/api/v1",
        f"{sandbox}/northwind.bamboohr.com/api/v9",
    ):
        assert admin.get(f"{base}/employees/117").status_code == 404
