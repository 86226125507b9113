"""One call that was let in, as the endpoints see it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from connectors.sandbox.standin import JSON, Answer, Request, StandIn
from connectors.sandbox.vendors.gusto.access import Caller
from connectors.sandbox.vendors.gusto.answers import as_json
from connectors.sandbox.vendors.gusto.company import Company, pacific_day
from connectors.sandbox.vendors.gusto.environment import Environment
from connectors.sandbox.vendors.gusto.versions import Version

DEFAULT_PER = 25
MOST_PER = 100


@dataclass(frozen=True, slots=True)
class Call:
    """A request by one caller in one version."""

    standin: StandIn
    environment: Environment
    caller: Caller
    request: Request
    params: dict[str, str]
    version: Version

    @property
    def now(self) -> datetime:
        """The instant it is at Gusto."""
        return self.standin.world.now(self.standin.slug)

    @property
    def today(self) -> date:
        """The day it is on the Pacific coast."""
        return pacific_day(self.now)

    def is_soft(self, case: str) -> bool:
        """Whether this strictness was turned off."""
        return self.standin.is_soft(case)

    def listed(self, name: str) -> list[str]:
        """A parameter with several values, joined by commas."""
        return [part for part in self.params.get(name, "").split(",") if part]

    def is_included(self, name: str) -> bool:
        """Whether ``include`` names this."""
        return name in self.listed("include")

    def flag(self, name: str) -> bool | None:
        """A parameter that is ``true`` or ``false``; None if it is absent or neither."""
        return {"true": True, "1": True, "false": False, "0": False}.get(
            self.params.get(name, "").lower()
        )

    def object_sent(self) -> dict[str, JSON] | None:
        """The body as an object; None if it is none."""
        try:
            parsed = json.loads(self.request.body)
        except ValueError:
            return None
        return parsed if isinstance(parsed, dict) else None

    def own_company(self, name: str) -> Company | Answer:
        """The company in the path, if the token is for it, or the refusal."""
        return self.caller.company(self.standin, self.environment, name)

    def paged(
        self, rows: Sequence[JSON], *, is_forced: bool = False, most: int = MOST_PER
    ) -> Answer:
        """A list; in pages if the request asks for them or the endpoint forces them."""
        if not (is_forced or "page" in self.params or "per" in self.params):
            return as_json(list(rows))
        shown, headers = self.page_of(rows, most)
        return as_json(shown, headers=headers)

    def page_of(
        self, rows: Sequence[JSON], most: int = MOST_PER
    ) -> tuple[list[JSON], dict[str, str]]:
        """The rows of the page asked for, and the headers that tell of it."""
        per = min(max(self._number("per", DEFAULT_PER), 1), most)
        number = max(self._number("page", 1), 1)
        headers = {
            "X-Page": str(number),
            "X-Per-Page": str(per),
            "X-Total-Count": str(len(rows)),
            "X-Total-Pages": str(max(-(-len(rows) // per), 1)),
        }
        return list(rows[(number - 1) * per : number * per]), headers

    def _number(self, name: str, default: int) -> int:
        text = self.params.get(name, "")
        return int(text) if text.isdigit() else default
