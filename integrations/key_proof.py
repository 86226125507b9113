"""Proves at the start of a process that FERNET_KEYS are those that the rows were sealed with."""

from __future__ import annotations

from django.db import connection

from audit.sealed_text import Ciphertext
from integrations.models import KeyProof
from integrations.models.keys import ONLY

TEXT = "ml-connector"


def stands() -> bool:
    """Whether our keys open the stored proof; where there is none yet, it is left by this call.

    A database without tables is nobody's yet: any keys are right for it.
    """
    if KeyProof._meta.db_table not in connection.introspection.table_names():
        return True
    stored = _stored()
    if stored is None:
        # Of several processes that start together the first one leaves it.
        KeyProof.objects.bulk_create([KeyProof(pk=ONLY, text=TEXT)], ignore_conflicts=True)
        stored = _stored()
    return not isinstance(stored, Ciphertext)


def _stored() -> str | None:
    return KeyProof.objects.filter(pk=ONLY).values_list("text", flat=True).first()
