"""What the declarations refuse when a record is saved, and the 422 that tells it."""

from __future__ import annotations

from connectors.sandbox.standin import JSON, Answer
from connectors.sandbox.vendors.acumatica import answers
from connectors.sandbox.vendors.acumatica.contract.fields import Field, Shape
from connectors.sandbox.vendors.acumatica.forms.form import Change, Path
from connectors.sandbox.vendors.acumatica.printing import Asked, Lens, make_plan, show
from connectors.sandbox.vendors.acumatica.rows import Row
from connectors.sandbox.vendors.acumatica.sent import Sent


def check(change: Change) -> None:
    """Note what the declarations and the form refuse."""
    _check_sent(change, change.entity.shape, change.row, change.sent, ())
    _check_required(change, change.entity.shape, change.row, ())
    change.entity.rules.check(change)


def _check_sent(change: Change, shape: Shape, row: Row, sent: Sent, where: Path) -> None:
    """Check what was written; what stood there before may have become invalid."""
    for field in shape.mapped_fields:
        if field.name in sent.values and not field.is_read_only:
            value = row[field.name]
            if value is not None and value != "":
                _check_value(change, field, row, (*where, field.name))
    for part in shape.mapped_parts:
        if part.name in sent.parts:
            inner = sent.parts[part.name]
            _check_sent(change, part.shape, row[part.name], inner, (*where, part.name))
    for details in shape.mapped_details:
        for line in sent.details.get(details.name, ()):
            position = _position(row[details.name], line.row)
            if position is not None:
                place = (*where, details.name, position)
                _check_sent(change, details.shape, row[details.name][position], line, place)


def _position(lines: list[Row], line: Row | None) -> int | None:
    """Where a written row stands; None: it was removed or not stored."""
    return next((at for at, kept in enumerate(lines) if kept is line), None)


def _check_value(change: Change, field: Field, row: Row, where: Path) -> None:
    value = row[field.name]
    is_strict = not field.case or not change.vendor.is_soft(field.case)
    if field.refers and is_strict and value not in change.tenant.tables[field.refers].rows:
        change.refuse(where, f"'{field.label}' cannot be found in the system.")
    if field.labels and is_strict and value not in field.labels:
        change.refuse(where, f"'{value}' is not one of the values allowed for '{field.label}'.")
    if field.longest and len(value) > field.longest:
        if change.vendor.switch("over_long_values") == "cut":
            row[field.name] = value[: field.longest]
        else:
            text = f"The value of '{field.label}' is longer than {field.longest} characters."
            change.refuse(where, text)


def _check_required(change: Change, shape: Shape, row: Row, where: Path) -> None:
    if change.vendor.is_soft("12g"):
        return
    for field in shape.mapped_fields:
        if field.is_required and row[field.name] in (None, ""):
            change.refuse((*where, field.name), f"'{field.label}' cannot be empty.")
    for part in shape.mapped_parts:
        _check_required(change, part.shape, row[part.name], (*where, part.name))


def refusal(change: Change, lens: Lens) -> Answer:
    """422: the record as it was to be, with the errors in it."""
    entity = change.entity
    verb = "Inserting" if change.before is None else "Updating"
    title = f"{verb}  '{entity.name}' record raised at least one error. Please review the errors."
    expand = {part.name for part in entity.shape.mapped_parts if part.name in change.sent.parts}
    expand |= {row.name for row in entity.shape.mapped_details if row.name in change.sent.details}
    expand |= {str(path[0]) for path in change.errors if len(path) > 1}
    expand |= {"/".join(map(str, path[:2])) for path in change.errors if len(path) > 2}
    expand = {path for path in expand if not any(part.isdigit() for part in path.split("/"))}
    plan = make_plan(entity.shape, Asked(expand=frozenset(expand)), {}, refuses_unknown=False)
    row = change.row
    if change.before is None and not row[entity.keys[-1]]:
        row = {**row, entity.keys[-1]: "<NEW>"}
    wire = show(entity, plan, row, lens)
    for path, text in change.errors.items():
        _write_error(wire, path, text)
    wire = {"id": wire["id"], "rowNumber": wire["rowNumber"], "error": title, **wire}
    wire["error"] = change.errors.get((), title)
    style = change.vendor.switch("errors_422")
    if style == "record_and_message":
        return answers.as_json(422, {"exceptionMessage": title, **wire})
    return answers.as_json(422, {"entity": wire} if style == "under_entity" else wire)


def _write_error(wire: Row, path: Path, text: str) -> None:
    if not path:
        return
    place: JSON = wire
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = {**place[path[-1]], "error": text}
