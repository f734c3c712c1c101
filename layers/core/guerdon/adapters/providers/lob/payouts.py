"""Checks: printed and mailed by Lob, drawn on our own bank account.

Nothing is charged to an account at Lob: the money leaves our bank when the recipient cashes the check, which Lob
does not tell. A check counts as carried out once it is in the mail or can no longer be canceled.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from guerdon.adapters.providers import classify
from guerdon.adapters.providers.amounts import from_major, major_number
from guerdon.adapters.providers.api_key import ApiKey, ReadAgain
from guerdon.adapters.providers.http import read
from guerdon.adapters.providers.lob.capabilities import CAPABILITIES
from guerdon.adapters.providers.lob.client import (
    CHECKS_PATH,
    NAME,
    REFERENCE_KEY,
    Check,
    LobClient,
    error_code,
)
from guerdon.adapters.providers.secrets import text_of
from guerdon.application.ports import Capabilities, PayoutOrder
from guerdon.application.records import AnswerState, FrozenRequest, ProviderAnswer
from guerdon.domain.deal import Address
from guerdon.domain.errors import InvalidMoney, OutcomeUnknown, SecretMissing
from guerdon.domain.money import Money

MESSAGE_LENGTH_MOST: Final = 400
MEMO_LENGTH_MOST: Final = 40
_RETURNED: Final = "Returned to Sender"
_MAILED: Final = "Mailed"


class Payouts:
    """The PayoutProvider for checks."""

    name: str = NAME
    capabilities: Capabilities = CAPABILITIES

    def __init__(self, secret: Mapping[str, object], base_url: str, read_again: ReadAgain | None = None) -> None:
        """Nothing is connected yet.

        Raises:
            SecretMissing: `secret` lacks api_key, bank_account or from_address (an address in Lob's own field
                names, or the id of one that is stored there).
        """
        self._client = LobClient(ApiKey(NAME, secret, read_again), base_url)
        self._bank_account = text_of(NAME, secret, "bank_account")
        self._from_address = _sender(secret)

    def freeze(self, order: PayoutOrder) -> FrozenRequest:
        """Write down the exact check; it must be one that `unmet` has nothing against."""
        body = {
            "amount": major_number(order.value),
            "bank_account": self._bank_account,
            "from": self._from_address,
            # The memo is printed on the check: whoever reconciles the bank statement finds the attempt by it.
            "memo": f"Reward {order.reference}"[:MEMO_LENGTH_MOST],
            "message": f"Thank you for your referral: {order.program_title}"[:MESSAGE_LENGTH_MOST],
            "metadata": {REFERENCE_KEY: order.reference, "guerdon_payout": order.payout_id},
            "to": _recipient(order),
            "use_type": "operational",
        }
        return FrozenRequest(order.reference, "POST", CHECKS_PATH, "application/json", json.dumps(body, sort_keys=True))

    def submit(self, request: FrozenRequest, now: datetime) -> ProviderAnswer:
        """Send the frozen check under our reference as its key."""
        reply = self._client.create(request.path, request.content_type, request.body.encode(), request.reference)
        said_no = classify.refused(NAME, request.reference, reply.status, (error_code(reply),))
        if said_no is not None:
            return said_no
        check = read(NAME, reply, Check)
        if check.reference != request.reference:
            raise OutcomeUnknown(NAME, f"it answered with check {check.id}, which is not the one asked for")
        return _answer(check, request.reference, now)

    def cancel(self, provider_id: str) -> None:
        """Cancel a check that was not mailed yet; a refusal says that it was, or that it is canceled already.

        Raises:
            ProviderUnavailable: It was not asked.
            OutcomeUnknown: It may have been canceled.
        """
        reply = self._client.cancel(provider_id)
        classify.refused(NAME, "", reply.status, (error_code(reply),))

    def look_up(self, request: FrozenRequest, now: datetime) -> ProviderAnswer | None:
        """The check whose metadata carries our reference."""
        found = self._client.checks_of(request.reference)
        ours = [check for check in found if check.reference == request.reference]
        if found and not ours:
            raise OutcomeUnknown(NAME, "the look-up listed checks of other attempts only: its filter was not applied")
        answers = [_answer(check, request.reference, now) for check in ours]
        standing = [answer for answer in answers if answer.state is not AnswerState.CANCELED]
        if len(standing) > 1:
            ids = ", ".join(answer.provider_id for answer in standing)
            raise OutcomeUnknown(NAME, f"more than one check carries this reference: cancel all but one of {ids}")
        return next(iter(standing or answers), None)

    def look_up_resource(self, resource: str, resource_id: str, now: datetime) -> ProviderAnswer | None:
        """The check that a hint about "checks" is about, if it carries a reference of ours."""
        check = self._client.check(resource_id) if resource == "checks" else None
        return _answer(check, check.reference, now) if check and check.reference else None


def _answer(check: Check, reference: str, now: datetime) -> ProviderAnswer:
    events = check.tracking_events or ()
    mailed = next((event for event in events if event.name == _MAILED), None) or next(iter(events), None)
    state, detail = state_of(check, now)
    moved_at = mailed.time if mailed else check.send_date
    return ProviderAnswer(
        reference=reference,
        provider_id=check.id,
        state=state,
        detail=detail,
        cost=cost_of(check),
        value_on=moved_at.astimezone(UTC).date() if moved_at and state is AnswerState.DONE else None,
        check_number=None if check.check_number is None else str(check.check_number),
    )


def state_of(check: Check, now: datetime) -> tuple[AnswerState, str]:
    """How far a check is, with Lob's own word for it."""
    events = check.tracking_events or ()
    if check.deleted:
        return AnswerState.CANCELED, "deleted"
    if check.status == "failed":
        return AnswerState.CANCELED, "failed"
    if any(event.name == _RETURNED for event in events):
        return AnswerState.RETURNED, "returned_to_sender"
    if events:
        # Any event of the mail says that it was mailed; "Mailed" itself is told to some accounts only.
        return AnswerState.DONE, "mailed"
    # While it is still being rendered (status "processed"), it can yet fail.
    if check.send_date is not None and check.send_date <= now and check.status != "processed":
        return AnswerState.DONE, "cancel_window_over"
    return AnswerState.PENDING, check.status or "created"


def cost_of(check: Check) -> Money | None:
    """The amount of a check; None if Lob does not say it.

    Raises:
        OutcomeUnknown: It is no amount.
    """
    if check.amount is None:
        return None
    try:
        return from_major(check.amount, "USD")
    except InvalidMoney as error:
        raise OutcomeUnknown(NAME, f"the amount of check {check.id} is no amount of USD: {error}") from error


def _recipient(order: PayoutOrder) -> dict[str, str]:
    address = order.recipient.address
    if address is None or not order.recipient.name:
        raise ValueError("freeze was asked for an order that unmet() refuses: a check needs a name and an address")
    return {"name": order.recipient.name, **_inline(address)}


def _inline(address: Address) -> dict[str, str]:
    fields = {
        "address_line1": address.line1,
        "address_line2": address.line2,
        "address_city": address.city,
        "address_state": address.state,
        "address_zip": address.postal_code,
        "address_country": "US",
    }
    return {name: value for name, value in fields.items() if value}


def _sender(secret: Mapping[str, object]) -> str | dict[str, str]:
    address = secret.get("from_address")
    if not isinstance(address, Mapping):
        return text_of(NAME, secret, "from_address")
    texts = {str(name): value for name, value in address.items() if isinstance(value, str) and value}
    if not {"address_line1", "address_city", "address_state", "address_zip"} <= texts.keys():
        raise SecretMissing(NAME, "from_address with address_line1, address_city, address_state and address_zip")
    return texts
