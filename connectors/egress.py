"""Decides who may be connected to, and connects to exactly the address that was checked."""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Sequence
from time import monotonic
from typing import Final, TypeAlias

from connectors.addresses import Origin

_Address: TypeAlias = tuple[
    socket.AddressFamily, tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]
]
_GLOBAL_UNICAST: Final = ipaddress.IPv6Network("2000::/3")
# Of special use, which not every version of Python's own tables knows; the last of the IPv4 ones is
# a cloud's platform service at a public address.
_SPECIAL: Final = tuple(
    map(
        ipaddress.ip_network,
        (
            "192.0.0.0/24",
            "192.88.99.0/24",
            "168.63.129.16/32",
            "2001::/23",
            "2002::/16",
            "3fff::/20",
        ),
    )
)
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")


class RefusedError(Exception):
    """The address must not be spoken to; nothing was sent. The message is for operators."""


class NoLineError(Exception):
    """No connection came about; nothing was sent. The message is for operators."""


def check_scheme(origin: Origin, private_hosts: frozenset[str]) -> None:
    """Only https, but at hosts that an administrator has named.

    Raises:
        RefusedError: plain http elsewhere.
    """
    if origin.scheme != "https" and origin.host not in private_hosts:
        raise RefusedError(f"{origin} is not https")


def is_public(text: str) -> bool:
    """Whether an IP address is anybody's: not loopback, private, link-local or special."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if any(address in network for network in _SPECIAL):
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not address.is_multicast
    if address in _NAT64:
        # It ends up at the IPv4 address that it holds.
        return is_public(str(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)))
    return address in _GLOBAL_UNICAST and address.is_global


def connect(origin: Origin, seconds: float, *, may_be_private: bool) -> socket.socket:
    """A TCP connection to the first of the host's addresses that answers.

    All addresses are checked before any is tried, and the numeric address itself is connected to:
    a name that changes its mind in between (DNS rebinding) gains nothing.

    Raises:
        RefusedError: one of the addresses is not public.
        NoLineError: the name is unknown, or nobody answered in time.
    """
    ends_at = monotonic() + seconds
    addresses = _resolve(origin, seconds)
    if not may_be_private and not all(is_public(str(address[0])) for _, address in addresses):
        raise RefusedError(f"{origin.host} leads to an address that is not public")
    reason = "no address"
    for family, address in addresses:
        remaining_seconds = ends_at - monotonic()
        if remaining_seconds <= 0:
            reason = "no answer in time"
            break
        line = socket.socket(family, socket.SOCK_STREAM)
        try:
            line.settimeout(remaining_seconds)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.connect(address)
        except OSError as error:
            line.close()
            reason = "no answer in time" if isinstance(error, TimeoutError) else _words(error)
        else:
            return line
    raise NoLineError(f"{origin} cannot be reached: {reason}")


def _resolve(origin: Origin, seconds: float) -> Sequence[_Address]:
    """The host's addresses; asked in a thread of its own, since a resolver heeds no deadline."""
    found: list[_Address] = []

    def ask() -> None:
        try:
            answers = socket.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
        except OSError:
            return
        found.extend((family, address) for family, _, _, _, address in answers)

    asking = threading.Thread(target=ask, name="resolver", daemon=True)
    asking.start()
    asking.join(seconds)
    if asking.is_alive():
        raise NoLineError(f"the name {origin.host} was not found in time")
    if not found:
        raise NoLineError(f"the name {origin.host} was not found")
    return found


def _words(error: OSError) -> str:
    return (error.strerror or "no connection").lower()
