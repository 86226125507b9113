"""GET: lists with filter and pages, single records by keys or id."""

from __future__ import annotations

import re

from connectors.sandbox.standin import Answer
from connectors.sandbox.vendors.acumatica import answers
from connectors.sandbox.vendors.acumatica.answers import RefusedError
from connectors.sandbox.vendors.acumatica.call import Call
from connectors.sandbox.vendors.acumatica.comparisons import NonsenseLiteralError
from connectors.sandbox.vendors.acumatica.filter_tokens import FilterError
from connectors.sandbox.vendors.acumatica.filters import Condition, Strictness, parse
from connectors.sandbox.vendors.acumatica.printing import Plan, show
from connectors.sandbox.vendors.acumatica.rows import Row

GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
NO_ENTITY = "PX.Api.ContractBased.NoEntitySatisfiesTheConditionException"
CANNOT_OPTIMIZE = "PX.Api.ContractBased.CannotOptimizeException"


def read_list(call: Call) -> Answer:
    """``GET /Entity``: 200 with an array.

    Raises:
        RefusedError: 500: the filter or a member cannot be used.
    """
    plan = call.plan()
    if not call.vendor.is_soft("10i"):
        _refuse_slow(call, plan)
    rows = matching(call)
    skip, top = _count(call, "$skip"), _count(call, "$top")
    if call.vendor.switch("skip") == "ignored":
        skip = 0
    if not call.vendor.is_soft("10h"):
        rows = rows[skip or 0 :]
        rows = rows if top is None else rows[:top]
    lens = call.lens()
    return answers.as_json(200, [show(call.entity, plan, row, lens) for row in rows])


def read_one(call: Call, segments: list[str]) -> Answer:
    """``GET /Entity/{keys}`` or ``/{id}``: 200 with the record.

    Raises:
        RefusedError: 500: there is none.
    """
    plan = call.plan(is_single=True)
    row = one(call, segments)
    return answers.as_json(200, show(call.entity, plan, row, call.lens()))


def one(call: Call, segments: list[str]) -> Row:
    """The record that a path names, by keys divided by ``/`` or ``|``, or by id.

    Raises:
        RefusedError: 500: there is none.
    """
    row = None
    if call.vendor.is_soft("7c"):
        row = call.table.rows.get("/".join(segments))
    if row is None and len(segments) == 1 and GUID.fullmatch(segments[0]):
        row = None if call.vendor.is_soft("7a") else call.found_by_id(segments[0])
    keys = [key.rstrip(" ") for segment in segments for key in segment.split("|")]
    if row is None and len(keys) == len(call.entity.keys):
        row = call.table.rows.get("|".join(keys))
    if row is None:
        raise RefusedError(missing(call))
    return row


def missing(call: Call) -> Answer:
    """What a record that is not there is answered."""
    if call.vendor.is_soft("7b"):
        return answers.http_error(404, "The record is not found.")
    return answers.exception("No entity satisfies the condition.", NO_ENTITY)


def matching(call: Call) -> list[Row]:
    """The rows that lists show and the query's ``$filter`` lets through.

    Raises:
        RefusedError: the filter cannot be used.
    """
    text = call.params.get("$filter", "")
    if not text.strip():
        return call.table.listed(call.now)
    condition = _condition(call, text)
    if condition.joins_views and call.vendor.switch("cross_view_filter") == "empty_list":
        return []
    if condition.views - {""} and call.vendor.switch("linked_filter") == "refused":
        raise RefusedError(cannot_optimize(sorted(condition.views - {""})))
    candidates = None
    for path, value in condition.equal.items():
        candidates = call.table.equal(path, value, call.now)
        if candidates is not None:
            break
    if candidates is None:
        candidates = call.table.listed(call.now)
    return [row for row in candidates if condition.test(row)]


def _condition(call: Call, text: str) -> Condition:
    vendor = call.vendor
    strictness = Strictness(
        refuses_functions=not vendor.is_soft("10d"),
        true_finds_nothing=not vendor.is_soft("10c"),
        refuses_unknown=not vendor.is_soft("10e"),
        refuses_details=not vendor.is_soft("10f") and vendor.switch("details_filter") == "500",
        refuses_quoted=not vendor.is_soft("10g"),
        gt_leaves_out=not vendor.is_soft("10b"),
    )
    if vendor.is_soft("10a"):
        text = re.sub(r"(?<=\d) (?=\d\d:\d\d')", "+", text)
    try:
        return parse(text, call.entity.shape, call.entity.customs_by_path, strictness)
    except NonsenseLiteralError as error:
        status = int(vendor.switch("nonsense_literal"))
        raise RefusedError(answers.exception(str(error), error.kind, status)) from error
    except FilterError as error:
        raise RefusedError(answers.exception(str(error), error.kind)) from error


def _refuse_slow(call: Call, plan: Plan) -> None:
    slow = list(plan.slow)
    expanded = {name for name, _ in plan.details} | {name for name, _ in plan.parts}
    marked = set(call.tenant.slow_members.get(call.entity.name, ()))
    if call.vendor.switch("history_in_lists") == "refused":
        marked.add("EmploymentHistory")
    slow += sorted(marked & (expanded | {name for name, _, _ in plan.fields}))
    if slow:
        raise RefusedError(cannot_optimize(slow))


def cannot_optimize(members: list[str]) -> Answer:
    """500: a list read needs what cannot be optimized."""
    text = (
        "Optimization cannot be performed.The following fields cause the error: "
        f"{', '.join(members)}"
    )
    return answers.exception(text, CANNOT_OPTIMIZE)


def _count(call: Call, name: str) -> int | None:
    text = call.params.get(name)
    if text is None:
        return None
    if not text.isdecimal():
        raise RefusedError(answers.bad_request(name, f"The value '{text}' is not valid for Int32."))
    return int(text)
