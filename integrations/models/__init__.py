"""What the database remembers, one module per family."""

from __future__ import annotations

from integrations.models.connecting import (
    Connection,
    ConnectLink,
    ConnectSession,
    Grant,
    OAuthApp,
)
from integrations.models.documents import Document, Tie
from integrations.models.drifts import Drift
from integrations.models.installing import Integration
from integrations.models.keys import KeyProof
from integrations.models.mapping import Mapping, Term
from integrations.models.pacing import Budget
from integrations.models.planning import Match, Plan
from integrations.models.pressing import Pressed
from integrations.models.problems import Comment, Problem
from integrations.models.routines import Routine
from integrations.models.tenancy import Membership, Tenant
from integrations.models.webhooks import Delivery, Refused, Subscription
from integrations.models.working import HighWaterMark, Lane, Record, Write

__all__ = [
    "Budget",
    "Comment",
    "ConnectLink",
    "ConnectSession",
    "Connection",
    "Delivery",
    "Document",
    "Drift",
    "Grant",
    "HighWaterMark",
    "Integration",
    "KeyProof",
    "Lane",
    "Mapping",
    "Match",
    "Membership",
    "OAuthApp",
    "Plan",
    "Pressed",
    "Problem",
    "Record",
    "Refused",
    "Routine",
    "Subscription",
    "Tenant",
    "Term",
    "Tie",
    "Write",
]
