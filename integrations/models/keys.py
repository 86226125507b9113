"""A value that only the right keys open."""

from __future__ import annotations

from django.db import models

from audit.sealed_text import SealedTextField
from integrations.models.base import INSTALLATION, TenantModel

ONLY = 1
"""The primary key of the one row."""


class KeyProof(TenantModel):
    """One row, sealed by the first process that started: keys that do not open it are wrong."""

    tenant_path = INSTALLATION

    text = SealedTextField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=models.Q(pk=ONLY), name="one_proof_of_keys"),
        )

    def __str__(self) -> str:
        return "proof of keys"
