"""The flag that opens the trail's triggers for one transaction."""

from __future__ import annotations

from django.db import models

from audit.models.entries import Entry

NOWHERE = -1
"""The id of no entry."""


class Opening(models.Model):
    """A row that no transaction can leave behind: its foreign key is checked at the commit.

    While it stands, the triggers on bodies let its own transaction through, and no other can see
    it. Points at an entry that can never exist, so a commit with the row still there is refused.
    """

    class Purpose(models.TextChoices):
        RETENTION = "retention", "bodies are deleted"
        KEYS = "keys", "private parts are encrypted anew"

    purpose = models.CharField(max_length=10, choices=Purpose)
    entry = models.ForeignKey(Entry, on_delete=models.DO_NOTHING, default=NOWHERE, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(entry__lt=0), name="opening_ends_with_its_transaction"
            ),
        )

    def __str__(self) -> str:
        return self.purpose
