"""Why connecting stopped, in sentences that say how to go on."""

from __future__ import annotations

import re

from connectors.redaction import printable

AGAIN = "Go back to the connection and choose Connect to start again."
UNKNOWN = f"This answer belongs to no attempt to connect that is known here. {AGAIN}"
FOREIGN_BROWSER = (
    "The attempt to connect was started in another browser, or this browser does not keep the "
    f"cookie that proves it. Stay in one browser and allow cookies. {AGAIN}"
)
WRONG_ADDRESS = (
    f"The answer came to another address than the one the consent was asked for. {AGAIN}"
)
SPENT = (
    "This answer was used before, and it works only once. If the connection is not active yet, "
    "go back to it and choose Connect to start again."
)
EXPIRED = f"The consent came later than fifteen minutes after it was asked for. {AGAIN}"
CHANGED = f"The connection was changed while the consent was given, so nothing was stored. {AGAIN}"
LINK_ENDED = (
    "The link has ended or was taken back while the consent was given, so nothing was stored. Ask "
    "whoever sent it for a new one."
)
INSECURE = (
    "Connecting needs https: open the product at its https address, or set SANDBOX_URL to try it "
    "out without."
)

DENIAL = "access_denied"
_BY_CODE = {
    DENIAL: "The consent was refused at {vendor}, so nothing was connected.",
    "invalid_scope": (
        "{vendor} does not grant all the rights that were asked for: have them allowed for the "
        "OAuth app there, or let an administrator give the consent."
    ),
    "unauthorized_client": (
        "{vendor} does not let the OAuth app ask for a consent: correct its registration there."
    ),
    "server_error": "{vendor} failed by its own fault; wait a little.",
    "temporarily_unavailable": "{vendor} is busy or under maintenance; wait a little.",
}
_CODE = re.compile(r"[a-z_]{1,40}")


class ConnectError(Exception):
    """Connecting stopped and nothing was stored; the message is for whoever connects.

    ``connection_id`` only where the attempt is proven to be this browser's own.
    """

    def __init__(self, sentence: str, connection_id: int | None = None) -> None:
        # It may name an account as the vendor spells it.
        self.sentence = printable(sentence)
        super().__init__(self.sentence)
        self.connection_id = connection_id


def refusal_by_vendor(vendor_title: str, code: str) -> str:
    """What a consent page's error code means; of the vendor's own text nothing is shown."""
    if (known := _BY_CODE.get(code)) is not None:
        return f"{known.format(vendor=vendor_title)} {AGAIN}"
    name = f"the error {code}" if _CODE.fullmatch(code) else "an error"
    return f"{vendor_title} answered with {name} instead of a consent. {AGAIN}"


def no_code(vendor_title: str) -> str:
    """The way back brought neither a consent nor an error."""
    return f"{vendor_title} sent the browser back without a consent. {AGAIN}"
