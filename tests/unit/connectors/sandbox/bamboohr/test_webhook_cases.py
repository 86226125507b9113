"""BambooHR §7, cases 23 and 24: webhook subscriptions."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.unit.connectors.sandbox.bamboohr.account import OUTSIDER, Account

case = pytest.mark.case
EVENTS = ["employee.created", "employee.updated", "employee.deleted"]
HOOK: dict[str, Any] = {
    "name": "ml-connector northwind",
    "url": "https://connector.example/webhooks/bamboohr/7c1e/",
    "format": "json",
    "includeCompanyDomain": True,
    "events": EVENTS,
    "monitorFields": ["firstName", "lastName", "jobTitle", "department"],
}


def create(account: Account, **changed: Any) -> requests.Response:
    body = {**HOOK, **changed}
    return account.post("webhooks", json={k: v for k, v in body.items() if v is not None})


def assert_issue(account: Account, word: str, **changed: Any) -> None:
    count = len(account.state()["webhooks"])
    answer = create(account, **changed)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/json"
    errors = answer.json()["errors"]
    assert [error["error"] for error in errors] == ["Invalid request body"]
    assert [issue for issue in errors[0]["issues"] if word in issue]
    assert len(account.state()["webhooks"]) == count


@case("bamboohr", "23a")
def test_case_23a_wants_a_public_https_url(admin: Account) -> None:
    for url in (
        "http://connector.example/hooks/",
        "connector.example",
        "https://localhost/hooks/",
        "https://10.0.0.7/hooks/",
        None,
    ):
        assert_issue(admin, "https://", url=url)
    assert create(admin).status_code == 201


@case("bamboohr", "23b")
def test_case_23b_wants_a_format(admin: Account) -> None:
    assert_issue(admin, "format", format=None)
    assert_issue(admin, "format", format="xml")
    assert create(admin, format="form-encoded").status_code == 201


@case("bamboohr", "23c")
def test_case_23c_wants_monitor_fields_for_updates(admin: Account) -> None:
    assert_issue(admin, "monitorFields", monitorFields=None)
    assert_issue(admin, "monitorFields", monitorFields=[])
    quiet = create(admin, monitorFields=None, events=["employee.created"])
    assert quiet.status_code == 201
    assert quiet.json()["monitorFields"] is None


@case("bamboohr", "23d")
def test_case_23d_does_not_mix_event_families(admin: Account) -> None:
    mixed = ["employee.created", "employee_with_fields.updated"]
    assert_issue(admin, "mixed", events=mixed)
    assert_issue(admin, "unknown event", events=["employee.promoted"])
    assert create(admin, events=mixed[:1]).status_code == 201
    assert create(admin, events=mixed[1:]).status_code == 201


@case("bamboohr", "23e")
def test_case_23e_refuses_unknown_fields(admin: Account) -> None:
    answer = create(admin, monitorFields=["firstName", "shoeSize"])
    assert answer.status_code == 403
    (error,) = answer.json()["errors"]
    assert error["error"]
    assert error["unknownFields"] == [{"id": None, "name": "shoeSize"}]
    assert admin.state()["webhooks"] == {}
    assert create(admin, monitorFields=["firstName", "17"]).json()["monitorFields"] == [
        "firstName",
        "jobTitle",
    ]


def test_refuses_fields_that_the_owner_may_not_read(account: Account) -> None:
    manager = account.as_user("2371")
    answer = create(manager, monitorFields=["firstName", "mobilePhone"])
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["monitorFields"] == [{"id": 13, "name": "mobilePhone"}]
    made = create(manager, monitorFields=["firstName", "homePhone"]).json()
    user = {"hiddenFields": ["homePhone"]}
    account.sandbox.control("PUT", "bamboohr/users/2371", user)
    shown = manager.get(f"webhooks/{made['id']}").json()
    assert shown["errors"][0]["monitorFields"] == [{"id": 14, "name": "homePhone"}]


@case("bamboohr", "23f")
def test_case_23f_does_not_monitor_the_termination_date(admin: Account) -> None:
    answer = create(admin, monitorFields=["firstName", "terminationDate"])
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["unknownFields"][0]["name"] == "terminationDate"
    offered = admin.get("webhooks/monitor_fields").json()["fields"]
    aliases = [row["alias"] for row in offered]
    assert None in aliases
    assert "terminationDate" not in aliases
    assert create(admin, monitorFields=[a for a in aliases if a]).status_code == 201


@case("bamboohr", "23g")
def test_case_23g_gives_the_legacy_events_by_default(admin: Account) -> None:
    made = create(admin, events=None, frequency={"hour": 1}, limit={"times": 2}).json()
    assert made["events"] == [
        "employee_with_fields.updated",
        "employee_with_fields.deleted",
        "employee_with_fields.created",
    ]
    assert create(admin).json()["events"] == EVENTS


@case("bamboohr", "24a")
def test_case_24a_shows_the_private_key_once(admin: Account) -> None:
    answer = create(admin)
    assert answer.status_code == 201
    made = answer.json()
    assert list(made) == [
        "id",
        "name",
        "created",
        "lastSent",
        "monitorFields",
        "postFields",
        "url",
        "format",
        "privateKey",
        "includeCompanyDomain",
        "events",
    ]
    assert made["id"] == "4"
    assert made["lastSent"] is None
    assert made["postFields"] == {}
    key = made.pop("privateKey")
    assert len(key) == 32
    assert int(key, 16) >= 0
    assert len(made["created"]) == len("2026-03-02 15:40:10")
    assert admin.get("webhooks/4").json() == made
    assert admin.get("webhooks").json() == {
        "webhooks": [{name: made[name] for name in ("id", "name", "created", "lastSent", "url")}]
    }


@case("bamboohr", "24b")
def test_case_24b_refuses_a_foreign_webhook_in_the_object_form(account: Account) -> None:
    admin = account.as_user()
    assert create(admin).status_code == 201
    other = account.as_user(OUTSIDER)
    app = account.as_app("webhooks")
    for foreign in (other, app):
        assert foreign.get("webhooks").json() == {"webhooks": []}
        for answer in (
            foreign.get("webhooks/4"),
            foreign.put("webhooks/4", json=HOOK),
            foreign.delete("webhooks/4"),
            foreign.get("webhooks/4/log"),
        ):
            assert answer.status_code == 403
            assert answer.json() == {"errors": {"error": "You do not have access to webhook ID: 4"}}
    assert admin.get("webhooks/4").status_code == 200
    missing = admin.get("webhooks/5")
    assert missing.status_code == 404
    assert missing.json() == {"errors": [{"error": "No webhook was found with ID: 5."}]}


@case("bamboohr", "24c")
def test_case_24c_deletes_with_plain_text(admin: Account) -> None:
    create(admin)
    answer = admin.delete("webhooks/4")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.text == "Web hook has been deleted."
    assert admin.delete("webhooks/4").status_code == 404


@case("bamboohr", "24d")
def test_case_24d_replaces_the_whole_webhook(admin: Account) -> None:
    made = create(admin, events=["employee.created"]).json()
    short = {name: HOOK[name] for name in ("name", "url", "format", "monitorFields")}
    answer = admin.put("webhooks/4", json={**short, "name": "renamed"})
    assert answer.status_code == 200
    put = answer.json()
    assert put["name"] == "renamed"
    assert put["includeCompanyDomain"] is False
    assert put["events"] != ["employee.created"]
    assert "privateKey" not in put
    assert admin.state()["webhooks"]["4"]["privateKey"] == made["privateKey"]
    assert admin.put("webhooks/4", json={"name": "x"}).status_code == 400


def test_offers_fields_to_post(admin: Account) -> None:
    offered = admin.get("webhooks/post-fields").json()
    assert sorted(offered) == ["fields", "pages", "tables"]
    assert {"alias", "name", "type", "id", "pageId", "tableId"} == set(offered["fields"][0])
