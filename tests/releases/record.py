"""Write down what this release says and stores: `make record-release VERSION=…`, before the next one is begun.

What is written is never changed afterwards. test_last_release.py holds every later release to it, so that money which
is under way when a stack is deployed anew comes to its end.
"""

import argparse
import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import builders
from adapters.dynamodb import rows
from guerdon.adapters.aws.bus import DETAIL_TYPE, SOURCE
from guerdon.adapters.aws.queues import notice_to_message
from guerdon.adapters.dynamodb.models import MODELS
from guerdon.application.conclude import PAYOUT, REWARD_EARNED
from guerdon.application.look_again import OURS
from guerdon.application.ports import Notice, ProviderHint
from guerdon.application.records import AnswerState
from guerdon.application.transaction import Row
from guerdon.domain.channel import Channel
from guerdon.domain.payout import Payout, PayoutStatus
from guerdon.domain.reward import Reward
from world import World, delivery

HERE: Final = Path(__file__).parent
ASL: Final = HERE.parents[1] / "infra" / "fulfillment.asl.json"
TOKEN: Final = "a-task-token"
MODEL_OF: Final = {model.row_type: model for model in MODELS}

Message = dict[str, Any]
"""Which function it goes to, and the event that it is given."""


def item_of(row: Row) -> dict[str, Any]:
    """A row as DynamoDB has it, with the name of its model."""
    model = MODEL_OF[type(row)]
    return {"model": model.__name__, "item": model.from_row(row).serialize()}


def queued(function: str, message: dict[str, Any]) -> Message:
    """A batch of one message, as a queue hands it to a function."""
    record = {"messageId": "m-1", "body": json.dumps(message), "eventSource": "aws:sqs"}
    return {"function": function, "event": {"Records": [record]}}


def on_the_bus(event_id: str) -> Message:
    """An event's id, as the bus puts it on the events queue."""
    envelope = {"version": "0", "id": "e-1", "source": SOURCE, "detail-type": DETAIL_TYPE, "account": "123456789012"}
    return queued("evaluate_rewards", {**envelope, "detail": {"event_id": event_id}})


def told(notice: Notice) -> Message:
    """A notice on its queue."""
    return queued("notify", notice_to_message(notice))


def hinted(channel: Channel, hint: ProviderHint) -> Message:
    """A hint on its channel's queue."""
    return queued(f"pay_{channel.value}", asdict(hint))


def stepped(function: str, payout: Payout, **more: str) -> Message:
    """A step of the workflow, with the input that infra/fulfillment.asl.json gives it."""
    return {"function": function, "event": {"payout_id": payout.payout_id, "run": payout.run, **more}}


class Story:
    """A payout of one channel, somewhere on its way.

    Attributes:
        messages: What is under way to functions, in the order in which it arrives.
    """

    def __init__(self, channel: Channel) -> None:
        self.channel, self.world = channel, World(channel)
        self.world.publish_program(rules=[builders.rule(channel=channel.value)])
        self.world.store.put(builders.armed(channel))
        self.messages: list[Message] = []
        self.event_id = self.world.receive(delivery())

    @property
    def payout(self) -> Payout:
        """The payout as it stands."""
        (payout,) = self.world.store.of(Payout)
        return payout

    def decided(self) -> None:
        """The event is evaluated."""
        self.world.evaluate(self.event_id)

    def released(self) -> None:
        """And its payout may be paid."""
        self.decided()
        self.world.release(self.payout.payout_id, self.payout.run)

    def submitted(self, state: AnswerState = AnswerState.PENDING) -> None:
        """And it is at the provider, which answered so."""
        self.released()
        submits = self.world.provider.next_submits
        submits.append(state)
        self.world.fulfillments.waiting.add(TOKEN)
        self.world.pay(self.payout.payout_id, self.payout.run, TOKEN)

    @property
    def steps_to_come(self) -> list[Message]:
        """What the workflow asks of functions from the release check on."""
        return [
            stepped("release_payout", self.payout),
            stepped(f"pay_{self.channel.value}", self.payout, task_token=TOKEN),
            *self.last_steps,
        ]

    @property
    def last_steps(self) -> list[Message]:
        """What it asks of them once the task is rung."""
        return [stepped("settle_payout", self.payout), told(Notice(PAYOUT, self.payout.payout_id, self.payout.run))]


def received(story: Story) -> None:
    """An event is durable and on the bus."""
    story.messages = [on_the_bus(story.event_id)]


def earned(story: Story) -> None:
    """A payout is earned, and its execution has started."""
    story.decided()
    (reward,) = story.world.store.of(Reward)
    story.messages = [told(Notice(REWARD_EARNED, reward.reward_id)), *story.steps_to_come]


def held(story: Story) -> None:
    """A payout waits for the end of its hold."""
    story.decided()
    story.world.store.put(replace(story.payout, hold_until=builders.NOW + timedelta(days=30)))
    story.messages = story.steps_to_come


def released(story: Story) -> None:
    """The release check is done, and the provider was not asked."""
    story.released()
    story.messages = story.steps_to_come[1:]


def at_the_provider(story: Story) -> None:
    """The provider took it and carries it out later; a hint of the sweep's comes first."""
    story.submitted()
    story.messages = [hinted(story.channel, ProviderHint(story.world.provider.name, OURS, story.payout.payout_id))]
    story.messages += story.last_steps


def answered(story: Story) -> None:
    """The provider carried it out, and the books do not know yet."""
    story.submitted(AnswerState.DONE)
    story.messages = story.last_steps


STORIES: Final[dict[str, Callable[[Story], None]]] = {
    "received": received,
    "earned": earned,
    "held": held,
    "released": released,
    "at the provider": at_the_provider,
    "answered": answered,
}
CHANNELS: Final = (Channel.GIFT_CARD, Channel.CHECK, Channel.BILL_CREDIT)
"""Merchandise is a draft first; the fakes confirm it in one go, so it would add nothing that these do not have."""


def recorded() -> dict[str, Any]:
    """Every story: rows, and messages on their way."""
    stories: dict[str, Any] = {}
    for channel in CHANNELS:
        for name, tell in STORIES.items():
            story = Story(channel)
            tell(story)
            assert story.world.store.of(Payout) or name == "received"
            stories[f"{channel.value}, {name}"] = {
                "channel": channel.value,
                "rows": [item_of(row) for row in story.world.store.rows.values()],
                "messages": story.messages,
                "ends": PayoutStatus.SETTLED.value,
            }
    return stories


def write(folder: Path) -> None:
    """Write everything into a new folder."""
    folder.mkdir()
    shutil.copyfile(ASL, folder / "fulfillment.asl.json")
    contents = {"rows": [item_of(row) for row in rows.SAMPLES], "stories": recorded()}
    for name, content in contents.items():
        text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False)
        (folder / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")


def main() -> None:
    """Record this release under a version."""
    parser = argparse.ArgumentParser(
        prog="releases.record", description="Write down what this release says and stores."
    )
    parser.add_argument("version", help="such as 0.1.0")
    version = parser.parse_args().version
    folder = HERE / version
    if folder.exists():
        parser.error(f"{version} is recorded already, and what was released does not change")
    write(folder)


if __name__ == "__main__":
    main()
