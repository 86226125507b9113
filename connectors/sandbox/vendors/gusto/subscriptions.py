"""Webhook subscriptions: made, verified by the token that is posted, changed and deleted."""

from __future__ import annotations

import ipaddress
from datetime import timedelta
from urllib.parse import urlsplit

from connectors.sandbox.standin import JSON, Answer
from connectors.sandbox.vendors.gusto.answers import as_json, empty, invalid, not_found
from connectors.sandbox.vendors.gusto.call import Call
from connectors.sandbox.vendors.gusto.company import new_uuid, second_text
from connectors.sandbox.vendors.gusto.environment import Subscription
from connectors.sandbox.vendors.gusto.notices import Notices

TYPES = (
    "BankAccount",
    "Company",
    "CompanyBenefit",
    "Contractor",
    "ContractorPayment",
    "Employee",
    "EmployeeBenefit",
    "EmployeeJobCompensation",
    "ExternalPayroll",
    "Form",
    "Location",
    "Notification",
    "Payroll",
    "PayrollSync",
    "PaySchedule",
    "PeopleBatch",
    "Signatory",
    "TimeSheetsBatch",
)
HANDSHAKE_SECONDS = 0.5
"""So long the answer to a new subscription takes, while its token is on the way already."""
LATE_SECONDS = 5.0
"""Or so long after the answer the token is sent."""


def notices(call: Call) -> Notices:
    """The events of the call's environment."""
    return Notices(call.standin, call.environment)


def own(call: Call) -> list[Subscription]:
    """The subscriptions of the caller's app."""
    client_id = call.caller.app.client_id
    return [row for row in call.environment.subscriptions.values() if row.client_id == client_id]


def find(call: Call, subscription_uuid: str) -> Subscription | None:
    """The app's subscription with this uuid."""
    return next((row for row in own(call) if row.uuid == subscription_uuid), None)


def list_subscriptions(call: Call) -> Answer:
    """``GET /v1/webhook_subscriptions``."""
    return as_json([row.row() for row in own(call)])


def create_subscription(call: Call) -> Answer:
    """``POST /v1/webhook_subscriptions``: the token is posted before this is answered."""
    sent = call.object_sent() or {}
    url, types = sent.get("url"), sent.get("subscription_types")
    refusal = wrong_url(call, url)
    if refusal is not None:
        return refusal
    kinds = read_types(types)
    if isinstance(kinds, Answer):
        return kinds
    dice = call.standin.world.random(call.standin.slug)
    subscription = Subscription(
        uuid=new_uuid(dice),
        client_id=call.caller.app.client_id,
        url=str(url),
        types=kinds,
        token=new_uuid(dice),
    )
    call.environment.subscriptions[subscription.uuid] = subscription
    answer = as_json(subscription.row(), 201)
    if call.standin.switch("handshake") == "before the answer" and not call.is_soft("20a"):
        notices(call).hand_over(subscription, subscription.token)
        answer.delay_seconds = HANDSHAKE_SECONDS
    else:
        hand_over_later(call, subscription)
    return answer


def hand_over_later(call: Call, subscription: Subscription) -> None:
    """Post the token a little after the answer."""
    told, slug = notices(call), call.standin.slug

    def hand_over() -> None:
        told.hand_over(subscription, subscription.token)

    call.standin.world.later(slug, call.now + timedelta(seconds=LATE_SECONDS), hand_over)


def wrong_url(call: Call, url: JSON) -> Answer | None:
    """The refusal of an address that cannot be reached from outside; unknown names pass."""
    if not isinstance(url, str) or urlsplit(url).scheme not in ("http", "https"):
        return invalid("url", "invalid_attribute_value", "URL is not a valid HTTP URL")
    is_open = call.standin.switch("private_urls") == "accepted" or call.is_soft("24")
    if is_open or is_routable(urlsplit(url).hostname or ""):
        return None
    return invalid("url", "invalid_attribute_value", "URL must be publicly routable")


def is_routable(host: str) -> bool:
    """Whether a host is none of this machine's or of a private network."""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return host != "" and host != "localhost" and not host.endswith(".localhost")


def read_types(types: JSON) -> list[str] | Answer:
    """The types sent, or the refusal of those that there are not."""
    if isinstance(types, list) and types and all(kind in TYPES for kind in types):
        return list(types)
    message = "Subscription types contain an unknown type"
    return invalid("subscription_types", "invalid_attribute_value", message)


def get_subscription(call: Call, subscription_uuid: str) -> Answer:
    """``GET /v1/webhook_subscriptions/{uuid}``."""
    subscription = find(call, subscription_uuid)
    return not_found() if subscription is None else as_json(subscription.row())


def put_subscription(call: Call, subscription_uuid: str) -> Answer:
    """``PUT /v1/webhook_subscriptions/{uuid}``: the types only."""
    subscription = find(call, subscription_uuid)
    if subscription is None:
        return not_found()
    kinds = read_types((call.object_sent() or {}).get("subscription_types"))
    if isinstance(kinds, Answer):
        return kinds
    subscription.types = kinds
    return as_json(subscription.row())


def delete_subscription(call: Call, subscription_uuid: str) -> Answer:
    """``DELETE /v1/webhook_subscriptions/{uuid}``."""
    if find(call, subscription_uuid) is None:
        return not_found()
    del call.environment.subscriptions[subscription_uuid]
    return empty(204)


def verify_subscription(call: Call, subscription_uuid: str) -> Answer:
    """``PUT /v1/webhook_subscriptions/{uuid}/verify``."""
    subscription = find(call, subscription_uuid)
    if subscription is None:
        return not_found()
    token = (call.object_sent() or {}).get("verification_token")
    is_known = token in (subscription.token, subscription.next_token) and token != ""
    if not is_known and not call.is_soft("20b"):
        return invalid("base", "invalid_attribute_value", "Invalid verification token")
    if subscription.next_token and token == subscription.next_token:
        subscription.token, subscription.next_token = subscription.next_token, ""
    subscription.status = "verified"
    return as_json(subscription.row())


def request_token(call: Call, subscription_uuid: str) -> Answer:
    """``GET …/request_verification_token``: the token is posted again."""
    subscription = find(call, subscription_uuid)
    if subscription is None:
        return not_found()
    if call.standin.switch("requested_token") == "new":
        subscription.next_token = new_uuid(call.standin.world.random(call.standin.slug))
    if not call.is_soft("20c"):
        notices(call).hand_over(subscription, subscription.next_token or subscription.token)
    return as_json({"message": f"The verification token was posted to {subscription.url}"})


def health_check(call: Call) -> Answer:
    """``GET /v1/webhooks/health_check``: how the last delivery went."""
    heard = call.environment.was_heard
    status = "unknown" if heard is None else "healthy" if heard else "unhealthy"
    checked_at = call.environment.checked_at or call.now
    return as_json({"status": status, "last_checked_at": second_text(checked_at)})
