"""Turns one payroll into one balanced journal, or says all that keeps it from being one; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from connectors.vendors.acumatica.journal_drafts import (
    NON_PROJECT,
    JournalDraft,
    JournalLine,
    line_reference,
)
from connectors.vendors.gusto.arithmetic import NOTHING, hidden_benefits
from connectors.vendors.gusto.payroll_records import Payroll
from integrations.choosing import Option
from integrations.flow import Filtered, Held, Lookups, MappingUse
from integrations.flows.gusto_to_acumatica.checks import (
    both_values,
    reasons_against,
    support_names,
)
from integrations.flows.gusto_to_acumatica.coding import Coded, Uncoded, coded
from integrations.flows.gusto_to_acumatica.components import Side, parts_of
from integrations.flows.gusto_to_acumatica.dates import entry_day
from integrations.flows.gusto_to_acumatica.reasons_payrolls import (
    BENEFITS_HIDDEN,
    FEW_PAID,
    NO_PROJECT_CODE,
    NOTHING_TO_POST,
    PLACE_UNKNOWN,
    SPLIT_AS_SEEN,
    SPLIT_BY_REPORT,
)
from integrations.flows.gusto_to_acumatica.references import Reference, header_text, line_text
from integrations.flows.gusto_to_acumatica.split import (
    Split,
    SplitBy,
    count_without_place,
    places_of_few,
    shares_of,
)
from integrations.reasons import Reason

NON_PROJECT_CODE: Final = Option(
    "non_project_code",
    "Non-project code",
    "What every line carries where Acumatica has Projects; Project Accounting Preferences show it.",
    NON_PROJECT,
    clean=str.strip,
)


@dataclass(frozen=True, slots=True)
class Frame:
    """Where and when a journal is entered: what the payroll itself does not tell."""

    reference: Reference
    date_on: date
    period: str
    branch: str
    ledger: str
    currency: str
    belongs_on: date | None = None
    """The true day, where its period is closed and the journal is dated later."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A journal with all that explains it."""

    draft: JournalDraft = field(repr=False)
    lines: tuple[Coded, ...] = field(repr=False)
    """What each line of the draft stands for, in its order."""
    mappings: tuple[MappingUse, ...]
    remarks: tuple[Reason, ...]


def journal_for_payroll(
    payroll: Payroll, lookups: Lookups, frame: Frame, split: Split | None = None
) -> Drawn | Held | Filtered:
    """Turn one processed payroll into one balanced journal.

    Amounts are ``Decimal`` in the payroll's currency, whole cents. Each component has its own
    line, on the expense side one a department; sums below zero change sides, sums of zero have
    no line. Debits equal credits, and without sums below zero the payroll's own totals.

    Held where Gusto's figures disagree, or an amount that is not zero has no account: all that is
    missing is named at once, nothing is posted by half. Filtered where there is nothing to post.

    Raises:
        ValueError: the payroll was not read whole.
    """
    split = split or Split()
    if wrong := reasons_against(payroll, split, lookups):
        return Held(wrong, values=both_values(payroll, split, lookups))
    shares = shares_of(parts_of(payroll, support_names(lookups)), split)
    if not shares:
        return Filtered(NOTHING_TO_POST.because())
    codings = [coded(share, split.by, lookups) for share in shares]
    stops = [one for one in codings if isinstance(one, Uncoded)]
    project = lookups.option(NON_PROJECT_CODE.name) if lookups.can("projects") else ""
    if lookups.can("projects") and not project:
        return _held(stops, NO_PROJECT_CODE.because())
    if stops:
        return _held(stops)
    lines = sorted((one for one in codings if isinstance(one, Coded)), key=_order)
    draft = _draft(payroll, frame, lines, project)
    uses = {use.mapping_id: use for line in lines for use in line.uses}
    remarks = tuple(_remarks(payroll, lookups, split, lines))
    return Drawn(draft, tuple(lines), tuple(uses.values()), remarks)


def _held(stops: Sequence[Uncoded], *more: Reason) -> Held:
    """All that keeps the journal from being drawn up, each once."""
    by_sentence = {one.sentence: one for one in (*(stop.reason for stop in stops), *more)}
    missing = dict.fromkeys(stop.missing for stop in stops if stop.missing is not None)
    return Held(tuple(by_sentence.values()), tuple(missing))


def _order(line: Coded) -> tuple[bool, tuple[int, str], str]:
    """Debits before credits, as they stand in the journal."""
    return not _is_debit(line), line.component.place, line.place


def _is_debit(line: Coded) -> bool:
    return (line.component.side is Side.DEBIT) == (line.amount > 0)


def _draft(payroll: Payroll, frame: Frame, lines: Sequence[Coded], project: str) -> JournalDraft:
    reference = str(frame.reference)
    return JournalDraft(
        reference=reference,
        line_reference=line_reference(reference),
        date_on=frame.date_on,
        period=frame.period,
        branch=frame.branch,
        ledger=frame.ledger,
        currency=frame.currency,
        lines=tuple(_line(payroll, frame, line, project) for line in lines),
        description=_dated(header_text(payroll), frame),
    )


def _dated(text: str, frame: Frame) -> str:
    """The text with the true day, where the journal is dated otherwise."""
    on = frame.belongs_on
    return text if on is None else f"{text}, belongs on {on.isoformat()}"


def _line(payroll: Payroll, frame: Frame, line: Coded, project: str) -> JournalLine:
    amount = abs(line.amount)
    return JournalLine(
        line.account,
        debit=amount if _is_debit(line) else NOTHING,
        credit=NOTHING if _is_debit(line) else amount,
        subaccount=line.subaccount,
        description=_dated(line_text(line.component, line.place, payroll), frame),
        project=project,
    )


def _remarks(
    payroll: Payroll, lookups: Lookups, split: Split, lines: Sequence[Coded]
) -> Iterator[Reason]:
    """What a person should know before approving, and what holds nothing."""
    if (remark := entry_day(payroll, lookups).remark) is not None:
        yield remark
    if hidden_benefits(payroll) is not None:
        yield BENEFITS_HIDDEN.because()
    if split.by is SplitBy.NOTHING:
        return
    unit = str(split.by)
    yield (SPLIT_BY_REPORT if split.is_by_report else SPLIT_AS_SEEN).because(unit=unit)
    if few := places_of_few(payroll, split, [line.place for line in lines]):
        yield FEW_PAID.because(places=", ".join(few))
    if not split.is_by_report and (count := count_without_place(payroll, split)):
        yield PLACE_UNKNOWN.because(count=str(count), unit=unit)
