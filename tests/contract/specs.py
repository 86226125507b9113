"""Checks recorded exchanges with the sandbox against the vendors' machine-readable contracts.

``python -m tests.contract.specs FOLDER`` reads the recordings that a test run left in FOLDER. The
contracts lie in ``VENDOR_SPECS`` (default: ``../shared/specs`` beside the repository; ``none``
checks nothing). What a dossier says is different on the wire stands in ``differences.toml``.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

HERE = Path(__file__).resolve().parent
DEFAULT_FOLDER = HERE.parents[2] / "shared" / "specs"
SHOWN = 25
LONGEST_EXCERPT = 160
CONTRACTS = (
    ("bamboohr", "bamboohr.json", ""),
    ("acumatica", "acumatica_default_24.200.001.json", "/entity/Default/24.200.001"),
    ("acumatica", "acumatica_default_25.200.001.json", "/entity/Default/25.200.001"),
    ("gusto", "gusto_2025-06-15.json", ""),
)
"""Vendor, file, and the base path that stands before the file's own paths."""


@dataclass(slots=True)
class Difference:
    """A deviation from a contract that a dossier names."""

    vendor: str
    operation: str
    """``GET /api/v1/employees``, ``*`` for any part."""
    where: str
    """``request``, ``answer`` or ``delivery``."""
    at: str
    """Where in the body: ``options.*.id``; empty is the body itself, ``?name`` a parameter."""
    says: str
    """A part of the validator's message."""
    source: str
    met: int = 0

    def fits(self, fault: Fault) -> bool:
        """Whether this is the deviation found."""
        return (
            self.vendor == fault.vendor
            and fnmatchcase(fault.operation, self.operation)
            and self.where == fault.where
            and fnmatchcase(fault.at, self.at)
            and self.says in fault.says
        )


@dataclass(frozen=True, slots=True)
class Fault:
    """One deviation found."""

    vendor: str
    operation: str
    where: str
    at: str
    says: str

    def __str__(self) -> str:
        return f"{self.vendor} {self.operation}, {self.where} at {self.at or '/'}: {self.says}"


@dataclass
class Contract:
    """One file, and how its operations are found."""

    vendor: str
    base: str
    document: Any
    uri: str

    @cached_property
    def registry(self) -> Registry[Any]:
        """What references into the file resolve to."""
        resource = DRAFT202012.create_resource(self.document)
        empty: Registry[Any] = Registry()
        registry: Registry[Any] = empty.with_resource(self.uri, resource)
        return registry

    @cached_property
    def templates(self) -> list[tuple[re.Pattern[str], str]]:
        """The paths as patterns, those with fewer parameters first."""
        paths = sorted(self.document["paths"], key=lambda path: path.count("{"))
        return [(re.compile(re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(p))), p) for p in paths]

    def operation(self, method: str, path: str) -> tuple[str, str] | None:
        """The template of this path that has the method, and the pointer to it."""
        for pattern, template in self.templates:
            if method in self.document["paths"][template] and pattern.fullmatch(path):
                return template, f"#/paths/{escape(template)}/{method}"
        return None

    def resolve(self, node: Any) -> Any:
        """A node, or what it refers to."""
        while isinstance(node, dict) and "$ref" in node:
            found = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                found = found[part.replace("~1", "/").replace("~0", "~")]
            node = found
        return node

    def faults(self, pointer: str, value: Any) -> Iterator[tuple[str, str]]:
        """Where and how a value departs from the schema at this pointer."""
        schema = {"$ref": f"{self.uri}{pointer}"}
        for error in Draft202012Validator(schema, registry=self.registry).iter_errors(value):
            at = ".".join("*" if isinstance(part, int) else part for part in error.absolute_path)
            yield at, error.message[:LONGEST_EXCERPT]


@dataclass
class Checker:
    """Checks recordings line by line."""

    contracts: list[Contract]
    differences: list[Difference]
    requests: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    deliveries: Counter[str] = field(default_factory=Counter)
    found: Counter[Fault] = field(default_factory=Counter)
    seen: set[tuple[str, str, str]] = field(default_factory=set)

    def check(self, line: dict[str, Any]) -> None:
        """One exchange or delivery; those bent by a fault or a softened case do not count."""
        if not line["is_own"]:
            return
        for contract in self.contracts:
            if contract.vendor != line["vendor"]:
                continue
            if "delivery" in line:
                self._check_delivery(contract, line)
            else:
                self._check_exchange(contract, line)

    def _check_exchange(self, contract: Contract, line: dict[str, Any]) -> None:
        path = own_path(contract, line["path"])
        found = None if path is None else contract.operation(line["method"].lower(), path)
        if found is None:
            return
        template, pointer = found
        operation = f"{line['method']} {contract.base}{template}"
        node = contract.document["paths"][template][line["method"].lower()]
        # A refused request is one that was meant to be wrong.
        if line["status"] < 300:
            self.requests[contract.vendor] += 1
            self._check_parameters(contract, operation, node, line)
            self._check_body(contract, operation, pointer, node, line)
        self._check_answer(contract, operation, pointer, node, line)

    def _check_parameters(
        self, contract: Contract, operation: str, node: Any, line: dict[str, Any]
    ) -> None:
        sent = dict(parse_qsl(line["query"], keep_blank_values=True))
        for parameter in map(contract.resolve, node.get("parameters", [])):
            if parameter["in"] != "query":
                continue
            name, allowed = parameter["name"], parameter.get("schema", {}).get("enum")
            if parameter.get("required") and name not in sent:
                self._note(contract, operation, "request", f"?{name}", "is required")
            if allowed is not None and sent.get(name, allowed[0]) not in allowed:
                self._note(contract, operation, "request", f"?{name}", f"is not one of {allowed}")

    def _check_body(
        self, contract: Contract, operation: str, pointer: str, node: Any, line: dict[str, Any]
    ) -> None:
        declared = contract.resolve(node.get("requestBody", {})).get("content", {})
        if "application/json" in declared and "json" in line["content_type"]:
            at = f"{pointer}/requestBody/content/application~1json/schema"
            self._check_value(contract, operation, "request", at, line["body"])

    def _check_answer(
        self, contract: Contract, operation: str, pointer: str, node: Any, line: dict[str, Any]
    ) -> None:
        status = str(line["status"])
        declared = node["responses"].get(status)
        if declared is None:
            if status.startswith("2"):
                self._note(contract, operation, "answer", "", f"status {status} is not declared")
            return
        contents = contract.resolve(declared).get("content", {})
        if not contents.get("application/json", {}).get("schema"):
            return
        self.answers[contract.vendor] += 1
        if "json" not in line["answer_type"]:
            is_xml = "xml" in line["answer_type"] and any("xml" in kind for kind in contents)
            if not is_xml:
                says = f"{status} is {line['answer_type'] or 'no type'}, not JSON"
                self._note(contract, operation, "answer", "", says)
            return
        at = f"{pointer}/responses/{status}"
        if "$ref" in declared:
            at = declared["$ref"]
        at += "/content/application~1json/schema"
        self._check_value(contract, operation, "answer", at, line["answer"])

    def _check_delivery(self, contract: Contract, line: dict[str, Any]) -> None:
        if "json" not in line["content_type"]:
            return
        event = json.loads(line["delivery"]).get("type", "")
        if event in contract.document.get("webhooks", {}):
            self.deliveries[contract.vendor] += 1
            at = f"#/webhooks/{escape(event)}/post/requestBody/content/application~1json/schema"
            self._check_value(contract, event, "delivery", at, line["delivery"])

    def _check_value(
        self, contract: Contract, operation: str, where: str, pointer: str, text: str
    ) -> None:
        if (contract.uri, pointer, text) in self.seen:
            return
        self.seen.add((contract.uri, pointer, text))
        try:
            value = json.loads(text)
        except ValueError:
            self._note(contract, operation, where, "", "is no JSON")
            return
        for at, says in contract.faults(pointer, value):
            self._note(contract, operation, where, at, says)

    def _note(self, contract: Contract, operation: str, where: str, at: str, says: str) -> None:
        fault = Fault(contract.vendor, operation, where, at, says)
        for difference in self.differences:
            if difference.fits(fault):
                difference.met += 1
                return
        self.found[fault] += 1

    def summary(self) -> str:
        """One line: how much was checked."""
        parts = [
            f"{vendor} {self.requests[vendor]} requests, {self.answers[vendor]} answers"
            + (f", {self.deliveries[vendor]} deliveries" if self.deliveries[vendor] else "")
            for vendor in sorted({contract.vendor for contract in self.contracts})
        ]
        met = sum(1 for difference in self.differences if difference.met)
        return f"checked against the vendors' contracts: {'; '.join(parts)}; {met} of " + (
            f"{len(self.differences)} named differences met, {len(self.found)} without a name"
        )


def own_path(contract: Contract, path: str) -> str | None:
    """The path as the contract spells it; None if it is outside of it."""
    path = re.sub(r"^/api/gateway\.php/[^/]+/", "/api/", path).rstrip("/")
    _, base, rest = path.rpartition(contract.base) if contract.base else ("", "/", path)
    return rest if base and rest else None


def escape(part: str) -> str:
    """A key as a part of a JSON pointer within a reference."""
    return part.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")


def as_2020(node: Any) -> Any:
    """OpenAPI 3.0's ``nullable`` in the words of JSON Schema."""
    if isinstance(node, list):
        return [as_2020(part) for part in node]
    if not isinstance(node, dict):
        return node
    changed = {name: as_2020(part) for name, part in node.items()}
    if changed.get("nullable") is True and isinstance(changed.get("type"), str):
        changed["type"] = [changed["type"], "null"]
    return changed


def without_dangling(node: Any, contract: Contract) -> Any:
    """The same, where a reference that leads nowhere (the files are reduced) allows anything."""
    if isinstance(node, list):
        return [without_dangling(part, contract) for part in node]
    if not isinstance(node, dict):
        return node
    if isinstance(node.get("$ref"), str):
        try:
            contract.resolve(node)
        except KeyError:
            return {}
    return {name: without_dangling(part, contract) for name, part in node.items()}


def load_contracts(folder: Path) -> list[Contract]:
    """The contracts in a folder.

    Raises:
        FileNotFoundError: one of them is not there.
    """
    loaded = []
    for vendor, name, base in CONTRACTS:
        document = json.loads((folder / name).read_text())
        if document["openapi"].startswith("3.0"):
            document = as_2020(document)
        contract = Contract(vendor, base, document, f"urn:{name}")
        contract.document = without_dangling(document, contract)
        loaded.append(contract)
    return loaded


def load_differences() -> list[Difference]:
    """The committed list."""
    listed = tomllib.loads((HERE / "differences.toml").read_text())["difference"]
    return [Difference(**row) for row in listed]


def main(recordings: Path) -> int:
    """Check a folder of recordings; 1 if anything departs without a name, or nothing could be."""
    asked = os.environ.get("VENDOR_SPECS", "")
    if asked == "none":
        print("checked against the vendors' contracts: nothing (VENDOR_SPECS=none)")
        return 0
    folder = Path(asked) if asked else DEFAULT_FOLDER
    if not folder.is_dir():
        print(f"checked against the vendors' contracts: nothing, {folder} is absent (VENDOR_SPECS)")
        return 1 if asked else 0
    checker = Checker(load_contracts(folder), load_differences())
    for path in sorted(recordings.glob("*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                checker.check(json.loads(line))
    for fault, count in checker.found.most_common(SHOWN):
        print(f"{count:>5} x {fault}")
    print(checker.summary())
    return 1 if checker.found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
