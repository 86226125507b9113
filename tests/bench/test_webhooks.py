"""Webhook intake beside a bare view, what a kill costs, and how soon a change is at the target."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from statistics import median

import pytest
from django.db import connection
from pytest_django import Settings

from audit.models import Entry
from audit.outcomes import Outcome
from config import clock
from integrations.models import Delivery, Record, Subscription
from integrations.webhooks import subscriptions
from tests.bench.bare import TABLE
from tests.bench.conftest import Figures
from tests.bench.volley import fire, request_bytes
from tests.company import Company
from tests.conftest import Sandbox
from tests.factories import make_integration, make_subscription
from tests.processes import Process, free_port, serving, start_web
from tests.unit.integrations.webhooks.posts import SECRET, path_of, signed, told

pytestmark = [pytest.mark.bench, pytest.mark.django_db(transaction=True)]

BARE = "tests.bench.bare:make_application()"
ROUNDS = 5
ROUND_COUNT = 600
KILLS = 3
CHANGES_COUNT = 120
"""Fewer than three in ten of the company: more would wait for a person."""
CHANGES_PER_SECOND = 20
WRITTEN_SECONDS = 90
FLIGHT_COUNT = 4_000


@pytest.fixture
def subscription(transactional_db: None) -> Subscription:
    return make_subscription(make_integration().source, secret=SECRET)


@pytest.fixture
def bare_table(transactional_db: None) -> Iterator[None]:
    """A table as plain as the view."""
    key = "integer PRIMARY KEY" if connection.vendor == "sqlite" else "bigserial PRIMARY KEY"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {TABLE} (id {key}, body text NOT NULL)")
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {TABLE}")


def deliveries(subscription: Subscription, count: int, start: int = 0) -> list[bytes]:
    """Signed requests, each naming somebody else."""
    requests = []
    for number in range(start, start + count):
        body = told(str(number))
        headers = {"Content-Type": "application/json", **signed(body)}
        requests.append(request_bytes(path_of(subscription), headers, body))
    return requests


@pytest.mark.usefixtures("bare_table")
def test_webhooks_intake(subscription: Subscription, tmp_path: Path, figures: Figures) -> None:
    plain = [request_bytes("/bare/", {"Content-Type": "application/json"}, told("117"))]
    bare_seconds, our_seconds, ratios = [], [], []
    bare_ms, our_ms = [], []
    with (
        serving(tmp_path / "bare.log", BARE, "--workers", "2") as bare,
        serving(tmp_path / "web.log", "config.wsgi", "--workers", "2") as ours,
    ):
        fire(bare, plain * 100)
        fire(ours, deliveries(subscription, 100))
        # In turns: what else the machine does meets both alike.
        for turn in range(ROUNDS):
            seconds, shots = fire(bare, plain * ROUND_COUNT)
            assert len(shots.taken) == ROUND_COUNT
            bare_seconds.append(seconds)
            bare_ms.append(shots.p99_ms())
            requests = deliveries(subscription, ROUND_COUNT, (turn + 1) * ROUND_COUNT)
            seconds, shots = fire(ours, requests)
            assert len(shots.taken) == ROUND_COUNT, shots.refused
            our_seconds.append(seconds)
            our_ms.append(shots.p99_ms())
            ratios.append(bare_seconds[-1] / our_seconds[-1])
    assert Delivery.objects.count() == ROUNDS * ROUND_COUNT + 100
    figures["webhooks_intake"] = {
        "database": connection.vendor,
        "deliveries_per_second": round(ROUND_COUNT / median(our_seconds)),
        "bare_per_second": round(ROUND_COUNT / median(bare_seconds)),
        "ratio_to_bare": round(median(ratios), 3),
        "p99_ms": round(median(our_ms), 1),
        "bare_p99_ms": round(median(bare_ms), 1),
    }


def test_webhooks_kill(subscription: Subscription, tmp_path: Path, figures: Figures) -> None:
    port, log = free_port(), tmp_path / "web.log"
    requests = deliveries(subscription, FLIGHT_COUNT)
    web = start_web(port, log, options=("--workers", "2"))
    is_over = threading.Event()

    def disturb() -> None:
        nonlocal web
        for _ in range(KILLS):
            if is_over.wait(0.7):
                return
            web.kill()
            web = start_web(port, log, options=("--workers", "2"))

    disturber = threading.Thread(target=disturb)
    disturber.start()
    began = time.monotonic()
    try:
        _, shots = fire(port, requests)
    finally:
        is_over.set()
        disturber.join()
        web.end()
    stored = {one.body for one in Delivery.objects.all()}
    lost = [number for number in shots.taken if told(str(number)).decode() not in stored]
    figures["webhooks_kill"] = {
        "database": connection.vendor,
        "answered_200": len(shots.taken),
        "cut_off": shots.cut_count,
        "lost": len(lost),
        "seconds": round(time.monotonic() - began, 1),
    }
    assert shots.cut_count > 0, "nothing was cut off: the kill came too late"
    assert shots.refused == []
    assert lost == []
    assert Entry.objects.count() == 0


@pytest.fixture
def company(sandbox: Sandbox, transactional_db: None, settings: Settings) -> Iterator[Company]:
    """Six hundred people, connected, mapped and synced."""
    settings.SANDBOX_URL = sandbox.url
    settings.PUBLIC_URL = "https://connector.example"
    company = Company(sandbox, 5 * CHANGES_COUNT)
    company.sync()
    yield company
    clock.follow("")


def test_webhooks_to_target(company: Company, tmp_path: Path, figures: Figures) -> None:
    people = standing(company)[: CHANGES_COUNT + 1]
    worker = Process("-m", "tests.bench.worker", log=tmp_path / "worker.log")
    try:
        with serving(tmp_path / "web.log", "config.wsgi", "--workers", "2") as port:
            reach = {"origin": "https://connector.example", "loopback": f"http://127.0.0.1:{port}"}
            company.sandbox.control("POST", "reach", reach)
            subscriptions.mend(company.integration.source_id)
            company.change(people[0], lastName="Warm-up")
            written(company, people[:1])
            began = time.monotonic()
            for number, person_id in enumerate(people[1:]):
                time.sleep(max(0.0, began + number / CHANGES_PER_SECOND - time.monotonic()))
                company.change(person_id, lastName=f"Changed-{number}")
            seconds = time.monotonic() - began
            ended = written(company, people[1:])
    finally:
        worker.end()
    sent = sent_at(company)
    took = sorted((ended[key] - sent[key]).total_seconds() for key in people[1:])
    figures["webhooks_to_target"] = {
        "database": connection.vendor,
        "changes": len(took),
        "per_second": round(len(took) / seconds, 1),
        "median_seconds": round(median(took), 2),
        "p95_seconds": round(took[int(len(took) * 0.95)], 2),
        "longest_seconds": round(took[-1], 2),
    }
    assert company.faults() == []


def standing(company: Company) -> list[str]:
    """People whose change is carried."""
    synced = Record.objects.filter(integration=company.integration, state=Record.State.SYNCED)
    ids = set(synced.values_list("source_id", flat=True))
    return [
        key for key, one in company.people().items() if key in ids and one["status"] == "Active"
    ]


def written(company: Company, people: Sequence[str]) -> dict[str, datetime]:
    """When each one's change was answered by the target and stored; waits for the last."""
    give_up_at = time.monotonic() + WRITTEN_SECONDS
    while True:
        entries = Entry.objects.filter(source_id__in=people, outcome=Outcome.UPDATED)
        ended = dict(entries.values_list("source_id", "at"))
        if len(ended) == len(people):
            return ended
        assert time.monotonic() < give_up_at, f"{len(ended)} of {len(people)} are written"
        time.sleep(0.2)


def sent_at(company: Company) -> dict[str, datetime]:
    """When the vendor posted the change of each one."""
    rows = company.sandbox.control("GET", "webhooks?vendor=bamboohr")
    return {
        json.loads(row["body"])["data"]["employeeId"]: datetime.fromisoformat(
            row["attempts"][0]["at"]
        )
        for row in rows
    }
