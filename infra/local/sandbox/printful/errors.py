"""Printful's errors: a code, a result, and an error with a reason; 5xx as problem details."""

from local.sandbox.core.calls import Answer, RefusalError

# The specification's examples: a name everywhere, but the number itself for a conflict.
_REASONS: dict[int, str | int] = {
    400: "BadRequest",
    401: "BadRequest",
    404: "NotFound",
    409: 409,
    429: "TooManyRequests",
}


def answer(status: int, message: str) -> Answer:
    """An error in Printful's shape."""
    reason = _REASONS.get(status, "BadRequest")
    error = {"reason": reason, "message": message}
    return Answer(status, {"code": status, "result": message, "error": error})


def invalid(message: str) -> RefusalError:
    """A 400 for a request that is wrong."""
    return RefusalError(answer(400, message))


def not_found() -> RefusalError:
    """A 404 for a resource that does not exist."""
    return RefusalError(answer(404, "Not found"))


class PrintfulErrors:
    """The refusals that every provider has."""

    def unauthorized(self) -> Answer:
        """The API key is missing."""
        return answer(401, "Malformed Authorization header.")

    def unknown_path(self, _method: str, _path: str) -> Answer:
        """There is no such endpoint."""
        return answer(404, "Not found")

    def unreadable(self, reason: str) -> Answer:
        """The body cannot be read."""
        return answer(400, reason)

    def failure(self, status: int) -> Answer:
        """Printful broke down with `status`."""
        problem = {
            "type": "https://developers.printful.com/docs/v2-beta/#section/Errors",
            "status": status,
            "title": "Internal server error",
            "details": "The request could not be processed. Please try again later.",
        }
        return Answer(status, problem, {"Content-Type": "application/problem+json"})

    def rate_limit(self, _now_seconds: float) -> Answer:
        """Too many requests: the bucket of 120 gets one more each half second."""
        refused = answer(429, "You have exceeded the rate limit. Please try again later.")
        headers = {
            "Retry-After": "1",
            "X-Ratelimit-Policy": "120;w=60;",
            "X-Ratelimit-Limit": "120",
            "X-Ratelimit-Remaining": "0",
            "X-Ratelimit-Reset": "60",
        }
        return Answer(429, refused.body, headers)

    def refused(self) -> Answer:
        """The request is invalid, as the fault `refuse` says."""
        return answer(400, "The recipient's address cannot be shipped to.")

    def out_of_funds(self) -> Answer:
        """The wallet and the card do not cover the order."""
        return answer(400, "The order could not be charged: insufficient funds.")
