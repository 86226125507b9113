"""One Redis in three spellings, each read back by the library that it is for."""

from __future__ import annotations

from pathlib import Path

import kombu
import redis
from limits.storage import RedisStorage, storage_from_string

from config.embedded import EmbeddedRedis
from config.redis_urls import RedisUrls, socket_url, spell


def test_spells_a_socket_three_ways() -> None:
    urls = spell(socket_url(Path("/srv/my connector/redis.sock"), 3))
    assert urls == RedisUrls(
        celery="redis+socket:///srv/my%20connector/redis.sock?virtual_host=3",
        redis="unix:///srv/my%20connector/redis.sock?db=3",
        limits="redis+unix:///srv/my%20connector/redis.sock?db=3",
    )


def test_leaves_a_network_address_as_it_is() -> None:
    url = "rediss://:word@cache.example:6380/5"
    assert spell(url) == RedisUrls(celery=url, redis=url, limits=url)


def test_prints_no_password() -> None:
    assert "word" not in repr(spell("redis://:word@cache.example:6379/5"))


def test_reaches_the_same_index_of_the_same_server_in_each_spelling(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path / "a b%41")
    server.start()
    try:
        urls = spell(socket_url(server.socket, 3))
        with kombu.Connection(urls.celery) as broker, broker.SimpleQueue("soon") as queue:
            queue.put("by kombu")
        with redis.Redis.from_url(urls.redis) as client:
            assert client.llen("soon") == 1
            client.set("told", "by redis-py")
        budgets = storage_from_string(urls.limits)
        assert isinstance(budgets, RedisStorage)
        assert budgets.storage.get("told") == b"by redis-py"
        budgets.storage.close()
    finally:
        server.stop()
