"""What a vendor lets us do at the moment."""

from __future__ import annotations

from django.db import models

from integrations.models.base import INSTALLATION, TenantModel


class Budget(TenantModel):
    """One scope in which a vendor counts calls; a row only once the vendor asked for a pause."""

    tenant_path = INSTALLATION

    scope = models.CharField(max_length=200, unique=True)
    paused_until = models.DateTimeField()
    reason = models.CharField(max_length=300)

    def __str__(self) -> str:
        return self.scope
