"""Log lines: readable on a developer's terminal, JSON in production, never a whole phone number."""

import re
from typing import Any, Literal

import structlog
from structlog.typing import Processor

# A mobile number, with or without the country's code, not part of a longer row of digits.
PHONE = re.compile(r"(?<!\d)((?:\+?86[ -]?)?1[3-9]\d)([ -]?\d{4}[ -]?)(\d{4})(?!\d)")
LINK = re.compile(r"(/t/)[\w-]{16,}")
QUERY = re.compile(r"(\b(?:GET|HEAD|POST) [^\s?\"]+\?)[^\s\"]+")
FOREIGN_PHONE = re.compile(r"(?<!\w)(\+\d{3})(\d{3,8})(\d{4})(?!\d)")


def mask_phones(text: str) -> str:
    """Return `text` with the middle of each phone number starred: 138****5678."""
    return FOREIGN_PHONE.sub(r"\1****\3", PHONE.sub(r"\1****\3", text))


def mask_addresses(text: str) -> str:
    """Return `text` without the customer's key in a link to his page and without what was asked in an address.

    Who has the key reads the ticket; a question to the search box is a name, a number or a street.
    """
    return QUERY.sub(r"\1…", LINK.sub(r"\1…", text))


def mask_line(_logger: object, _method: str, line: str) -> str:
    """Mask the phone numbers and private addresses of a finished line, traces included."""
    return mask_addresses(mask_phones(line))


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.PositionalArgumentsFormatter(),
]


def configure_structlog() -> None:
    """Send structlog's events through the standard library's logging, where the formatters stand."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def logging_config(style: Literal["plain", "json"], requests: str = "WARNING") -> dict[str, Any]:
    """Return Django's LOGGING. `requests` is the level of the line about each request."""
    as_json: list[Processor] = [
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
    # The renderer's own way with exceptions prints local variables, and with them passwords and phone numbers.
    plain = structlog.dev.plain_traceback
    as_words: list[Processor] = [
        structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, exception_formatter=plain)
    ]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *(as_json if style == "json" else as_words),
                    mask_line,
                ],
                "foreign_pre_chain": SHARED,
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {
            "django_structlog": {"level": requests},
            # Its own handlers would write without the mask.
            "django.server": {"handlers": [], "propagate": True},
            "axes": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
        },
    }
