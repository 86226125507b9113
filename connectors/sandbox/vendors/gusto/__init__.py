"""Gusto's stand-in: payrolls that add up, people, rotating tokens, webhooks of all companies."""

from __future__ import annotations

from connectors.sandbox.vendors.gusto.standin import Gusto

STANDIN = Gusto
