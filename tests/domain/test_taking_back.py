"""Taking back: each status once, several payouts, and what is left over."""

import pytest

import builders
from builders import NOW, usd
from guerdon.domain.payout import UNDONE, Payout, PayoutStatus
from guerdon.domain.taking_back import take_back, take_back_from

S = PayoutStatus
NOT_SENT = [S.EARNED, S.BLOCKED, S.RELEASED, S.FAILED, S.RETURNED]


def named(number: int, status: PayoutStatus, value: str = "100.00") -> Payout:
    return builders.payout(status, payout_id=f"po_{number}", value=usd(value))


@pytest.mark.parametrize("status", NOT_SENT)
@pytest.mark.parametrize(("amount", "rest"), [("100.00", "0"), ("60.00", "40.00")])
def test_what_was_not_sent_is_given_up_whole(status: PayoutStatus, amount: str, rest: str) -> None:
    taken = take_back(builders.payout(status, version=4), usd(amount), NOW)
    assert (taken.payout.status, taken.payout.value, taken.payout.version) == (S.REVERSED, usd("100.00"), 5)
    assert (taken.payout.history[-1].reason, taken.payout.look_at) == (UNDONE, None)
    assert (taken.unpaid, taken.paid, taken.pending, taken.rest) == (usd(amount), usd("0"), usd("0"), usd(rest))


def test_what_the_provider_has_is_marked_and_looked_at_now() -> None:
    taken = take_back(builders.payout(S.SUBMITTED, take_back=usd("10.00")), usd("60.00"), NOW)
    assert (taken.payout.status, taken.payout.take_back, taken.payout.look_at) == (S.SUBMITTED, usd("70.00"), NOW)
    assert (taken.unpaid, taken.paid, taken.pending, taken.rest) == (usd("0"), usd("0"), usd("60.00"), usd("0"))
    assert taken.payout.remaining == usd("30.00")


def test_what_was_paid_is_owed() -> None:
    part = take_back(builders.payout(S.SETTLED), usd("60.00"), NOW)
    assert (part.payout.status, part.payout.clawed_back, part.paid) == (S.SETTLED, usd("60.00"), usd("60.00"))
    whole = take_back(part.payout, usd("40.00"), NOW)
    assert (whole.payout.status, whole.payout.clawed_back, whole.paid) == (S.CLAWED_BACK, usd("100.00"), usd("40.00"))
    assert (part.payout.remaining, whole.payout.remaining) == (usd("40.00"), usd("0"))


@pytest.mark.parametrize("more", ["0", "30.00"])
def test_what_was_wanted_back_meanwhile_is_taken_with_it(more: str) -> None:
    wanted = usd("60.00") + usd(more)
    paid = take_back(builders.payout(S.SETTLED, take_back=usd("60.00")), usd(more), NOW)
    assert (paid.paid, paid.payout.clawed_back, paid.payout.take_back) == (wanted, wanted, None)
    unpaid = take_back(builders.payout(S.FAILED, take_back=usd("60.00")), usd(more), NOW)
    assert (unpaid.unpaid, unpaid.rest, unpaid.payout.take_back) == (wanted, usd("100.00") - wanted, None)


def test_the_newest_payout_gives_first_and_only_as_much_as_is_needed() -> None:
    payouts = [named(1, S.SETTLED), named(2, S.SUBMITTED, "50.00"), named(3, S.EARNED, "20.00")]
    taken, missing = take_back_from(payouts, usd("90.00"), NOW)
    assert [(one.payout.payout_id, one.payout.status) for one in taken] == [
        ("po_3", S.REVERSED),
        ("po_2", S.SUBMITTED),
        ("po_1", S.SETTLED),
    ]
    assert [(one.unpaid, one.pending, one.paid) for one in taken] == [
        (usd("20.00"), usd("0"), usd("0")),
        (usd("0"), usd("50.00"), usd("0")),
        (usd("0"), usd("0"), usd("20.00")),
    ]
    assert missing == usd("0")
    (only,), _ = take_back_from(payouts, usd("20.00"), NOW)
    assert only.payout.payout_id == "po_3"


def test_what_no_payout_has_is_said() -> None:
    payouts = [named(1, S.REVERSED), named(2, S.CLAWED_BACK), named(3, S.SETTLED, "30.00")]
    taken, missing = take_back_from(payouts, usd("100.00"), NOW)
    assert [one.payout.payout_id for one in taken] == ["po_3"]
    assert missing == usd("70.00")
    assert take_back_from([], usd("1.00"), NOW) == ((), usd("1.00"))
