"""The page on which an administrator picks the one company that an app may read."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from connectors.sandbox.standin import Answer
from connectors.sandbox.vendors.gusto.answers import page
from connectors.sandbox.vendors.gusto.company import Company
from connectors.sandbox.vendors.gusto.environment import App
from connectors.sandbox.vendors.gusto.scopes import OF_THE_APP


def page_for(app: App, companies: Iterable[Company]) -> Answer:
    """The consent page; posts to its own address."""
    options = "".join(
        f"<option value={company.uuid}>{escape(company.information['name'])}</option>"
        for company in companies
    )
    rights = "".join(f"<li>{escape(scope)}</li>" for scope in app.scopes if scope not in OF_THE_APP)
    return page(
        f"<h1>Authorize {escape(app.client_id)}?</h1>"
        f"<p>You are signed in as a full-access administrator. It asks for:</p><ul>{rights}</ul>"
        f"<form method=post><label>Company <select name=company>{options}</select></label>"
        "<p><button name=decision value=connect>Authorize</button> "
        "<button name=decision value=deny>Deny</button></p></form>"
    )
