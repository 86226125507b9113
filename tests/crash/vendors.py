"""A sandbox whose state can be taken up again and again: each time a copy (fork) serves it.

``python -m tests.crash.vendors PEOPLE`` serves a new sandbox until ``freeze``; after that each
``again`` ends the copy that serves and lets another one begin at the frozen instant.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from datetime import datetime

import uvicorn

from connectors.sandbox.app import Sandbox
from connectors.sandbox.server import Listener, bind, create_app
from connectors.sandbox.wire import Protocol


def main(people: int) -> None:
    """Serve, freeze, and serve again at each order."""
    listening = bind("127.0.0.1", 0)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    app = create_app(people=people)
    app.world.base_url = address
    first = listener(app)
    serving = threading.Thread(target=first.run, args=([listening.dup()],))
    serving.start()
    copy = 0
    for line in sys.stdin:
        order = line.strip()
        if order == "freeze":
            first.should_exit = True
            serving.join()
            frozen_at = app.world.now()
        elif order == "again":
            end(copy)
            copy = os.fork()
            if not copy:
                serve(app, listening, frozen_at)
        print(f"done {order}", flush=True)
    first.should_exit = True
    end(copy)


def listener(app: Sandbox) -> Listener:
    """A server that says where it listens."""
    config = uvicorn.Config(
        app,
        http=Protocol,
        ws="none",
        lifespan="off",
        loop="uvloop",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_keep_alive=120,
        timeout_graceful_shutdown=1,
    )
    return Listener(config, app.world, None)


def serve(app: Sandbox, listening: socket.socket, frozen_at: datetime) -> None:
    """What a copy does until it is killed; the world goes on from the frozen instant."""
    code = 1
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(2, 1)
        app.world.clock.set(frozen_at)
        listener(Sandbox(app.world)).run(sockets=[listening])
        code = 0
    finally:
        os._exit(code)


def end(copy: int) -> None:
    """Kill a copy; its connections break."""
    if copy:
        os.kill(copy, signal.SIGKILL)
        os.waitpid(copy, 0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
