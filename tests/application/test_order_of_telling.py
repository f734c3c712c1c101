"""Whatever the order in which a deal's win, reversals and amendments are told, it ends the same."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from builders import Changed
from guerdon.application.records import AnswerState, Receivable
from guerdon.domain.channel import Channel
from guerdon.domain.reward import Reward
from lifecycle import Lifecycle, amended, assert_at_rest, day, undone, won

TOTALS = ("0.00", "0.04", "250.00", "400.00", "1000.00", "1500.00")
Message = dict[str, Changed]

revisions = st.one_of(
    st.builds(lambda total, on: undone(total, since=day(on)), st.sampled_from(TOTALS), st.integers(5, 12)),
    st.builds(lambda total, on: amended(total, since=day(on)), st.sampled_from(TOTALS), st.integers(2, 12)),
)


@st.composite
def orders(draw: st.DrawFn) -> tuple[list[Message], list[Message]]:
    """The same messages in two orders, and some of them told again in the second."""
    messages = [won(draw(st.sampled_from(TOTALS[1:]))), *draw(st.lists(revisions, max_size=4))]
    again = draw(st.lists(st.sampled_from(messages), max_size=2))
    return draw(st.permutations(messages)), draw(st.permutations([*messages, *again]))


def worth_after(channel: Channel, messages: Sequence[Message], turns: Sequence[int], *, mailed: bool) -> int:
    """Tell `messages` with so many turns after each, let all come to rest; what the deal's reward is worth then.

    When `mailed`, the provider carries out at once what it took; else there is time to cancel it.
    """
    life = Lifecycle(channel)
    for message, so_many in zip(messages, [*turns, *[0] * len(messages)], strict=False):
        life.world.provider.next_submits.append(AnswerState.PENDING)
        life.tell(message)
        life.cloud.run(so_many)
        if mailed:
            life.carry_out()
    for _ in range(3):
        life.cloud.run(16)
        life.carry_out()
    life.cloud.run(16)
    assert_at_rest(life.world)
    return sum(reward.standing.amount_minor for reward in life.world.store.of(Reward))


@settings(max_examples=150, deadline=None)
@given(
    channel=st.sampled_from([Channel.CHECK, Channel.GIFT_CARD]),
    told=orders(),
    turns=st.tuples(*[st.lists(st.integers(0, 2), max_size=7)] * 2),
    mailed=st.booleans(),
)
def test_the_order_of_telling_does_not_matter(
    *,
    channel: Channel,
    told: tuple[list[Message], list[Message]],
    turns: tuple[list[int], list[int]],
    mailed: bool,
) -> None:
    one = worth_after(channel, told[0], turns[0], mailed=mailed)
    other = worth_after(channel, told[1], turns[1], mailed=mailed)
    assert one == other


@settings(max_examples=100, deadline=None)
@given(
    messages=st.lists(
        st.one_of(
            *[
                st.builds(
                    lambda tell, total, on, deal=deal: tell(total, since=day(on), deal=deal),
                    st.sampled_from([undone, amended]),
                    st.sampled_from(TOTALS),
                    st.integers(5, 12),
                )
                for deal in ("D-1", "D-2", "D-3")
            ],
            st.sampled_from([won(deal="D-1"), won("400.00", deal="D-2"), won("1500.00", deal="D-3")]),
        ),
        max_size=9,
    ),
    turns=st.lists(st.integers(0, 2), max_size=9),
)
def test_debts_of_several_deals_of_one_advocate_are_kept_back_exactly(
    messages: list[Message], turns: list[int]
) -> None:
    life = Lifecycle(Channel.CHECK)
    for message, so_many in zip(messages, [*turns, *[0] * len(messages)], strict=False):
        life.tell(message)
        life.cloud.run(so_many)
    life.cloud.run(16)
    assert_at_rest(life.world)
    assert all(row.balance.amount_minor >= 0 for row in life.world.store.of(Receivable))
