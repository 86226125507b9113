"""Keeps what the stand-ins know in a file, so that a sandbox goes on where another one ended.

The file is one process's memory: it is read back by the same version alone, and only from a place
that nobody else can write to.
"""

from __future__ import annotations

import contextlib
import pickle
from io import BytesIO
from pathlib import Path

import cloudpickle  # type: ignore[import-untyped]  # it ships no types

from connectors.sandbox.deliveries import Courier
from connectors.sandbox.world import World

KEPT = ("standins", "agenda", "clock", "switched", "dice")


class KeepingError(Exception):
    """The file cannot be gone on from; the text is one line that says what to do."""


class _Pickler(cloudpickle.Pickler):  # type: ignore[misc]  # cloudpickle ships no types
    """What refers to the world or its courier refers to those of the process that reads it."""

    def __init__(self, file: BytesIO, world: World) -> None:
        super().__init__(file)
        self._names = {id(world): "world", id(world.courier): "courier"}

    def persistent_id(self, found: object) -> str | None:
        return self._names.get(id(found))


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: BytesIO, world: World) -> None:
        super().__init__(file)
        self._named: dict[str, World | Courier] = {"world": world, "courier": world.courier}

    def persistent_load(self, pid: str) -> World | Courier:
        return self._named[pid]


def save(world: World, path: Path) -> None:
    """Write everything that the stand-ins know, and the deliveries not made yet; whole or not."""
    kept = {name: getattr(world, name) for name in KEPT}
    content = BytesIO()
    _Pickler(content, world).dump((kept, world.courier.unsent()))
    beside = path.with_suffix(".new")
    beside.touch(mode=0o600)
    beside.write_bytes(content.getvalue())
    beside.replace(path)


def take_up(world: World, path: Path) -> bool:
    """Go on from the file, once: it is taken away, since it is old as soon as anything happens.

    Answers whether there was one.

    Raises:
        KeepingError: it was written by another version.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return False
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    try:
        kept, unsent = _Unpickler(BytesIO(content), world).load()  # ours, mode 0600
    except (pickle.UnpicklingError, AttributeError, ImportError, EOFError, TypeError) as error:
        raise KeepingError(
            f"{path} was kept by another version ({type(error).__name__}): start afresh."
        ) from error
    for name, value in kept.items():
        setattr(world, name, value)
    world.courier.take_up(unsent)
    return True
