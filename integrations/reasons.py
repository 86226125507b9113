"""Why a record is not simply synced: code, class, sentence, remedy; flows add their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class ReasonClass(StrEnum):
    """Who has to act, if anybody."""

    FILTER = "filter"
    WAIT = "wait"
    MAPPING = "mapping"
    MATCH = "match"
    RECORD = "record"
    VENDOR = "vendor"
    CREDENTIAL = "credential"
    CONFIGURATION = "configuration"
    DEFECT = "defect"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason as it applies to one record."""

    code: str
    facts: Mapping[str, str]
    sentence: str
    remedy: str
    reason_class: ReasonClass
    subject: str = ""
    """What the cause is about where several records share it; empty: the record itself."""

    def as_json(self) -> dict[str, object]:
        """The form that records and entries keep."""
        about = {"subject": self.subject} if self.subject else {}
        return {
            "code": self.code,
            "class": str(self.reason_class),
            "facts": dict(self.facts),
            "sentence": self.sentence,
            "remedy": self.remedy,
            **about,
        }


@dataclass(frozen=True, slots=True)
class ReasonKind:
    """A declared reason; ``sentence`` and ``remedy`` name their facts in braces."""

    code: str
    reason_class: ReasonClass
    sentence: str
    remedy: str = ""
    subject: str = ""
    """Names its facts in braces too."""

    def because(self, **facts: str) -> Reason:
        """This reason with its facts.

        Raises:
            KeyError: a fact that the sentence names is missing.
        """
        return Reason(
            self.code,
            facts,
            self.sentence.format_map(facts),
            self.remedy.format_map(facts),
            self.reason_class,
            self.subject.format_map(facts),
        )


UNMAPPED = ReasonKind(
    "unmapped",
    ReasonClass.MAPPING,
    "{mapping} {value} has no counterpart at the target yet.",
    "Map {value} in the mapping table; the record goes on by itself.",
    "{mapping}:{value}",
)
SEVERAL_CANDIDATES = ReasonKind(
    "several_candidates",
    ReasonClass.MATCH,
    "Several records at the target could be this one: {candidates}.",
    "Link the record to the right one.",
)
POSSIBLY_THE_SAME = ReasonKind(
    "possibly_the_same",
    ReasonClass.MATCH,
    "One of the same name stands at the target already: {candidates}.",
    "Link the record to it, or say that it is another one.",
)
TARGET_TAKEN = ReasonKind(
    "target_taken",
    ReasonClass.MATCH,
    "The matching record {target} at the target belongs to another source record, {owner}.",
    "Unlink the other record first, correct what makes both alike at the source, or link the two "
    "by hand: then this one's reference takes the place of the other's.",
)
TARGET_GONE = ReasonKind(
    "target_gone",
    ReasonClass.MATCH,
    "The record {target} that was linked no longer exists at the target.",
    "Unlink it to have it created anew, or restore it there.",
)
NOT_TAKEN = ReasonKind(
    "not_taken",
    ReasonClass.RECORD,
    "The target accepted the change but does not show it: {fields}.",
    "Look at the record there; a rule of the target may overwrite what is sent.",
)
REFUSED = ReasonKind(
    "refused",
    ReasonClass.RECORD,
    "The target refused the record: {answer}",
    "Correct what it names at the source or in the mapping, then try again.",
)
NOT_UNDERSTOOD = ReasonKind(
    "not_understood",
    ReasonClass.VENDOR,
    "An answer was not as the vendor documents it: {answer}",
    "Try again; if it stays, send the record's trail to support.",
)
WILL_RETRY = ReasonKind(
    "will_retry",
    ReasonClass.VENDOR,
    "The call did not succeed yet: {answer}",
    "Nothing to do: it is tried again by itself.",
)
GAVE_UP = ReasonKind(
    "gave_up",
    ReasonClass.VENDOR,
    "The call did not succeed in {tries} tries: {answer}",
    "Try again once the vendor works.",
)
NEEDS_REAUTH = ReasonKind(
    "needs_reauth",
    ReasonClass.CREDENTIAL,
    "{vendor} no longer accepts the connection: {answer}",
    "Connect {vendor} again; the record goes on by itself.",
)
MISCONFIGURED = ReasonKind(
    "misconfigured",
    ReasonClass.CONFIGURATION,
    "{answer}",
    "Correct the connection, then switch the integration on again.",
)
BEING_VERIFIED = ReasonKind(
    "being_verified",
    ReasonClass.WAIT,
    "It is not known whether the last call had its effect; that is verified until {until}.",
    "Nothing to do: it goes on by itself.",
)
DEFECT = ReasonKind(
    "defect",
    ReasonClass.DEFECT,
    "The product made a mistake; its number is {error_id}.",
    "Send the number to support.",
)
AVALANCHE = ReasonKind(
    "avalanche",
    ReasonClass.RECORD,
    "More records than usual would get a {kind} within {hours} hours "
    "(above {percent} % of what is linked).",
    "Look at the list: release all of them, or refuse them.",
    "avalanche:{kind}",
)
NOT_AS_APPROVED = ReasonKind(
    "not_as_approved",
    ReasonClass.RECORD,
    "The record is no longer as it was when the preview was approved; nothing was written for it.",
    "Look at a new preview and approve that, or try the record again by itself.",
)
AWAITS_APPROVAL = ReasonKind(
    "awaits_approval",
    ReasonClass.RECORD,
    "Nothing is written for it before a preview is approved: {why}",
    "Look at the preview that was drawn up for it, and approve or refuse it there.",
)
DRIFT = ReasonKind(
    "drift",
    ReasonClass.RECORD,
    "{name} was changed at the target: {fields}.",
    "Try the record again to restore it, or correct the source.",
)
CHANGE_REFUSED = ReasonKind(
    "change_refused",
    ReasonClass.RECORD,
    "A person refused this change.",
    "Nothing to do, or try again to carry it after all.",
)
LOOKUP_UNPROVEN = ReasonKind(
    "lookup_unproven",
    ReasonClass.MATCH,
    "It is not known whether the last call had its effect, and looking for what was written "
    "has not been proven to work here.",
    "Look at the target: link the record to what stands there, or say that it is not there.",
)
BLIND = ReasonKind(
    "blind",
    ReasonClass.CONFIGURATION,
    "What was just written as {target} cannot be found by its reference {reference}.",
    "Give the connected user the right to see it at the target, then switch on again.",
)
UNREADABLE = ReasonKind(
    "unreadable",
    ReasonClass.RECORD,
    "The source does not let us see what the target requires: {fields}.",
    "Give the connected user the right to see it at the source, then try again.",
)
NO_LONGER_SHOWN = ReasonKind(
    "no_longer_shown",
    ReasonClass.RECORD,
    "The source no longer shows {fields}, which it showed before: nothing is written meanwhile.",
    "Give the connected user the right to see it at the source, then try again; or choose in the "
    "options that the field is never written.",
    "no_longer_shown",
)
VANISHED = ReasonKind(
    "vanished",
    ReasonClass.RECORD,
    "A read of everything did not show {count} records of {leg} that stand at the target, and "
    "nobody deleted them: they are left as they are.",
    "Check whether the connected user may still see all of them at the source.",
    "vanished:{leg}",
)
LEADER_FIRST = ReasonKind(
    "leader_first",
    ReasonClass.WAIT,
    "Nothing stands at the target yet that it could be linked to: the integration that leads "
    "writes it first.",
    "Nothing to do: it is linked by itself once it stands there, a day later at the latest.",
)
SOURCE_GONE = ReasonKind(
    "source_gone",
    ReasonClass.FILTER,
    "The record no longer exists at the source and was never written.",
)

COMMON = (
    UNMAPPED,
    SEVERAL_CANDIDATES,
    POSSIBLY_THE_SAME,
    TARGET_TAKEN,
    TARGET_GONE,
    NOT_TAKEN,
    REFUSED,
    NOT_UNDERSTOOD,
    WILL_RETRY,
    GAVE_UP,
    NEEDS_REAUTH,
    MISCONFIGURED,
    BEING_VERIFIED,
    DEFECT,
    AVALANCHE,
    NOT_AS_APPROVED,
    AWAITS_APPROVAL,
    CHANGE_REFUSED,
    DRIFT,
    LOOKUP_UNPROVEN,
    BLIND,
    UNREADABLE,
    NO_LONGER_SHOWN,
    VANISHED,
    LEADER_FIRST,
    SOURCE_GONE,
)
