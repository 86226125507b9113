"""Long operations: accepted with 202, asked after at a status URL, busy for their session."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from connectors.sandbox.standin import Answer
from connectors.sandbox.vendors.acumatica import answers, moments, saving
from connectors.sandbox.vendors.acumatica.answers import RefusedError
from connectors.sandbox.vendors.acumatica.call import Call
from connectors.sandbox.vendors.acumatica.forms.form import Change
from connectors.sandbox.vendors.acumatica.instance import LongOperation
from connectors.sandbox.vendors.acumatica.rows import Row, copied, key_of, new_id
from connectors.sandbox.vendors.acumatica.sent import Sent

SHORT_SECONDS, SHORT_POLLS = 3, 2
SLOW_SECONDS, SLOW_POLLS = 600, 1_000_000
MOMENT_SECONDS = 5
LATE_SECONDS = 60
Work = Callable[[Call, LongOperation, datetime], None]
BUSY_TEXT = "A long operation is running for this screen in the current session."


def refuse_busy(call: Call) -> None:
    """Refuse a call to a form on which an operation of the same session runs.

    Raises:
        RefusedError: 409; a 500 with the same words before 25R2.
    """
    if call.vendor.is_soft("17d"):
        return
    place = (call.caller.session.id, call.entity.form)
    for row in call.tenant.operations.values():
        if row.state == "running" and (row.session, row.form) == place:
            is_old = call.vendor.switch("release") == "24R2"
            refused = answers.exception(BUSY_TEXT) if is_old else answers.http_error(409, BUSY_TEXT)
            raise RefusedError(refused)


def begin(call: Call, action: str, record: Row) -> Answer:
    """Take an action on: 202 with the place of its status, or 204 where it is done at once.

    Raises:
        RefusedError: 500: it was worked at once, and failed.
    """
    style = call.vendor.switch("actions")
    operation = LongOperation(
        new_id(call.vendor.world.random(call.vendor.slug)),
        action,
        call.entity.form,
        call.caller.session.id,
        key_of(record, call.entity.keys),
        moments.kept_now(call.now),
    )
    call.tenant.operations[operation.id] = operation
    if style.startswith("204") or call.vendor.is_soft("17a"):
        _work(call, operation, call.now)
        if operation.error:
            raise RefusedError(answers.exception(operation.error))
        row_id = record["id"] if style != "204_dead_location" else operation.id
        return answers.empty(204, {"Location": _place(call, f"{call.entity.name}/{row_id}")})
    is_slow = style == "202_slow"
    operation.polls_left = SLOW_POLLS if is_slow else SHORT_POLLS
    seconds = SLOW_SECONDS if is_slow else SHORT_SECONDS
    _later(call, seconds, _work, operation)
    status = f"{call.entity.name}/{action}/status/{operation.id}"
    return answers.empty(202, {"Location": _place(call, status)})


def status(call: Call, action: str, operation_id: str) -> Answer:
    """``GET …/status/{id}``: 202 while it runs, 204 once it is done.

    Raises:
        RefusedError: 404: there is none; 500: it failed, with its reason.
    """
    operation = call.tenant.operations.get(operation_id)
    if operation is None or operation.action != action:
        raise RefusedError(answers.http_error(404, "The operation is not found."))
    if operation.state == "running" and operation.polls_left > 0:
        operation.polls_left -= 1
        if not call.vendor.is_soft("17b"):
            return answers.empty(202)
    _work(call, operation, call.now)
    if operation.error and not call.vendor.is_soft("17c"):
        raise RefusedError(answers.exception(operation.error))
    return answers.empty(204)


def _work(call: Call, operation: LongOperation, at: datetime) -> None:
    if operation.state != "running":
        return
    outcome = call.vendor.switch("operation_outcome")
    operation.state = "done"
    if outcome == "fails":
        operation.error = "The operation has been aborted by an error."
    elif outcome == "late":
        _later(call, LATE_SECONDS, _carry_out, operation)
    elif outcome == "works":
        _carry_out(call, operation, at)
    if operation.error:
        operation.state = "failed"


def _carry_out(call: Call, operation: LongOperation, at: datetime) -> None:
    entity = call.entity
    before = call.table.rows.get(operation.record)
    if before is None:
        operation.error = "The record has been deleted by another process."
        return
    row, user = copied(before), call.caller.user
    change = Change(call.vendor, call.tenant, entity, before, row, Sent(), user, at)
    entity.rules.work(change, operation.action)
    if change.errors:
        operation.error = next(iter(change.errors.values()))
        return
    _save(call, before, row, at, operation.action)
    if entity.rules.works_on_later(change):
        _later(call, MOMENT_SECONDS, _work_on, operation)


def _work_on(call: Call, operation: LongOperation, at: datetime) -> None:
    before = call.table.rows.get(operation.record)
    if before is not None:
        row = copied(before)
        call.entity.rules.work_on(row)
        _save(call, before, row, at, "posted")


def _save(call: Call, before: Row, row: Row, at: datetime, deed: str) -> None:
    by = call.caller.user.name
    saving.save(call.vendor, call.tenant, call.entity, before, row, at, deed=deed, by=by)


def _later(call: Call, seconds: int, work: Work, operation: LongOperation) -> None:
    at = call.now + timedelta(seconds=seconds)
    call.vendor.world.later(call.vendor.slug, at, partial(_begin_due, call, work, operation))


def _begin_due(call: Call, work: Work, operation: LongOperation) -> None:
    work(call, operation, call.vendor.world.now(call.vendor.slug))


def _place(call: Call, rest: str) -> str:
    instance_path = "" if call.vendor.is_soft("17g") else call.instance.path
    return f"{instance_path}{call.endpoint.path}/{rest}"
