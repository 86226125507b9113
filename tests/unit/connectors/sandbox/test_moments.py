"""A sandbox goes back to where it was: people, clock, journal, switches, and what waits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import requests

from tests.conftest import Sandbox
from tests.unit.connectors.sandbox.bamboohr.account import Account, receiving
from tests.unit.connectors.sandbox.test_deliveries import HOOK, delete, steer, told


def refused(sandbox: Sandbox, path: str, name: object) -> tuple[int, Any]:
    """What the control API answers where it does nothing."""
    with requests.Session() as session:
        session.trust_env = False
        url = f"{sandbox.url}/_control/{path}"
        answer = session.post(url, json={"name": name}, timeout=10)
    return answer.status_code, answer.json()["error"]


def people(sandbox: Sandbox) -> Any:
    """Everybody at BambooHR."""
    return sandbox.state("bamboohr")["companies"]["northwind"]["employees"]


def now(sandbox: Sandbox) -> datetime:
    """The instant it is there."""
    return datetime.fromisoformat(sandbox.control("GET", "clock")["now"])


def test_stands_again_as_it_stood_then_as_often_as_wanted(sandbox: Sandbox) -> None:
    sandbox.reset(people=7)
    sandbox.control("PUT", "bamboohr/employees/new", {"firstName": "Nora", "lastName": "Quist"})
    sandbox.switch("bamboohr", "refresh", "same")
    sandbox.soften("bamboohr", "7a")
    asked = requests.get(f"{sandbox.url}/bamboohr/northwind.bamboohr.com/nothing", timeout=10)
    before = people(sandbox), sandbox.requests(), sandbox.control("GET", "switches")
    began_at = now(sandbox)
    sandbox.keep("then")
    for _ in range(2):
        sandbox.reset(people=3)
        sandbox.advance(86_400)
        sandbox.control("PUT", "bamboohr/employees/101", {"lastName": "Okonkwo"})

        sandbox.go_back("then")

        after = people(sandbox), sandbox.requests(), sandbox.control("GET", "switches")
        assert after == before
        assert [row["status"] for row in after[1]] == [asked.status_code]
        # The clock goes on from that instant, however long ago it was.
        assert 0 <= (now(sandbox) - began_at).total_seconds() < 3_600


def test_does_what_was_planned_then_and_not_what_was_planned_since(sandbox: Sandbox) -> None:
    sandbox.reset(people=7)
    leaves = {"terminate": {"date": "2030-01-01"}}
    sandbox.control("PUT", "bamboohr/employees/101", leaves)
    sandbox.keep("then")
    sandbox.control("PUT", "bamboohr/employees/102", leaves)
    sandbox.go_back("then")
    sandbox.advance(86_400 * 366 * 8)
    left = {key for key, row in people(sandbox).items() if row["status"] == "Inactive"}
    assert "101" in left
    assert "102" not in left


def test_sends_again_what_waited_then_and_keeps_what_was_paused(sandbox: Sandbox) -> None:
    account = Account(sandbox)
    with account.session, receiving(sandbox) as receiver:
        admin = account.as_user()
        assert admin.post("webhooks", json=HOOK).status_code == 201
        steer(admin, "pause")
        delete(admin, "117")
        sandbox.keep("then")
        steer(admin, "flush")
        assert told(receiver) == ["117"]

        sandbox.go_back("then")
        delete(admin, "118")
        steer(admin, "settle")
        assert told(receiver) == ["117"]
        steer(admin, "flush")
        assert sorted(told(receiver)) == ["117", "117", "118"]


def test_says_which_moments_there_are(sandbox: Sandbox) -> None:
    sandbox.keep("then")
    status, sentence = refused(sandbox, "moments/again", "never")
    assert status == 404
    assert sentence.startswith("No such moment was kept: ")
    assert "then" in sentence
    assert refused(sandbox, "moments", "")[0] == 400
    assert refused(sandbox, "moments", 7) == (400, "name is a text.")
