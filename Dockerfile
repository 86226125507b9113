# One image for every process: compose.yaml says which one a container is.
FROM python:3.12-slim-bookworm AS wheels
COPY requirements.lock /tmp/
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /tmp/requirements.lock

FROM python:3.12-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
RUN useradd --system --uid 10001 --home-dir /app connector
WORKDIR /app
COPY --from=wheels /venv /venv
# Named one by one: keys in var/ and secrets in .env never come into an image.
COPY manage.py pyproject.toml ./
COPY audit audit
COPY config config
COPY connectors connectors
COPY integrations integrations
COPY templates templates
USER connector
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--no-control-socket"]
