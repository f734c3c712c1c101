"""Tremendous's errors: a message, and a payload that mirrors the request where it is wrong."""

from local.sandbox.core.calls import Answer, RefusalError
from local.sandbox.core.records import JsonObject


def answer(status: int, message: str, payload: JsonObject | None = None) -> Answer:
    """An error in Tremendous's shape."""
    errors: JsonObject = {"message": message}
    if payload:
        errors["payload"] = payload
    return Answer(status, {"errors": errors})


def invalid(payload: JsonObject) -> RefusalError:
    """A 400 for an order whose fields are wrong; `payload` mirrors them."""
    return RefusalError(answer(400, "Order failed: validation failure", payload))


def not_found(what: str) -> RefusalError:
    """A 404 for a resource that does not exist."""
    return RefusalError(answer(404, f"{what} not found"))


class TremendousErrors:
    """The refusals that every provider has."""

    def unauthorized(self) -> Answer:
        """The API key is missing."""
        return answer(401, "Unauthorized")

    def unknown_path(self, method: str, path: str) -> Answer:
        """There is no such endpoint."""
        return answer(404, f"Unrecognized request URL ({method}: {path})")

    def unreadable(self, reason: str) -> Answer:
        """The body cannot be read."""
        return answer(400, reason)

    def failure(self, status: int) -> Answer:
        """Tremendous broke down with `status`."""
        return answer(status, "Internal server error. The request was not processed.")

    def rate_limit(self, now_seconds: float) -> Answer:
        """Too many requests; the window lasts ten seconds."""
        seconds = 10 - int(now_seconds) % 10
        refused = answer(429, "Too many requests")
        return Answer(429, refused.body, {"Retry-After": str(seconds)})

    def refused(self) -> Answer:
        """The request is invalid, as the fault `refuse` says."""
        message = "The recipient's email address is on your organization's block list."
        payload = {"reward": {"recipient": {"email": message}}}
        return answer(422, "Order failed: validation failure", payload)

    def out_of_funds(self) -> Answer:
        """The balance does not cover the order."""
        payload = {"payment": {"funding_source_id": "Your balance does not cover this order."}}
        return answer(402, "Order failed: insufficient funds", payload)
