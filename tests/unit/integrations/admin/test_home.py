"""The home page and the side bar: what needs somebody, how each integration fares, by tenant."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit import trail
from audit.models import SyncRun
from config import clock
from integrations.admin import chart
from integrations.admin.navigation import GROUPS
from integrations.models import (
    Connection,
    HighWaterMark,
    Integration,
    Membership,
    Plan,
    Problem,
    Record,
    Tenant,
)
from tests.clocks import StoppedClock
from tests.factories import make_integration, make_member, make_record, make_user
from tests.unit.integrations.admin.house import build_house
from tests.unit.integrations.admin.pages import page

pytestmark = pytest.mark.django_db

HOME = "/admin/"
QUERIES_COUNT = 14
"""The same for one integration and for many."""


def needs(browser: Client) -> dict[str, int]:
    """What the page says that somebody has to look at."""
    return {need.title: need.count for need in browser.get(HOME).context["needs"]}


def whose(integration: Integration) -> trail.Whose:
    return trail.Whose(
        integration.tenant_id, "x", integration.pk, integration.title, "flow", "employees"
    )


def ran(integration: Integration, **counts: int) -> SyncRun:
    """A run that ended so."""
    run = trail.open_run(whose(integration), SyncRun.Trigger.MANUAL)
    trail.close_run(run, SyncRun.State.DONE, sum(counts.values()), counts)
    return run


def test_says_what_needs_the_person(browser: Client, operator: User) -> None:
    integration = build_house("alpha")
    colleague = make_member(integration.tenant)
    Problem.objects.create(integration=integration, code="theirs", assignee=colleague)
    Problem.objects.create(integration=integration, code="ended", closed_at=clock.now())
    Connection.objects.filter(pk=integration.source_id).update(status="needs_reauth")

    assert needs(browser) == {
        "Problems that need you": 1,
        "Records held": 1,
        "Previews to approve": 1,
        "Connections to connect again": 1,
    }


def test_leads_to_what_it_counts(browser: Client) -> None:
    build_house("alpha")
    Connection.objects.filter(vendor="bamboohr").update(status="needs_reauth")
    for need in browser.get(HOME).context["needs"]:
        assert browser.get(need.url).context["cl"].result_count == need.count == 1, need.title


def test_asks_nobody_to_approve_whose_role_is_another(client: Client) -> None:
    integration = build_house("alpha")
    client.force_login(make_member(integration.tenant, Membership.Role.OPERATOR))
    assert "Previews to approve" not in needs(client)
    client.force_login(make_member(integration.tenant, Membership.Role.APPROVER))
    assert needs(client)["Previews to approve"] == 1
    Plan.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    assert needs(client)["Previews to approve"] == 0


def test_tells_how_each_integration_fares(browser: Client) -> None:
    integration = make_integration()
    ran(integration, created=1)
    last = ran(integration, unchanged=1)
    make_record(integration, state=Record.State.HELD)
    for _ in range(2):
        make_record(integration, state=Record.State.FAILED)
    polled_at = clock.now()
    HighWaterMark.objects.filter(leg="employees").update(polled_at=polled_at)

    (health,) = browser.get(HOME).context["healths"]

    assert health.last == last
    assert (health.held_count, health.failed_count) == (1, 2)
    assert health.next_at is not None
    assert health.next_at - polled_at >= timedelta(minutes=5)


def test_promises_no_run_of_what_is_paused(browser: Client) -> None:
    make_integration(status=Integration.Status.PAUSED)
    Integration.objects.update(status_reason="The endpoint\x07 is gone.")
    HighWaterMark.objects.filter(leg="employees").update(polled_at=clock.now())

    answer = browser.get(HOME)

    assert answer.context["healths"][0].next_at is None
    assert "The endpoint" in answer.content.decode()
    assert "\x07" not in answer.content.decode()


def began(integration: Integration, at: datetime, **counts: int) -> SyncRun:
    """A run that began then and runs still: nobody can move one that has ended."""
    run = trail.open_run(whose(integration), SyncRun.Trigger.MANUAL)
    SyncRun.objects.filter(pk=run.pk).update(started_at=at)
    trail.note_progress(run, sum(counts.values()), counts)
    return run


def drawn(browser: Client) -> dict[date, dict[str, int]]:
    """The columns that are not empty."""
    days = browser.get(HOME).context["days"]
    assert len(days) == chart.DAYS_COUNT
    return {
        day.on: {band.name: band.count for band in day.bands if band.count}
        for day in days
        if day.total
    }


def test_draws_fourteen_days_of_outcomes(browser: Client) -> None:
    integration = make_integration()
    ran(integration, created=2, linked=1, held=1, unchanged=500)
    ran(integration, failed=7)

    days = browser.get(HOME).context["days"]

    assert len(days) == chart.DAYS_COUNT
    today = {band.name: band.count for band in days[-1].bands}
    assert today == {"written": 3, "waiting": 0, "held": 1, "failed": 7}
    assert {band.name: band.percent for band in days[-1].bands}["failed"] == 64
    assert sum(day.total for day in days[:-1]) == 0


def test_ends_a_day_at_midnight_of_its_tenant(browser: Client, stopped_clock: StoppedClock) -> None:
    stopped_clock.at = datetime(2026, 3, 10, 12, tzinfo=UTC)
    denver = make_integration()
    auckland = make_integration()
    Tenant.objects.filter(pk=auckland.tenant_id).update(time_zone="Pacific/Auckland")
    at = datetime(2026, 3, 9, 5, 59, tzinfo=UTC)  # 23:59 on the 8th in Denver, 18:59 in Auckland
    began(denver, at, created=1)
    began(denver, at + timedelta(minutes=1), created=10)
    began(auckland, at, created=100)

    assert drawn(browser) == {
        date(2026, 3, 8): {"written": 1},
        date(2026, 3, 9): {"written": 110},
    }


def test_draws_every_run_of_the_fourteen_days_and_none_before(
    browser: Client, stopped_clock: StoppedClock
) -> None:
    stopped_clock.at = datetime(2026, 3, 20, 12, tzinfo=UTC)
    integration = make_integration()
    first = integration.tenant.starts_at(date(2026, 3, 7))
    began(integration, first - timedelta(seconds=1), failed=1)
    began(integration, first, failed=2)
    rows = [
        SyncRun(
            tenant_id=integration.tenant_id,
            tenant_name="x",
            integration_id=integration.pk,
            integration_title="x",
            flow="flow",
            leg="employees",
            trigger=SyncRun.Trigger.SCHEDULE,
            counts={"updated": 1},
            started_at=stopped_clock.at,
        )
        for _ in range(6_000)
    ]
    SyncRun.objects.bulk_create(rows, batch_size=1_000)

    assert drawn(browser) == {
        date(2026, 3, 7): {"failed": 2},
        date(2026, 3, 20): {"written": 6_000},
    }


def test_finds_the_runs_of_the_chart_by_their_start(browser: Client) -> None:
    with CaptureQueriesContext(database) as queries:
        page(browser, HOME)
    (asked,) = [query["sql"] for query in queries if "SUM(" in query["sql"]]
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            # The planner reads a table of a few rows from end to end.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {asked}")
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {asked}")
        plan = str(cursor.fetchall())

    assert "run_by_start" in plan


def test_shows_nothing_of_another_tenant(client: Client) -> None:
    own, foreign = build_house("alpha"), build_house("bravo")
    ran(foreign, failed=9)
    client.force_login(make_member(own.tenant))

    text = page(client, HOME).lower()

    assert "alpha" in text
    assert "bravo" not in text
    answer = client.get(HOME)
    assert [one.integration for one in answer.context["healths"]] == [own]
    assert answer.context["days"][-1].total == 1
    assert set(needs(client).values()) == {0, 1}


def test_costs_the_same_for_many_integrations(browser: Client) -> None:
    counts = []
    for _ in range(2):
        for _ in range(3):
            ran(make_integration(), created=1)
        with CaptureQueriesContext(database) as queries:
            page(browser, HOME)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= QUERIES_COUNT


def test_lists_in_the_side_bar_what_the_person_may_see(client: Client) -> None:
    integration = build_house("alpha")
    client.force_login(make_member(integration.tenant))
    text = page(client, HOME)
    assert '"/admin/integrations/problem/"' in text
    # Users are the installation's.
    assert '"/admin/auth/user/"' not in text


def test_shows_nothing_to_somebody_without_a_role(client: Client) -> None:
    build_house("alpha")
    client.force_login(make_user(is_superuser=False))

    answer = client.get(HOME)

    for part in ("needs", "healths", "days"):
        assert answer.context[part] == []
    assert "alpha" not in answer.content.decode().lower()


def test_has_every_page_in_the_side_bar(browser: Client) -> None:
    text = page(browser, HOME)
    for _, lines in GROUPS:
        for title, _, model in lines:
            address = f"/admin/{model.replace('.', '/')}/" if model else HOME
            assert f'href="{address}"' in text, title


def test_searches_no_table_from_the_head_of_the_page(browser: Client) -> None:
    build_house("alpha")

    with CaptureQueriesContext(database) as queries:
        answer = browser.get("/admin/search/", {"s": "alpha", "extended": "1"})

    assert "alpha" not in answer.content.decode().lower()
    assert not any("integrations_record" in query["sql"] for query in queries)
