"""What the doctor says of one thing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """Whether somebody has to do something."""

    FINE = "fine"
    NOTE = "note"
    ACT = "act"


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence, and what to do about it where there is something to do."""

    level: Level
    about: str
    sentence: str
    remedy: str = ""

    def as_json(self) -> dict[str, str]:
        """The form of ``--json``."""
        return {
            "level": str(self.level),
            "about": self.about,
            "sentence": self.sentence,
            "remedy": self.remedy,
        }


def fine(about: str, sentence: str) -> Finding:
    """There is nothing to do."""
    return Finding(Level.FINE, about, sentence)


def note(about: str, sentence: str, remedy: str = "") -> Finding:
    """Worth knowing; nothing is wrong."""
    return Finding(Level.NOTE, about, sentence, remedy)


def act(about: str, sentence: str, remedy: str) -> Finding:
    """A person must do something."""
    return Finding(Level.ACT, about, sentence, remedy)
