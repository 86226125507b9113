"""The toy vendors, for the doctor to call."""

from __future__ import annotations

from tests.contract.toy.office import office

__all__ = ["office"]
