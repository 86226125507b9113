"""Where a URL leads: origins, and the sandbox's addresses of them."""

from __future__ import annotations

import pytest

from connectors.addresses import Origin, browser_url, from_sandbox, to_sandbox

SANDBOX = "http://127.0.0.1:8099"


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("https://acme.example.com", "https://acme.example.com"),
        ("https://ACME.example.com:443/path?query", "https://acme.example.com"),
        ("https://acme.example.com:8443/", "https://acme.example.com:8443"),
        ("http://10.0.0.7:80/erp", "http://10.0.0.7"),
        ("https://[2001:db8::1]:444/", "https://[2001:db8::1]:444"),
    ],
)
def test_keeps_scheme_host_and_port_alone(url: str, text: str) -> None:
    assert str(Origin.of(url)) == text


@pytest.mark.parametrize(
    "url",
    [
        "ftp://acme.example.com",
        "acme.example.com",
        "https://",
        "https://user:pass@acme.example.com",
        "https://acme.example.com@evil.example",
        "https://acme.example.com\\@evil.example",
        "https://ac me.example.com",
        "https://acme.example.com:99999",
        "https://acme..example.com",
        "https://-acme.example.com",
        "https://\u0430cme.example.com",
        "https://acme.example.com:port",
    ],
)
def test_refuses_what_is_no_plain_origin(url: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Origin.of(url)


def test_leads_to_the_sandbox_and_back() -> None:
    real = "https://acme.bamboohr.example:8443/token.php?request=token&a=b%20c"
    there = to_sandbox(real, SANDBOX, "toy")
    assert there == f"{SANDBOX}/toy/acme.bamboohr.example:8443/token.php?request=token&a=b%20c"
    assert from_sandbox(there, SANDBOX, "toy") == real


def test_leaves_other_addresses_alone() -> None:
    for url in ("/Frames/Error.aspx", "https://elsewhere.example/", f"{SANDBOX}/other/a.example/x"):
        assert from_sandbox(url, SANDBOX, "toy") == url


def test_sends_a_browser_to_the_sandbox_only_while_there_is_one() -> None:
    page = "https://acme.example.com/authorize.php?state=x"
    assert browser_url(page, "", "toy") == page
    assert (
        browser_url(page, f"{SANDBOX}/", "toy")
        == f"{SANDBOX}/toy/acme.example.com/authorize.php?state=x"
    )
