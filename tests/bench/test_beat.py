"""One beat with 10,000 integrations: how long it takes when all of them are due at once."""

from __future__ import annotations

import json
import time
from datetime import timedelta

import pytest
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from config import clock
from config.beat import Scheduler
from config.celery import app
from tests.bench.conftest import Figures

COUNT = 10_000
INTERVAL_SECONDS = 300


@pytest.mark.bench
@pytest.mark.django_db(transaction=True)
def test_beat(figures: Figures) -> None:
    interval = IntervalSchedule.objects.create(
        every=INTERVAL_SECONDS, period=IntervalSchedule.SECONDS
    )
    long_ago = clock.now() - timedelta(seconds=2 * INTERVAL_SECONDS)
    PeriodicTask.objects.bulk_create(
        PeriodicTask(
            name=f"integration {number}",
            task="tests.note",
            queue="bulk",
            kwargs=json.dumps({"integration_id": number, "only_due": True}),
            interval=interval,
            expire_seconds=INTERVAL_SECONDS,
            last_run_at=long_ago,
        )
        for number in range(COUNT)
    )
    began = time.perf_counter()
    scheduler = Scheduler(app=app, lazy=True)
    scheduler._finalize.cancel()
    scheduler.setup_schedule()
    read = time.perf_counter()
    sent_count = 0
    while sent_count < COUNT:
        if scheduler.tick() == 0:
            sent_count += 1
    sent = time.perf_counter()
    scheduler.sync()
    kept = time.perf_counter()
    app.control.purge()
    figures["beat_10000"] = {
        "read_seconds": round(read - began, 1),
        "sent_per_second": round(COUNT / (sent - read)),
        "kept_seconds": round(kept - sent, 1),
        "latest_seconds": round(kept - began, 1),
        "share_of_interval": round((kept - began) / INTERVAL_SECONDS, 3),
    }
