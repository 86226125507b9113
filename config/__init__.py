"""Wires the product together and decides nothing: settings, environment, clock, Celery, URLs."""
