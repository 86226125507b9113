"""The control API: what tests, demos and judges may do to the sandbox, and ask it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.sandbox.clock import iso, parse_instant
from connectors.sandbox.deliveries import parse_reach
from connectors.sandbox.faults import count_of, text_of
from connectors.sandbox.holds import Holds
from connectors.sandbox.keeping import Moment
from connectors.sandbox.standin import JSON, StandIn, TakenError
from connectors.sandbox.world import World

WEBHOOK_ACTIONS = ("flush", "pause", "duplicate", "reorder", "settle")
Endpoint = Callable[[Request], Awaitable[JSON]]


class RefusedError(Exception):
    """The control API cannot do what was asked; ``status`` and a sentence that says why."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class Control:
    """The endpoints under ``/_control/``."""

    def __init__(self, world: World, holds: Holds) -> None:
        self.world = world
        self.holds = holds
        self._moments: dict[str, Moment] = {}

    def app(self) -> Starlette:
        """The control API as an application of its own."""
        return Starlette(
            routes=[
                self._route("/_control/reset", self.reset, "POST"),
                self._route("/_control/moments", self.keep_moment, "POST"),
                self._route("/_control/moments/again", self.return_to_moment, "POST"),
                self._route("/_control/faults", self.list_faults, "GET"),
                self._route("/_control/faults", self.plant_fault, "POST"),
                self._route("/_control/faults", self.clear_faults, "DELETE"),
                self._route("/_control/held", self.list_held, "GET"),
                self._route("/_control/release", self.release, "POST"),
                self._route("/_control/soften", self.soften, "POST"),
                self._route("/_control/switches", self.list_switches, "GET"),
                self._route("/_control/switches", self.set_switch, "POST"),
                self._route("/_control/cases", self.list_cases, "GET"),
                self._route("/_control/requests", self.list_requests, "GET"),
                self._route("/_control/defects", self.list_defects, "GET"),
                self._route("/_control/clock", self.show_clock, "GET"),
                self._route("/_control/clock", self.advance, "POST"),
                self._route("/_control/reach", self.set_reach, "POST"),
                self._route("/_control/webhooks", self.list_deliveries, "GET"),
                self._route("/_control/webhooks", self.steer_deliveries, "POST"),
                self._route("/_control/{vendor}/state", self.state, "GET"),
                self._route("/_control/{vendor}/{kind}/{key:path}", self.put, "PUT"),
                self._route("/_control/{vendor}/{kind}/{key:path}", self.delete, "DELETE"),
                Route(
                    "/_control/{rest:path}", self.unknown, methods=["GET", "POST", "PUT", "DELETE"]
                ),
            ]
        )

    def _route(self, path: str, endpoint: Endpoint, method: str) -> Route:
        async def answer(request: Request) -> Response:
            try:
                return as_response(200, await endpoint(request))
            except RefusedError as refused:
                return as_response(refused.status, {"error": str(refused)})
            except TakenError as taken:
                return as_response(409, {"error": str(taken)})
            except ValueError as error:
                return as_response(400, {"error": str(error)})

        return Route(path, answer, methods=[method])

    async def unknown(self, request: Request) -> Response:
        """Say that there is no such thing."""
        sentence = f"The control API has no {request.method} {request.url.path}."
        return as_response(404, {"error": sentence})

    async def reset(self, request: Request) -> JSON:
        """Start anew; ``seed``, ``people`` and ``clock_start`` are optional."""
        asked = await read_object(request, "seed", "people", "clock_start")
        seed = count_of(asked, "seed", 1)
        people = count_of(asked, "people", 120)
        start = text_of(asked, "clock_start")
        start_at = parse_instant(start) if start else None
        self.holds.clear()
        self.world.seed, self.world.people = seed, people
        self.world.reset(start_at)
        return {"seed": seed, "people": people, "now": iso(self.world.now())}

    async def keep_moment(self, request: Request) -> JSON:
        """Keep everything as it is now under a ``name``, as long as this sandbox runs."""
        asked = await read_object(request, "name")
        name = text_of(asked, "name")
        if not name:
            raise ValueError("name is missing: what the moment is called.")
        self._moments[name] = Moment.of(self.world)
        return {"moments": sorted(self._moments)}

    async def return_to_moment(self, request: Request) -> JSON:
        """Be again as it was under this ``name``: clock, companies, journal and what waits."""
        asked = await read_object(request, "name")
        moment = self._moments.get(text_of(asked, "name"))
        if moment is None:
            kept = ", ".join(sorted(self._moments)) or "none"
            raise RefusedError(404, f"No such moment was kept: {kept}.")
        self.holds.clear()
        moment.return_to(self.world)
        return {"now": iso(self.world.now())}

    async def list_faults(self, request: Request) -> JSON:
        """The planted faults and how often each has struck."""
        return [fault.as_json() for fault in self.world.faults.rows]

    async def plant_fault(self, request: Request) -> JSON:
        """Plant one fault."""
        asked = await read_object(request)
        if asked.get("vendor") is not None:
            self.standin(text_of(asked, "vendor"))
        return self.world.faults.plant(asked).as_json()

    async def clear_faults(self, request: Request) -> JSON:
        """Take all faults away."""
        self.world.faults.clear()
        return {}

    async def list_held(self, request: Request) -> JSON:
        """The requests that are held."""
        return self.holds.as_json()

    async def release(self, request: Request) -> JSON:
        """Say what becomes of held requests; ``n`` and ``vendor`` narrow them down."""
        asked = await read_object(request, "apply", "vendor", "n")
        n = None if asked.get("n") is None else count_of(asked, "n", 0)
        return {
            "released": self.holds.release(text_of(asked, "apply"), text_of(asked, "vendor"), n)
        }

    async def soften(self, request: Request) -> JSON:
        """Turn one strictness off, or on again with ``off`` false."""
        asked = await read_object(request, "vendor", "case")
        standin = self.standin(text_of(asked, "vendor"))
        case = str(asked.get("case", ""))
        if not any(case in (known, known.rstrip("abcdefghij")) for known in standin.cases):
            raise RefusedError(
                400, f"{standin.slug} has no case {case!r}: {', '.join(standin.cases)}."
            )
        self.world.softened.add((standin.slug, case))
        return {
            "softened": sorted(case for slug, case in self.world.softened if slug == standin.slug)
        }

    async def list_switches(self, request: Request) -> JSON:
        """Every switch, what it means and how it stands."""
        return {
            slug: {
                name: {
                    "sentence": switch.sentence,
                    "values": list(switch.values),
                    "value": self.world.switch(slug, name),
                }
                for name, switch in self.world.switches(slug).items()
            }
            for slug in self.world.standins
        }

    async def set_switch(self, request: Request) -> JSON:
        """Choose one of a disputed behaviour's values."""
        asked = await read_object(request, "vendor", "switch", "value")
        slug = self.standin(text_of(asked, "vendor")).slug
        name, value = text_of(asked, "switch"), text_of(asked, "value")
        switches = self.world.switches(slug)
        if name not in switches:
            raise RefusedError(400, f"{slug} has no switch {name!r}: {', '.join(switches)}.")
        if value not in switches[name].values:
            raise RefusedError(400, f"{name} is one of: {', '.join(switches[name].values)}.")
        self.world.switched[slug, name] = value
        return {"vendor": slug, "switch": name, "value": value}

    async def list_cases(self, request: Request) -> JSON:
        """The strictnesses of each vendor, by number."""
        return {slug: dict(standin.cases) for slug, standin in self.world.standins.items()}

    async def list_requests(self, request: Request) -> JSON:
        """The journal; ``vendor`` and ``after`` (a number) narrow it down."""
        vendor = request.query_params.get("vendor", "")
        if vendor:
            self.standin(vendor)
        after = int(request.query_params.get("after", "0"))
        rows = self.world.journal.rows[max(after, 0) :]
        return [row.as_json() for row in rows if vendor in ("", row.vendor)]

    async def list_defects(self, request: Request) -> JSON:
        """Mistakes of the sandbox itself since the last reset; there must be none."""
        return self.world.defects

    async def show_clock(self, request: Request) -> JSON:
        """The sandbox's clock."""
        clock = self.world.clock
        return {
            "now": iso(clock.now()),
            "offset_seconds": clock.offset_seconds,
            "vendor_offset_seconds": {slug: clock.skew(slug) for slug in self.world.standins},
        }

    async def advance(self, request: Request) -> JSON:
        """Jump; with ``vendor_only`` only that vendor's clock, which may also go back."""
        asked = await read_object(request, "advance_seconds", "vendor_only")
        seconds = asked.get("advance_seconds")
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
            raise RefusedError(400, "advance_seconds is a number of seconds.")
        slug = text_of(asked, "vendor_only")
        if slug:
            self.standin(slug)
        elif seconds < 0:
            raise RefusedError(
                400, "The clock goes back for one vendor only: name it in vendor_only."
            )
        self.world.advance(seconds, slug)
        return await self.show_clock(request)

    async def set_reach(self, request: Request) -> JSON:
        """Say, until the next reset, which loopback origin stands for a public one."""
        asked = await read_object(request, "origin", "loopback")
        public, local = text_of(asked, "origin"), text_of(asked, "loopback")
        self.world.reach.update([parse_reach(f"{public}={local}")])
        return self.world.reach

    async def list_deliveries(self, request: Request) -> JSON:
        """Every delivery with its attempts; ``vendor`` narrows it down."""
        vendor = request.query_params.get("vendor", "")
        postings = self.world.courier.postings
        return [row.as_json() for row in postings if vendor in ("", row.delivery.slug)]

    async def steer_deliveries(self, request: Request) -> JSON:
        """Pause, flush, duplicate or reorder deliveries; settle waits until none is being sent."""
        asked = await read_object(request, "vendor", "action")
        slug = self.standin(text_of(asked, "vendor")).slug
        action = text_of(asked, "action")
        courier = self.world.courier
        if action == "flush":
            return [posting.as_json() for posting in await courier.flush(slug)]
        if action == "settle":
            await courier.idle()
        elif action == "pause":
            courier.pause(slug)
        elif action == "duplicate":
            courier.duplicate(slug)
        elif action == "reorder":
            courier.reorder(slug)
        else:
            raise RefusedError(400, f"action is one of: {', '.join(WEBHOOK_ACTIONS)}.")
        return [row.as_json() for row in courier.postings if row.delivery.slug == slug]

    async def state(self, request: Request) -> JSON:
        """Everything a vendor knows."""
        standin = self.standin(request.path_params["vendor"])
        self.world.agenda.run_due()
        return standin.state()

    async def put(self, request: Request) -> JSON:
        """Change a record as a person at the vendor would."""
        standin = self.standin(request.path_params["vendor"])
        body = await read_object(request)
        self.world.agenda.run_due()
        return standin.put(request.path_params["kind"], key_of(request), body)

    async def delete(self, request: Request) -> JSON:
        """Delete a record as a person at the vendor would."""
        standin = self.standin(request.path_params["vendor"])
        self.world.agenda.run_due()
        kind, key = request.path_params["kind"], key_of(request)
        try:
            standin.delete(kind, key)
        except KeyError as error:
            raise RefusedError(404, f"{standin.slug} has no {kind}/{key}.") from error
        return {}

    def standin(self, slug: str) -> StandIn:
        """The stand-in of this vendor."""
        standin = self.world.standins.get(slug)
        if standin is None:
            known = ", ".join(self.world.standins)
            raise RefusedError(400, f"There is no vendor {slug!r}: {known}.")
        return standin


def key_of(request: Request) -> str:
    """The record's key, percent-escapes decoded once."""
    path = request.scope["raw_path"].decode("ascii")
    return unquote(path.split("/", 4)[4])


async def read_object(request: Request, *known: str) -> dict[str, JSON]:
    """The body as an object with none but the ``known`` keys; an empty body is an empty object."""
    raw = await request.body()
    try:
        parsed = json.loads(raw) if raw.strip() else {}
    except (ValueError, RecursionError) as error:
        raise RefusedError(400, f"The body is no JSON: {error}.") from error
    if not isinstance(parsed, dict):
        raise RefusedError(400, "The body is a JSON object.")
    unknown = sorted(set(parsed) - set(known)) if known else []
    if unknown:
        raise RefusedError(400, f"Unknown: {', '.join(unknown)}. There is: {', '.join(known)}.")
    return parsed


def as_response(status: int, value: JSON) -> Response:
    """The value as a JSON answer."""
    return Response(json.dumps(value), status, media_type="application/json")
