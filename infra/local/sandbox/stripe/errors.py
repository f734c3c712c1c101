"""Stripe's errors: a type, mostly a code, a message, and the parameter that is wrong."""

from local.sandbox.core.calls import Answer, RefusalError

_INVALID = "invalid_request_error"


def answer(
    status: int,
    message: str,
    *,
    kind: str = _INVALID,
    code: str | None = None,
    param: str | None = None,
) -> Answer:
    """An error in Stripe's shape."""
    error = {"message": message, "type": kind}
    if code is not None:
        error |= {"code": code, "doc_url": f"https://stripe.com/docs/error-codes/{code}"}
    if param is not None:
        error["param"] = param
    return Answer(status, {"error": error})


def invalid(message: str, param: str, code: str | None = None) -> RefusalError:
    """A 400 for a wrong parameter."""
    return RefusalError(answer(400, message, code=code, param=param))


def missing(what: str, resource_id: str, param: str) -> RefusalError:
    """A 404 for a resource that does not exist."""
    message = f"No such {what}: '{resource_id}'"
    return RefusalError(answer(404, message, code="resource_missing", param=param))


class StripeErrors:
    """The refusals that every provider has."""

    def unauthorized(self) -> Answer:
        """The API key is missing."""
        return answer(401, "You did not provide an API key. Use Authorization: Bearer YOUR_KEY.")

    def unknown_path(self, method: str, path: str) -> Answer:
        """There is no such endpoint."""
        return answer(404, f"Unrecognized request URL ({method}: {path}).")

    def unreadable(self, reason: str) -> Answer:
        """The body cannot be read."""
        return answer(400, reason)

    def failure(self, status: int) -> Answer:
        """Stripe broke down with `status`."""
        message = "An error occurred while processing your request. Try again in a little bit."
        return answer(status, message, kind="api_error")

    def rate_limit(self, _now_seconds: float) -> Answer:
        """Too many requests."""
        message = "Request rate limit exceeded. Learn more about rate limits in the docs."
        refused = answer(429, message, code="rate_limit")
        return Answer(429, refused.body, {"Stripe-Rate-Limited-Reason": "global-rate"})

    def refused(self) -> Answer:
        """The request is invalid, as the fault `refuse` says."""
        return answer(400, "This customer cannot be credited.", param="customer")

    def out_of_funds(self) -> Answer:
        """Stripe credits a balance without funds, so this fault is not offered for it."""
        return answer(402, "Insufficient funds.", code="balance_insufficient")
