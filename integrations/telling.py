"""Puts one entry of the trail into an operator's sentences: read, decided, sent, answered."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from audit.models import Body, Entry
from connectors import registry as vendors
from connectors.errors import Effect

SHOWN_LENGTH = 500
"""Of a longer body the beginning is told; the trail's page shows all of it."""
EFFECTS = {
    Effect.NONE: "it had no effect",
    Effect.DONE: "it took effect",
    Effect.UNKNOWN: "whether it took effect is not known",
}


def instant(at: datetime) -> str:
    """An instant as operators read it."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def entry_lines(entry: Entry) -> list[str]:
    """What one run made of the record: a headline, and below it how that came about."""
    head = f"{instant(entry.at)}, {entry.run.get_trigger_display().lower()}: {entry.outcome}"
    if entry.steps:
        head += f" by {', '.join(entry.steps)}"
    bodies = list(entry.bodies.all())
    told = [f"{head}."]
    if entry.replay_of_id is not None:
        told.append(f"  It ran entry {entry.replay_of_id} again.")
    told += [line for body in bodies if body.kind == Body.Kind.READ for line in _read_lines(body)]
    told += [f"  {_mapping(use)}" for use in entry.mappings]
    for reason in entry.reasons:
        told.append(f"  {reason['sentence']}")
        if reason["remedy"]:
            told.append(f"  What to do: {reason['remedy']}")
    told += [
        f"  {one['field']}: {one['found'] or '(empty)'} → {one['wanted'] or '(empty)'}"
        for one in entry.differences
    ]
    for body in bodies:
        if body.kind == Body.Kind.EXCHANGE:
            told += _exchange_lines(body)
    if entry.error_id:
        told.append(f"  Error {entry.error_id}.")
    return told


def entry_json(entry: Entry) -> dict[str, object]:
    """The same for machines."""
    return {
        "id": entry.pk,
        "at": entry.at.isoformat(),
        "run": str(entry.run.key),
        "trigger": entry.run.trigger,
        "outcome": entry.outcome,
        "target_id": entry.target_id,
        "steps": entry.steps,
        "differences": entry.differences,
        "mappings": entry.mappings,
        "reasons": entry.reasons,
        "bodies": [
            {
                "kind": body.kind,
                "operation": body.operation,
                "at": body.at.isoformat(),
                "content": body.content,
            }
            for body in entry.bodies.all()
        ],
        "error_id": entry.error_id,
        "replay_of": entry.replay_of_id,
    }


def _mapping(use: Mapping[str, object]) -> str:
    key, target = use["source_key"], use["target"]
    source = " / ".join(key) if isinstance(key, list) else str(key)
    meant = ", ".join(target.values()) if isinstance(target, dict) else str(target)
    return (
        f"{use['kind']} {source} means {meant} "
        f"(mapping {use['mapping']}, version {use['version']})."
    )


def _read_lines(body: Body) -> Iterator[str]:
    content = body.content
    version = f", version {content['version']}" if content["version"] else ""
    if content["is_gone"]:
        yield f"  Read at {instant(body.at)}{version}: it no longer exists at the source."
        return
    fields = "; ".join(f"{name} {_shown(value)}" for name, value in _flat(content["value"]))
    yield f"  Read at {instant(body.at)}{version}: {_cut(fields)}."


def _exchange_lines(body: Body) -> Iterator[str]:
    content = body.content
    vendor = vendors.vendors().get(content["vendor"])
    title = vendor.title if vendor is not None else content["vendor"]
    effect = Effect(content["effect"])
    said = f"answered {content['status']}" if content["status"] else content["fault"]
    if content["method"] != "GET":
        said += f", {EFFECTS[effect]}"
    yield f"  {title}, {body.operation} ({content['method']} {content['url']}): {said}."
    for word, part in (("Sent", content["sent"]), ("Answered", content["received"])):
        if part not in (None, "", {}, []):
            yield f"    {word}: {_cut(json.dumps(part, ensure_ascii=False))}"


def _flat(value: object) -> Iterator[tuple[str, object]]:
    """The fields of a record as read, those of its parts among them."""
    if not isinstance(value, dict):
        yield "value", value
        return
    for name, part in value.items():
        if isinstance(part, dict):
            yield from _flat(part)
        else:
            yield name, part


def _shown(value: object) -> str:
    if value in (None, ""):
        return "(empty)"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN_LENGTH else text[: SHOWN_LENGTH - 1] + "…"
