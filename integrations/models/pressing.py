"""Which forms were sent: so that a double click or a reloaded page does nothing twice."""

from __future__ import annotations

from django.db import models

from config import clock
from integrations.models.base import INSTALLATION, TenantModel


class Pressed(TenantModel):
    """The token of one form as it was shown; its row is made before anything is done."""

    tenant_path = INSTALLATION

    token = models.CharField(max_length=32, unique=True)
    at = models.DateTimeField(default=clock.now, db_index=True)

    def __str__(self) -> str:
        return self.token
