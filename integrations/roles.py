"""What each role may do in the console: Django's rights, derived from a person's memberships.

Which rows he may do it to is decided apart, by the walls of each page. To see pay and health, or
people's changes that lie ahead, is no part of any role: that is given to each person by name.
"""

from __future__ import annotations

from functools import cache

from django.apps import apps
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Model, prefetch_related_objects

from integrations.models import Membership

Role = Membership.Role
SHOWN_APPS = ("integrations", "audit")
PEOPLE = frozenset({"auth.view_user"})
"""Their page opens only for who sees every tenant."""
BY_NAME = ("see_pay", "see_future")
"""What no role brings."""
WORKED = ("record", "mapping", "match", "problem")
OPERATING = frozenset(
    {
        "audit.change_entry",  # to replay one; nobody edits it
        *(f"integrations.change_{name}" for name in WORKED),
        *(
            f"integrations.{what}_{name}"
            for name in ("connection", "integration", "oauthapp")
            for what in ("add", "change")
        ),
        "integrations.delete_connection",
        "integrations.delete_oauthapp",
    }
)
APPROVING = frozenset({"integrations.change_plan", "integrations.change_problem"})
ADMINISTERING = frozenset(
    {
        "integrations.add_tenant",
        "integrations.change_tenant",
        *(f"integrations.{what}_membership" for what in ("add", "change", "delete")),
        "auth.add_user",
        "auth.change_user",
    }
)


@cache
def rights_of(role: str) -> frozenset[str]:
    """All that a role may do somewhere; every role may look at everything."""
    looking = PEOPLE | {
        f"{app}.view_{model._meta.model_name}"
        for app in SHOWN_APPS
        for model in apps.get_app_config(app).get_models()
    }
    return (
        looking
        | {
            Role.ADMINISTRATOR: OPERATING | APPROVING | ADMINISTERING,
            Role.OPERATOR: OPERATING,
            Role.APPROVER: APPROVING,
            Role.AUDITOR: frozenset[str](),
        }[Role(role)]
    )


class RoleBackend(BaseBackend):
    """Adds the rights of a person's roles to those that Django knows of; signs nobody in."""

    def get_user_permissions(
        self, user_obj: User | AnonymousUser, obj: Model | None = None
    ) -> set[str]:
        """The rights of all his roles; of single rows this knows nothing."""
        if not isinstance(user_obj, User) or not user_obj.is_active or obj is not None:
            return set()
        # Read once for a page, by whoever comes first.
        prefetch_related_objects([user_obj], "memberships")
        return {right for one in user_obj.memberships.all() for right in rights_of(one.role)}

    def has_module_perms(self, user_obj: User | AnonymousUser, app_label: str) -> bool:
        """Whether he may do anything in an app at all."""
        return any(
            right.startswith(f"{app_label}.") for right in self.get_user_permissions(user_obj)
        )
