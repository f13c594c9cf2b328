"""The one base error of the service: an HTTP status and a message that a duty officer understands."""


class TongbanError(Exception):
    """Raised for bad input and refused actions; `message` is Chinese, `status` is for HTTP."""

    status = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InputError(TongbanError):
    """What was sent can't be used as it is."""

    status = 422


class TooLargeError(TongbanError):
    """More was sent than is taken."""

    status = 413


class NotFoundError(TongbanError):
    """There is no such record."""

    status = 404


class RefusedError(TongbanError):
    """Understood, and not allowed."""

    status = 409


class SetupError(TongbanError):
    """The installation or its settings are not in order."""

    status = 500


class UnauthorizedError(TongbanError):
    """Nobody is signed in, or not with these words."""

    status = 401


class ForbiddenError(TongbanError):
    """Whoever is signed in may not do this."""

    status = 403


class ThrottledError(TongbanError):
    """Too often; `wait` is how many seconds it takes until it may be tried again."""

    status = 429

    def __init__(self, message: str, wait: int) -> None:
        super().__init__(message)
        self.wait = wait
