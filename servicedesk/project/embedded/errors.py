"""The one error of the embedded services."""


class ServiceError(RuntimeError):
    """A service could not be found, started or reached; the message is a sentence for the person at the
    terminal.
    """
