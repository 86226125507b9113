"""Which number a new employee gets: Acumatica's own, or HR's where it fits the mask; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from connectors.values import ABSENT
from connectors.vendors.bamboohr.records import Person
from integrations.flow import Lookups
from integrations.flows.bamboohr_to_acumatica.reasons import NO_NUMBER, NUMBER_UNFIT
from integrations.flows.bamboohr_to_acumatica.supervisor import LEG
from integrations.flows.shared.carried import Carried

AUTOMATIC: Final = "automatic"
FROM_HR: Final = "from BambooHR"

FITS: Final[Mapping[str, Callable[[str], bool]]] = {
    "C": lambda character: character.isprintable(),
    "9": lambda character: character in "0123456789",
    "?": lambda character: character.isascii() and character.isalpha(),
    "a": lambda character: character.isascii() and character.isalnum(),
}
"""What each character of a mask lets in; any other stands for itself."""


def number_of(person: Person, lookups: Lookups) -> Carried:
    """The number of our choice; None where Acumatica numbers its employees itself.

    Who stands there already keeps the number he has.
    """
    if lookups.option("employee_numbers") == AUTOMATIC:
        return Carried(None)
    if person.employee_number is ABSENT or lookups.target_of(LEG, person.id) is not None:
        return Carried()
    mask = lookups.option("employee_number_mask")
    number = (person.employee_number or "").strip()
    if not number:
        return Carried(problem=NO_NUMBER.because(mask=mask))
    if not fits(number, mask):
        return Carried(problem=NUMBER_UNFIT.because(number=number, mask=mask))
    return Carried(number)


def fits(number: str, mask: str) -> bool:
    """Whether each character is one that the mask lets in at its place; it may be shorter."""
    if len(number) > len(mask):
        return False
    return all(
        FITS.get(allowed, allowed.__eq__)(character)
        for character, allowed in zip(number, mask, strict=False)
    )


def clean_mask(text: str) -> str:
    """A mask of up to thirty characters."""
    mask = text.strip()
    if not mask or len(mask) > 30:
        raise ValueError("write the mask in 1 to 30 characters, like CCCCCCCCCC")
    return mask
