"""Which version of a program judges a deal: the highest one that is not later than the deal's own moment."""

import pytest

import builders
from builders import Changed, deal_event, document
from guerdon.application.programs import NotInForce, ProgramShelf
from guerdon.application.records import ProgramHead
from guerdon.domain.channel import Channel
from guerdon.domain.deal import Referral
from guerdon.domain.judgment import Outcome
from guerdon.domain.reward import Reward
from lifecycle import Lifecycle, amended, day, won
from world import World

JULY = "2026-07-01T00:00:00-04:00"


def flat(amount: str) -> dict[str, Changed]:
    return builders.rule(name=amount, channel="check", amount={"flat": amount})


def shelf(*versions: dict[str, Changed]) -> ProgramShelf:
    world = World()
    for number, changes in enumerate(versions, start=1):
        world.publish(document(rules=[flat(f"{number}.00")], **changes), "ada@example.com")
    return ProgramShelf(world.store)


def number_for(found: tuple[object, int] | NotInForce) -> int | Outcome:
    return found.outcome if isinstance(found, NotInForce) else found[1]


def closed(moment: str, referred: str | None = None) -> dict[str, Changed]:
    return {
        "closed_at": builders.moment(moment),
        "referral": Referral(referred_at=builders.moment(referred)) if referred else None,
    }


@pytest.mark.parametrize(
    ("versions", "event", "in_force"),
    [
        ([{}, {}], closed(day(1)), 2),
        ([{}, {"effective_from": JULY}], closed("2026-07-01T04:00:00Z"), 2),
        ([{}, {"effective_from": JULY}], closed("2026-07-01T03:59:59.999999Z"), 1),
        ([{}, {"effective_from": JULY}, {"effective_from": "2026-09-01T00:00:00Z"}], closed("2026-08-31T23:59:59Z"), 2),
        # A later version for earlier deals hides those that came before it.
        ([{}, {"effective_from": JULY}, {}], closed("2026-08-01T00:00:00Z"), 3),
        ([{"effective_from": JULY}], closed("2026-06-01T00:00:00Z"), Outcome.BEFORE_START),
        ([{}, {"effective_from": JULY, "judged_by": "referred"}], closed(day(1), "2026-06-30T23:59:59-04:00"), 1),
        ([{}, {"effective_from": JULY, "judged_by": "referred"}], closed(day(1), JULY), 2),
        ([{}, {"effective_from": JULY, "judged_by": "referred"}], closed(day(1)), Outcome.NEEDS_ATTENTION),
        # Without a moment from which on it is in force, there is nothing to compare.
        ([{}, {"judged_by": "referred"}], closed(day(1)), 2),
        # Each version is asked by its own moment.
        (
            [{}, {"effective_from": JULY}, {"effective_from": JULY, "judged_by": "referred"}],
            closed("2026-08-01T00:00:00Z", "2026-06-01T00:00:00Z"),
            2,
        ),
    ],
)
def test_the_highest_version_that_is_not_later_than_the_deal(
    versions: list[dict[str, Changed]], event: dict[str, Changed], in_force: int | Outcome
) -> None:
    assert number_for(shelf(*versions).in_force(deal_event(**event))) == in_force


def test_a_deal_that_does_not_say_when_it_was_referred_is_told_so() -> None:
    found = shelf({}, {"effective_from": JULY, "judged_by": "referred"}).in_force(deal_event())
    assert isinstance(found, NotInForce)
    assert found.why == (
        "version 2 of the program judges deals by when they were referred, and this one does not say that: "
        "have the CRM send it again with data.referral.referred_at"
    )


def test_one_read_finds_the_version_of_every_further_deal() -> None:
    world = World()
    for changes in ({}, {"effective_from": JULY}, {"effective_from": "2027-01-01T00:00:00Z"}):
        world.publish(document(rules=[flat("1.00")], **changes), "ada@example.com")
    reader = ProgramShelf(world.store)
    reader.in_force(deal_event())
    # Whatever is read again of the versions would be missed.
    world.store.rows.clear()
    world.store.put(ProgramHead("customer-referral", 3))
    assert number_for(reader.in_force(deal_event())) == 2


def test_a_reward_stays_under_its_version_and_a_late_deal_is_judged_by_its_own() -> None:
    life = Lifecycle(Channel.CHECK)
    life.tell(won("1000.00"))
    life.world.publish_program(rules=[flat("7.00")], effective_from="2026-11-15T00:00:00Z")
    assert life.tell(amended("2000.00")) is Outcome.REVISED
    life.tell(won(deal="D-2", closed=day(2)))
    life.tell(won(deal="D-3", closed=day(16)))
    standing = {
        reward.deal_id: (reward.program_version, str(reward.standing)) for reward in life.world.store.of(Reward)
    }
    assert standing == {"D-1": (1, "200.00 USD"), "D-2": (1, "100.00 USD"), "D-3": (2, "7.00 USD")}


def test_a_win_that_earned_nothing_is_judged_anew_by_the_version_in_force_for_it() -> None:
    big = {**builders.rule(name="big", channel="check"), "when": {"deal_amount": {"from": "5000.00"}}}
    life = Lifecycle(Channel.CHECK, rules=[big])
    assert life.tell(won("1000.00")) is Outcome.NO_REWARD
    life.world.publish_program(rules=[flat("7.00")], effective_from="2026-11-15T00:00:00Z")
    assert life.tell(amended("2000.00")) is Outcome.NO_REWARD
    assert life.tell(amended("6000.00", since=day(6))) is Outcome.REWARDED
    assert (life.reward().program_version, str(life.reward().amount)) == (1, "100.00 USD")


def test_the_end_of_the_version_in_force_counts() -> None:
    life = Lifecycle(Channel.CHECK, ends_at="2026-11-05T00:00:00Z")
    assert life.tell(won(closed=day(6))) is Outcome.AFTER_END
    life.world.publish_program(rules=[flat("7.00")], effective_from="2026-11-06T00:00:00Z")
    assert life.tell(won(closed=day(6))) is Outcome.REWARDED
    assert life.tell(won(deal="D-2", closed="2026-11-05T12:00:00Z")) is Outcome.AFTER_END


def test_what_is_in_force_at_a_moment_is_told_for_budgets() -> None:
    reader = shelf({}, {"effective_from": JULY, "judged_by": "referred"})
    found = [reader.at("customer-referral", builders.moment(moment)) for moment in ("2026-06-30T00:00:00Z", JULY)]
    assert [number_for(one) for one in found if one] == [1, 2]
    assert reader.at("nobody", builders.NOW) is None
