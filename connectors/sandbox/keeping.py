"""Keeps what the stand-ins know: in a file, so that a sandbox goes on where another one ended, and
in memory, so that one goes back to where it was.

The file is one process's memory: it is read back by the same version alone, and only from a place
that nobody else can write to.
"""

from __future__ import annotations

import contextlib
import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

import cloudpickle  # type: ignore[import-untyped]  # it ships no types

from connectors.sandbox.deliveries import Courier
from connectors.sandbox.world import World

KEPT = ("standins", "agenda", "clock", "switched", "dice")
OF_A_MOMENT = (*KEPT, "seed", "people", "reach", "softened", "journal", "faults")


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
    beside = path.with_suffix(".new")
    beside.touch(mode=0o600)
    beside.write_bytes(_written(world, KEPT))
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
        _read(world, content)  # ours, mode 0600
    except (pickle.UnpicklingError, AttributeError, ImportError, EOFError, TypeError) as error:
        raise KeepingError(
            f"{path} was kept by another version ({type(error).__name__}): start afresh."
        ) from error
    return True


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant of a world, to which it can go back as often as wanted."""

    at: datetime
    content: bytes

    @classmethod
    def of(cls, world: World) -> Moment:
        """Now; nothing may be under way."""
        return cls(world.now(), _written(world, OF_A_MOMENT))

    def return_to(self, world: World) -> None:
        """Be as it was then, at the same time of day; what was begun since has no effect."""
        world.clear()
        _read(world, self.content)
        world.clock.set(self.at)


def _written(world: World, names: Sequence[str]) -> bytes:
    content = BytesIO()
    kept = {name: getattr(world, name) for name in names}
    _Pickler(content, world).dump((kept, world.courier.paused, world.courier.unsent()))
    return content.getvalue()


def _read(world: World, content: bytes) -> None:
    kept, paused, unsent = _Unpickler(BytesIO(content), world).load()
    for name, value in kept.items():
        setattr(world, name, value)
    world.courier.paused = paused
    world.courier.take_up(unsent)
