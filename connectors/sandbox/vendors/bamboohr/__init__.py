"""BambooHR's stand-in: people with history, OAuth and API keys, signed webhooks."""

from __future__ import annotations

from connectors.sandbox.vendors.bamboohr.standin import BambooHR

STANDIN = BambooHR
