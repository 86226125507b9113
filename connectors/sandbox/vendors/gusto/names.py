"""Words from which Gusto's companies are generated; none names a real person or company."""

from __future__ import annotations


def words(text: str) -> tuple[str, ...]:
    """The words of a text."""
    return tuple(text.split())


GIVEN = words(
    "Dana Lee Amir Bettina Corin Delphine Emeka Farah Gideon Hollis Imani Jules Kirra Leopold "
    "Marisol Nkechi Orla Pilar Quentin Rosalba Soren Tamsin Ulrich Valeria Wim Xiomara Yara Zev "
    "Anouk Basil Cleo Desta Elio Fenna Gwen Hiro Inez Joaquin Kaito Lotte Milo Nadine Oren Petra"
)
FAMILY = words(
    "Okafor Marsh Abbasi Birkeland Castano Dumont Eze Falkner Grosvenor Hashimoto Iwu Jelinek "
    "Kavanagh Lindahl Mbatha Nyberg Oyelaran Pemberton Quintero Radley Sorrel Tanaka Ulvestad "
    "Vasquez Wainwright Ximenez Yeboah Zielinski Ashgrove Barrow Copperfield Dunmore Elderkin "
    "Foxley Garrick Hawthorne Ivory Jarrow Kestrel Larkin Mowbray Nettle Orchard Pennington"
)

DEPARTMENTS = {
    "Advisory": ("Senior Consultant", "Consultant", "Analyst"),
    "Research": ("Research Lead", "Researcher"),
    "Finance": ("Controller", "Staff Accountant"),
    "Operations": ("Operations Manager", "Coordinator", "Dispatcher"),
    "Client Services": ("Account Manager", "Service Agent"),
    "People": ("People Partner", "Recruiter"),
}
"""Department to its job titles."""

LOCATIONS = {
    "CA": ("548 Pier Street", "Oakland", "94607"),
    "WA": ("91 Cedar Avenue", "Tacoma", "98402"),
    "TX": ("1207 Mesa Road", "Austin", "78701"),
}
"""State to street, city and zip."""

HOURLY_TYPES = (("Regular", 1.0), ("Overtime", 1.5), ("Double overtime", 2.0))
FIXED_TYPES = (
    "Bonus",
    "Cash Tips",
    "Commission",
    "Correction Payment",
    "Minimum Wage Adjustment",
    "Paycheck Tips",
    "Severance",
)
CUSTOM_TYPES = ("Referral Award", "Phone Stipend")
TIME_OFF_TYPES = ("Vacation Hours", "Sick Hours", "Holiday Hours")

MEDICAL, DENTAL, LIFE, RETIREMENT = (
    "Medical Insurance",
    "Dental Insurance",
    "Group Term Life",
    "401(k)",
)
BENEFITS = {MEDICAL: 1, DENTAL: 2, LIFE: 9, RETIREMENT: 5}
"""Benefit to the vendor's number of its type."""
HEALTH = (MEDICAL, DENTAL)
LOAN = "Company loan"
NEW_DEDUCTION = "Gym membership, plan Ö"
