"""The vocabularies of payrolls: components with their defaults, departments and jobs."""

from __future__ import annotations

from connectors.vendor import TermValue
from connectors.vendors.gusto.client import Client
from connectors.vendors.gusto.lists import read_components, read_departments
from connectors.vendors.gusto.people import read_people
from integrations.flows.gusto_to_acumatica.payroll_choices import component_terms, place_terms
from integrations.flows.gusto_to_acumatica.split import SplitBy


def read_component_terms(client: Client) -> tuple[TermValue, ...]:
    """All that may stand in a payroll, and the default of each section."""
    return component_terms(read_components(client))


def read_department_places(client: Client) -> tuple[TermValue, ...]:
    """The departments, and the default for whom has none."""
    return place_terms([term.key for term in read_departments(client)], SplitBy.DEPARTMENT)


def read_job_places(client: Client) -> tuple[TermValue, ...]:
    """The jobs that people have, and the default for whom has none."""
    titles = [
        job.title
        for page in read_people(client, "")
        for record in page.records
        if not record.is_gone
        for job in record.value.jobs
        if isinstance(job.title, str) and job.title
    ]
    return place_terms(sorted(set(titles)), SplitBy.JOB)
