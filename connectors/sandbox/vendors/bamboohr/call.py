"""One call that was let in, as the endpoints see it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree

from connectors.sandbox.standin import JSON, Answer, Request, StandIn
from connectors.sandbox.vendors.bamboohr.access import Caller
from connectors.sandbox.vendors.bamboohr.answers import as_json, as_xml
from connectors.sandbox.vendors.bamboohr.company import Company, Employee
from connectors.sandbox.vendors.bamboohr.fields import DATE_FIELDS, JOB_FIELDS
from connectors.sandbox.vendors.bamboohr.history import History

EMPTY_DATES = {"zeros": "0000-00-00", "null": None, "blank": ""}


@dataclass(frozen=True, slots=True)
class Call:
    """A request to one company by one caller."""

    standin: StandIn
    company: Company
    history: History
    caller: Caller
    request: Request
    params: dict[str, str]

    @property
    def now(self) -> datetime:
        """The instant it is at BambooHR."""
        return self.standin.world.now(self.standin.slug)

    @property
    def wants_json(self) -> bool:
        """The classic endpoints answer XML unless JSON is asked for."""
        accepts = self.request.headers.get("accept", "")
        return "application/json" in accepts or self.standin.is_soft("11a")

    def is_flag(self, name: str, *, default: bool) -> bool:
        """A query parameter that is ``true`` or ``false``."""
        return {"true": True, "1": True, "false": False, "0": False}.get(
            self.params.get(name, "").lower(), default
        )

    def answer(self, value: JSON, xml: Callable[[], str]) -> Answer:
        """The classic endpoints' answer, in the form asked for."""
        return as_json(value) if self.wants_json else as_xml(xml())

    def object_sent(self) -> dict[str, JSON] | None:
        """The body as an object, from JSON or XML; None when this endpoint cannot read it.

        A parameterised content type is not recognised as JSON (documented for
        ``reports/custom``, elsewhere a switch); the body is then read as XML, which it is not.
        """
        content_type = self.request.headers.get("content-type", "")
        if content_type != "application/json" and not self._may_have_parameters(content_type):
            return read_xml(self.request.body)
        try:
            parsed = json.loads(self.request.body)
        except ValueError:
            return None
        return parsed if isinstance(parsed, dict) else None

    def _may_have_parameters(self, content_type: str) -> bool:
        is_report = self.request.path.rstrip("/").endswith("/reports/custom")
        is_lenient = self.standin.switch("content_type_parameters") == "ignored" and not is_report
        is_json = content_type.partition(";")[0].strip() == "application/json"
        return is_json and (is_lenient or self.standin.is_soft("11b"))

    def shown(self, person: Employee, alias: str, values: dict[str, str | None]) -> str | None:
        """A value as it is written: empty dates in the account's way."""
        value = values[alias]
        if alias in JOB_FIELDS and values["status"] == "Inactive" and self.standin.is_soft("32a"):
            return None
        if alias == "terminationDate" and value is None:
            value = self._known_end(person)
        if value is None and alias in DATE_FIELDS:
            if self.standin.is_soft("13"):
                return None
            return EMPTY_DATES[self.standin.switch("empty_date")]
        return value

    def _known_end(self, person: Employee) -> str | None:
        if self.standin.switch("future_termination_date") == "hidden":
            return None
        return self.company.derive(person, only_current=False)["terminationDate"]


def read_xml(body: bytes) -> dict[str, JSON] | None:
    """``<employee>`` or ``<report>`` with ``<field id="…">``; None for anything else."""
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError:
        return None
    if root.tag == "employee":
        return {field.get("id", ""): field.text for field in root.iter("field")}
    if root.tag != "report":
        return None
    since = root.findtext("filters/lastChanged")
    return {
        "title": root.findtext("title"),
        "fields": [field.get("id", "") for field in root.iter("field")],
        "filters": {} if since is None else {"lastChanged": {"value": since.strip()}},
    }
