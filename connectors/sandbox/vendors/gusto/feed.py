"""``GET /v1/events``: what happened in the last 30 days, whether or not anybody was sent it."""

from __future__ import annotations

from datetime import timedelta

from connectors.sandbox.standin import Answer
from connectors.sandbox.vendors.gusto.answers import as_json, invalid
from connectors.sandbox.vendors.gusto.call import Call
from connectors.sandbox.vendors.gusto.environment import Event
from connectors.sandbox.vendors.gusto.notices import in_order, matches

KEPT_DAYS = 30
MOST, DEFAULT = 100, 25
HAS_NEXT = "X-Has-Next-Page"


def list_events(call: Call) -> Answer:
    """The events asked for, from behind the cursor on."""
    company_uuid = call.params.get("resource_uuid")
    if company_uuid is not None and company_uuid not in call.environment.companies:
        return invalid("resource_uuid", "invalid_parameter", "The resource does not exist.")
    found = in_order(event for event in call.environment.events if is_shown(call, event))
    if call.params.get("sort_order") == "desc":
        found.reverse()
    cursor = call.params.get("starting_after_uuid")
    if cursor is not None:
        places = [place for place, event in enumerate(found) if event.row["uuid"] == cursor]
        if not places:
            return unknown_cursor(call)
        found = found[places[0] + 1 :]
    text = call.params.get("limit", "")
    limit = min(max(int(text), 1), MOST) if text.isdigit() else DEFAULT
    if call.is_soft("23f"):
        limit = len(found)
    headers = {HAS_NEXT: "true" if len(found) > limit else "false"}
    return as_json([event.row for event in found[:limit]], headers=headers)


def unknown_cursor(call: Call) -> Answer:
    """The cursor is not among the events asked for."""
    if call.is_soft("23g"):
        return as_json([], headers={HAS_NEXT: "false"})
    return invalid("starting_after_uuid", "invalid_parameter", "The event does not exist.")


def is_shown(call: Call, event: Event) -> bool:
    """Whether the caller's app may see it, it is recent, and the filters leave it in."""
    is_old = event.at < call.now - timedelta(days=KEPT_DAYS)
    if is_old and not call.is_soft("23e"):
        return False
    client_id = call.caller.app.client_id
    company_uuid = event.row["resource_uuid"]
    is_granted = any(
        grant.company_uuid == company_uuid and grant.client_id == client_id
        for grant in call.environment.grants.values()
    )
    if not is_granted and client_id not in event.apps:
        return False
    if call.is_soft("23d") and call.environment.subscriptions and not event.was_sent:
        return False
    if call.params.get("resource_uuid") not in (None, company_uuid):
        return False
    pattern = call.params.get("event_type")
    return pattern is None or matches(pattern, event.row["event_type"])
