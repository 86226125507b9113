"""Where a URL leads: the vendor's real address, and the sandbox's address for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?")
_IPV6 = re.compile(r"[0-9a-f:.]+")
_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port; nothing else of a URL decides who is spoken to."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> Origin:
        """The origin of a URL.

        Raises:
            ValueError: no http(s) URL, no plain host name, or a name and password in it.
        """
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme not in _PORTS:
            raise ValueError("The address must start with https://.")
        if "@" in parts.netloc or "\\" in url or not _is_host(host):
            raise ValueError("The address has no plain host name.")
        return cls(parts.scheme, host, parts.port or _PORTS[parts.scheme])

    @property
    def netloc(self) -> str:
        """Host and, unless it is the scheme's own, port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.netloc}"


def browser_url(url: str, sandbox_url: str, slug: str) -> str:
    """Where to send a browser that shall open ``url`` at a vendor: the sandbox, while there is one.

    The last step before a redirect: everything is built and checked with the vendor's own address.
    """
    return to_sandbox(url, sandbox_url, slug) if sandbox_url else url


def to_sandbox(url: str, sandbox_url: str, slug: str) -> str:
    """The sandbox's address of a vendor's URL: ``{sandbox}/{slug}/{host}/path``."""
    parts = urlsplit(url)
    rest = url.split("://", 1)[1].removeprefix(parts.netloc)
    return f"{sandbox_url.rstrip('/')}/{slug}/{Origin.of(url).netloc}{rest}"


def from_sandbox(url: str, sandbox_url: str, slug: str) -> str:
    """A vendor's real URL, from its address at the sandbox; any other URL is left as it is."""
    start = f"{sandbox_url.rstrip('/')}/{slug}/"
    return f"https://{url.removeprefix(start)}" if url.startswith(start) else url


def _is_host(host: str) -> bool:
    if ":" in host:
        return _IPV6.fullmatch(host) is not None
    return len(host) <= 253 and _HOST.fullmatch(host) is not None
