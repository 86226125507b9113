"""The watchdog of total deadlines."""

from __future__ import annotations

import os
import threading
import time
import warnings
from collections.abc import Callable

from connectors.deadline import Watchdog


def test_fires_once_after_the_time_given() -> None:
    watchdog, fired = Watchdog(), threading.Event()
    started = time.monotonic()
    with watchdog.watch(0.05, fired.set) as watch:
        assert fired.wait(2)
    assert 0.05 <= time.monotonic() - started < 1
    assert watch.has_fired


def test_does_not_fire_after_the_block_was_left() -> None:
    watchdog, fired = Watchdog(), threading.Event()
    with watchdog.watch(0.02, fired.set) as watch:
        pass
    with watchdog.watch(0.06, threading.Event().set) as later:
        assert _until(lambda: later.has_fired)
    assert not fired.is_set()
    assert not watch.has_fired


def test_fires_an_earlier_deadline_that_came_later() -> None:
    watchdog, fired = Watchdog(), threading.Event()
    with watchdog.watch(60, threading.Event().set) as long, watchdog.watch(0.02, fired.set):
        assert fired.wait(2)
        assert not long.has_fired
        assert 59 < long.remaining_seconds() < 60


def test_works_again_after_being_idle() -> None:
    watchdog = Watchdog()
    for _ in range(3):
        fired = threading.Event()
        with watchdog.watch(0.02, fired.set):
            assert fired.wait(2)


def test_watches_many_calls_with_one_thread() -> None:
    watchdog = Watchdog()
    before_count = threading.active_count()
    watches = [watchdog.watch(30, threading.Event().set) for _ in range(50)]
    for watch in watches:
        watch.__enter__()
    assert threading.active_count() == before_count + 1
    for watch in watches:
        watch.__exit__(None, None, None)


def test_works_in_a_forked_process() -> None:
    watchdog = Watchdog()
    with watchdog.watch(60, threading.Event().set):
        with warnings.catch_warnings():
            # Python 3.12 warns of every fork beside threads; what it warns of is tested here.
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if child == 0:
            fired = threading.Event()
            with watchdog.watch(0.02, fired.set):
                os._exit(0 if fired.wait(5) else 1)
        assert os.waitpid(child, 0)[1] == 0


def _until(is_so: Callable[[], bool], seconds: float = 2.0) -> bool:
    ends_at = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > ends_at:
            return False
        threading.Event().wait(0.005)
    return True
