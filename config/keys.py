"""The keys of the embedded default: made once, kept in one private file that must be backed up."""

from __future__ import annotations

import json
import os
import secrets
import stat
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet

from config.variables import BadEnvironmentError


@dataclass(frozen=True, slots=True)
class Keys:
    """What encrypts and signs; ``fernet_keys`` has the one that encrypts first."""

    secret_key: str = field(repr=False)
    fernet_keys: tuple[str, ...] = field(repr=False)


def kept_keys(path: Path) -> Keys:
    """The keys in this file; made when there is none, by whichever process comes first.

    Raises:
        BadEnvironmentError: the file is open to others or cannot be read.
    """
    if not path.exists():
        _make(path)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise BadEnvironmentError([f"{path} is open to others: run `chmod 600 {path}`."])
    try:
        kept = json.loads(path.read_text())
        keys = Keys(str(kept["secret_key"]), tuple(str(key) for key in kept["fernet_keys"]))
        for key in keys.fernet_keys:
            Fernet(key)
    except (OSError, LookupError, TypeError, ValueError) as error:
        raise BadEnvironmentError(
            [
                f"{path} holds no keys ({type(error).__name__}): put its backup in place. Without "
                "it everything that is encrypted is lost; only then remove the file and start anew."
            ]
        ) from None
    return keys


def _make(path: Path) -> None:
    """Write new keys beside ``path`` and give them its name, unless somebody was faster."""
    keys = Keys(secrets.token_urlsafe(50), (Fernet.generate_key().decode(),))
    # Readable by its owner only from the first byte on.
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "w") as file:
            json.dump(asdict(keys), file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(name, path)
        except FileExistsError:
            return
        _sync_directory(path.parent)
    finally:
        Path(name).unlink()


def _sync_directory(directory: Path) -> None:
    """A key that a power cut takes away takes everything encrypted with it."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
