"""The one place that decides what a failed call to a provider proves, and so what may be tried again.

The question is always the same: is it proof that THIS call moved no money? Three answers follow from it.

    ProviderUnavailable   proof, and the same bytes may do it later: never connected, 401, 403, 404, 429
    REFUSED, OUT_OF_FUNDS proof, and the same bytes will be refused again: 400, 402, 422 and their like
    OutcomeUnknown        no proof: silence after sending, a reset, 5xx, 408, 409, a redirect, anything not listed

A 5xx is no proof: providers answer 500 after having done the work. A 409 is none either, since it says that
something of ours is there already or under way. No status is evidence about an EARLIER call of the same attempt
whose answer was lost; that is for a look-up to find out.

A look-up moves nothing, but a failed one leaves the attempt's outcome where it was: it raises OutcomeUnknown
whatever went wrong, so that nobody takes "the provider was away" for "nothing moved".
"""

import re
import ssl
from enum import Enum, auto
from typing import Final

import urllib3.exceptions

from guerdon.application.records import AnswerState, ProviderAnswer
from guerdon.domain.errors import OutcomeUnknown, ProviderUnavailable


class Verdict(Enum):
    """What a status says about the call that it answers."""

    ACCEPTED = auto()
    REFUSED = auto()
    OUT_OF_FUNDS = auto()
    UNAVAILABLE = auto()
    UNKNOWN = auto()


_BY_STATUS: Final = {
    **dict.fromkeys(range(200, 300), Verdict.ACCEPTED),
    400: Verdict.REFUSED,
    401: Verdict.UNAVAILABLE,  # A key that was rotated or mistyped; the call was not looked at.
    402: Verdict.OUT_OF_FUNDS,
    403: Verdict.UNAVAILABLE,  # The account lacks a permission, or a firewall stands before the provider.
    404: Verdict.UNAVAILABLE,  # A wrong address or account; what was to be created belongs to no one else.
    405: Verdict.REFUSED,
    406: Verdict.REFUSED,
    410: Verdict.REFUSED,
    413: Verdict.REFUSED,
    414: Verdict.REFUSED,
    415: Verdict.REFUSED,
    422: Verdict.REFUSED,
    429: Verdict.UNAVAILABLE,  # The limiter stands before the work.
    431: Verdict.REFUSED,
}

_BY_CODE: Final = {
    # A 422 by which Lob says what others say by a 409.
    ("lob", "conflict"): Verdict.UNKNOWN,
    # The 422 under which an account without a working payment method is told so.
    ("lob", "payment_method_unverified"): Verdict.OUT_OF_FUNDS,
    # A 400 whose message is about the wallet (printful/client.py).
    ("printful", "insufficient_funds"): Verdict.OUT_OF_FUNDS,
    # The customer in the path is not there: sending it again would not create them.
    ("stripe", "resource_missing"): Verdict.REFUSED,
    # A 400 that says the key was used before, with other parameters: an earlier call may well have paid.
    ("stripe", "idempotency_error"): Verdict.UNKNOWN,
    ("stripe", "idempotency_key_in_use"): Verdict.UNKNOWN,
}
"""Error codes that say more than the status they come with."""

_CODE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}", re.ASCII)
_ERRORS_FROM: Final = 400
_NEVER_CONNECTED: Final = (
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.ConnectTimeoutError,
    urllib3.exceptions.LocationValueError,  # The configured address is no address.
)


def verdict(provider: str, status: int, codes: tuple[str | None, ...] = ()) -> Verdict:
    """What `status`, and the provider's own error codes if it gave any, prove."""
    for code in codes:
        known = _BY_CODE.get((provider, code or ""))
        if known is not None and status >= _ERRORS_FROM:
            return known
    return _BY_STATUS.get(status, Verdict.UNKNOWN)


def refused(
    provider: str, reference: str, status: int, codes: tuple[str | None, ...] = (), provider_id: str = ""
) -> ProviderAnswer | None:
    """The answer to a call that moves money when it was a refusal, None when it was accepted.

    Raises:
        ProviderUnavailable: It certainly did nothing, and may do it later.
        OutcomeUnknown: It may have done it.
    """
    detail = in_words(status, codes)
    match verdict(provider, status, codes):
        case Verdict.ACCEPTED:
            return None
        case Verdict.REFUSED:
            return ProviderAnswer(reference, provider_id, AnswerState.REFUSED, detail)
        case Verdict.OUT_OF_FUNDS:
            return ProviderAnswer(reference, provider_id, AnswerState.OUT_OF_FUNDS, detail)
        case Verdict.UNAVAILABLE:
            raise ProviderUnavailable(provider, f"it answered {detail}")
        case Verdict.UNKNOWN:
            raise OutcomeUnknown(provider, f"it answered {detail}")


def in_words(status: int, codes: tuple[str | None, ...] = ()) -> str:
    """A status with the provider's codes: "422 failed_deliverability_strictness".

    Only what looks like a code is repeated. A provider's message is not: it quotes names and addresses.
    """
    kept = dict.fromkeys(code for code in codes if code and _CODE.fullmatch(code))
    return " ".join((str(status), *kept))


def lost(provider: str, error: urllib3.exceptions.HTTPError) -> ProviderUnavailable | OutcomeUnknown:
    """What to raise when a call got no readable answer at all."""
    name = type(error).__name__
    if _never_sent(error):
        return ProviderUnavailable(provider, f"no connection was made ({name})")
    return OutcomeUnknown(provider, f"the connection broke after it was made ({name})")


def _never_sent(error: urllib3.exceptions.HTTPError) -> bool:
    """Whether no byte of the request can have arrived. The first is sent once the TLS handshake is over."""
    if isinstance(error, _NEVER_CONNECTED):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(error, urllib3.exceptions.SSLError) and isinstance(cause, ssl.SSLCertVerificationError)
