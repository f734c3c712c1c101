"""Ids that are derived, never drawn: the same facts give the same id wherever and whenever they are met."""

import hashlib
import json
import re
from base64 import b32encode
from typing import Final

ID_LENGTH: Final = 24
"""Characters of an id after its prefix: 120 bits, and short enough for every provider's reference field."""

_ATTEMPT_NUMBER: Final = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)


def derived_id(prefix: str, *facts: str) -> str:
    """An id of `prefix`, an underscore and 24 lower-case letters and digits, fixed by `facts` alone.

    The facts are joined as JSON, so that ("ab", "c") and ("a", "bc") differ.
    """
    digest = hashlib.sha256(json.dumps(facts, ensure_ascii=True).encode()).digest()
    return f"{prefix}_{b32encode(digest).decode().lower()[:ID_LENGTH]}"


def event_id(source_account: str, delivery_id: str, body_sha256: str) -> str:
    """The inbox id of one delivery: a sender's retry of the same bytes is the same event.

    The body is part of it, so that a sender who reuses a delivery id for other content loses nothing.
    """
    return derived_id("ev", source_account, delivery_id, body_sha256)


def event_id_for(event_id: str, beneficiary: str) -> str:
    """The inbox id under which the delivery `event_id` is judged for a further beneficiary.

    It begins with the delivery's own, so that whoever reads one of the two sees what it belongs to.
    """
    return f"{event_id}-{beneficiary}"


def delivery_of(event_id: str) -> str:
    """The inbox id of the delivery that an event came with: under this one its body is kept."""
    return event_id.partition("-")[0]


def advocate_id(source_account: str, crm_id: str) -> str:
    """The opaque id under which an advocate appears in journal, logs and messages."""
    return derived_id("ad", source_account, crm_id)


def referred_id(source_account: str, crm_id: str) -> str:
    """The opaque id of a referred customer who is rewarded; an advocate of the same CRM id has another one."""
    return derived_id("rf", source_account, "referred", crm_id)


def reward_id(  # noqa: PLR0913, PLR0917 - these six facts are the identity of what is rewarded, each on its own.
    source_account: str, program: str, deal_id: str, trigger: str, occurrence: str, beneficiary: str
) -> str:
    """The id of what one beneficiary earned from one occurrence of one deal."""
    return derived_id("rw", source_account, program, deal_id, trigger, occurrence, beneficiary)


def payout_id(reward: str, position: int) -> str:
    """The id of the transfer at `position` (from 0) of a reward."""
    return derived_id("po", reward, str(position))


def attempt_reference(payout: str, number: int) -> str:
    """Our own reference for one attempt at a provider, by which it is looked up; at most 32 characters."""
    return f"{payout}-{number}"


def our_reference(said: str | None) -> str | None:
    """`said` if it is a reference of ours, else None: what others write there may name people."""
    return said if said and payout_of(said) else None


def payout_of(reference: str) -> tuple[str, int] | None:
    """The payout id and attempt number in a reference, or None when the reference is not one of ours."""
    payout, dash, number = reference.rpartition("-")
    if not dash or not payout.startswith("po_") or not _ATTEMPT_NUMBER.fullmatch(number):
        return None
    return payout, int(number)
