"""What a vendor is answered, and what is stored of what it posts."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from integrations.models import Delivery, Refused, Subscription
from integrations.webhooks.keys import new_url_key
from integrations.webhooks.secrets import read
from tests.clocks import StoppedClock
from tests.factories import make_connected, make_subscription
from tests.unit.integrations.webhooks.posts import SECRET, path_of, post, signed, told

pytestmark = pytest.mark.django_db(transaction=True)


def queries_of(act: Callable[[], int], expected: int) -> list[str]:
    """What was asked of the database; how long to wait for it is not asked of it."""
    with CaptureQueriesContext(connection) as asked:
        assert act() == expected
    return [one["sql"] for one in asked.captured_queries if "PRAGMA" not in one["sql"]]


def refused() -> list[tuple[str, int]]:
    return list(Refused.objects.order_by("minute_at", "why").values_list("why", "count"))


def test_stores_what_is_proved_byte_by_byte(
    subscription: Subscription, stopped_clock: StoppedClock
) -> None:
    body = b'{"type":"employee.updated","data":{"employeeId":"7","x":"\xe4\xc3\xa4\x00"}}\r\n'
    assert post(subscription, body) == 200
    delivery = Delivery.objects.get()
    assert delivery.body.encode("latin-1") == body
    assert delivery.headers == {"content-type": "application/json"}
    assert (delivery.received_at, delivery.signed_at) == (stopped_clock.at, stopped_clock.at)
    assert (delivery.handled_at, delivery.outcome) == (None, "")
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM integrations_delivery")
        assert b"employee" not in bytes(cursor.fetchone()[0])


def test_asks_for_its_secret_once_a_minute_and_then_only_inserts(
    subscription: Subscription,
) -> None:
    first = queries_of(lambda: post(subscription), 200)
    assert [sql.split()[0] for sql in first] == ["SELECT", "INSERT"]
    again = queries_of(lambda: post(subscription), 200)
    assert [sql.split()[0] for sql in again] == ["INSERT"]
    assert Delivery.objects.count() == 2


def test_answers_404_without_a_query_to_a_key_that_is_not_ours(
    subscription: Subscription,
) -> None:
    for key in ("7c1e", "A" * 48, subscription.url_key[:-1]):
        posted = partial(post, subscription, path=f"/webhooks/bamboohr/{key}/")
        assert queries_of(posted, 404) == []


def test_answers_404_where_nobody_has_the_address(subscription: Subscription) -> None:
    assert post(subscription, path=f"/webhooks/bamboohr/{new_url_key()}/") == 404
    assert post(subscription, path=f"/webhooks/acumatica/{subscription.url_key}/") == 404
    assert post(subscription, path=f"/webhooks/nobody/{subscription.url_key}/") == 404
    other = make_subscription(make_connected(), state=Subscription.State.CLOSED, secret=SECRET)
    assert post(other) == 404
    assert not Delivery.objects.exists()
    assert refused() == []


def test_counts_what_is_forged_and_stores_nothing_of_it(
    subscription: Subscription, stopped_clock: StoppedClock
) -> None:
    body = told()
    unsigned = {"X-BambooHR-Timestamp": signed(body)["X-BambooHR-Timestamp"]}
    assert post(subscription, body, headers=signed(body, "0" * 32)) == 401
    assert post(subscription, body + b" ", headers=signed(body)) == 401
    assert post(subscription, body, headers=unsigned) == 401
    stopped_clock.advance(minutes=1)
    assert post(subscription, body, headers={}) == 401
    assert not Delivery.objects.exists()
    assert refused() == [("forged", 3), ("forged", 1)]
    assert Refused.objects.latest("minute_at").minute_at == stopped_clock.at


def test_counts_what_was_signed_two_days_ago_and_answers_200(
    subscription: Subscription, stopped_clock: StoppedClock
) -> None:
    body = told()
    long_ago = signed(body, at=stopped_clock.at - timedelta(hours=48, seconds=1))
    assert post(subscription, body, headers=long_ago) == 200
    assert not Delivery.objects.exists()
    assert refused() == [("stale", 1)]
    just = signed(body, at=stopped_clock.at - timedelta(hours=48))
    assert post(subscription, body, headers=just) == 200
    assert Delivery.objects.count() == 1


def test_answers_503_while_there_is_no_secret(transactional_db: None) -> None:
    pending = make_subscription(make_connected(), vendor_id="", state=Subscription.State.PENDING)
    assert post(pending) == 503
    pending.seal({"current": SECRET})
    pending.save()
    assert post(pending) == 200
    assert refused() == []


def test_answers_503_where_the_secret_cannot_be_read(subscription: Subscription) -> None:
    other = make_subscription(make_connected(), secret=SECRET)
    Subscription.objects.filter(pk=other.pk).update(sealed=subscription.sealed)
    assert post(other) == 503
    assert not Delivery.objects.exists()


def test_knows_a_new_secret_at_once_and_the_former_while_it_is_valid(
    subscription: Subscription, stopped_clock: StoppedClock
) -> None:
    body = told()
    assert post(subscription, body) == 200
    new = "1" * 32
    subscription.seal({"current": new, "former": SECRET})
    subscription.former_until = stopped_clock.at + timedelta(hours=1)
    subscription.save()
    assert post(subscription, body, headers=signed(body, new)) == 200
    assert post(subscription, body, headers=signed(body, SECRET)) == 200
    stopped_clock.advance(hours=1)
    subscription.seal({"current": new, "former": SECRET})
    subscription.save()
    # What is remembered may be a minute old; a forged delivery has it read again.
    assert post(subscription, body, headers=signed(body, "0" * 32)) == 401
    assert post(subscription, body, headers=signed(body, SECRET)) == 401


def test_refuses_a_large_body_and_a_compressed_one(subscription: Subscription) -> None:
    large = b"x" * (1 << 20)
    assert post(subscription, large) == 200
    assert post(subscription, large + b"x") == 413
    body = told()
    assert post(subscription, body, headers={**signed(body), "Content-Encoding": "gzip"}) == 415
    assert Delivery.objects.count() == 1


def test_is_only_posted_to(subscription: Subscription) -> None:
    assert Client().get(path_of(subscription)).status_code == 405


@contextmanager
def database_that_does_not_serve() -> Iterator[None]:
    """SQLite is locked by another process; on PostgreSQL the table is away."""
    if connection.vendor == "sqlite":
        name = str(connection.settings_dict["NAME"])
        with closing(sqlite3.connect(name, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")
        return
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE integrations_delivery RENAME TO away")
        yield
        cursor.execute("ALTER TABLE away RENAME TO integrations_delivery")


@pytest.mark.slow
def test_answers_503_while_the_database_does_not_serve(subscription: Subscription) -> None:
    """On SQLite after three seconds, sooner than a vendor would give up."""
    with database_that_does_not_serve():
        began = time.monotonic()
        assert post(subscription) == 503
        assert time.monotonic() - began < 5
    assert post(subscription) == 200
    assert Delivery.objects.count() == 1


def test_shows_nothing_of_a_secret(subscription: Subscription) -> None:
    prover = read(subscription.url_key)
    assert prover is not None
    assert prover.secrets == (SECRET,)
    assert SECRET not in repr(prover)
