"""Finds the vendors: every folder under ``connectors/vendors`` declares itself, none is listed."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import connectors.vendors
from connectors.vendor import Vendor


class BrokenVendorError(Exception):
    """A vendor's folder does not declare what it must; names the folder."""


class UnknownVendorError(LookupError):
    """No folder declares this vendor."""


@cache
def vendors() -> Mapping[str, Vendor]:
    """All vendors by slug, in the order of their titles.

    Raises:
        BrokenVendorError: a folder without a proper ``VENDOR``.
    """
    folders = (name for _, name, is_folder in pkgutil.iter_modules(_path()) if is_folder)
    found = sorted(map(_declared, folders), key=lambda vendor: vendor.title.lower())
    return MappingProxyType({vendor.slug: vendor for vendor in found})


def vendor(slug: str) -> Vendor:
    """The vendor with this slug.

    Raises:
        UnknownVendorError: there is none; says which there are.
    """
    try:
        return vendors()[slug]
    except KeyError:
        known = ", ".join(vendors())
    raise UnknownVendorError(f"There is no vendor {slug!r}, only: {known}.")


def add_path(folder: Path) -> None:
    """Look for vendors in this folder too: a seventh vendor that lives outside the product."""
    if str(folder) not in _path():
        _path().append(str(folder))
    vendors.cache_clear()


def remove_path(folder: Path) -> None:
    """Undo ``add_path``."""
    if str(folder) in _path():
        _path().remove(str(folder))
    vendors.cache_clear()


def _path() -> list[str]:
    # A package's path is a list by PEP 302; typeshed promises less.
    path = connectors.vendors.__path__
    if not isinstance(path, list):
        raise BrokenVendorError("connectors.vendors is not a folder that can be extended.")
    return path


def _declared(slug: str) -> Vendor:
    module = importlib.import_module(f"{connectors.vendors.__name__}.{slug}")
    declared = getattr(module, "VENDOR", None)
    if not isinstance(declared, Vendor):
        raise BrokenVendorError(f"The folder connectors/vendors/{slug} declares no VENDOR.")
    if declared.slug != slug:
        raise BrokenVendorError(
            f"The folder connectors/vendors/{slug} declares VENDOR with the slug {declared.slug!r}."
        )
    return declared
