"""Who may be connected to, and that the checked address is the one connected to."""

from __future__ import annotations

import socket
import threading

import pytest

from connectors import egress
from connectors.addresses import Origin
from connectors.egress import NoLineError, RefusedError, is_public
from tests.unit.connectors.servers import Server, always, answer


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"]
)
def test_takes_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.100.100.200",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "168.63.129.16",
        "3fff::1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd00:ec2::254",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "::127.0.0.1",
        "64:ff9b::a00:1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
    ],
)
def test_refuses_all_other_addresses(address: str) -> None:
    assert not is_public(address)


def test_demands_https_but_at_named_hosts() -> None:
    plain = Origin("http", "erp.example.com", 80)
    with pytest.raises(RefusedError, match=r"^http://erp\.example\.com is not https$"):
        egress.check_scheme(plain, frozenset({"other.example.com"}))
    egress.check_scheme(plain, frozenset({"erp.example.com"}))
    egress.check_scheme(Origin("https", "erp.example.com", 443), frozenset())


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_refuses_a_private_address_before_connecting(host: str) -> None:
    with Server(always(answer())) as server:
        with pytest.raises(RefusedError, match="leads to an address that is not public"):
            egress.connect(Origin("https", host, server.port), 5.0, may_be_private=False)
        assert server.received == []


def test_refuses_a_name_of_which_one_address_is_private(monkeypatch: pytest.MonkeyPatch) -> None:
    _resolve_to(monkeypatch, "93.184.216.34", "127.0.0.1")
    with pytest.raises(
        RefusedError, match=r"^rebind\.example leads to an address that is not public$"
    ):
        egress.connect(Origin("https", "rebind.example", 443), 5.0, may_be_private=False)


def test_connects_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = _resolve_to(monkeypatch, "127.0.0.1")
    with Server(always(answer())) as server:
        line = egress.connect(
            Origin("http", "named.example", server.port), 5.0, may_be_private=True
        )
        assert line.getpeername() == ("127.0.0.1", server.port)
        line.close()
    assert asked == ["named.example"]


def test_tries_the_next_address_when_one_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    _resolve_to(monkeypatch, "127.0.0.2", "127.0.0.1")
    with Server(always(answer())) as server:
        line = egress.connect(
            Origin("http", "named.example", server.port), 5.0, may_be_private=True
        )
        assert line.getpeername()[0] == "127.0.0.1"
        line.close()


def test_says_that_nobody_listens() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    listener.close()
    with pytest.raises(
        NoLineError, match=r"^http://127\.0\.0\.1:\d+ cannot be reached: connection refused$"
    ):
        egress.connect(Origin("http", "127.0.0.1", port), 5.0, may_be_private=True)


def test_says_that_a_name_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> object:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(NoLineError, match=r"^the name gone\.example was not found$"):
        egress.connect(Origin("https", "gone.example", 443), 5.0, may_be_private=False)


def test_does_not_wait_for_a_resolver_beyond_the_time_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    is_over = threading.Event()

    def resolve(*_: object, **__: object) -> list[object]:
        is_over.wait(5)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(NoLineError, match=r"^the name slow\.example was not found in time$"):
        egress.connect(Origin("https", "slow.example", 443), 0.05, may_be_private=False)
    is_over.set()


def _resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Python's own resolver answers these addresses; the names it was asked for."""
    asked: list[str] = []

    def getaddrinfo(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked
