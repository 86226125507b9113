"""The arguments of the sandbox's command, shared by ``python -m`` and ``manage.py``."""

from __future__ import annotations

import argparse
from pathlib import Path

from connectors.sandbox.deliveries import parse_reach
from connectors.sandbox.server import serve


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare them."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=port, default=8200, help="0 picks a free one")
    parser.add_argument(
        "--latency-ms", type=not_negative, default=0.0, help="added to every vendor answer"
    )
    parser.add_argument("--seed", type=int, default=1, help="the same seed, the same companies")
    parser.add_argument("--people", type=count, default=120, help="how many people a company has")
    parser.add_argument(
        "--reach",
        type=reach,
        action="append",
        default=[],
        metavar="ORIGIN=LOOPBACK",
        help="where a public origin is found from here: https://connector.example=http://127.0.0.1:8000",
    )
    parser.add_argument(
        "--record", type=Path, metavar="FILE", help="append every exchange to this file, as JSON"
    )
    parser.add_argument(
        "--keep", type=Path, metavar="FILE", help="go on from this file, and write it at the end"
    )


def run(
    *,
    host: str,
    port: int,
    latency_ms: float,
    seed: int,
    people: int,
    reach: list[tuple[str, str]],
    record: Path | None,
    keep: Path | None,
) -> None:
    """Serve as the parsed arguments say."""
    serve(
        host,
        port,
        latency_ms=latency_ms,
        seed=seed,
        people=people,
        reach=dict(reach),
        record=record,
        keep=keep,
    )


def port(text: str) -> int:
    """A TCP port."""
    number = int(text)
    if not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is no port: 0 to 65535")
    return number


def count(text: str) -> int:
    """A whole number, 0 or more."""
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{text} is negative")
    return number


def not_negative(text: str) -> float:
    """A number, 0 or more."""
    number = float(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{text} is negative")
    return number


def reach(text: str) -> tuple[str, str]:
    """``ORIGIN=LOOPBACK``, both without a path."""
    try:
        return parse_reach(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
