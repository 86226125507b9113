"""The Celery app: what it sends, where to, and how long a publisher waits."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator

import pytest
import redis
from celery import current_app
from celery.exceptions import QueueNotFound
from kombu import pools
from kombu.exceptions import EncodeError, OperationalError
from pytest_django import Settings

from config.celery import App
from config.embedded import EmbeddedRedis
from config.redis_urls import spell

TASK = "integrations.tasks.wake"


@pytest.fixture
def app(server: EmbeddedRedis, settings: Settings) -> Iterator[App]:
    """The app as configured, on a Redis of its own."""
    settings.EMBEDDED_REDIS = server
    settings.CELERY_BROKER_URL = spell(server.url).celery
    own = App("try", set_as_current=False)
    own.config_from_object("django.conf:settings", namespace="CELERY")
    yield own
    with own.connection_for_write() as line:
        # Its own pools alone: another app of this process may be using the rest.
        for group in (pools.producers, pools.connections):
            if line in group:
                group[line].force_close_all()
                del group[line]
    own.close()


def seconds_until_refused(app: App) -> float:
    begun = time.monotonic()
    with pytest.raises(OperationalError):
        app.send_task(TASK, [7])
    return time.monotonic() - begun


def test_is_the_app_of_this_process() -> None:
    assert current_app.main == "ml_connector"


def test_starts_the_embedded_redis_before_the_first_message(
    app: App, server: EmbeddedRedis
) -> None:
    assert not server.is_running()
    app.send_task(TASK, [7])
    assert server.is_running()


def test_sends_json_to_the_queue_that_is_asked_for(app: App, server: EmbeddedRedis) -> None:
    app.send_task(TASK, [7])
    app.send_task(TASK, [8], queue="bulk")
    with redis.Redis(unix_socket_path=str(server.socket)) as client:
        assert (client.llen("soon"), client.llen("bulk")) == (1, 1)
        message = json.loads(client.lindex("bulk", 0))
    assert message["content-type"] == "application/json"
    assert message["headers"]["task"] == TASK


def test_refuses_a_queue_that_no_worker_reads(app: App) -> None:
    with pytest.raises(QueueNotFound):
        app.send_task(TASK, [7], queue="sooon")


def test_refuses_what_json_cannot_say(app: App) -> None:
    with pytest.raises(EncodeError):
        app.send_task(TASK, [object()])
    assert app.conf.accept_content == ["json"]


def test_waits_a_fifth_of_a_second_for_a_redis_that_hangs(app: App, server: EmbeddedRedis) -> None:
    app.send_task(TASK, [7])
    pid = int((server.var_dir / "redis.pid").read_text())
    os.kill(pid, signal.SIGSTOP)
    try:
        assert 0.2 <= seconds_until_refused(app) < 1
        # A process that has not spoken with it yet waits no longer.
        fresh = App("fresh", set_as_current=False)
        fresh.config_from_object("django.conf:settings", namespace="CELERY")
        assert 0.2 <= seconds_until_refused(fresh) < 1
        fresh.close()
    finally:
        os.kill(pid, signal.SIGCONT)


def test_keeps_no_results_and_acknowledges_late(app: App) -> None:
    assert app.conf.result_backend is None
    assert app.conf.task_ignore_result is True
    assert app.conf.task_acks_late is True
    assert app.conf.task_reject_on_worker_lost is False
    assert app.conf.worker_prefetch_multiplier == 1
    assert [queue.name for queue in app.conf.task_queues] == ["soon", "bulk"]


def test_lets_consumers_wait_longer_than_publishers(app: App) -> None:
    reading, writing = app.connection_for_read(), app.connection_for_write()
    assert reading.transport_options == {"visibility_timeout": 3600}
    assert writing.transport_options == {
        "visibility_timeout": 3600,
        "socket_timeout": 0.2,
        "socket_connect_timeout": 0.2,
        "max_retries": 0,
    }
