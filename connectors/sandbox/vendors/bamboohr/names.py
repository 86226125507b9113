"""Words from which companies are generated; none names a real person or company."""

from __future__ import annotations


def words(text: str) -> tuple[str, ...]:
    """The words of a text."""
    return tuple(text.split())


GIVEN = words(
    "Rosa Daniel Ivo Amara Jonas Mei Tariq Elin Mateo Priya Oskar Lucia Kwame Hanna Felix Noor "
    "Sofia Anton Leila Marcus Ingrid Pablo Yuki Clara Dmitri Fatima Henrik Isabel Jamal Katya "
    "Liam Maya Nils Olivia Pedro Quinn Rania Simon Tessa Umar Vera Wendell Ximena Yusuf Zoe "
    "Adele Bruno Carmen Dora Emil Freya Gustav Heidi Ismael Judith Karim Lena Magnus Nadia Otto"
)

FAMILY = words(
    "Lindqvist Okafor Marsh Bianchi Castellano Dvorak Eriksen Fontaine Gallagher Haddad Ivanov "
    "Jansen Kowalski Larsson Moreau Nakamura Oduya Petrov Quispe Rahman Santoro Takahashi Ueda "
    "Vargas Weiss Xavier Yamada Zeller Abernathy Brandt Calloway Delgado Espinoza Fairbanks "
    "Grimaldi Holloway Ibrahim Jorgensen Kessler Lombardi Mbeki Novak Ostrowski Pereira Quigley "
    "Rossi Sandoval Thornbury Underhill Valdez Whitlock Yilmaz Zamora Ashdown Bellweather Crane "
    "Drummond Ellery Farrow Greaves Hartwell Inglewood Jessop Kingsley Loxley Merriweather Norwood "
    "Oakden Prescott Quartermain Ravenscroft Stanhope Tolliver Upton Vance Winslow Yardley"
)

DEPARTMENTS = {
    "Operations": ("Chief Executive Officer", "Operations Manager", "Operations Analyst"),
    "People": ("Head of People", "Recruiter", "HR Generalist"),
    "Finance": ("Finance Director", "Staff Accountant", "Junior Accountant", "Payroll Specialist"),
    "Engineering": ("Engineering Director", "Software Engineer", "Senior Software Engineer"),
    "Sales": ("Sales Director", "Account Executive", "Sales Representative"),
    "Marketing": ("Marketing Director", "Marketing Specialist", "Content Writer"),
    "Customer Support": ("Support Director", "Support Agent", "Senior Support Agent"),
    "Field Operations": ("Field Director", "Field Technician", "Senior Field Technician"),
}
"""Department to its titles, the first that of its head. Field Operations stays small."""

FIELD_DEPARTMENT = "Field Operations"
ARCHIVED_DEPARTMENT = "Typing Pool"
ARCHIVED_TITLE = "Stenographer"

LOCATIONS = {
    "Lindon, Utah": "North America",
    "Portland, Oregon": "North America",
    "Toronto, Ontario": "North America",
    "Manchester": "Europe",
    "Rotterdam": "Europe",
}
"""Location to its division."""

STANDINGS = ("Full-Time", "Part-Time", "Contractor", "Intern", "Terminated")
REASONS = ("Relocation", "Performance", "End of Contract", "Better Opportunity")
TERMINATION_TYPES = ("Resignation (Voluntary)", "Termination (Involuntary)")

COMPANIES = {
    "northwind": ("48213", "Northwind Trading Inc.", "Northwind"),
    "southwind": ("48977", "Southwind Freight LLC", "Southwind"),
}
"""Domain to internal id, legal name and display name."""
