"""One Redis, spelt as each library wants it: Celery, redis-py and limits differ on sockets."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

SCHEMES = ("redis", "rediss", "unix")


@dataclass(frozen=True, slots=True)
class RedisUrls:
    """The same server and index three times; a URL may hold a password, so none is printed."""

    celery: str = field(repr=False)
    redis: str = field(repr=False)
    limits: str = field(repr=False)


def parse_redis_url(url: str) -> str:
    """``url`` itself, if it is one that every library can be given.

    Raises:
        ValueError: it is not; the text never repeats the URL.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError("has a host or port that cannot be read") from None
    if parts.scheme not in SCHEMES:
        raise ValueError("does not begin with redis://, rediss:// or unix://")
    if parts.scheme == "unix":
        index = parse_qs(parts.query).get("db", ["0"])[0]
        if parts.netloc or not parts.path.startswith("/"):
            raise ValueError("names a socket without its absolute path")
    else:
        index = parts.path.strip("/") or "0"
        if not host:
            raise ValueError("names no host")
    if not index.isascii() or not index.isdigit():
        raise ValueError("has an index that is no number")
    return url


def socket_url(path: Path, index: int = 0) -> str:
    """The URL of a Unix socket in redis-py's spelling."""
    return f"unix://{quote(str(path))}?db={index}"


def spell(url: str) -> RedisUrls:
    """All spellings of a URL in redis-py's."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return RedisUrls(celery=url, redis=url, limits=url)
    index = parse_qs(parts.query).get("db", ["0"])[0]
    return RedisUrls(
        celery=f"redis+socket://{parts.path}?virtual_host={index}",
        redis=url,
        limits=f"redis+{url}",
    )
