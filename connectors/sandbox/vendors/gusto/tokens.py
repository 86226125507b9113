"""What a token says of itself."""

from __future__ import annotations

from connectors.sandbox.standin import JSON, Answer
from connectors.sandbox.vendors.gusto.answers import as_json, empty, not_found
from connectors.sandbox.vendors.gusto.call import Call
from connectors.sandbox.vendors.gusto.oauth import OAuth


def token_info(call: Call) -> Answer:
    """``GET /v1/token_info``: whose it is and for what."""
    grant = call.caller.grant
    resource: JSON
    if grant is None:
        resource = {"type": "Oauth::Application", "uuid": call.caller.app.uuid}
        owner = None
    else:
        resource = {"type": "Company", "uuid": grant.company_uuid}
        owner = {"type": "CompanyAdmin", "uuid": grant.admin_uuid}
    if call.is_soft("6a"):
        resource = None
    scope = " ".join(sorted(call.caller.scopes)) if grant is None else " ".join(grant.scopes)
    return as_json({"scope": scope, "resource": resource, "resource_owner": owner})


def disconnect(call: Call, company_uuid: str) -> Answer:
    """``POST /v1/companies/{company}/disconnect_app_integration``: the app lets the company go."""
    client_id = call.caller.app.client_id
    own = [
        grant
        for grant in call.environment.grants.values()
        if (grant.company_uuid, grant.client_id) == (company_uuid, client_id)
    ]
    if not own:
        return not_found()
    oauth = OAuth(call.standin, call.environment)
    for grant in own:
        oauth.end(grant)
    return empty(204)
