"""How often a worker is woken for deliveries, and who waits for it."""

from __future__ import annotations

import time
from queue import Queue
from threading import Event

from integrations.webhooks.bell import APART_SECONDS, Bell

PATIENCE_SECONDS = 10


def test_wakes_for_the_first_and_once_more_for_all_that_come_behind_it() -> None:
    woken: Queue[float] = Queue()
    bell = Bell(lambda: woken.put(time.monotonic()))
    bell.ring()
    first = woken.get(timeout=PATIENCE_SECONDS)
    for _ in range(500):
        bell.ring()
    second = woken.get(timeout=PATIENCE_SECONDS)
    assert second - first >= APART_SECONDS
    bell.ring()
    third = woken.get(timeout=PATIENCE_SECONDS)
    assert third - second >= APART_SECONDS
    assert woken.empty()


def test_keeps_nobody_waiting_for_a_broker_that_hangs() -> None:
    begun, goes_on = Event(), Event()
    woken: Queue[bool] = Queue()

    def wake() -> None:
        begun.set()
        goes_on.wait(PATIENCE_SECONDS)
        woken.put(True)

    bell = Bell(wake)
    bell.ring()
    assert begun.wait(PATIENCE_SECONDS)
    for _ in range(500):
        bell.ring()
    assert woken.empty()
    goes_on.set()
    for _ in range(2):
        assert woken.get(timeout=PATIENCE_SECONDS)
