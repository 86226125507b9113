"""The documents at the vendors, made comparable: what a vendor generates is told by its order.

Nothing of the product is imported here: a judge that shares the product's code shares its mistakes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from tests.crash.lane import Lane

UNIQUE = re.compile(r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.IGNORECASE)
INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ](?!00:00:00)\d\d:\d\d:\d\d.*")
REFERENCE = "EmployeeRefNbr"


def documents_at(lane: Lane, slug: str) -> dict[str, str]:
    """The documents at one vendor now, by name."""
    return read_documents({slug: lane.control("GET", f"{slug}/state")})


def read_documents(states: Mapping[str, Any]) -> dict[str, str]:
    """The documents at these vendors, by name."""
    documents: dict[str, str] = {}
    for slug, state in states.items():
        for name, row, numbers in READERS[slug](state):
            documents[distinct(documents, f"{slug} {name}")] = plain_document(row, numbers)
    return documents


def of_acumatica(state: Mapping[str, Any]) -> Iterator[Document]:
    """Each tenant's rows; what the vendor numbered is told by our own reference."""
    for host, instance in state["instances"].items():
        for name, tenant in instance["tenants"].items():
            numbers = numbers_of(tenant)
            for kind, rows in tenant.items():
                if kind in PASSING["acumatica"]:
                    continue
                for key, row in rows.items():
                    told = numbers.get(key.rpartition("|")[2], key)
                    yield f"{host} {name} {kind} {told}", row, numbers


def of_bamboohr(state: Mapping[str, Any]) -> Iterator[Document]:
    """Each company's rows."""
    for domain, company in state["companies"].items():
        yield from of_company(domain, company, PASSING["bamboohr"])


def of_gusto(state: Mapping[str, Any]) -> Iterator[Document]:
    """Each company's rows, and what our app keeps there."""
    for company in state["companies"].values():
        yield from of_company(company["slug"], company, PASSING["gusto"])
    for key, row in state["subscriptions"].items():
        yield f"subscription {key}", row, {}


def of_company(
    place: str, company: Mapping[str, Any], passing: frozenset[str]
) -> Iterator[Document]:
    """A company's rows by kind and key; what has none is one row."""
    for kind, rows in company.items():
        if kind in passing:
            continue
        for key, row in (rows if isinstance(rows, dict) else {"": rows}).items():
            yield f"{place} {kind} {key}", row, {}


Document = tuple[str, object, Mapping[str, str]]
"""Its name, its content, and what its generated numbers are told as."""
READERS: Mapping[str, Callable[[Mapping[str, Any]], Iterator[Document]]] = {
    "acumatica": of_acumatica,
    "bamboohr": of_bamboohr,
    "gusto": of_gusto,
}
PASSING: Mapping[str, frozenset[str]] = {
    # A release that is asked for again is another operation there, and no other effect.
    "acumatica": frozenset({"sessions", "grants", "operations"}),
    "bamboohr": frozenset({"grants"}),
    "gusto": frozenset(),
}
"""What a vendor shows that is no document."""


def numbers_of(tenant: Mapping[str, Any]) -> dict[str, str]:
    """Our own reference for each number that the vendor has given."""
    references = {
        key: row["EmployeeSettings"][REFERENCE] for key, row in tenant["employees"].items()
    }
    references |= {row["BatchNbr"]: row["Description"] for row in journals_of(tenant)}
    return {key: reference for key, reference in references.items() if reference}


def journals_of(tenant: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """All that were ever entered, also those that are gone."""
    gone = [entry["row"] for entry in tenant.get("removed", {}).values()]
    return [*tenant.get("journals", {}).values(), *(row for row in gone if "BatchNbr" in row)]


def all_journals(state: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Those of all tenants."""
    return [
        row
        for instance in state["instances"].values()
        for tenant in instance["tenants"].values()
        for row in journals_of(tenant)
    ]


def batch_numbers(states: Mapping[str, Any]) -> dict[str, str]:
    """How our rows tell of journals: each by its reference in the place of its number."""
    told = {row["BatchNbr"]: str(row["Description"]) for row in all_journals(states["acumatica"])}
    return told | {f"GL/{number}": f"GL/{reference}" for number, reference in told.items()}


def distinct(known: Mapping[str, str], name: str) -> str:
    """The name, or with a number where another document has it."""
    count = 1
    told = name
    while told in known:
        count += 1
        told = f"{name} ({count})"
    return told


def plain_document(content: object, numbers: Mapping[str, str]) -> str:
    """A document whose generated values are replaced: ids by their order, times by theirs."""
    return plain_text(json.dumps(content, sort_keys=True, default=str), tuple(numbers.items()))


@lru_cache(maxsize=10_000)
def plain_text(document: str, numbers: tuple[tuple[str, str], ...]) -> str:
    """The same of a document's JSON: nearly all of a vendor's are as they were a cut ago."""
    content = json.loads(document)
    ids = {
        text: f"id {place}"
        for place, text in enumerate(
            dict.fromkeys(text for text in texts(content) if UNIQUE.fullmatch(text)), start=1
        )
    }
    names = {**instants_of(content), **ids, **dict(numbers)}
    return json.dumps(replaced(content, names), sort_keys=True)


def instants_of(content: object) -> dict[str, str]:
    """For each time that is told as a text, which it is by their order."""
    instants = sorted({text for text in texts(content) if INSTANT.fullmatch(text)})
    return {text: f"instant {place}" for place, text in enumerate(instants, start=1)}


def texts(content: object) -> list[str]:
    """Every text of a document, in order."""
    if isinstance(content, str):
        return [content]
    if isinstance(content, Mapping):
        return [text for key in sorted(content) for text in texts(content[key])]
    if isinstance(content, Sequence):
        return [text for part in content for text in texts(part)]
    return []


def replaced(content: object, names: Mapping[str, str]) -> object:
    """The same document with other words for some texts."""
    if isinstance(content, str):
        return names.get(content, content)
    if isinstance(content, Mapping):
        return {key: replaced(value, names) for key, value in content.items()}
    if isinstance(content, Sequence):
        return [replaced(part, names) for part in content]
    return content
