"""What all stand-ins share: clock, agenda, switches, softened cases, deliveries, journal."""

from __future__ import annotations

import importlib
import pkgutil
import random
import sys
import traceback
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from connectors.sandbox import vendors
from connectors.sandbox.agenda import Agenda
from connectors.sandbox.clock import Clock
from connectors.sandbox.deliveries import Courier, Delivery
from connectors.sandbox.faults import Faults
from connectors.sandbox.journal import Journal
from connectors.sandbox.recorder import Recorder
from connectors.sandbox.standin import JSON, Answer, Request, StandIn, Switch

__all__ = ["AUTO_CONSENT", "Delivery", "World"]

AUTO_CONSENT = Switch("A consent page agrees by itself, as if the user had.", ("off", "on"))
"""The switch ``auto_consent``, which every vendor has."""


class World:
    """One sandbox. Stand-ins see the methods of the first half; the server uses the rest."""

    def __init__(
        self,
        *,
        seed: int,
        people: int,
        latency_ms: float = 0.0,
        reach: Mapping[str, str] | None = None,
    ) -> None:
        self.seed = seed
        self.people = people
        self.latency_ms = latency_ms
        self.reach = dict(reach or {})
        self._first_reach = dict(self.reach)
        self.base_url = ""
        """Where this server listens, without a slash at the end; empty until it does."""
        self.generation = 0
        """Counts resets: what was begun before one has no effect after it."""
        self.clock = Clock()
        self.agenda = Agenda(self.clock)
        self.courier = Courier(self)
        self.journal = Journal()
        self.faults = Faults()
        self.softened: set[tuple[str, str]] = set()
        self.switched: dict[tuple[str, str], str] = {}
        self.defects: list[dict[str, JSON]] = []
        self.recorder: Recorder | None = None
        self.on_agenda: Callable[[], None] = lambda: None
        """Told when the agenda has grown, so that the server wakes in time."""
        self._lag_ms: dict[str, float] = {}
        self.dice: dict[str, random.Random] = {}
        self.standins = {slug: make(self) for slug, make in find_standins().items()}
        self._defaults = {
            (slug, name): switch.values[0]
            for slug in self.standins
            for name, switch in self.switches(slug).items()
        }

    # What stand-ins use.

    def now(self, slug: str = "") -> datetime:
        """The instant it is at this vendor, aware, UTC."""
        return self.clock.now(slug)

    def is_soft(self, slug: str, case: str) -> bool:
        """Whether this strictness was turned off, by itself (``7a``) or with its case (``7``)."""
        if not self.softened:
            return False
        return (slug, case) in self.softened or (slug, case.rstrip("abcdefghij")) in self.softened

    def switch(self, slug: str, name: str) -> str:
        """The value in force of a switch that this vendor declares."""
        return self.switched.get((slug, name)) or self._defaults[slug, name]

    def auto_consent(self, slug: str) -> bool:
        """Whether consent pages of this vendor agree by themselves."""
        return self.switch(slug, "auto_consent") == "on"

    def random(self, slug: str) -> random.Random:
        """This vendor's dice: the same throws after each reset with the same seed."""
        return self.dice.setdefault(slug, random.Random(f"{self.seed}:{slug}"))

    def address(self, slug: str, host: str, path: str = "/") -> str:
        """Where this path of a vendor's host is found on this server, for links and redirects."""
        return f"{self.base_url}/{slug}/{host}{path}"

    def send(self, delivery: Delivery) -> None:
        """Queue one webhook POST."""
        if self.recorder is not None:
            content_type = delivery.headers.get("Content-Type", "")
            self.recorder.delivery(
                delivery.slug, content_type, delivery.body, is_softened=bool(self.softened)
            )
        self.courier.send(delivery)

    def later(self, slug: str, at: datetime, callback: Callable[[], object]) -> None:
        """Call back once this vendor's clock reaches ``at``, by itself or by a jump.

        In a jump the clock stands at ``at`` while the callback runs. A reset forgets it.
        """
        self.agenda.add(slug, at, callback)
        self.on_agenda()

    def found_from(self, slug: str) -> datetime | None:
        """From when on searches find what the present request writes; None means at once.

        Set while a ``search_lag_ms`` fault works. A stand-in stamps the record with it and leaves
        the record, or its new values, out of searches and lists until then; a read by id is exact.
        """
        lag_ms = self._lag_ms.get(slug)
        return None if lag_ms is None else self.now(slug) + timedelta(milliseconds=lag_ms)

    def in_flight(self, slug: str, host: str) -> int:
        """How many requests to this host are under way, the present one included."""
        return self.journal.in_flight(slug, host)

    # What the server and the control API use.

    def switches(self, slug: str) -> dict[str, Switch]:
        """All switches of a vendor."""
        return {"auto_consent": AUTO_CONSENT, **self.standins[slug].switches}

    def reset(self, start_at: datetime | None = None) -> None:
        """Start anew: clock, companies, journal; no fault, switch, softened case or delivery."""
        self.clear(start_at)
        for standin in self.standins.values():
            standin.reset(self.seed, self.people)

    def clear(self, start_at: datetime | None = None) -> None:
        """Forget everything but the companies; what was begun before has no effect after it."""
        self.generation += 1
        self.reach = dict(self._first_reach)
        self.clock.reset(start_at)
        self.agenda.clear()
        self.courier.clear()
        self.journal.clear()
        self.faults.clear()
        self.softened.clear()
        self.switched.clear()
        self.defects.clear()
        self.dice.clear()

    def advance(self, seconds: float, slug: str = "") -> None:
        """Jump, stopping at each instant for which something is on the agenda."""
        target_at = self.now(slug) + timedelta(seconds=seconds)
        while True:
            next_at = self.agenda.next_at(slug)
            if next_at is not None and slug:
                next_at += timedelta(seconds=self.clock.skew(slug))
            if next_at is None or next_at > target_at:
                break
            if next_at > self.now(slug):
                self.clock.set(next_at, slug)
            self.agenda.run_due()
        if target_at > self.now(slug) or seconds < 0:
            self.clock.set(target_at, slug)
        for name, standin in self.standins.items():
            if slug in ("", name):
                standin.tick()

    def perform(self, standin: StandIn, request: Request, *, lag_ms: float | None = None) -> Answer:
        """Let the stand-in work one request; what it raises is a defect of the sandbox, kept."""
        self.agenda.run_due()
        if lag_ms is not None:
            self._lag_ms[standin.slug] = lag_ms
        try:
            return standin.handle(request)
        except Exception as error:  # noqa: BLE001  outlive a stand-in's mistake
            self.note_defect(standin.slug, f"{request.method} {request.raw_path}", error)
            return Answer(500, {"X-Sandbox-Defect": type(error).__name__}, b"Sandbox defect")
        finally:
            self._lag_ms.pop(standin.slug, None)

    def note_defect(self, slug: str, where: str, error: Exception) -> None:
        """Keep a mistake of the sandbox's own and print it."""
        trace = "".join(traceback.format_exception(error))
        self.defects.append({"vendor": slug, "where": where, "trace": trace})
        print(trace, file=sys.stderr, flush=True)


def find_standins() -> dict[str, type[StandIn]]:
    """The vendors' stand-ins: each folder of ``connectors.sandbox.vendors`` names its own.

    Raises:
        LookupError: a folder has no ``STANDIN``, or one of another slug; names the folder.
    """
    found: dict[str, type[StandIn]] = {}
    for module in pkgutil.iter_modules(vendors.__path__):
        if not module.ispkg:
            continue
        package = importlib.import_module(f"{vendors.__name__}.{module.name}")
        standin = getattr(package, "STANDIN", None)
        if (
            isinstance(standin, type)
            and issubclass(standin, StandIn)
            and standin.slug == module.name
        ):
            found[standin.slug] = standin
        else:
            raise LookupError(
                f"{package.__name__} has no STANDIN: a StandIn whose slug is its name."
            )
    return found
