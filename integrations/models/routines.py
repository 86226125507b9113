"""What the installation does for itself again and again, whoever of its workers does it."""

from __future__ import annotations

from django.db import models

from integrations.models.base import INSTALLATION, TenantModel
from integrations.timing import EPOCH


class Routine(TenantModel):
    """One recurring task of the installation: who holds its lease does it, the others leave it."""

    tenant_path = INSTALLATION

    name = models.CharField(max_length=40, unique=True)
    lease_token = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(default=EPOCH)
    begun_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
