"""Why nobody got in, in words for people."""


class ProviderFailed(Exception):
    """It did not answer, or not as the standard says."""


class NotAdmitted(Exception):
    """It answered; what it said admits nobody."""
