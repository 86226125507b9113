"""The lane's Redis from outside: messages by hand, what nobody acknowledged, and a loss of all.

Of a server that others use too, a lane has one index to itself.
"""

from __future__ import annotations

import base64
import json
import uuid

from redis import Redis

from tests.crash.processes import ProofError

QUEUES = ("soon", "bulk")
UNACKNOWLEDGED, THEIR_TIMES = "unacked", "unacked_index"


class Broker:
    """Redis as Celery uses it (message protocol 2 over kombu's Redis transport)."""

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(url)
        self._kept: dict[bytes, bytes] = {}

    def check_is_empty(self) -> None:
        """What is lost here must be nobody else's.

        Raises:
            ProofError: somebody has kept something in it.
        """
        if self._redis.dbsize():
            raise ProofError(
                "The Redis index in REDIS_URL is not empty, and the proof empties it: name another."
            )

    def keep(self) -> None:
        """What stands in it now, but for what ends by itself, is what each cut begins with."""
        for key in self._redis.scan_iter():
            dumped = self._redis.dump(key)
            if self._redis.ttl(key) == -1 and isinstance(dumped, bytes):
                self._kept[key] = dumped

    def restore(self) -> None:
        """Make it as it was kept."""
        self.lose_all()
        for key, dumped in self._kept.items():
            self._redis.restore(key, 0, dumped)

    def lose_all(self) -> None:
        """What a Redis without a disk has after a power cut."""
        self._redis.flushdb()

    def send(self, queue: str, task: str, *arguments: object) -> None:
        """One message, as beat or a web process would send it."""
        key = str(uuid.uuid4())
        body = [list(arguments), {}, dict.fromkeys(("callbacks", "errbacks", "chain", "chord"))]
        message = {
            "body": base64.b64encode(json.dumps(body).encode()).decode(),
            "content-encoding": "utf-8",
            "content-type": "application/json",
            "headers": {"lang": "py", "task": task, "id": key, "root_id": key},
            "properties": {
                "correlation_id": key,
                "delivery_mode": 2,
                "delivery_info": {"exchange": queue, "routing_key": queue},
                "priority": 0,
                "body_encoding": "base64",
                "delivery_tag": str(uuid.uuid4()),
            },
        }
        self._redis.lpush(queue, json.dumps(message))

    def waiting_count(self) -> int:
        """The messages that no worker has taken."""
        return sum(int(self._redis.llen(queue)) for queue in QUEUES)

    def give_again(self) -> int:
        """Give out anew what a dead worker had taken, as the broker does by itself after an hour.

        Answers how many messages that were.
        """
        taken = self._redis.hgetall(UNACKNOWLEDGED)
        for kept in taken.values():
            message, _, queue = json.loads(kept)
            message["headers"]["redelivered"] = True
            message["properties"]["delivery_info"]["redelivered"] = True
            self._redis.rpush(queue, json.dumps(message))
        self._redis.delete(UNACKNOWLEDGED, THEIR_TIMES)
        return len(taken)

    def close(self) -> None:
        """Let go of it."""
        self._redis.close()
