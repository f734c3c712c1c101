"""Lob's errors: a message, a code of a fixed list, and the status once more."""

from local.sandbox.core.calls import Answer, RefusalError

_CODES = {
    401: "unauthorized",
    403: "feature_limit_reached",
    404: "not_found",
    408: "request_timeout",
    409: "conflict",
    429: "rate_limit_exceeded",
    503: "service_unavailable",
}


def answer(status: int, message: str, code: str) -> Answer:
    """An error in Lob's shape."""
    return Answer(status, {"error": {"message": message, "status_code": status, "code": code}})


def invalid(message: str, code: str = "invalid") -> RefusalError:
    """A 422 for a request that is wrong."""
    return RefusalError(answer(422, message, code))


def not_found(what: str) -> RefusalError:
    """A 404 for a resource that does not exist."""
    return RefusalError(answer(404, f"{what} not found", "not_found"))


class LobErrors:
    """The refusals that every provider has."""

    def unauthorized(self) -> Answer:
        """The API key is missing."""
        return answer(401, "Missing authentication", "unauthorized")

    def unknown_path(self, _method: str, _path: str) -> Answer:
        """There is no such endpoint."""
        message = "The requested endpoint does not exist"
        return answer(404, message, "unrecognized_endpoint")

    def unreadable(self, reason: str) -> Answer:
        """The body cannot be read."""
        return answer(422, reason, "bad_request")

    def failure(self, status: int) -> Answer:
        """Lob broke down with `status`."""
        message = "An error has occurred on Lob's servers. Please try your request again."
        return answer(status, message, _CODES.get(status, "internal_server_error"))

    def rate_limit(self, now_seconds: float) -> Answer:
        """Too many requests: 150 in five seconds are allowed."""
        message = "Rate limit exceeded. Please wait 5 seconds and try your request again."
        refused = answer(429, message, "rate_limit_exceeded")
        headers = {
            "X-Rate-Limit-Limit": "150",
            "X-Rate-Limit-Remaining": "0",
            "X-Rate-Limit-Reset": str(int(now_seconds) + 5),
        }
        return Answer(429, refused.body, headers)

    def refused(self) -> Answer:
        """The request is invalid, as the fault `refuse` says."""
        message = "The address provided does not meet your account's US Mail strictness setting"
        return answer(422, message, "failed_deliverability_strictness")

    def out_of_funds(self) -> Answer:
        """Lob takes what it prints from a bank account or card, and that one does not work."""
        message = "A verified bank account or credit card is needed for this request"
        return answer(401, message, "payment_method_unverified")
