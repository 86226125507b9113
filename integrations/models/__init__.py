"""What the database remembers, one module per family."""

from __future__ import annotations

from integrations.models.connecting import Connection, ConnectSession, Grant, OAuthApp
from integrations.models.documents import Document, Tie
from integrations.models.installing import Integration
from integrations.models.keys import KeyProof
from integrations.models.mapping import Mapping, Term
from integrations.models.pacing import Budget
from integrations.models.planning import Match, Plan
from integrations.models.problems import Comment, Problem
from integrations.models.tenancy import Membership, Tenant
from integrations.models.webhooks import Delivery, Refused, Subscription
from integrations.models.working import HighWaterMark, Lane, Record, Write

__all__ = [
    "Budget",
    "Comment",
    "ConnectSession",
    "Connection",
    "Delivery",
    "Document",
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
    "Problem",
    "Record",
    "Refused",
    "Subscription",
    "Tenant",
    "Term",
    "Tie",
    "Write",
]
