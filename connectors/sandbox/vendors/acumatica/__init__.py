"""Acumatica's stand-in."""

from __future__ import annotations

from connectors.sandbox.vendors.acumatica.acumatica import Acumatica

STANDIN = Acumatica
