"""On which account and subaccount a share of a payroll stands, by the rows people mapped; pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from connectors.vendors.acumatica.accounts import OPEN_PLACE, masked
from integrations.choosing import Option
from integrations.flow import Lookups, MappingUse
from integrations.flows.gusto_to_acumatica.components import Component
from integrations.flows.gusto_to_acumatica.reasons_payrolls import (
    COMPONENT_IGNORED,
    SEGMENT_UNFIT,
    SUBACCOUNT_OPEN,
)
from integrations.flows.gusto_to_acumatica.split import DEFAULT_PLACE, UNSPLIT, Share, SplitBy
from integrations.reasons import UNMAPPED, Reason

COMPONENT_KIND: Final = "pay_component"
ACCOUNT, SUBACCOUNT = "account", "subaccount"
Key = tuple[str, ...]


def clean_mask(text: str) -> str:
    """A subaccount mask with at least one open place, or nothing."""
    stripped = text.strip()
    if stripped and OPEN_PLACE not in stripped:
        raise ValueError(f"write the subaccount with {OPEN_PLACE} for each place that is filled in")
    return stripped


SUBACCOUNT_MASK: Final = Option(
    "subaccount_mask",
    "Subaccount mask",
    "Where departments are mapped to the value of one segment: the subaccount with ? in the places "
    "of that segment, like ???000. Empty: they are mapped to whole subaccounts.",
    "",
    clean=clean_mask,
)


def place_kind(by: SplitBy) -> str:
    """The mapping kind that says which subaccount a department or a job has."""
    return f"{by}_{SUBACCOUNT}"


@dataclass(frozen=True, slots=True)
class Coded:
    """One line to be: a share with its account, and the rows that said so."""

    component: Component
    place: str
    amount: Decimal = field(repr=False)
    """Below zero where it stands on the other side than its component does."""
    account: str
    subaccount: str
    uses: tuple[MappingUse, ...]


@dataclass(frozen=True, slots=True)
class Uncoded:
    """Why a share has no account, and the row that a person must fill, if it is one."""

    reason: Reason
    missing: tuple[str, Key] | None = None


def coded(share: Share, by: SplitBy, lookups: Lookups) -> Coded | Uncoded:
    """The line that a share becomes, or what keeps it from being one."""
    component = share.component
    keys = keys_of(component, share.place)
    use = _own_or_default(keys, lookups)
    if use is None:
        return _unmapped(component, keys, lookups)
    found = _subaccount(share, use, by, lookups)
    if isinstance(found, Uncoded):
        return found
    subaccount, place_use = found
    uses = (use,) if place_use is None else (use, place_use)
    account = use.target[ACCOUNT]
    return Coded(component, share.place, share.amount, account, subaccount, uses)


def keys_of(component: Component, place: str) -> tuple[Key, ...]:
    """The rows that may say where it stands: the exception first, the section's default last."""
    names = [component.key] + ([component.default_key] if component.default_key else [])
    if place == UNSPLIT:
        return tuple((name,) for name in names)
    return tuple(key for name in names for key in ((name, place), (name,)))


def _own_or_default(keys: tuple[Key, ...], lookups: Lookups) -> MappingUse | None:
    """The first row there is; none where somebody said of a finer one that it is not carried."""
    for key in keys:
        if lookups.is_ignored(COMPONENT_KIND, key):
            return None
        if (use := lookups.find(COMPONENT_KIND, key)) is not None:
            return use
    return None


def _unmapped(component: Component, keys: tuple[Key, ...], lookups: Lookups) -> Uncoded:
    if lookups.is_ignored(COMPONENT_KIND, *keys):
        facts = {"mapping": COMPONENT_KIND, "component": component.key}
        return Uncoded(COMPONENT_IGNORED.because(**facts))
    return _missing(COMPONENT_KIND, component.key)


def _missing(kind: str, value: str) -> Uncoded:
    return Uncoded(UNMAPPED.because(mapping=kind, value=value), (kind, (value,)))


def _subaccount(
    share: Share, use: MappingUse, by: SplitBy, lookups: Lookups
) -> tuple[str, MappingUse | None] | Uncoded:
    """Its own; on the expense side that of its department, unless its row is an exception."""
    if not lookups.can("subaccounts"):
        return "", None
    own = use.target.get(SUBACCOUNT, "")
    is_mask = OPEN_PLACE in own
    if share.place == UNSPLIT and is_mask:
        facts = {"mapping": COMPONENT_KIND, "component": use.source_key[0], "subaccount": own}
        return Uncoded(SUBACCOUNT_OPEN.because(**facts))
    is_exception = len(use.source_key) > 1
    if share.place == UNSPLIT or (is_exception and not is_mask):
        return own, None
    return _of_place(share.place, own if is_mask else "", by, lookups)


def _of_place(
    place: str, own_mask: str, by: SplitBy, lookups: Lookups
) -> tuple[str, MappingUse | None] | Uncoded:
    kind = place_kind(by)
    if lookups.is_ignored(kind, (place,)):
        place = DEFAULT_PLACE
    use = lookups.find(kind, (place,))
    if use is None:
        return _missing(kind, place)
    value = use.target[SUBACCOUNT]
    mask = own_mask or lookups.option(SUBACCOUNT_MASK.name)
    if not mask:
        return value, use
    try:
        return masked(mask, value), use
    except ValueError:
        facts = {"mapping": kind, "place": place, "value": value, "mask": mask}
        return Uncoded(SEGMENT_UNFIT.because(**facts))
