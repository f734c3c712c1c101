"""Ids are derived: the same facts give the same id in every release, and other facts another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guerdon.domain import identity

FACTS = st.lists(st.text(max_size=8), min_size=1, max_size=5)


def test_golden_ids_never_change() -> None:
    reward = identity.reward_id(
        "acme", "customer-referral", "D-1041", "deal.closed", "2026-11-20T16:04:05.000000Z", "advocate"
    )
    assert identity.event_id("acme", "msg_1", "ab" * 32) == "ev_ddttqmly6etftpqczsea7f5i"
    assert identity.advocate_id("acme", "A-77") == "ad_hl33shivptaj5uzhymcxplme"
    assert reward == "rw_a2r2cvvwxus546u25l5bfkpi"
    assert identity.payout_id(reward, 0) == "po_zr7df7koi3i3ukb54qrlz3tv"


@given(FACTS, FACTS)
def test_other_facts_have_another_id(one: list[str], other: list[str]) -> None:
    assert (identity.derived_id("x", *one) == identity.derived_id("x", *other)) is (one == other)


@pytest.mark.parametrize(
    ("one", "other"),
    [(("ab", "c"), ("a", "bc")), (("a", ""), ("", "a")), (("a,b",), ("a", "b")), (('a"', '"b'), ('a","b',))],
)
def test_facts_that_join_to_the_same_text_have_different_ids(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert identity.derived_id("x", *one) != identity.derived_id("x", *other)


def test_the_same_delivery_with_another_body_is_another_event() -> None:
    assert identity.event_id("acme", "msg_1", "a") != identity.event_id("acme", "msg_1", "b")


@given(st.text(), st.integers(min_value=0, max_value=100), st.integers(min_value=1, max_value=9999))
def test_a_reference_leads_back_to_its_attempt_and_fits_every_provider(reward: str, position: int, number: int) -> None:
    payout = identity.payout_id(reward, position)
    reference = identity.attempt_reference(payout, number)
    assert identity.payout_of(reference) == (payout, number)
    assert len(reference) <= 32
    assert len(payout) == 27


@pytest.mark.parametrize(
    "reference",
    [
        "",
        "-",
        "-1",
        "po_a",
        "po_a-",
        "po_a-x",
        "po_a-0",
        "po_a-01",
        "po_a-\u0661",
        "po_a-10000",
        "rw_a-1",
        "invoice-7",
        "po_a-" + "9" * 5000,
    ],
)
def test_a_reference_that_is_not_ours_is_none(reference: str) -> None:
    assert identity.payout_of(reference) is None
