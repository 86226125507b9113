"""A tenant's ties to accounts at vendors, and the rights that they hang on."""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Mapping

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from audit.sealed_text import Ciphertext, SealedTextField
from config import clock
from connectors import registry
from connectors.errors import ConfigurationError
from connectors.vendor import OAuthApp as AppCredentials
from integrations.models.base import INSTALLATION, TenantModel
from integrations.models.tenancy import Tenant
from integrations.timing import EPOCH


def vendor_choices() -> list[tuple[str, str]]:
    """The vendors that are installed; a function, so that a new one makes no migration."""
    return [(vendor.slug, vendor.title) for vendor in registry.vendors().values()]


def new_connection_key() -> str:
    """An unguessable part of a callback's address."""
    return secrets.token_urlsafe(18)


class SealedError(Exception):
    """A stored secret does not belong to the row it stands in, or cannot be read with our keys."""


class Sealed(TenantModel):
    """A row with secrets, bound to it so that a copied ciphertext opens nowhere."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sealed = SealedTextField(default="", editable=False)
    sealed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True

    def seal(self, secrets_by_name: Mapping[str, str]) -> None:
        """Put secrets into the row; the caller saves it."""
        self.sealed = json.dumps({"row": str(self.key), "secrets": dict(secrets_by_name)})
        self.sealed_at = clock.now()

    def unseal(self) -> dict[str, str]:
        """The secrets by name; empty where none were stored.

        Raises:
            SealedError: no key of ours opens it, or it was moved here from another row.
        """
        if isinstance(self.sealed, Ciphertext):
            raise SealedError(
                f"The secrets of {self._meta.verbose_name} {self.pk} cannot be read with "
                "FERNET_KEYS as they are: put the key back that they were encrypted with, or "
                "enter them again."
            )
        if not self.sealed:
            return {}
        content = json.loads(self.sealed)
        if content["row"] != str(self.key):
            raise SealedError(
                f"The secrets of {self._meta.verbose_name} {self.pk} belong to another row."
            )
        return {str(name): str(value) for name, value in content["secrets"].items()}


class OAuthApp(Sealed):
    """Our registered app at a vendor: the installation's, or a tenant's own."""

    tenant_path = "tenant"

    vendor = models.CharField(max_length=40, choices=vendor_choices)
    tenant = models.ForeignKey(
        Tenant,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="oauth_apps",
        help_text="Empty: every tenant connects through this app.",
    )
    client_id = models.CharField(max_length=200)

    class Meta:
        verbose_name = "OAuth app"
        ordering = ("vendor", "client_id")
        constraints = (
            models.UniqueConstraint(fields=("vendor", "client_id"), name="one_row_per_oauth_app"),
        )

    def __str__(self) -> str:
        return f"{self.get_vendor_display()} {self.client_id}"

    def credentials(self) -> AppCredentials:
        """Client id and secret as a client needs them.

        Raises:
            ConfigurationError: the secret cannot be read.
        """
        try:
            secret = self.unseal().get("client_secret", "")
        except SealedError as error:
            raise ConfigurationError(
                f"The client secret of {self} cannot be read: enter it again.", vendor=self.vendor
            ) from error
        return AppCredentials(self.client_id, secret)


class Grant(Sealed):
    """The right to act at a vendor. Never joined into a list: reading a row decrypts it."""

    tenant_path = INSTALLATION

    vendor = models.CharField(max_length=40, choices=vendor_choices)
    app = models.ForeignKey(
        OAuthApp, null=True, blank=True, on_delete=models.PROTECT, related_name="grants"
    )
    subject = models.CharField(
        max_length=250, help_text="Whom the vendor lets us act for, as the vendor names it."
    )
    scopes = models.JSONField(default=list, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    generation = models.PositiveIntegerField(default=1)
    needs_consent = models.BooleanField(default=False)
    refresh_started_at = models.DateTimeField(null=True, editable=False)
    lease_token = models.CharField(max_length=32, default="", editable=False)
    lease_until = models.DateTimeField(default=EPOCH, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("app", "subject"),
                condition=Q(app__isnull=False),
                name="one_grant_per_app_and_subject",
            ),
            models.UniqueConstraint(
                fields=("vendor", "subject"),
                condition=Q(app__isnull=True),
                name="one_grant_per_form_subject",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_vendor_display()} {self.subject}"


class Connection(TenantModel):
    """A tenant's tie to one account at one vendor, for ever that account."""

    tenant_path = "tenant"

    class Status(models.TextChoices):
        PENDING = "pending"
        ACTIVE = "active"
        NEEDS_REAUTH = "needs_reauth", "needs a new consent"
        PAUSED = "paused"
        CLOSED = "closed"

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="connections")
    vendor = models.CharField(max_length=40, choices=vendor_choices)
    title = models.CharField(max_length=200)
    key = models.CharField(max_length=40, default=new_connection_key, unique=True, editable=False)
    config = models.JSONField(default=dict, blank=True)
    app = models.ForeignKey(
        OAuthApp, null=True, blank=True, on_delete=models.PROTECT, related_name="connections"
    )
    grant = models.ForeignKey(
        Grant,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="connections",
    )
    account_id = models.CharField(max_length=250, blank=True, editable=False)
    account_title = models.CharField(max_length=250, blank=True, editable=False)
    capabilities = models.JSONField(default=dict, blank=True, editable=False)
    status = models.CharField(max_length=20, choices=Status, default=Status.PENDING, editable=False)
    status_reason = models.TextField(blank=True, editable=False)
    is_sandbox = models.BooleanField(default=False, editable=False)
    checked_at = models.DateTimeField(null=True, editable=False)
    woken_at = models.DateTimeField(null=True, editable=False)
    alerted_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ("tenant", "vendor", "title")
        constraints = (
            models.UniqueConstraint(
                fields=("tenant", "vendor", "account_id"),
                condition=~Q(account_id="") & ~Q(status="closed"),
                name="one_open_connection_per_account",
            ),
        )

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Reduce what was typed to the vendor's canonical form, or say what to type instead."""
        config: dict[str, str] = {}
        problems: dict[str, list[str]] = {}
        for field in registry.vendor(self.vendor).fields:
            if field.secret:
                continue
            typed = str(self.config.get(field.name) or field.default).strip()
            if not typed and field.required:
                problems.setdefault("config", []).append(
                    f"{field.label} is missing, for example {field.example}."
                )
                continue
            try:
                config[field.name] = field.clean(typed) if field.clean and typed else typed
            except ValueError as error:
                problems.setdefault("config", []).append(f"{field.label}: {error}")
        if problems:
            raise ValidationError(problems)
        self.config = config


class ConnectLink(TenantModel):
    """A way for a customer to connect these accounts, by an address that is shown once."""

    tenant_path = "tenant"

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="connect_links")
    connections = models.ManyToManyField(Connection, related_name="connect_links")
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    made_by = models.ForeignKey(
        get_user_model(), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-made_at",)

    def __str__(self) -> str:
        return f"{self.tenant} {self.made_at:%Y-%m-%d %H:%M}"


class ConnectSession(TenantModel):
    """One attempt to connect by OAuth: single use, fifteen minutes, tied to one browser."""

    tenant_path = "connection__tenant"

    class Outcome(models.TextChoices):
        STARTED = "started"
        CONNECTED = "connected"
        DENIED = "denied"
        FAILED = "failed"

    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="connect_sessions"
    )
    app = models.ForeignKey(OAuthApp, on_delete=models.PROTECT, related_name="+")
    started_by = models.ForeignKey(
        get_user_model(), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    link = models.ForeignKey(
        ConnectLink,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The customer's link that it was started by.",
    )
    state_digest = models.CharField(max_length=64, unique=True)
    browser_digest = models.CharField(max_length=64)
    verifier = SealedTextField(default="")
    token_endpoint = models.URLField(max_length=500)
    redirect_uri = models.URLField(max_length=500)
    started_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    spent_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, choices=Outcome, default=Outcome.STARTED)
    outcome_reason = models.TextField(blank=True)

    class Meta:
        ordering = ("-started_at",)

    def __str__(self) -> str:
        return f"{self.connection} {self.started_at:%Y-%m-%d %H:%M}"
