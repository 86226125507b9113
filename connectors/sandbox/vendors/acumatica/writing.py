"""PUT, PATCH, DELETE and actions: find the record, merge, check, save, answer."""

from __future__ import annotations

import json

from connectors.sandbox.standin import Answer
from connectors.sandbox.vendors.acumatica import answers
from connectors.sandbox.vendors.acumatica.answers import RefusedError
from connectors.sandbox.vendors.acumatica.call import Call
from connectors.sandbox.vendors.acumatica.checking import check, refusal
from connectors.sandbox.vendors.acumatica.contract.endpoints import DECLARED
from connectors.sandbox.vendors.acumatica.forms.form import Change
from connectors.sandbox.vendors.acumatica.long_operations import begin
from connectors.sandbox.vendors.acumatica.merging import Merger
from connectors.sandbox.vendors.acumatica.printing import show
from connectors.sandbox.vendors.acumatica.reading import matching, missing, one
from connectors.sandbox.vendors.acumatica.rows import Row, blank, copied
from connectors.sandbox.vendors.acumatica.saving import remove, save
from connectors.sandbox.vendors.acumatica.sent import Reader, Sent


def put(call: Call, *, is_patch: bool = False) -> Answer:
    """``PUT /Entity`` (insert or update) and ``PATCH /Entity`` (update): 200 with the record.

    Raises:
        RefusedError: 400, 404, 412, 422 or 500; nothing is saved.
    """
    vendor, entity = call.vendor, call.entity
    reader = Reader(vendor.switch, takes_bare_values=vendor.is_soft("6a"))
    sent = reader.read(call.request.body, entity.shape)
    names = None if vendor.is_soft("6e") else frozenset(sent.names)
    plan = call.plan(names)
    before = _target(call, sent)
    _check_preconditions(call, before, is_patch=is_patch)
    change = _merged(call, before, sent, is_patch=is_patch)
    check(change)
    if change.errors:
        raise RefusedError(refusal(change, call.lens()))
    if before is None:
        entity.rules.number(change)
    by = call.caller.user.name
    save(vendor, call.tenant, entity, before, change.row, call.now, by=by)
    return answers.as_json(200, show(entity, plan, change.row, call.lens()))


def _target(call: Call, sent: Sent) -> Row | None:
    """The record that a PUT means: by ``$filter``, by ``id``, by the keys in the body."""
    vendor = call.vendor
    is_honoured = vendor.switch("filter_on_put") == "honoured" and not vendor.is_soft("8c")
    if "$filter" in call.params and is_honoured:
        found = matching(call)
        if len(found) > 1:
            raise RefusedError(answers.exception("More than one record satisfies the condition."))
        return found[0] if found else None
    if sent.id and not vendor.is_soft("8b"):
        found_by_id = call.found_by_id(sent.id)
        if found_by_id is not None:
            return found_by_id
    if vendor.is_soft("20a"):
        reference = sent.parts.get("EmployeeSettings", Sent()).values.get("EmployeeRefNbr")
        same = call.table.equal("EmployeeSettings/EmployeeRefNbr", reference, call.now)
        if reference and same:
            return same[0]
    if vendor.is_soft("16f") and sent.values.get("Description") and call.entity.keeps_history:
        named = call.table.equal("Description", sent.values["Description"], call.now)
        if named:
            return named[0]
    keys = [sent.values.get(name) for name in call.entity.keys]
    if any(key is None for key in keys) or vendor.is_soft("8a"):
        return None
    return call.table.rows.get("|".join(map(str, keys)))


def _check_preconditions(call: Call, before: Row | None, *, is_patch: bool) -> None:
    headers = call.request.headers
    inserts_only = headers.get("if-none-match") == "*"
    updates_only = headers.get("if-match") == "*"
    if not call.vendor.is_soft("8d"):
        if inserts_only and (is_patch or before is not None):
            text = "The record exists already, and If-None-Match allows an insertion only."
            raise RefusedError(answers.exception(text, status=412))
        if updates_only and before is None:
            text = "The record does not exist, and If-Match allows an update only."
            raise RefusedError(answers.exception(text, status=412))
    if is_patch and before is None:
        raise RefusedError(
            answers.http_error(404, "The specified record cannot be found in the system.")
        )


def _merged(call: Call, before: Row | None, sent: Sent, *, is_patch: bool) -> Change:
    vendor, entity = call.vendor, call.entity
    dice = vendor.world.random(vendor.slug)
    row = blank(DECLARED[entity.name].shape, dice) if before is None else copied(before)
    merger = Merger(
        dice,
        call.lens(),
        appends=not vendor.is_soft("8f"),
        removes=not vendor.is_soft("8g"),
        finds_by_id=not vendor.is_soft("8h"),
    )
    merger.merge(entity, row, sent)
    if before is not None:
        for name in entity.keys:
            row[name] = before[name]
    change = Change(
        vendor,
        call.tenant,
        entity,
        before,
        row,
        sent,
        call.caller.user,
        call.now,
        headers=call.request.headers,
        is_patch=is_patch,
    )
    entity.rules.fill(change)
    return change


def delete(call: Call, segments: list[str]) -> Answer:
    """``DELETE /Entity/{keys}`` or ``/{id}``: 204.

    Raises:
        RefusedError: 500: there is none, or the form does not let go of it.
    """
    row, user = one(call, segments), call.caller.user
    change = Change(call.vendor, call.tenant, call.entity, row, row, Sent(), user, call.now)
    refusal_text = call.entity.rules.removal_refusal(change)
    if refusal_text:
        raise RefusedError(answers.exception(refusal_text))
    remove(call.vendor, call.tenant, call.entity, row, call.now, by=user.name)
    return answers.empty(204)


def act(call: Call, action: str) -> Answer:
    """``POST /Entity/Action``: 204 with the record's Location where it is done at once, else 202.

    Raises:
        RefusedError: 400, 404, 422 or 500; nothing is done.
    """
    if action not in call.entity.actions:
        if call.vendor.is_soft("17e"):
            return answers.empty(204)
        raise RefusedError(answers.http_error(404, f"The action '{action}' does not exist."))
    try:
        body = json.loads(call.request.body)
    except ValueError as error:
        raise RefusedError(answers.bad_request("invocation", str(error))) from error
    if not isinstance(body, dict) or "entity" not in body:
        raise RefusedError(
            answers.bad_request("invocation", "Required property 'entity' not found.")
        )
    reader = Reader(call.vendor.switch, takes_bare_values=call.vendor.is_soft("6a"))
    sent = reader.read_record(body["entity"], call.entity.shape, "invocation.entity")
    before = _target(call, sent)
    if before is None:
        raise RefusedError(missing(call))
    change = _merged(call, before, sent, is_patch=False)
    call.entity.rules.act(change, action, body.get("parameters") or {})
    check(change)
    if change.errors:
        raise RefusedError(refusal(change, call.lens()))
    if action in call.entity.long_actions:
        return begin(call, action, before)
    save(call.vendor, call.tenant, call.entity, before, change.row, call.now)
    place = f"{call.instance.path}{call.endpoint.path}/{call.entity.name}/{before['id']}"
    return answers.empty(204, {"Location": place})
