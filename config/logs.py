"""How processes log: one JSON object a line on standard error, no local variables in tracebacks."""

from __future__ import annotations

import structlog
from structlog.types import Processor

SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    # Nothing else: Django hands on the request, whose address may hold a code or a state.
    structlog.stdlib.ExtraAdder(allow=("status_code",)),
    # The machine's time, not the sandbox's: a log is compared with other logs.
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    # Plain text: a richer form prints local variables, and a token may be one of them.
    structlog.processors.format_exc_info,
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": SHARED,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                # ASCII only: what a vendor sent can neither break a line nor turn its direction.
                structlog.processors.JSONRenderer(ensure_ascii=True),
            ],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    # Django's own handlers would print the same once more, and mail it.
    "loggers": {"django": {"handlers": [], "propagate": True}},
}


def set_up_structlog() -> None:
    """Send structlog's loggers the same way as the standard library's."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
