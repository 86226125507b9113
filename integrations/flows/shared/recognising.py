"""By what a person is recognised at the target; pure."""

from __future__ import annotations

from integrations.flow import MatchKey
from integrations.flows.shared.carried import Text
from integrations.flows.shared.folding import folded_email, folded_name


def keys_of(reference: str, email: Text) -> tuple[MatchKey, ...]:
    """Our own reference, then the work e-mail where there is one."""
    keys = [MatchKey("reference", reference)]
    if isinstance(email, str) and email:
        keys.append(MatchKey("email", folded_email(email)))
    return tuple(keys)


def name_of(first: Text, last: Text) -> str:
    """First and last name as one folded text; empty where neither is known."""
    return folded_name(*(part for part in (first, last) if isinstance(part, str)))


def address_of(email: Text) -> Text:
    """An empty text is no address."""
    return email.strip() or None if isinstance(email, str) else email
