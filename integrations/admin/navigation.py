"""The side bar: the pages in the order of the day's work, those alone that the person may see."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

HOME = ("Home", "home", "")
GROUPS: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...] = (
    (
        "Work",
        (
            HOME,
            ("Problems", "error", "integrations.problem"),
            ("Records", "group", "integrations.record"),
            ("Documents", "request_quote", "integrations.document"),
            ("Mappings", "compare_arrows", "integrations.mapping"),
            ("Match review", "join_inner", "integrations.match"),
            ("Previews", "preview", "integrations.plan"),
        ),
    ),
    (
        "Set-up",
        (
            ("Tenants", "domain", "integrations.tenant"),
            ("Connections", "cable", "integrations.connection"),
            ("Integrations", "sync_alt", "integrations.integration"),
            ("OAuth apps", "key", "integrations.oauthapp"),
            ("Vocabularies", "list", "integrations.term"),
            ("Attempts to connect", "link", "integrations.connectsession"),
        ),
    ),
    (
        "Webhooks",
        (
            ("Subscriptions", "notifications_active", "integrations.subscription"),
            ("Deliveries", "move_to_inbox", "integrations.delivery"),
            ("Refused", "block", "integrations.refused"),
        ),
    ),
    (
        "Trail",
        (
            ("Runs", "play_circle", "audit.syncrun"),
            ("Entries", "receipt_long", "audit.entry"),
            ("Bodies", "data_object", "audit.body"),
            ("Writes", "edit_note", "integrations.write"),
            ("Actions", "history", "audit.action"),
        ),
    ),
    (
        "People",
        (
            ("Members", "badge", "integrations.membership"),
            ("Users", "person", "auth.user"),
        ),
    ),
)
"""Title, icon and model of each line."""


def navigation(request: HttpRequest) -> list[dict[str, object]]:
    """The groups of the side bar, as django-unfold wants them told."""
    pages = {model._meta.label_lower: page for model, page in admin.site._registry.items()}
    groups: list[dict[str, object]] = []
    for title, lines in GROUPS:
        items = [
            {"title": name, "icon": icon, "link": _address(model)}
            for name, icon, model in lines
            if not model or pages[model].has_view_permission(request)
        ]
        if items:
            groups.append({"title": title, "separator": True, "items": items})
    return groups


def _address(model: str) -> str:
    if not model:
        return reverse("admin:index")
    return reverse(f"admin:{model.replace('.', '_')}_changelist")
