"""The mapping table: who waits for which row, suggestions confirmed in bulk, CSV out and in."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import Action
from integrations.models import Integration, Mapping, Membership, Record, Term
from tests.factories import make_integration, make_mapping, make_member, make_record
from tests.unit.integrations.admin.pages import Answered, address_of, page, told

pytestmark = pytest.mark.django_db

LIST = "/admin/integrations/mapping/"
State = Mapping.State
HEAD = "kind,source,target\r\n"
LIST_QUERIES_COUNT = 9
"""The list's own, and one for what waits."""


@pytest.fixture
def integration() -> Integration:
    """A flow whose target knows two departments and two positions."""
    integration = make_integration()
    for kind, keys in (("department", ("FIN", "ENG")), ("position", ("DEV",))):
        for key in keys:
            Term.objects.create(connection=integration.target, kind=kind, key=key, title=key)
    return integration


def held(integration: Integration, department: str, count: int = 1) -> list[Record]:
    """People whose department has no counterpart yet."""
    reason: dict[str, object] = {
        "code": "unmapped",
        "class": "mapping",
        "facts": {"mapping": "department", "value": department},
        "sentence": "No counterpart.",
    }
    return [
        make_record(integration, state=Record.State.HELD, reasons=[reason]) for _ in range(count)
    ]


def suggested(integration: Integration, source: str, target: str) -> Mapping:
    """A row with a suggestion."""
    row = make_mapping(
        integration, f'["{source}"]', target={"department": target}, state=State.SUGGESTED
    )
    Mapping.objects.filter(pk=row.pk).update(ground=f"The same name as {target}.")
    return row


def act(browser: Client, name: str, *rows: Mapping, **more: str) -> Answered:
    """Choose an action for rows of the list."""
    return browser.post(
        LIST, {"action": name, "_selected_action": [row.pk for row in rows], **more}
    )


def stands(row: Mapping) -> tuple[str, dict[str, str]]:
    row.refresh_from_db()
    return row.state, row.target


def address(integration: Integration, table: str = "") -> str:
    return f"{LIST}csv/{integration.pk}/{table}"


def give(browser: Client, integration: Integration, text: str | bytes) -> Answered:
    """Give a file back."""
    content = text.encode() if isinstance(text, str) else text
    file = SimpleUploadedFile("mappings.csv", content, content_type="text/csv")
    return browser.post(address(integration), {"file": file})


def faults(answer: Answered) -> str:
    """What the page says of a file that it did not take."""
    assert answer.status_code == 200
    return answer.content.decode().replace("&#x27;", "'").replace("&quot;", '"')


def test_says_how_many_records_wait_for_each_row(browser: Client, integration: Integration) -> None:
    waited = make_mapping(integration, '["Finance"]')
    make_mapping(integration, '["Sales"]')
    held(integration, "Finance", 3)
    held(make_integration(), "Finance", 5)

    rows = {row.pk: row.waiting_count for row in browser.get(LIST).context["cl"].result_list}

    assert rows[waited.pk] == 3
    assert sum(rows.values()) == 3
    assert '<div class="readonly' in page(browser, address_of(waited))


def test_asks_once_for_all_rows_of_the_page(browser: Client, integration: Integration) -> None:
    counts = []
    for start in (0, 50):
        for number in range(start, start + 50):
            make_mapping(integration, f'["Department {number}"]')
            held(integration, f"Department {number}")
        with CaptureQueriesContext(database) as queries:
            page(browser, LIST)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= LIST_QUERIES_COUNT


def test_finds_what_is_undecided_and_waited_for(browser: Client, integration: Integration) -> None:
    slashed = make_mapping(integration, '["R / D"]')
    finer = make_mapping(integration, '["Finance", "West"]')
    decided = make_mapping(integration, '["Sales"]', state=State.IGNORED)
    make_mapping(integration, '["Nobody"]')
    foreign = make_mapping(make_integration(), '["R / D"]')
    for department in ("R / D", "Finance / West", "Sales"):
        held(integration, department)

    found = browser.get(f"{LIST}?records=records_wait").context["cl"].result_list

    assert {row.pk for row in found} == {slashed.pk, finer.pk}
    assert foreign.pk not in {row.pk for row in found}
    assert decided.state == State.IGNORED


def test_shows_each_suggestion_with_its_ground_before_it_is_confirmed(
    browser: Client, integration: Integration
) -> None:
    finance = suggested(integration, "Finance", "FIN")
    sales = make_mapping(integration, '["Sales"]')
    (record,) = held(integration, "Finance")

    asked = act(browser, "confirm_suggested", finance, sales)

    assert asked.status_code == 200
    text = asked.content.decode()
    assert "department: Finance → FIN. The same name as FIN." in text
    assert "Sales" not in text
    assert stands(finance) == (State.SUGGESTED, {"department": "FIN"})
    assert not Action.objects.exists()

    done = act(browser, "confirm_suggested", finance, sales, sure="yes")

    assert told(done) == ["Confirmed: 1. Records that go on by it: 1."]
    assert stands(finance) == (State.CONFIRMED, {"department": "FIN"})
    assert stands(sales) == (State.UNMAPPED, {})
    record.refresh_from_db()
    assert record.due_at is not None
    assert Action.objects.get().what == "mapping.confirm_suggested"


def test_says_when_nothing_is_suggested(browser: Client, integration: Integration) -> None:
    answer = act(browser, "confirm_suggested", make_mapping(integration, '["Sales"]'))
    assert told(answer) == ["Nothing is suggested for any of these."]


def test_asks_before_several_are_not_carried(browser: Client, integration: Integration) -> None:
    row = make_mapping(integration, '["Sales"]')
    asked = act(browser, "ignore", row)
    assert "department: Sales" in asked.content.decode()
    assert stands(row) == (State.UNMAPPED, {})

    act(browser, "ignore", row, sure="yes")

    assert stands(row) == (State.IGNORED, {})


def test_takes_the_table_out_and_in_again(
    browser: Client, operator: User, integration: Integration
) -> None:
    rows = {
        name: make_mapping(integration, f'["{name}"]')
        for name in ("=1+1", "Finance", "R / D", "'-x")
    }
    suggested(integration, "Engineering", "ENG")
    taken = browser.get(address(integration, "table/"))
    assert taken["Content-Type"] == "text/csv; charset=utf-8"
    text = taken.content.decode()
    assert text.startswith("\ufeffkind,source,target,state,version,why\r\n")
    assert "department,'=1+1,,unmapped,1,\r\n" in text
    assert "department,''-x,,unmapped,1,\r\n" in text

    for name in ("=1+1", "R / D", "'-x"):
        cell = f"'{name}" if name != "R / D" else name
        text = text.replace(f"department,{cell},,", f"department,{cell},FIN,")
    answer = give(browser, integration, text)

    assert told(answer) == [
        "Confirmed: 4. Not carried: 0. As before: 0. Left open: 1. Records that go on by it: 0."
    ]
    for name, row in rows.items():
        expected = (
            (State.UNMAPPED, {}) if name == "Finance" else (State.CONFIRMED, {"department": "FIN"})
        )
        assert stands(row) == expected, name
    done = Action.objects.order_by("pk")
    assert [(one.what, one.outcome, one.person_id) for one in done] == [
        ("integration.export_mappings", "done", operator.pk),
        ("integration.confirm_mappings", "done", operator.pk),
    ]


def test_changes_nothing_by_a_file_that_says_what_stands(
    browser: Client, integration: Integration
) -> None:
    row = make_mapping(
        integration, '["Finance"]', target={"department": "FIN"}, state=State.CONFIRMED
    )
    make_mapping(integration, '["Sales"]', state=State.IGNORED)

    answer = give(browser, integration, browser.get(address(integration, "table/")).content)

    assert told(answer)[0].startswith("Confirmed: 0. Not carried: 0. As before: 2.")
    row.refresh_from_db()
    assert row.version == 1


def test_lets_the_records_go_on_that_waited(browser: Client, integration: Integration) -> None:
    make_mapping(integration, '["Finance"]')
    (record,) = held(integration, "Finance")

    answer = give(browser, integration, f"{HEAD}department,Finance,FIN\r\n")

    assert told(answer)[0].endswith("Records that go on by it: 1.")
    record.refresh_from_db()
    assert record.due_at is not None


def test_does_not_carry_what_the_file_ignores(browser: Client, integration: Integration) -> None:
    row = make_mapping(integration, '["Finance"]')
    give(browser, integration, "kind,source,target,state\r\ndepartment,Finance,,ignored\r\n")
    assert stands(row) == (State.IGNORED, {})


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("dept,Finance,FIN", "Line 3, column kind: 'dept' is none. There are: branch, department"),
        ("department,Finanze,FIN", "Line 3, column source: There is no department 'Finanze'"),
        ("department,Sales,FIN", "Line 3, column source: It stands in line 2 already."),
        (
            "department,Finance,FINX",
            "Line 3, column target: department [\"Finance\"]: 'FINX' is no",
        ),
        ("department,Finance,FIN,ignored", "Line 3, column target: It is ignored and has a target"),
        ("department,Finance,FIN,done", "Line 3, column state: 'done' is none."),
        ("department,Finance,FIN,,one", "Line 3, column version: 'one' is no number"),
        ("department,Finance,FIN,,7", "Line 3, column version:"),
    ],
)
def test_takes_nothing_in_of_a_file_with_one_bad_row(
    browser: Client, integration: Integration, line: str, fault: str
) -> None:
    sales, finance = (
        make_mapping(integration, '["Sales"]'),
        make_mapping(integration, '["Finance"]'),
    )
    text = f"kind,source,target,state,version\r\ndepartment,Sales,ENG\r\n{line}\r\n"

    shown = faults(give(browser, integration, text))

    assert "Nothing was taken in." in shown
    assert fault in shown
    assert stands(sales) == stands(finance) == (State.UNMAPPED, {})
    action = Action.objects.get()
    assert (action.what, action.outcome) == ("integration.confirm_mappings", "refused")
    assert fault in action.sentence


def test_refuses_with_both_versions_what_was_changed_since(
    browser: Client, integration: Integration
) -> None:
    row = make_mapping(integration, '["Finance"]')
    text = browser.get(address(integration, "table/")).content.decode()
    give(browser, integration, f"{HEAD}department,Finance,FIN\r\n")

    shown = faults(give(browser, integration, text.replace("Finance,,", "Finance,ENG,")))

    assert "column version:" in shown
    assert "it is FIN now" in shown
    assert "you chose ENG" in shown
    assert stands(row) == (State.CONFIRMED, {"department": "FIN"})


def test_tells_several_faults_at_once(browser: Client, integration: Integration) -> None:
    make_mapping(integration, '["Finance"]')
    shown = faults(
        give(browser, integration, f"{HEAD}dept,Finance,FIN\r\ndepartment,Finance,FINX\r\n")
    )
    assert "Line 2, column kind" in shown
    assert "Line 3, column target" in shown


@pytest.mark.parametrize("content", ["", "a,b\r\n", b"kind,source,target\n\xff"])
def test_says_what_a_file_must_be_like(
    browser: Client, integration: Integration, content: str | bytes
) -> None:
    answer = give(browser, integration, content)
    assert answer.status_code == 200
    assert 'name="file"' in answer.content.decode()


@pytest.mark.parametrize("role", Membership.Role)
def test_lets_each_role_do_with_files_what_is_its_own(
    client: Client, integration: Integration, role: Membership.Role
) -> None:
    row = make_mapping(integration, '["Finance"]')
    client.force_login(make_member(integration.tenant, role))
    may_change = role in Membership.CHANGING

    assert "Finance" in client.get(address(integration, "table/")).content.decode()
    assert ('name="file"' in page(client, address(integration))) == may_change
    answer = give(client, integration, f"{HEAD}department,Finance,FIN\r\n")

    assert answer.status_code == (302 if may_change else 403)
    assert (stands(row)[0] == State.CONFIRMED) == may_change
    assert Action.objects.latest("pk").outcome == ("done" if may_change else "refused")


def test_shows_no_file_of_another_tenant(client: Client, integration: Integration) -> None:
    foreign = make_integration()
    client.force_login(make_member(integration.tenant))

    assert foreign.title not in page(client, f"{LIST}csv/")
    assert integration.title in page(client, f"{LIST}csv/")
    for table in ("", "table/"):
        assert client.get(address(foreign, table)).status_code == 404
    assert give(client, foreign, HEAD).status_code == 404


def test_reads_the_same_file_at_the_command_line(
    operator: User, integration: Integration, tmp_path: Path
) -> None:
    row = make_mapping(integration, '["=1+1"]')
    file = tmp_path / "mappings.csv"
    said = StringIO()

    def confirm(text: str) -> None:
        file.write_text(text, encoding="utf-8", newline="")
        call_command(
            "confirm",
            str(integration.pk),
            "--mappings",
            str(file),
            "--as",
            operator.username,
            stdout=said,
        )

    with pytest.raises(CommandError, match=r"Line 2, column target: .*'FINX'"):
        confirm(f"{HEAD}department,'=1+1,FINX\r\n")
    assert stands(row) == (State.UNMAPPED, {})
    confirm(f"{HEAD}department,'=1+1,FIN\r\n")

    assert stands(row) == (State.CONFIRMED, {"department": "FIN"})
    assert said.getvalue().startswith("Confirmed: 1.")
