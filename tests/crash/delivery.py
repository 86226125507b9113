"""The story of a delivery: a web process takes it up, and after it a worker works what it tells."""

from __future__ import annotations

from collections.abc import Sequence

from tests.crash.lane import Lane
from tests.crash.processes import Process
from tests.crash.scenario import Opening
from tests.crash.story import HOUR_SECONDS, Message, Story, Told


class DeliveryStory(Story):
    """Its process is a web process; what it lost is never found by a poll, for there is none."""

    @property
    def messages(self) -> tuple[Message, ...]:
        """What comes to the web process."""
        return (self.lane.deliver,)

    def start(self, end_at: int = 0) -> Process:
        """The web process; it alone lacks a safety that was taken out."""
        return self.lane.start_web(end_at, plants=self.plants)

    def tell(self, first: Process) -> Told:
        """The delivery, and the worker that is woken by it; only the web process is cut."""
        self.lane.deliver()
        first.await_idle()
        worker = self.work()
        labels = first.labels()
        return Told((*labels, *worker.labels()), len(labels), first_calls=0)

    def work(self) -> Process:
        """What waits in the queues."""
        worker = self.lane.start_worker()
        worker.await_idle()
        return worker

    def go_on(self) -> None:
        """Within an hour the vendor tries again what nobody answered: another process does."""
        again = self.start()
        self.lane.advance(HOUR_SECONDS)
        self.lane.await_deliveries()
        again.await_idle()
        self.work()

    def settle(self, *, may_need_consent: bool = False, has_lost_redis: bool = False) -> None:
        """Sweeps alone, and time."""
        self.sweep_until_done()


def story_on(lane: Lane, plants: Sequence[str] = ()) -> Story:
    """The story of this lane, with these safeties taken out."""
    is_delivered = lane.scenario.opening is Opening.DELIVERY
    return DeliveryStory(lane, plants) if is_delivered else Story(lane, plants)
