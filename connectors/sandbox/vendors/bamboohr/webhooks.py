"""Webhook subscriptions: made, shown, replaced and deleted by the credential that owns them."""

from __future__ import annotations

import ipaddress
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from connectors.sandbox.standin import JSON, Answer
from connectors.sandbox.vendors.bamboohr.answers import as_json, as_text
from connectors.sandbox.vendors.bamboohr.call import Call
from connectors.sandbox.vendors.bamboohr.company import Row, Webhook
from connectors.sandbox.vendors.bamboohr.fields import BY_ALIAS, MONITORED, TABLES

EVENTS = ("employee.created", "employee.updated", "employee.deleted")
LEGACY = tuple(event.replace("employee.", "employee_with_fields.") for event in EVENTS)
DEFAULT_EVENTS = [LEGACY[1], LEGACY[2], LEGACY[0]]
OTHER_EVENTS = ("company-integrations.updated", "company.updated", "company.deleted")
LOG_DAYS = 14
LOG_ROWS = 200
LOG_CALLS_A_MINUTE = 5
OVER_LIMIT = {"error": {"code": 429, "message": "Over rate limit, please try again in 60 seconds"}}


def list_webhooks(call: Call) -> Answer:
    """``GET webhooks``: the caller's own."""
    own = [hook for hook in call.company.webhooks.values() if hook.owner == call.caller.owner]
    return as_json(
        {
            "webhooks": [
                {
                    "id": hook.id,
                    "name": hook.fields["name"],
                    "created": hook.created,
                    "lastSent": hook.last_sent,
                    "url": hook.fields["url"],
                }
                for hook in own
            ]
        }
    )


def create_webhook(call: Call) -> Answer:
    """``POST webhooks``: the only answer that shows the private key."""
    fields = read_fields(call)
    if isinstance(fields, Answer):
        return fields
    call.company.last_webhook_id += 1
    digits = call.standin.world.random(call.standin.slug).getrandbits(128)
    hook = Webhook(
        id=str(call.company.last_webhook_id),
        owner=call.caller.owner,
        user_id=call.caller.user.id,
        sees_all=call.caller.is_integration,
        private_key=f"{digits:032x}",
        created=second_text(call.now),
        fields=fields,
    )
    call.company.webhooks[hook.id] = hook
    return as_json(webhook_row(call, hook, with_key=True), 201)


def get_webhook(call: Call, hook_id: str) -> Answer:
    """``GET webhooks/{id}``: all of it but the key; names fields that may no longer be read."""
    hook = own_webhook(call, hook_id)
    if isinstance(hook, Answer):
        return hook
    row = webhook_row(call, hook, with_key=call.standin.is_soft("24a"))
    lost = [name for name in hook.fields["monitorFields"] or [] if not call.caller.may_read(name)]
    if lost:
        named = [field_name(name) for name in lost]
        row["errors"] = [{"error": PERMISSION, "monitorFields": named}]
    return as_json(row)


def put_webhook(call: Call, hook_id: str) -> Answer:
    """``PUT webhooks/{id}``: a full replacement; the key stays."""
    hook = own_webhook(call, hook_id)
    if isinstance(hook, Answer):
        return hook
    fields = read_fields(call, kept=hook.fields if call.standin.is_soft("24d") else {})
    if isinstance(fields, Answer):
        return fields
    hook.fields = fields
    return as_json(webhook_row(call, hook, with_key=False))


def delete_webhook(call: Call, hook_id: str) -> Answer:
    """``DELETE webhooks/{id}``: plain text."""
    hook = own_webhook(call, hook_id)
    if isinstance(hook, Answer):
        return hook
    del call.company.webhooks[hook.id]
    if call.standin.is_soft("24c"):
        return as_json({"success": True})
    return as_text("Web hook has been deleted.")


def webhook_log(call: Call, hook_id: str) -> Answer:
    """``GET webhooks/{id}/log``: its own throttle answers 200."""
    hook = own_webhook(call, hook_id)
    if isinstance(hook, Answer):
        return hook
    now = call.now
    hook.log_calls[:] = [at for at in hook.log_calls if at > now - timedelta(minutes=1)]
    if len(hook.log_calls) >= LOG_CALLS_A_MINUTE and not call.standin.is_soft("27c"):
        return as_json(OVER_LIMIT)
    hook.log_calls.append(now)
    since = second_text(now - timedelta(days=LOG_DAYS))
    return as_json([row for row in hook.log if row["lastAttempted"] >= since][-LOG_ROWS:])


def own_webhook(call: Call, hook_id: str) -> Webhook | Answer:
    """The caller's webhook; a foreign one is refused in the object form."""
    hook = call.company.webhooks.get(hook_id)
    if hook is None:
        return as_json({"errors": [{"error": f"No webhook was found with ID: {hook_id}."}]}, 404)
    if hook.owner != call.caller.owner and not call.standin.is_soft("24b"):
        message = f"You do not have access to webhook ID: {hook_id}"
        return as_json({"errors": {"error": message}}, 403)
    return hook


def webhook_row(call: Call, hook: Webhook, *, with_key: bool) -> Row:
    """A webhook as it is shown."""
    row: Row = {
        "id": hook.id,
        "name": hook.fields["name"],
        "created": hook.created,
        "lastSent": hook.last_sent,
        "monitorFields": hook.fields["monitorFields"],
        "postFields": hook.fields["postFields"],
        "url": hook.fields["url"],
        "format": hook.fields["format"],
    }
    if with_key:
        row["privateKey"] = hook.private_key
    row["includeCompanyDomain"] = hook.fields["includeCompanyDomain"]
    row["events"] = hook.fields["events"]
    return row


PERMISSION = "Permission denied to the following fields"


def read_fields(call: Call, kept: Row | None = None) -> Row | Answer:
    """The webhook that the body describes, or the refusal it gets."""
    sent = call.object_sent()
    if sent is None:
        return bad_request(["The request body is not valid JSON"])
    sent = {**(kept or {}), **sent}
    events = sent.get("events")
    default = list(EVENTS) if call.standin.is_soft("23g") else list(DEFAULT_EVENTS)
    events = default if events is None else events
    issues = find_issues(call, sent, events)
    if issues:
        return bad_request(issues)
    monitored = [spelled(str(name)) for name in sent.get("monitorFields") or []]
    denied = denied_fields(call, monitored, sent.get("postFields") or {})
    if denied is not None:
        return denied
    return {
        "name": sent["name"],
        "url": sent["url"],
        "format": sent.get("format") or "json",
        "monitorFields": monitored or None,
        "postFields": sent.get("postFields") or {},
        "includeCompanyDomain": sent.get("includeCompanyDomain") is True,
        "events": events,
    }


def bad_request(issues: list[str]) -> Answer:
    """400 with what is wrong."""
    return as_json({"errors": [{"error": "Invalid request body", "issues": issues}]}, 400)


def find_issues(call: Call, sent: Row, events: JSON) -> list[str]:
    """What is wrong with a body."""
    soft = call.standin.is_soft
    issues = []
    if not sent.get("name"):
        issues.append("name is required")
    if not is_public_https(sent.get("url")) and not soft("23a"):
        issues.append("url is required and must start with https://")
    if sent.get("format") not in ("json", "form-encoded") and not soft("23b"):
        issues.append("format is required and must be json or form-encoded")
    known = (*EVENTS, *LEGACY, *OTHER_EVENTS)
    if not isinstance(events, list) or not all(event in known for event in events):
        return [*issues, "events contains an unknown event"]
    is_mixed = not {*events}.isdisjoint(EVENTS) and not {*events}.isdisjoint(LEGACY)
    if is_mixed and not soft("23d"):
        issues.append("employee_with_fields events cannot be mixed with employee events")
    is_update = EVENTS[1] in events or LEGACY[1] in events
    if is_update and not sent.get("monitorFields") and not soft("23c"):
        issues.append("monitorFields is required")
    if not isinstance(sent.get("monitorFields") or [], list):
        issues.append("monitorFields is a list")
    return issues


def is_public_https(url: JSON) -> bool:
    """Whether this is an https address with a public name."""
    if not isinstance(url, str) or not url.startswith("https://"):
        return False
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".local", ".localhost", ".internal"))


def spelled(name: str) -> str:
    """The alias of a field given by alias or id."""
    for alias, field in BY_ALIAS.items():
        if name in (alias, str(field.id)):
            return alias
    return name


def denied_fields(call: Call, monitored: list[str], posted: dict[str, JSON]) -> Answer | None:
    """403 for fields that do not exist or that the caller may not read."""
    soft = call.standin.is_soft
    named = [spelled(name) for name in posted]
    allowed = {*MONITORED, *(["terminationDate"] if soft("23f") else [])}
    unknown = [name for name in monitored if name not in allowed]
    unknown += [name for name in named if name not in BY_ALIAS]
    if soft("23e"):
        unknown = [name for name in unknown if name in BY_ALIAS]
    texts = [str(text) for text in posted.values()]
    faults: dict[str, JSON] = {
        "monitorFields": [field_name(n) for n in monitored if not call.caller.may_read(n)],
        "postFields": [field_name(n) for n in named if not call.caller.may_read(n)],
        "unknownFields": [{"id": None, "name": name} for name in unknown],
        "duplicatePostString": sorted({text for text in texts if texts.count(text) > 1}),
    }
    if not any(faults.values()):
        return None
    present = {name: rows for name, rows in faults.items() if rows}
    return as_json({"errors": [{"error": PERMISSION, **present}]}, 403)


def field_name(alias: str) -> Row:
    """``{"id": 2, "name": "lastName"}``."""
    return {"id": BY_ALIAS[alias].id, "name": alias}


def monitor_fields(_call: Call) -> Answer:
    """``GET webhooks/monitor_fields``; one has no alias."""
    rows: list[Row] = [
        {"id": str(BY_ALIAS[name].id), "name": BY_ALIAS[name].name, "alias": name}
        for name in MONITORED
    ]
    rows.append({"id": "4175", "name": "Accrual Level Start Date", "alias": None})
    return as_json({"fields": rows})


def post_fields(_call: Call) -> Answer:
    """``GET webhooks/post-fields``."""
    table_of = {
        field.alias: number for number, fields in enumerate(TABLES.values()) for field in fields
    }
    rows = [
        {
            "alias": name,
            "name": BY_ALIAS[name].name,
            "type": BY_ALIAS[name].type,
            "id": BY_ALIAS[name].id,
            "pageId": 1,
            "tableId": table_of.get(name),
        }
        for name in MONITORED
    ]
    tables = [{"id": number, "name": name, "alias": name} for number, name in enumerate(TABLES)]
    return as_json({"fields": rows, "pages": [{"id": 1, "name": "Job"}], "tables": tables})


def second_text(instant: datetime) -> str:
    """``2026-03-02 15:40:10``, UTC."""
    return instant.strftime("%Y-%m-%d %H:%M:%S")
