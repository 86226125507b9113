"""The page on which a user of the ERP agrees that an application may act for them."""

from __future__ import annotations

import html
from collections.abc import Mapping

from connectors.sandbox.standin import Answer
from connectors.sandbox.vendors.acumatica.answers import HTML_TYPE
from connectors.sandbox.vendors.acumatica.instance import App, Tenant

CARRIED = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
)
MEANINGS = {
    "api": "Use the web services on your behalf",
    "offline_access": "Stay connected when you are away",
    "api:concurrent_access": "Work in several sessions at once",
    "openid": "Know who you are",
    "profile": "Read your profile",
    "email": "Read your e-mail address",
    "phone": "Read your phone number",
}


def page(app: App, tenant: Tenant, asked: Mapping[str, str], action: str) -> Answer:
    """The consent page; its form posts the request's own fields and the decision to ``action``."""
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{html.escape(asked[name])}">'
        for name in CARRIED
        if name in asked
    )
    users = "".join(f"<option>{html.escape(name)}</option>" for name in tenant.users)
    scopes = "".join(
        f"<li>{html.escape(MEANINGS.get(scope, scope))}</li>" for scope in asked["scope"].split()
    )
    body = (
        "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'><title>Consent</title></head>"
        f"<body><h1>{html.escape(app.name)} asks for access to {html.escape(tenant.name)}</h1>"
        f"<ul>{scopes}</ul>"
        f'<form method="post" action="{html.escape(action)}">{hidden}'
        f'<label>Sign in as <select name="username">{users}</select></label> '
        '<button name="decision" value="allow">Allow</button> '
        '<button name="decision" value="deny">Deny</button></form></body></html>'
    )
    return Answer(200, dict(HTML_TYPE), body.encode())
