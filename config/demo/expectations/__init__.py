"""What must stand at Acumatica, computed from what BambooHR and Gusto themselves say.

Person by person, and each payroll to the cent. Imports nothing of the product: it must not share
a misunderstanding with what it judges.
"""

from config.demo.expectations.acumatica import (
    BRANCH,
    EMPLOYEE_CLASS,
    INSTANCE,
    TENANT,
    Expected,
    Row,
    codes_by_title,
    employees,
    faults,
    journals_of,
)
from config.demo.expectations.bamboohr import COMPANY, Decisions, expected, people
from config.demo.expectations.batches import Batch, journal_faults
from config.demo.expectations.gusto import (
    PAYROLL_COMPANY,
    PayrollDecisions,
    Tied,
    expected_ties,
    gusto_company,
    tie_faults,
)
from config.demo.expectations.ledger import LedgerDecisions, expected_batches

__all__ = [
    "BRANCH",
    "COMPANY",
    "EMPLOYEE_CLASS",
    "INSTANCE",
    "PAYROLL_COMPANY",
    "TENANT",
    "Batch",
    "Decisions",
    "Expected",
    "LedgerDecisions",
    "PayrollDecisions",
    "Row",
    "Tied",
    "codes_by_title",
    "employees",
    "expected",
    "expected_batches",
    "expected_ties",
    "faults",
    "gusto_company",
    "journal_faults",
    "journals_of",
    "people",
    "tie_faults",
]
