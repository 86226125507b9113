"""Case 17: actions that take long, their status URLs, and the form that they keep busy."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.conftest import Sandbox
from tests.unit.connectors.sandbox.acumatica.conftest import CLIENT_ID, DEFAULT, Erp
from tests.unit.connectors.sandbox.acumatica.ledger import (
    JOURNAL,
    RELEASE,
    add,
    journal,
    journals,
    named,
    period,
    release,
)

GUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def status_of(erp: Erp, row: Any) -> str:
    """A batch's status, as judges see it."""
    status: str = journals(erp)[f"GL|{row['BatchNbr']}"]["Status"]
    return status


@pytest.mark.case("acumatica", "17a")
def test_case_17_accepts_a_release_and_does_it_later(erp: Erp) -> None:
    row = add(erp)
    answer = release(erp, row)
    assert (answer.status_code, answer.content) == (202, b"")
    assert re.fullmatch(f"{RELEASE}/status/{GUID}", answer.headers["Location"])
    assert status_of(erp, row) == "Balanced"
    erp.sandbox.advance(3)
    assert status_of(erp, row) == "Posted"


@pytest.mark.case("acumatica", "17a")
@pytest.mark.case("acumatica", "17b")
def test_case_17_answers_at_the_status_url_until_it_is_done(erp: Erp) -> None:
    row = add(erp)
    place = release(erp, row).headers["Location"]
    polls = [erp.get(place) for _ in range(4)]
    assert [poll.status_code for poll in polls] == [202, 202, 204, 204]
    assert {poll.content for poll in polls} == {b""}
    assert status_of(erp, row) == "Posted"
    assert erp.get(f"{RELEASE}/status/{row['id']}").status_code == 404


def test_is_done_at_once_where_the_switch_says_so(erp: Erp) -> None:
    erp.sandbox.switch("acumatica", "actions", "204_at_once")
    row = add(erp)
    answer = release(erp, row)
    assert answer.status_code == 204
    assert erp.get(answer.headers["Location"]).status_code == 200
    assert status_of(erp, row) == "Posted"


def test_answers_204_with_a_location_that_leads_nowhere(erp: Erp) -> None:
    erp.sandbox.switch("acumatica", "actions", "204_dead_location")
    row = add(erp)
    answer = release(erp, row)
    assert answer.status_code == 204
    assert erp.get(answer.headers["Location"]).status_code == 500
    assert status_of(erp, row) == "Posted"


@pytest.mark.case("acumatica", "9f")
@pytest.mark.case("acumatica", "17a")
@pytest.mark.case("acumatica", "17c")
def test_case_17_tells_a_failure_at_the_status_url_alone(erp: Erp) -> None:
    row = add(erp)
    place = release(erp, row).headers["Location"]
    erp.control("periods", period(erp), Status="Closed")
    erp.sandbox.advance(3)
    answer = erp.get(place)
    assert answer.status_code == 500
    wanted = period(erp)
    text = f"The {wanted[:2]}-{wanted[2:]} financial period is closed."
    assert answer.json()["exceptionMessage"] == text
    assert answer.json()["exceptionType"] == "PX.Data.PXException"
    assert status_of(erp, row) == "Balanced"


def test_fails_where_the_switch_says_so(erp: Erp) -> None:
    erp.sandbox.switch("acumatica", "operation_outcome", "fails")
    row = add(erp)
    place = release(erp, row).headers["Location"]
    assert [erp.get(place).status_code for _ in range(3)] == [202, 202, 500]
    erp.sandbox.switch("acumatica", "actions", "204_at_once")
    assert release(erp, row).status_code == 500
    assert status_of(erp, row) == "Balanced"


@pytest.mark.parametrize(("outcome", "status"), [("late", "Posted"), ("lies", "Balanced")])
def test_says_204_though_the_document_says_otherwise(erp: Erp, outcome: str, status: str) -> None:
    erp.sandbox.switch("acumatica", "operation_outcome", outcome)
    row = add(erp)
    place = release(erp, row).headers["Location"]
    assert [erp.get(place).status_code for _ in range(3)] == [202, 202, 204]
    assert status_of(erp, row) == "Balanced"
    erp.sandbox.advance(61)
    assert status_of(erp, row) == status


@pytest.mark.case("acumatica", "17a")
@pytest.mark.case("acumatica", "17d")
def test_case_17_keeps_the_form_busy_for_its_session(erp: Erp) -> None:
    row, other = add(erp), add(erp)
    colleague = Erp(erp.sandbox)
    colleague.sign_in("api")
    assert release(erp, row).status_code == 202
    one = f"{JOURNAL}/GL/{other['BatchNbr']}"
    busy = [erp.get(JOURNAL), erp.get(one), erp.put(JOURNAL, journal()), release(erp, other)]
    assert {answer.status_code for answer in busy} == {409}
    assert busy[0].json() == {
        "message": "A long operation is running for this screen in the current session."
    }
    assert erp.get(f"{DEFAULT}/Ledger").status_code == 200
    assert colleague.get(one).status_code == 200
    erp.sandbox.advance(3)
    assert erp.get(one).status_code == 200
    assert len(journals(erp)) == 2


@pytest.mark.case("acumatica", "17a")
@pytest.mark.case("acumatica", "17d")
def test_case_17_says_busy_with_a_500_on_older_builds(erp: Erp) -> None:
    erp.sandbox.switch("acumatica", "release", "24R2")
    row = add(erp)
    release(erp, row)
    answer = erp.get(JOURNAL)
    assert answer.status_code == 500
    assert "long operation" in answer.json()["exceptionMessage"]


def test_stays_busy_for_long_where_the_switch_says_so(erp: Erp) -> None:
    erp.sandbox.switch("acumatica", "actions", "202_slow")
    row = add(erp)
    place = release(erp, row).headers["Location"]
    assert {erp.get(place).status_code for _ in range(5)} == {202}
    erp.sandbox.advance(601)
    assert status_of(erp, row) == "Posted"


@pytest.mark.case("acumatica", "17e")
def test_case_17_knows_no_other_action(erp: Erp) -> None:
    row = add(erp)
    answer = erp.send("POST", f"{JOURNAL}/PostJournalTransaction", {"entity": named(row)})
    assert answer.status_code == 404
    assert release(erp, row).status_code in (202, 204)


@pytest.mark.case("acumatica", "17f")
def test_case_17_releases_only_what_is_balanced(erp: Erp) -> None:
    row = add(erp, Hold=True)
    answer = release(erp, row)
    assert answer.status_code == 422
    assert "not available for a batch that is On Hold" in answer.json()["error"]
    assert status_of(erp, row) == "On Hold"


def test_releases_no_batch_that_is_not_there(erp: Erp) -> None:
    absent = {"Module": {"value": "GL"}, "BatchNbr": {"value": "GL09999999"}}
    missing = erp.send("POST", RELEASE, {"entity": absent})
    assert missing.status_code == 500
    assert "NoEntitySatisfiesTheCondition" in missing.json()["exceptionType"]


@pytest.mark.case("acumatica", "17a")
@pytest.mark.case("acumatica", "17g")
def test_case_17_begins_the_location_with_the_instances_path(sandbox: Sandbox) -> None:
    solo = Erp(sandbox, "solo.acumatica.com")
    solo.base += "/erp"
    solo_app = CLIENT_ID.replace("Northwind", "Solo")
    tokens = solo.password_token(client_id=solo_app).json()
    solo.headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    made = solo.put(JOURNAL, journal(), select="Module,BatchNbr").json()
    entity = {name: made[name] for name in ("id", "Module", "BatchNbr")}
    place = solo.send("POST", RELEASE, {"entity": entity}).headers["Location"]
    assert re.fullmatch(f"/erp{RELEASE}/status/{GUID}", place)


def test_fails_where_the_record_was_deleted_meanwhile(erp: Erp) -> None:
    row = add(erp)
    place = release(erp, row).headers["Location"]
    erp.sandbox.control("DELETE", f"acumatica/journals/GL%7C{row['BatchNbr']}")
    erp.sandbox.advance(3)
    answer = erp.get(place)
    assert answer.status_code == 500
    assert "deleted" in answer.json()["exceptionMessage"]
    assert erp.tenant()["operations"]["1"]["state"] == "failed"
