"""Where a customer's Acumatica stands: its address, its endpoints' names and its tenant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import SplitResult, urlsplit

from connectors.errors import ConfigurationError
from connectors.vendor import Account

SLUG: Final = "acumatica"
PASSWORD: Final = "password"
"""The secret field of an account that signs in as a user."""

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}", re.ASCII)
_VERSION: Final = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4}){1,4}", re.ASCII)
_PATH: Final = re.compile(r"(/[A-Za-z0-9_.~-]+)*", re.ASCII)


def clean_instance_url(typed: str) -> str:
    """The instance's address without a trailing slash; an instance name in its path is kept."""
    text = typed.strip()
    parts = _split(text if "://" in text else f"https://{text}")
    if parts is None or parts.scheme != "https" or not parts.hostname:
        raise ValueError(
            "Enter the address at which you open Acumatica, with https, for example "
            "https://acme.acumatica.com or https://erp.acme.example/Acumatica."
        )
    path = parts.path.rstrip("/")
    has_more = "@" in parts.netloc or "?" in text or "#" in text
    if (
        has_more
        or _PATH.fullmatch(path) is None
        or "." in path.split("/")
        or ".." in path.split("/")
    ):
        raise ValueError(
            "Enter only the instance's address, without a user name, a question mark or a page."
        )
    port = "" if parts.port in (None, 443) else f":{parts.port}"
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"https://{host}{port}{path}"


def clean_endpoint(typed: str) -> str:
    """The name of an endpoint."""
    if _NAME.fullmatch(typed.strip()) is None:
        raise ValueError("Enter the endpoint's name as Web Service Endpoints (SM207060) shows it.")
    return typed.strip()


def clean_version(typed: str) -> str:
    """The version of an endpoint, which is not the release of the product."""
    if _VERSION.fullmatch(typed.strip()) is None:
        raise ValueError("Enter the endpoint's version, for example 24.200.001.")
    return typed.strip()


def clean_extension(typed: str) -> str:
    """The customer's own endpoint as ``name/version``; empty where there is none."""
    text = typed.strip().strip("/")
    if not text:
        return ""
    name, _, version = text.partition("/")
    if _NAME.fullmatch(name) is None or _VERSION.fullmatch(version) is None:
        raise ValueError(
            "Enter name and version of your endpoint, for example MLConnector/24.200.001."
        )
    return f"{name}/{version}"


def origin(config: Mapping[str, str]) -> str:
    """Scheme and host of the instance."""
    parts = urlsplit(config["instance_url"])
    return f"{parts.scheme}://{parts.netloc}"


def instance_path(config: Mapping[str, str]) -> str:
    """The instance's name in the path, with its slash; empty for an instance at the root."""
    return urlsplit(config["instance_url"]).path


def instance_name(config: Mapping[str, str]) -> str:
    """Host and path of the instance: what licence limits are counted by."""
    return config["instance_url"].removeprefix("https://").lower()


def uses_password(account: Account) -> bool:
    """Whether the account was given a user and a password instead of a consent."""
    return bool(account.grant.secrets().get(PASSWORD))


def tenant(account: Account) -> str:
    """The tenant in the instance: what was filled in for a user, else the end of the client ID.

    Raises:
        ConfigurationError: it is not said.
    """
    if uses_password(account):
        found = account.config.get("tenant", "")
    else:
        client_id = "" if account.app is None else account.app.client_id
        found = client_id.partition("@")[2]
    if not found:
        raise ConfigurationError(
            "Acumatica's tenant is not known: enter the client ID whole, with @ and the tenant "
            "behind it, or the tenant beside the user name.",
            vendor=SLUG,
        )
    return found


def user(account: Account) -> str:
    """The user whom the password belongs to.

    Raises:
        ConfigurationError: none was filled in.
    """
    name = account.config.get("username", "")
    if not name:
        raise ConfigurationError(
            "Enter the Acumatica user whom the password belongs to.", vendor=SLUG
        )
    return name


def _split(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018  (reading it checks it)
    except ValueError:
        return None
    return parts
