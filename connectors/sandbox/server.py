"""The server: listens on loopback and serves the sandbox until it is interrupted."""

from __future__ import annotations

import contextlib
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

import uvicorn

from connectors.sandbox import keeping
from connectors.sandbox.app import Sandbox
from connectors.sandbox.recorder import Recorder
from connectors.sandbox.wire import Protocol
from connectors.sandbox.world import World


class Listener(uvicorn.Server):
    """uvicorn's server, which says one line once it listens, and keeps the world at its end."""

    def __init__(self, config: uvicorn.Config, world: World, keep: Path | None) -> None:
        super().__init__(config)
        self._world = world
        self._keep = keep

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say where."""
        await super().startup(sockets)
        print(f"sandbox listening on {self._world.base_url}", flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End, then write what is to be kept: the signal that ended us is raised again after it."""
        await super().shutdown(sockets)
        if self._keep is not None:
            keeping.save(self._world, self._keep)


def create_app(
    *,
    seed: int = 1,
    people: int = 120,
    latency_ms: float = 0.0,
    reach: Mapping[str, str] | None = None,
) -> Sandbox:
    """A sandbox with its companies generated."""
    world = World(seed=seed, people=people, latency_ms=latency_ms, reach=reach)
    world.reset()
    return Sandbox(world)


def serve(
    host: str,
    port: int,
    *,
    seed: int = 1,
    people: int = 120,
    latency_ms: float = 0.0,
    reach: Mapping[str, str] | None = None,
    record: Path | None = None,
    keep: Path | None = None,
) -> None:
    """Serve until interrupted; port 0 picks a free one. ``record`` is a file for all exchanges.

    ``keep`` is a file to go on from, where there is one, and to write at the end.
    """
    listening = bind(host, port)
    port = listening.getsockname()[1]
    app = create_app(seed=seed, people=people, latency_ms=latency_ms, reach=reach)
    if keep is not None:
        _take_up(app.world, keep)
    if record is not None:
        app.world.recorder = Recorder(record)
    shown = f"[{host}]" if ":" in host else host
    app.world.base_url = f"http://{shown}:{port}"
    config = uvicorn.Config(
        app,
        http=Protocol,
        ws="none",
        lifespan="off",
        loop="uvloop",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_keep_alive=120,
        timeout_graceful_shutdown=1,
    )
    with contextlib.suppress(KeyboardInterrupt):
        Listener(config, app.world, keep).run(sockets=[listening])


def _take_up(world: World, file: Path) -> None:
    try:
        keeping.take_up(world, file)
    except keeping.KeepingError as error:
        sys.exit(str(error))


def bind(host: str, port: int) -> socket.socket:
    """A socket that listens there.

    Raises:
        SystemExit: the port is in use or the host is not ours; one line says what to do.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        sys.exit(
            f"The sandbox cannot listen on {host}:{port} ({error.strerror}): stop what listens "
            "there, or give another --port (0 picks a free one)."
        )
    listening.listen(2048)
    listening.setblocking(False)
    return listening
