"""How to speak with a vendor: no tenant, no database, no Celery."""
