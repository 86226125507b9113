"""Reads single variables and notes each bad one in a line that says what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from typing import TypeVar
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from environ import Env
from environ.fileaware_mapping import FileAwareMapping

from config.databases import Database, parse_database_url
from config.redis_urls import parse_redis_url

HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|[0-9a-f:.]*:[0-9a-f:.]*", re.IGNORECASE)
"""A host name or an address, without brackets or port."""
SERVED_HOST = re.compile(rf"\*|\.?(?:{HOST.pattern})|\[[0-9a-f:.]+\]", re.IGNORECASE)
"""What Django's ``ALLOWED_HOSTS`` knows beside: ``*``, ``.sub.domains`` and ``[::1]``."""
FERNET_REMEDY = (
    "make a key with `python -c 'from cryptography.fernet import Fernet; "
    "print(Fernet.generate_key().decode())'`; several are separated by commas, the newest first"
)
DATABASE_REMEDY = (
    "write postgres://USER:PASSWORD@HOST:5432/NAME or sqlite:////absolute/path.sqlite3, "
    "or unset it for the SQLite file in var/"
)
REDIS_REMEDY = (
    "write redis://HOST:6379/0, rediss://HOST:6379/0 or unix:///absolute/path.sock?db=0, "
    "or unset it for the Redis in var/"
)
EMAIL_REMEDY = "write smtp+tls://USER:PASSWORD@HOST:587, or unset it to print mails on the console"

CANNOT_BOOT = 3
"""The exit status by which gunicorn knows that starting another worker is of no use."""

Default = TypeVar("Default", int, None)


class BadEnvironmentError(Exception):
    """The product cannot start as its environment stands: one line for each variable."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = tuple(lines)


def is_loopback(host: str) -> bool:
    """Whether a URL's host is this machine and nothing else."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class Variables:
    """Typed reading of variables. ``NAME_FILE`` names a file that holds the value of ``NAME``.

    What is wrong is collected in ``problems``, so that all of it is told at once; the value
    answered in its place is never used.
    """

    def __init__(self, given: Mapping[str, str]) -> None:
        self.problems: list[str] = []
        self._given = given
        self._values = FileAwareMapping({name: text for name, text in given.items() if text})

    def refuse(self, name: str, fault: str, remedy: str) -> None:
        """Note that ``name`` is wrong; neither text may repeat a secret."""
        self.problems.append(f"{name} {fault}: {remedy}.")

    def text(self, name: str) -> str:
        """The value without white space around it; empty when unset."""
        file_name = f"{name}_FILE"
        if self._given.get(name) and self._given.get(file_name):
            self.refuse(name, f"and {file_name} are both set", "keep one of them")
        try:
            return str(self._values[name]).strip()
        except KeyError:
            return ""
        except (OSError, UnicodeDecodeError) as error:
            self.refuse(
                file_name, "cannot be read", f"name a readable text file ({type(error).__name__})"
            )
            return ""

    def is_set(self, name: str) -> bool:
        """Whether there is a value, be it a bad one."""
        return bool(self._given.get(name) or self._given.get(f"{name}_FILE"))

    def seconds(self, name: str, *, default: Default, least: int) -> int | Default:
        """Whole seconds."""
        text = self.text(name)
        if not text:
            return default
        if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) < least:
            self.refuse(name, f"is {text!r}", f"write whole seconds, {least} or more")
            return default
        return int(text)

    def origin(self, name: str) -> str:
        """``scheme://host[:port]`` and nothing after it; plain http only on loopback."""
        text = self.text(name).rstrip("/")
        if text and not _is_origin(text):
            self.refuse(
                name,
                f"is {text!r}" if "@" not in text else "is no address",
                "write https://HOST[:PORT] and nothing after it (plain http on loopback only)",
            )
            return ""
        return text

    def hosts(self, name: str, pattern: re.Pattern[str]) -> tuple[str, ...]:
        """Host names separated by commas, in lower case."""
        hosts = self._parts(name)
        for host in hosts:
            if not pattern.fullmatch(host):
                self.refuse(name, f"contains {host!r}", "write host names separated by commas")
        return tuple(host.lower() for host in hosts)

    def fernet_keys(self, name: str) -> tuple[str, ...]:
        """Fernet keys, the one that encrypts first."""
        keys = self._parts(name)
        for number, key in enumerate(keys, start=1):
            try:
                Fernet(key)
            except ValueError:
                self.refuse(name, f"holds no Fernet key in place {number}", FERNET_REMEDY)
        return keys

    def database(self, name: str) -> Database | None:
        """The database that a URL names."""
        url = self.text(name)
        try:
            return parse_database_url(url) if url else None
        except ValueError as error:
            self.refuse(name, str(error), DATABASE_REMEDY)
            return None

    def redis_url(self, name: str) -> str:
        """A Redis URL, as redis-py spells it."""
        url = self.text(name)
        try:
            return parse_redis_url(url) if url else ""
        except ValueError as error:
            self.refuse(name, str(error), REDIS_REMEDY)
            return ""

    def email_url(self, name: str) -> str:
        """Where mail goes, in django-environ's spelling."""
        url = self.text(name)
        try:
            if url:
                Env.email_url_config(url)
        except (ImproperlyConfigured, ValueError):
            self.refuse(name, "names no mail server", EMAIL_REMEDY)
        return url

    def _parts(self, name: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.text(name).split(",") if part.strip())


def _is_origin(text: str) -> bool:
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    written = f"[{host}]" if ":" in host else host
    written += f":{port}" if port is not None else ""
    if text.lower() != f"{parts.scheme}://{written}" or not HOST.fullmatch(host):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
