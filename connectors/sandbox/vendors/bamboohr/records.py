"""What judges see of a company, and what people change there beside employees."""

from __future__ import annotations

from connectors.sandbox.clock import iso
from connectors.sandbox.standin import JSON, StandIn
from connectors.sandbox.vendors.bamboohr.company import Company, Employee, User, seconds_text
from connectors.sandbox.vendors.bamboohr.fields import CLASSIC
from connectors.sandbox.vendors.bamboohr.metadata import ListRefusalError, change_options

USER_KEYS = ("status", "hiddenFields", "visibleEmployees", "isAdmin")


def company_state(company: Company) -> dict[str, JSON]:
    """Everything of a company, plain."""
    return {
        "companyId": company.id,
        "domain": company.domain,
        "today": company.today().isoformat(),
        "company_information": company.information,
        "employees": {
            person.id: employee_state(company, person) for person in company.employees.values()
        },
        "deleted": {key: seconds_text(at) for key, at in company.deleted.items()},
        "lists": company.lists,
        "users": {key: user_state(user) for key, user in company.users.items()},
        "api_keys": {
            key: {"user": user_id, "isAdmin": company.users[str(user_id)].is_admin}
            for key, user_id in company.api_keys.items()
        },
        "grants": {
            grant.id: {
                "client_id": grant.client_id,
                "user": grant.user_id,
                "scopes": grant.scopes,
                "refresh_token": grant.refresh_token,
                "spent_refresh_tokens": grant.spent_refresh_tokens,
                "access_tokens": {token: iso(at) for token, at in grant.access_tokens.items()},
            }
            for grant in company.grants.values()
        },
        "webhooks": {
            hook.id: {
                "id": hook.id,
                "owner": hook.owner,
                "user": hook.user_id,
                "privateKey": hook.private_key,
                "created": hook.created,
                "lastSent": hook.last_sent,
                **hook.fields,
                "log": hook.log,
            }
            for hook in company.webhooks.values()
        },
    }


def employee_state(company: Company, person: Employee) -> dict[str, JSON]:
    """The classic values of today (None where there is none), the last action, and the history."""
    values = company.values(person)
    return {
        "id": person.id,
        **{name: values[name] for name in CLASSIC},
        "lastAction": person.action,
        "history": {
            "jobInfo": [dict(row) for row in person.job_rows],
            "employmentStatus": [dict(row) for row in person.status_rows],
        },
    }


def user_state(user: User) -> dict[str, JSON]:
    """A user and what he may see."""
    return {
        "id": user.id,
        "employeeId": user.employee_id,
        "firstName": user.first_name,
        "lastName": user.last_name,
        "email": user.email,
        "status": user.status,
        "isAdmin": user.is_admin,
        "hiddenFields": user.hidden_fields,
        "visibleEmployees": user.visible_employees,
    }


def put_user(company: Company, user_id: str, body: dict[str, JSON]) -> JSON:
    """Enable, disable, or change what a user may see.

    Raises:
        ValueError: no such user, or a key or value is unknown.
    """
    user = company.users.get(user_id)
    if user is None:
        raise ValueError(f"There is no user {user_id}: {', '.join(company.users)}.")
    unknown = set(body) - set(USER_KEYS)
    if unknown or body.get("status", "enabled") not in ("enabled", "disabled"):
        raise ValueError(f"A user has: {', '.join(USER_KEYS)}; status is enabled or disabled.")
    user.status = body.get("status", user.status)
    user.hidden_fields = body.get("hiddenFields", user.hidden_fields)
    user.visible_employees = body.get("visibleEmployees", user.visible_employees)
    user.is_admin = body.get("isAdmin", user.is_admin)
    return user_state(user)


def put_list(standin: StandIn, company: Company, alias: str, body: dict[str, JSON]) -> JSON:
    """Change a list's options; the body is that of ``PUT meta/lists``, manageable or not.

    Raises:
        ValueError: no such list, or the options cannot be changed so.
    """
    listed = company.lists.get(alias)
    if listed is None:
        raise ValueError(f"There is no list {alias!r}: {', '.join(company.lists)}.")
    options = body.get("options")
    if not isinstance(options, list) or not all(isinstance(option, dict) for option in options):
        raise ValueError("options is a list of objects with id, value, archived.")
    try:
        change_options(standin, company, listed, options)
    except ListRefusalError as refusal:
        raise ValueError(refusal.reason) from refusal
    return listed
