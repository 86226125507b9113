"""Lists of millions of rows: nothing is counted, nothing is sorted, whatever it is narrowed to."""

from __future__ import annotations

import re

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit import trail
from audit.models import Entry, SyncRun
from audit.outcomes import Outcome
from integrations.admin.pages import BigTableAdmin, ReadAheadPaginator
from integrations.models import Integration
from tests.factories import make_integration, make_member, make_record
from tests.unit.integrations.admin.pages import page

pytestmark = pytest.mark.django_db

LIST = "/admin/audit/entry/"
LIST_QUERIES_COUNT = 9
FIRST_RECORD = 1_000_000
OF_ENTRIES = re.compile(r'FROM "audit_entry"')


@pytest.fixture
def integration() -> Integration:
    return make_integration()


def entered(integration: Integration, count: int, outcome: Outcome = Outcome.CREATED) -> SyncRun:
    """Entries of one run."""
    whose = trail.Whose(
        integration.tenant_id, "x", integration.pk, integration.title, "flow", "employees"
    )
    run = trail.open_run(whose, SyncRun.Trigger.MANUAL)
    texts = [
        trail.EntryText(FIRST_RECORD + number, f"s{number}", outcome) for number in range(count)
    ]
    trail.append_all(run, texts)
    return run


def asked(browser: Client, query: str = "") -> list[str]:
    """What a list asks the table of entries for."""
    with CaptureQueriesContext(database) as queries:
        page(browser, f"{LIST}?{query}")
    assert len(queries) <= LIST_QUERIES_COUNT
    return [query["sql"] for query in queries if OF_ENTRIES.search(query["sql"])]


def plan_of(sql: str) -> str:
    """How the database would go about it in a table of millions."""
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            # What costs more with every row is left out wherever there is another way.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            cursor.execute(f"EXPLAIN {sql}")
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def assert_goes_along_an_index(sql: str, *, is_narrowed: bool) -> None:
    assert "COUNT(" not in sql.upper()
    plan = plan_of(sql)
    assert "TEMP B-TREE" not in plan, plan
    assert "Sort" not in plan, plan
    assert "Seq Scan" not in plan, plan
    if is_narrowed and database.vendor == "sqlite":
        assert "SEARCH audit_entry USING" in plan, plan
    if database.vendor == "postgresql":
        assert "Index Scan" in plan or "Index Only Scan" in plan, plan


@pytest.mark.parametrize(
    "query",
    ["", "p=2", "leg=employees", *(f"outcome__exact={one}" for one in Outcome)],
)
@pytest.mark.parametrize("is_member", [False, True], ids=["everything", "one tenant"])
def test_walks_an_index_and_counts_nothing(
    browser: Client, integration: Integration, query: str, is_member: bool
) -> None:
    entered(integration, 120)
    if is_member:
        browser.force_login(make_member(integration.tenant))

    told = asked(browser, query)

    # The keys of the next pages; then the rows, which are no more than those where few are left.
    assert "LIMIT" in told[0]
    for sql in told:
        assert_goes_along_an_index(sql, is_narrowed=is_member or "=" in query.replace("p=2", ""))


def test_walks_an_index_to_the_entries_of_a_run(browser: Client, integration: Integration) -> None:
    run = entered(integration, 3)
    for sql in asked(browser, f"run__id__exact={run.pk}"):
        assert "COUNT(" not in sql.upper()
        assert "Seq Scan" not in plan_of(sql)
        assert "SCAN audit_entry" not in plan_of(sql).replace("SEARCH", "")


@pytest.mark.parametrize("by", ["source_id", "target_id", "error_id"])
def test_searches_by_way_of_records_and_errors(
    browser: Client, integration: Integration, by: str
) -> None:
    record = make_record(integration, source_id="117")
    record.target_id = "EP000117"
    record.save()
    run = entered(integration, 5)
    error = "e" * 12
    (wanted,) = trail.append_all(
        run, [trail.EntryText(record.pk, "117", Outcome.FAILED, error_id=error)]
    )
    term = {"source_id": "117", "target_id": "EP000117", "error_id": error}[by]

    with CaptureQueriesContext(database) as queries:
        found = browser.get(f"{LIST}?q={term}").context["cl"].result_list

    assert [one.pk for one in found] == [wanted.pk]
    told = [query["sql"] for query in queries if OF_ENTRIES.search(query["sql"])]
    for sql in told:
        plan = plan_of(sql)
        assert "Seq Scan on audit_entry" not in plan, plan
        assert not any(line.startswith("SCAN audit_entry") for line in plan.split("\n")), plan


def test_finds_by_search_nothing_of_another_tenant(
    client: Client, integration: Integration
) -> None:
    foreign = make_integration()
    record = make_record(foreign, source_id="117")
    run = entered(foreign, 1)
    trail.append_all(run, [trail.EntryText(record.pk, "117", Outcome.FAILED, error_id="abc")])
    client.force_login(make_member(integration.tenant))
    for term in ("117", "abc"):
        assert list(client.get(f"{LIST}?q={term}").context["cl"].result_list) == []


def test_turns_pages_without_knowing_how_many_there_are(
    browser: Client, integration: Integration
) -> None:
    entered(integration, 420)
    per_page = BigTableAdmin.list_per_page

    first = browser.get(LIST)
    assert "more than 300" in first.content.decode()
    assert [one.source_id for one in first.context["cl"].result_list][:2] == ["s419", "s418"]
    last = browser.get(f"{LIST}?p=9").context["cl"]
    assert last.result_count == 420
    assert [one.source_id for one in last.result_list][-1] == "s0"
    assert len(last.result_list) == 420 - 8 * per_page
    assert "more than" not in browser.get(f"{LIST}?p=9").content.decode()


def test_shows_nothing_wrong_of_a_page_that_is_not_there(
    browser: Client, integration: Integration
) -> None:
    entered(integration, 2)
    for number in ("99", "x", "0", "-1"):
        assert browser.get(f"{LIST}?p={number}", follow=True).status_code == 200


def test_sorts_by_no_column(browser: Client, integration: Integration) -> None:
    entered(integration, 2)
    for sql in asked(browser, "o=-7"):
        assert re.search(r'ORDER BY (1|"audit_entry"."id") DESC', sql)


def test_looks_no_further_than_a_few_pages(integration: Integration) -> None:
    entered(integration, 30)
    rows = Entry.objects.order_by("-pk")
    with CaptureQueriesContext(database) as queries:
        paginator = ReadAheadPaginator(rows, 2, 3)
        assert (paginator.count, paginator.has_more) == (16, True)
    assert len(queries) == 1
    assert queries[0]["sql"].endswith("LIMIT 17")
