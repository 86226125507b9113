"""How BambooHR lets us in: by OAuth, or by an API key in place of a user name."""

from __future__ import annotations

from typing import Final

from connectors.auth import Auth, BasicAuth, BearerAuth
from connectors.transport import Door
from connectors.vendor import Account, OAuth, Scope, Vendor

API_KEY: Final = "api_key"

OAUTH: Final = OAuth(
    scopes=(
        Scope("openid", "Lets the product sign in at BambooHR at all."),
        Scope("offline_access", "Keeps the connection alive without asking you again every hour."),
        Scope("employee", "Reads people: names, work e-mail, employee number, hire date, status."),
        Scope("employee:name", "Reads names where your account grants them apart."),
        Scope("employee:job", "Reads department, division, location, job title and supervisor."),
        Scope("employee:contact", "Reads the work e-mail where your account grants it apart."),
        Scope("field", "Reads the lists of departments, divisions, locations and job titles."),
        Scope(
            "field.write",
            "Adds departments and job titles to your lists, only in integrations that say so and "
            "only after you approved.",
        ),
        Scope("webhooks", "Lets BambooHR tell us at once when somebody changes."),
        Scope("company:info", "Reads your company's name, to show it beside the connection."),
        Scope(
            "public.integration",
            "Asks who changed, and sees all people instead of those whom one user may see; an "
            "administrator has to install it.",
        ),
    ),
    authorize_url=lambda config: f"https://{config['company_domain']}.bamboohr.com/authorize.php",
    token_url=lambda config: f"https://{config['company_domain']}.bamboohr.com/token.php",
    authorize_params={"request": "authorize"},
    token_params={"request": "token"},
    redirect_uri_in_refresh=True,
    pkce=False,
    refresh_before_seconds=300,
    facts=("companyDomain",),
)


def sign_in(door: Door, vendor: Vendor, account: Account) -> Auth:
    """The way in that this account has: its API key where it gave one, else its consent."""
    key = account.grant.secrets().get(API_KEY, "")
    # Any password will do beside a key; "x" is the custom.
    return BasicAuth(key, "x") if key else BearerAuth(door, vendor, account)
