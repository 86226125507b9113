"""Finds the installed flows: one walk over the package, nothing listed by hand."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from integrations import flows as flows_package
from integrations.flow import Flow

NOT_FLOWS = frozenset({"shared"})


class FlowMissingError(Exception):
    """A folder among the flows declares none; a broken flow must never look like an absent one."""


@cache
def flows() -> Mapping[str, Flow]:
    """All flows by slug.

    Raises:
        FlowMissingError: a folder has no ``FLOW``; names it.
    """
    found: dict[str, Flow] = {}
    for module in pkgutil.iter_modules(_path()):
        if not module.ispkg or module.name in NOT_FLOWS:
            continue
        package = importlib.import_module(f"{flows_package.__name__}.{module.name}")
        declared = getattr(package, "FLOW", None)
        if not isinstance(declared, Flow):
            raise FlowMissingError(f"{package.__name__} has no FLOW: declare one or remove it.")
        found[module.name] = declared
    return MappingProxyType(found)


def flow(slug: str) -> Flow:
    """The flow of this slug.

    Raises:
        LookupError: there is none; names those there are.
    """
    try:
        return flows()[slug]
    except KeyError:
        raise LookupError(f"No flow {slug!r}: there are {', '.join(flows())}.") from None


def add_path(folder: Path) -> None:
    """Look for flows in this folder too: a sixth flow that lives outside the product."""
    if str(folder) not in _path():
        _path().append(str(folder))
    flows.cache_clear()


def remove_path(folder: Path) -> None:
    """Undo ``add_path``."""
    if str(folder) in _path():
        _path().remove(str(folder))
    flows.cache_clear()


def _path() -> list[str]:
    # A package's path is a list by PEP 302; typeshed promises less.
    path = flows_package.__path__
    if not isinstance(path, list):
        raise FlowMissingError(f"{flows_package.__name__} is not a folder that can be extended.")
    return path
