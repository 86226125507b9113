"""How a vendor is declared: what a person fills in, how it lets us in, what it allows and does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal, Protocol

from connectors.values import ABSENT, Absent

if TYPE_CHECKING:
    from connectors.transport import Answer, Door


class Privacy(StrEnum):
    """Who may see a field that we read (``flows.md`` §1, "Pay is private")."""

    PLAIN = "plain"
    PERSON = "person"
    PAY = "pay"
    HEALTH = "health"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a person fills in to connect; the forms draw themselves from it."""

    name: str
    label: str
    help: str = ""
    example: str = ""
    secret: bool = False
    required: bool = True
    default: str = ""
    clean: Callable[[str], str] | None = None
    """Reduces what was typed to its canonical form.

    Raises ``ValueError`` with a sentence that says what to type instead.
    """


@dataclass(frozen=True, slots=True)
class Scope:
    """One right that we ask for, and why in words for the customer."""

    name: str
    why: str
    required: bool = True
    """Without it a consent is not accepted; else the connection says what it lacks."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One call that a client can make: the unit of permission, pacing, settling and the trail."""

    name: str
    method: str
    path: str
    """Path template at the vendor, for logs and errors: ``/api/v1/employees/{id}``."""
    writes: bool = False
    settle_seconds: int = 180
    """How long the vendor may still act on a request that nobody waits for."""
    deadline_seconds: float = 100.0
    grants_access: bool = False
    """A login or a token: every flow may call it, since nothing else works without."""
    docs: str = ""
    reads: Mapping[str, Privacy] = field(default_factory=dict)
    """Fields of the answer that may stand in the trail, by their name anywhere in the body.

    What is not named here is replaced by its type and length.
    """
    sends: Mapping[str, Privacy] = field(default_factory=dict)
    """The same for the fields of the request's body."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What acts for us at a vendor; never printed."""

    access_token: str
    refresh_token: str = ""
    expires_at: datetime | None = None
    scopes: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    """What the token answer says beside the tokens (a company's domain); plain, never secret."""

    def __repr__(self) -> str:
        return "Tokens(•••)"


class GrantStore(Protocol):
    """Where a grant's secrets live; given to clients by whoever owns the database."""

    def secrets(self) -> Mapping[str, str]:
        """The secret fields of a form grant (an API key), by field name."""

    def tokens(self) -> Tokens:
        """The pair in force, reread from where it is stored.

        Raises:
            CredentialError: there is none, or the grant waits for a new consent.
        """

    def renew(self, spent: Tokens, refresh: Callable[[Tokens], Tokens]) -> Tokens:
        """Replace ``spent`` by what ``refresh`` brings: one at a time, committed before its use.

        When somebody else has already replaced ``spent``, theirs is answered and nothing called.
        """


@dataclass(frozen=True, slots=True)
class OAuthApp:
    """Our registered app at a vendor, as a client needs it."""

    client_id: str
    client_secret: str

    def __repr__(self) -> str:
        return f"OAuthApp({self.client_id}, •••)"


@dataclass(frozen=True, slots=True)
class OAuth:
    """The authorization code flow of a vendor; ``config`` holds a connection's declared fields."""

    scopes: tuple[Scope, ...]
    authorize_url: Callable[[Mapping[str, str]], str]
    token_url: Callable[[Mapping[str, str]], str]
    authorize_params: Mapping[str, str] = field(default_factory=dict)
    token_params: Mapping[str, str] = field(default_factory=dict)
    """Sent in the query of the token endpoint."""
    redirect_uri_in_refresh: bool = False
    pkce: bool = True
    tenant_hosted: bool = False
    """The authorization server is the tenant's: the redirect URI carries the connection's key."""
    refresh_before_seconds: int = 300
    facts: tuple[str, ...] = ()
    """Keys of the token answer kept in ``Tokens.facts``."""
    revoke_url: Callable[[Mapping[str, str]], str] | None = None
    """Where tokens are given back (RFC 7009); None: the vendor documents no such place."""

    def missing_scopes(self, granted: Sequence[str]) -> tuple[Scope, ...]:
        """What was asked for and not granted; nothing where the vendor does not tell."""
        if not granted:
            return ()
        return tuple(scope for scope in self.scopes if scope.name not in granted)


@dataclass(frozen=True, slots=True)
class Account:
    """One connection as a client sees it: no tenant, no database."""

    config: Mapping[str, str]
    grant: GrantStore
    app: OAuthApp | None = None
    redirect_uri: str = ""
    account_id: str = ""
    """Which account it is tied to, as ``identify`` named it; empty until it is connected."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Which account a consent was given for, as the vendor names it."""

    account_id: str
    title: str
    subject: str
    """Whom the vendor lets act: company, user or app; unique together with the app."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What this account can do, found out by asking it; stored on the connection as plain JSON."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """What we allow ourselves per budget; the vendor's own answer overrules it."""

    concurrent_calls: int
    calls_per_minute: int | None = None
    calls_per_second: int | None = None


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One thing as read: which, as of when, and its frozen value in the vendor's ``records.py``."""

    id: str
    title: str
    value: Any
    version: str = ""
    """The source's own version of it, opaque; empty where the read does not tell."""
    is_gone: bool = False
    """A read by id says that it no longer exists; ``value`` is None then."""
    memo: str = ""
    """What an earlier read that could not end left behind, so that it goes on from there."""


@dataclass(frozen=True, slots=True)
class Hint:
    """Something changed: read it afresh. ``version`` as the feed tells it."""

    id: str
    version: str = ""
    is_digest: bool = False
    """The version covers all that a draft rests on: what was read under it is as it was."""


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a read: whole records, or hints of what changed.

    ``mark`` is how far the source is handled once this page is settled: opaque, the vendor's own
    text; empty where the page does not move it.
    """

    records: Sequence[SourceRecord] = ()
    hints: Sequence[Hint] = ()
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook POST as it arrived; what was signed are its raw bytes."""

    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    """Names in lower case."""
    query: Sequence[tuple[str, str]] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Notice:
    """One change that a delivery tells of: which record to read afresh."""

    kind: str
    """What legs listen to: ``employee``."""
    id: str
    version: str = ""
    event_id: str = ""
    """Makes a repeat recognisable; empty where the vendor numbers nothing."""
    account_id: str = ""
    """Whose record it is, where one subscription serves all accounts of an app."""


def _no_event(delivery: Delivery) -> str:
    return ""


def _no_secret(delivery: Delivery) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Subscribed:
    """One webhook subscription as the vendor has it."""

    id: str
    url: str
    secret: str = field(default="", repr=False)
    """What its deliveries are proved with; vendors show it in the answer to the creation alone."""


@dataclass(frozen=True, slots=True)
class Subscribing:
    """How a connection asks its vendor for webhooks and gives them back."""

    create: Callable[[Any, str], Subscribed]
    """Subscribes an address of ours to all that legs can listen to: exactly one changing call."""
    creation: Operation
    """That call: says how long the vendor may still act on it."""
    list_own: Callable[[Any], Sequence[Subscribed]]
    """All that this credential has, of other addresses too; without secrets."""
    fault: Callable[[Any, Subscribed], str]
    """What is wrong with one at the vendor, a sentence; empty where it stands as it was made."""
    remove: Callable[[Any, str], bool]
    """Answers whether it is gone; false where it belongs to somebody else."""
    calls: frozenset[str]
    """The operations that these may call."""
    is_of_app: bool = False
    """One subscription serves all accounts that the app was let into: its notices say whose they
    are, and it needs no account's consent."""
    prove: Callable[[Any, str, str], bool] | None = None
    """Shows the vendor a secret that was posted to a subscription of this id; whether it is the
    one. None: the secret stands in the answer to the creation."""
    ask_for_secret: Callable[[Any, str], None] | None = None
    """Has the secret posted once more, where the first one did not arrive."""


@dataclass(frozen=True, slots=True)
class Webhooks:
    """How a vendor's deliveries are proved and read; ``connectors.signatures`` does the proving."""

    header: str
    """Carries the signature; in lower case."""
    signed: Callable[[Delivery], Sequence[bytes]]
    """The byte strings that the signature may cover, none where a part of them is missing."""
    parse: Callable[[Delivery], Sequence[Notice]]
    digest: Literal["sha256", "none"] = "sha256"
    """``none``: there is no signature, the header carries the secret itself."""
    encoding: Literal["hex", "base64"] = "hex"
    other_encodings: tuple[Literal["hex", "base64"], ...] = ()
    """Taken too, where a vendor does not say how it writes the digest."""
    signed_at: Callable[[Delivery], datetime | None] | None = None
    """When it was signed, where that is covered by the signature."""
    headers: tuple[str, ...] = ("content-type",)
    """What ``parse`` and ``event`` read beside the body: kept with it, in lower case."""
    event: Callable[[Delivery], str] = _no_event
    """The vendor's own word for what it tells of, shown where nobody listens to it."""
    posted_secret: Callable[[Delivery], str] = _no_secret
    """The secret that an unsigned delivery brings to prove the address, empty in any other; counts
    only while a subscription waits for it, and only once the vendor confirms it."""
    subscribing: Subscribing | None = None
    """None: a person subscribes at the vendor."""


@dataclass(frozen=True, slots=True)
class TermValue:
    """One value of a vendor's list, as a vocabulary reads it. ``key`` is what a mapping stores."""

    key: str
    title: str
    is_active: bool = True
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Vendor:
    """The declaration of one vendor, ``VENDOR`` in its folder."""

    slug: str
    title: str
    summary: str
    fields: tuple[Field, ...]
    origin: Callable[[Mapping[str, str]], str]
    """``https://host[:port]`` of the account; every call goes there."""
    open: Callable[[Door, Account], Any]
    """Makes this vendor's client."""
    identify: Callable[[Any], Identity]
    """Asks the account who it is; the connection test.

    Raises the ``ConnectorError`` that says what to mend.
    """
    probe: Callable[[Any], Capabilities]
    limits: Limits
    budget: Callable[[Mapping[str, str]], str]
    """The scope in which the vendor counts calls: the same text, the same budget."""
    judge: Callable[[Operation, Answer], None]
    """Raises the ``ConnectorError`` that this answer means; returns for a success."""
    oauth: OAuth | None = None
    webhooks: Webhooks | None = None
    secrets: Callable[[Mapping[str, str]], Any] | None = None
    account_budget: Callable[[Mapping[str, str], str], str] | None = None
    """The same for an account that is connected, by its id, where the vendor counts each account's
    calls by itself; ``budget`` is then for what belongs to no account."""

    def budget_of(self, config: Mapping[str, str], account_id: str) -> str:
        """The scope in which the calls of a connection are counted."""
        if self.account_budget is None or not account_id:
            return self.budget(config)
        return self.account_budget(config, account_id)


__all__ = [
    "ABSENT",
    "Absent",
    "Account",
    "Capabilities",
    "Delivery",
    "Field",
    "GrantStore",
    "Hint",
    "Identity",
    "Limits",
    "Notice",
    "OAuth",
    "OAuthApp",
    "Operation",
    "Page",
    "Privacy",
    "Scope",
    "SourceRecord",
    "Subscribed",
    "Subscribing",
    "TermValue",
    "Tokens",
    "Vendor",
    "Webhooks",
]
