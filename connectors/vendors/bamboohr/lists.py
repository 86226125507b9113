"""Reads the company's lists (departments, job titles …) and adds values to them, never twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from connectors.errors import ConfigurationError, ContractError, Effect, RecordError
from connectors.vendor import SourceRecord, TermValue
from connectors.vendors.bamboohr.client import SLUG, Client
from connectors.vendors.bamboohr.operations import CHANGE_LIST, READ_LISTS
from connectors.vendors.bamboohr.records import ListOption, OptionList

DEPARTMENT: Final = "department"
DIVISION: Final = "division"
JOB_TITLE: Final = "jobTitle"
LOCATION: Final = "location"
TERMINATION_REASON: Final = "terminationReason"
EMPLOYMENT_STATUS: Final = "employmentHistoryStatus"
OTHER_SPELLINGS: Final = {EMPLOYMENT_STATUS: "employmentStatus"}
"""The field of a person and the column of its table differ; which names the list is not said."""


def read_list(client: Client, alias: str) -> tuple[TermValue, ...]:
    """The values of one list; the key is the text that people carry, not the option's id.

    A text that is both archived and live is live.

    Raises:
        ConfigurationError: the account has no list of this alias, or the credential may not see it.
    """
    return _values(_find_list(client, alias))


def read_list_if_shown(client: Client, alias: str) -> tuple[TermValue, ...]:
    """The same; nothing where the account has no list of this alias, or does not show it."""
    found = named(alias, client.read_lists())
    return () if found is None else _values(found)


def _values(option_list: OptionList) -> tuple[TermValue, ...]:
    options = option_list.options
    live = {option.name for option in options if not option.is_archived}
    names = dict.fromkeys(option.name for option in options if option.name.strip())
    return tuple(TermValue(name, name, is_active=name in live) for name in names)


def read_options(client: Client, alias: str) -> tuple[SourceRecord, ...]:
    """The options of one list as records, the archived too: an option keeps its id when renamed.

    The title is the text as people carry it.

    Raises:
        ConfigurationError: the account has no list of this alias, or the credential may not see it.
    """
    return tuple(
        SourceRecord(option.id, option.name, option)
        for option in _find_list(client, alias).options
        if option.name.strip()
    )


def ensure_options(client: Client, alias: str, names: Sequence[str]) -> tuple[TermValue, ...]:
    """Have ``names`` in the list: only what is missing is sent, in one changing call.

    Spelling is compared without case and outer blanks, over archived values too: an archived one
    comes back into use instead of getting a twin. Answers the list as it stands afterwards.

    Raises:
        ConfigurationError: there is no such list, or it may not be edited.
        RecordError: BambooHR says that a value exists already, and the list does not show it.
        ContractError: BambooHR took the values, and the list does not show them.
    """
    option_list = _find_list(client, alias)
    changes = _missing(option_list, names)
    if changes:
        if not option_list.is_manageable:
            raise ConfigurationError(
                f"BambooHR's list {option_list.name!r} may not be edited: add the value there.",
                vendor=SLUG,
                operation=CHANGE_LIST.name,
            )
        is_taken = client.change_list(option_list.field_id, changes)
        option_list = _find_list(client, alias)
        _check_complete(option_list, names, is_taken)
    return tuple(
        TermValue(option.name, option.name, is_active=not option.is_archived)
        for option in option_list.options
    )


def named(alias: str, option_lists: Sequence[OptionList]) -> OptionList | None:
    """The list of this alias; None where none is shown."""
    spellings = {alias.casefold(), OTHER_SPELLINGS.get(alias, alias).casefold()}
    return next((row for row in option_lists if row.alias.casefold() in spellings), None)


def _find_list(client: Client, alias: str) -> OptionList:
    # By alias: the ids of fields differ from account to account.
    found = named(alias, client.read_lists())
    if found is not None:
        return found
    raise ConfigurationError(
        f"BambooHR shows no list {alias!r}: the credential may not see it, or there is none.",
        vendor=SLUG,
        operation=READ_LISTS.name,
    )


def _missing(option_list: OptionList, names: Sequence[str]) -> list[dict[str, object]]:
    by_name: dict[str, ListOption] = {}
    for option in option_list.options:
        twin = by_name.get(_folded(option.name))
        if twin is None or twin.is_archived:
            by_name[_folded(option.name)] = option
    wanted: dict[str, str] = {}
    for name in names:
        wanted.setdefault(_folded(name), name.strip())
    changes: list[dict[str, object]] = []
    for folded, name in wanted.items():
        known = by_name.get(folded)
        if known is None:
            # Read as "name", written as "value": so is their contract.
            changes.append({"value": name})
        elif known.is_archived:
            changes.append({"id": _written_id(known.id), "archived": "no"})
    return changes


def _check_complete(option_list: OptionList, names: Sequence[str], is_taken: bool) -> None:
    missing_count = len(_missing(option_list, names))
    if not missing_count:
        return
    if is_taken:
        raise ContractError(
            f"BambooHR took the values, but its list {option_list.name!r} lacks {missing_count}.",
            vendor=SLUG,
            operation=CHANGE_LIST.name,
            effect=Effect.UNKNOWN,
        )
    raise RecordError(
        f"BambooHR says that a value exists already, but its list {option_list.name!r} lacks "
        f"{missing_count}.",
        vendor=SLUG,
        operation=CHANGE_LIST.name,
        status=409,
    )


def _written_id(option_id: str) -> int | str:
    return int(option_id) if option_id.isascii() and option_id.isdigit() else option_id


def _folded(name: str) -> str:
    return name.strip().casefold()
