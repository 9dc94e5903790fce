"""What a process tells its operator: lines on standard error."""

import logging


def log_to_stderr() -> None:
    """From INFO on."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
