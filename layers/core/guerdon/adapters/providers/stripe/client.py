"""Stripe's API through its official SDK, over our own connection pool.

The SDK is given an HTTP client of ours so that timeouts, refused redirects and the verdict on a broken connection
are the same as for every provider. It holds no global state, and it never tries again by itself.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import msgspec
import stripe

from guerdon.adapters.providers import classify
from guerdon.adapters.providers.api_key import ApiKey
from guerdon.adapters.providers.http import ProviderHttp
from guerdon.adapters.providers.json_shapes import UNREADABLE, decoded
from guerdon.domain.errors import OutcomeUnknown

if TYPE_CHECKING:
    from stripe.params import CustomerBalanceTransactionCreateParams  # The layer leaves these types out.

NAME: Final = "stripe"
REFERENCE_KEY: Final = "guerdon_attempt"
"""The metadata under which a credit carries our reference."""

PAGE_SIZE: Final = 100
PAGES_MOST: Final = 50
"""A look-up through more of a customer's history would outlive the function that makes it."""


class Transaction(msgspec.Struct, frozen=True):
    """A change of a customer's balance, in Stripe's units; negative is a credit. `created`: seconds since 1970."""

    id: str
    amount: int
    currency: str
    created: int
    metadata: dict[str, str] | None = None

    @property
    def reference(self) -> str | None:
        """Our own reference, if it carries one."""
        return (self.metadata or {}).get(REFERENCE_KEY)


class Refused(Exception):
    """Stripe answered with an error; what it proves is for `classify` to say."""

    def __init__(self, status: int, codes: tuple[str | None, ...]) -> None:
        self.status = status
        self.codes = codes
        super().__init__(classify.in_words(status, codes))


class _Transport(stripe.HTTPClient):
    """What the SDK sends its requests through. The key is put in here, for it may change while the SDK lives."""

    name = "guerdon"

    def __init__(self, key: ApiKey, base_url: str) -> None:
        super().__init__()
        self._base_url = base_url
        self._http = ProviderHttp(NAME, base_url, key)

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: object = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        """One call. A success that is no JSON object never reaches the SDK, which would stumble over it."""
        path = url.removeprefix(self._base_url)
        if method == "get":
            reply = self._http.get(path, headers)
        else:
            body = post_data.encode() if isinstance(post_data, str) else b""
            reply = self._http.change(method.upper(), path, body, headers)
        if reply.status < HTTPStatus.BAD_REQUEST and decoded(reply.body, dict) is None:
            raise OutcomeUnknown(NAME, f"its answer {reply.status} is no JSON object")
        return reply.body.decode("utf-8", "replace"), reply.status, reply.headers

    def close(self) -> None:
        """Connections end with the process."""


class StripeBalances:
    """Calls with one API key.

    Every method raises Refused when Stripe answered with an error, and ProviderUnavailable or OutcomeUnknown as
    `ProviderHttp` says.
    """

    def __init__(self, key: ApiKey, base_url: str) -> None:
        base = base_url.rstrip("/")
        self._stripe = stripe.StripeClient(
            key.text, base_addresses={"api": base}, max_network_retries=0, http_client=_Transport(key, base)
        )

    def create(self, customer: str, parameters: "CustomerBalanceTransactionCreateParams", key: str) -> Transaction:
        """Change the balance under an idempotency key, which gives back the answer that it got before."""
        balances = self._stripe.v1.customers.balance_transactions
        try:
            made = balances.create(customer, parameters, {"idempotency_key": key})
        except stripe.StripeError as error:
            raise _refused(error) from None
        return _transaction(made)

    def transaction(self, customer: str, transaction_id: str) -> Transaction:
        """One change of a customer's balance."""
        try:
            found = self._stripe.v1.customers.balance_transactions.retrieve(customer, transaction_id)
        except stripe.StripeError as error:
            raise _refused(error) from None
        return _transaction(found)

    def transactions(self, customer: str) -> tuple[Transaction, ...]:
        """Every change of a customer's balance, the newest first.

        Raises:
            OutcomeUnknown: There are too many to be read, so that nothing can be said about one not seen.
        """
        seen: list[Transaction] = []
        try:
            page = self._stripe.v1.customers.balance_transactions.list(customer, {"limit": PAGE_SIZE})
            for one in page.auto_paging_iter():
                seen.append(_transaction(one))
                if len(seen) > PAGE_SIZE * PAGES_MOST:
                    raise OutcomeUnknown(NAME, f"the customer has more than {PAGE_SIZE * PAGES_MOST} transactions")
        except stripe.StripeError as error:
            raise _refused(error) from None
        return tuple(seen)


def _transaction(found: stripe.CustomerBalanceTransaction) -> Transaction:
    try:
        return msgspec.convert(found.to_dict(), Transaction)
    except UNREADABLE as error:
        raise OutcomeUnknown(NAME, f"its answer cannot be read: {error}") from error


def _refused(error: stripe.StripeError) -> Refused | OutcomeUnknown:
    """The error without Stripe's message, which may quote people, and without its body."""
    if error.http_status is None or error.http_status < HTTPStatus.BAD_REQUEST:
        return OutcomeUnknown(NAME, f"its answer {error.http_status} cannot be read ({type(error).__name__})")
    kind = "idempotency_error" if isinstance(error, stripe.IdempotencyError) else None
    return Refused(error.http_status, (error.code, kind))
