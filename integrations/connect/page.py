"""What a customer's page shows: the accounts that are wanted, how each stands, what will move.

Of the tenant nothing else: no record, no other connection, no name of ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from connectors import registry as vendors
from connectors.redaction import printable
from connectors.vendor import Scope, Vendor
from integrations import registry
from integrations.connect import links
from integrations.connect.forms import DeclaredForm, access_form, consent_form
from integrations.connect.words import Words, words_of
from integrations.flow import Flow
from integrations.models import Connection, ConnectLink, ConnectSession, Integration
from integrations.webhooks import standing

Status = Connection.Status
PREPARED = "Not switched on yet."
STATES: Mapping[str, str] = {
    Integration.Status.ON: "Switched on.",
    Integration.Status.PAUSED: "Paused.",
}
FAILED = (ConnectSession.Outcome.DENIED, ConnectSession.Outcome.FAILED)


@dataclass(frozen=True, slots=True)
class Posted:
    """A form that was sent and did not go through: shown again with what is wrong."""

    connection_id: int
    sentence: str = ""
    consent: DeclaredForm | None = None
    access: DeclaredForm | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """One account that is wanted."""

    connection: Connection
    vendor: Vendor
    attempt: ConnectSession | None
    """The last try by this link, where it failed and nothing has worked since."""
    consent: DeclaredForm | None
    """None: there is no consent to give, or nothing is prepared for it."""
    access: DeclaredForm | None
    error: str

    @property
    def anchor(self) -> str:
        """Where the page is opened after something was done here."""
        return anchor(self.connection)

    @property
    def is_tied(self) -> bool:
        """Whether an account was connected once."""
        return bool(self.connection.account_id)

    @property
    def is_closed(self) -> bool:
        """Whether it was disconnected, for good."""
        return self.connection.status == Status.CLOSED

    @property
    def is_ready(self) -> bool:
        """Whether the customer can do something here at all."""
        return self.consent is not None or self.access is not None

    @property
    def account(self) -> str:
        """The account as its vendor names it."""
        title, account_id = self.connection.account_title, self.connection.account_id
        return printable(f"{title} ({account_id})" if title not in ("", account_id) else account_id)

    @property
    def title(self) -> str:
        """What our side calls the connection, where that says more than the vendor's name."""
        title = printable(self.connection.title)
        return "" if title.casefold() == self.vendor.title.casefold() else title

    @property
    def warnings(self) -> list[str]:
        """What the account lacks, and what to do about it there."""
        return [printable(str(one)) for one in self.connection.capabilities.get("warnings", [])]

    @property
    def reason(self) -> str:
        """Why the last try failed."""
        return "" if self.attempt is None else printable(self.attempt.outcome_reason)

    @property
    def has_error(self) -> bool:
        """Whether a form of it is shown again because something in it is wrong."""
        forms = (self.consent, self.access)
        return bool(self.error) or any(form is not None and form.errors for form in forms)

    @property
    def secret_labels(self) -> str:
        """What is entered where no consent is given."""
        return " and ".join(field.label for field in self.vendor.fields if field.secret)

    @property
    def scopes(self) -> Sequence[Scope]:
        """What the consent page will ask for."""
        return () if self.vendor.oauth is None or self.consent is None else self.vendor.oauth.scopes


@dataclass(frozen=True, slots=True)
class ShownFlow:
    """What runs, or will run, between two accounts."""

    flow: Flow
    words: Words
    state: str
    pace: str = ""
    """How soon a change is found; empty while nothing runs."""

    @property
    def calls(self) -> list[tuple[str, list[str]]]:
        """Every call that it may make, by vendor."""
        return [
            (vendors.vendor(slug).title, sorted(name.replace("_", " ") for name in names))
            for slug, names in self.flow.calls.items()
        ]


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """All that one link shows."""

    link: ConnectLink
    cards: Sequence[Card]
    flows: Sequence[ShownFlow]

    @property
    def tenant_name(self) -> str:
        """Whose accounts they are."""
        return printable(self.link.tenant.name)

    @property
    def open_count(self) -> int:
        """How many accounts still wait for the customer."""
        waiting = (Status.PENDING, Status.NEEDS_REAUTH)
        return sum(card.connection.status in waiting for card in self.cards)

    @property
    def has_error(self) -> bool:
        """Whether a form is shown again."""
        return any(card.has_error for card in self.cards)


def anchor(connection: Connection) -> str:
    """The part of the page that is about this connection."""
    return f"connection-{connection.pk}"


def page_of(link: ConnectLink, posted: Posted | None = None) -> CustomerPage:
    """The page of a link; ``posted`` where a form of it is shown again."""
    connections = list(links.connections_of(link).order_by("vendor", "title", "pk"))
    cards = [_card(link, connection, posted) for connection in connections]
    return CustomerPage(link, cards, list(_flows(connections)))


def _card(link: ConnectLink, connection: Connection, posted: Posted | None) -> Card:
    vendor = vendors.vendor(connection.vendor)
    mine = Posted(connection.pk) if posted is None else posted
    if mine.connection_id != connection.pk:
        mine = Posted(connection.pk)
    is_closed = connection.status == Status.CLOSED
    consent, access = None, None
    if not is_closed:
        access = mine.access or access_form(connection)
        if vendor.oauth is not None and connection.app_id is not None:
            consent = mine.consent or consent_form(connection)
    return Card(
        connection=connection,
        vendor=vendor,
        attempt=_failed_attempt(link, connection),
        consent=consent,
        access=access,
        error=mine.sentence,
    )


def _failed_attempt(link: ConnectLink, connection: Connection) -> ConnectSession | None:
    attempts = ConnectSession.objects.defer("verifier").filter(link=link, connection=connection)
    last = attempts.exclude(outcome=ConnectSession.Outcome.STARTED).first()
    if last is None or last.outcome not in FAILED or connection.status == Status.CLOSED:
        return None
    has_worked_since = connection.checked_at is not None and connection.checked_at > last.started_at
    return None if has_worked_since else last


def _flows(connections: Sequence[Connection]) -> Iterator[ShownFlow]:
    """The integrations of these connections; where none is installed, the flows that fit them."""
    installed = (
        Integration.objects.filter(Q(source__in=connections) | Q(target__in=connections))
        .exclude(status=Integration.Status.CLOSED)
        .select_related("tenant", "source", "target")
        .order_by("flow", "pk")
    )
    shown = set[str]()
    for integration in installed:
        if integration.flow not in shown:
            shown.add(integration.flow)
            is_on = integration.status == Integration.Status.ON
            pace = standing.pace_of(integration) if is_on else ""
            yield _shown(integration.flow, STATES.get(integration.status, PREPARED), pace)
    if not shown:
        wanted = {connection.vendor for connection in connections}
        for slug, flow in registry.flows().items():
            if {flow.source, flow.target} <= wanted:
                yield _shown(slug, PREPARED)


def _shown(slug: str, state: str, pace: str = "") -> ShownFlow:
    return ShownFlow(registry.flow(slug), words_of(slug), state, pace)
