"""The grammar of the events that earn: what stands under `triggers`, and under a rule's `on`."""

from collections.abc import Sequence
from typing import Final

from guerdon.domain.document import Document, Node, Path
from guerdon.domain.grammar import keys
from guerdon.domain.grammar.reader import ProgramReader
from guerdon.domain.triggers import DEAL_CLOSED, PER_DEAL_MOST, REPEATING, TRIGGERS, Trigger

DEFAULT_TRIGGERS: Final = (Trigger(DEAL_CLOSED),)


def read_triggers(reader: ProgramReader, node: Node, path: Path) -> tuple[Trigger, ...]:
    """The events that `node` names, as far as they are right."""
    document = reader.mapping(node, path, TRIGGERS)
    if document is None:
        return ()
    if not document:
        reader.wrong(path, f"must name at least one of {', '.join(TRIGGERS)}", "empty")
    triggers = (_trigger(reader, document[event], (*path, event), event) for event in TRIGGERS if event in document)
    return tuple(triggers)


def _trigger(reader: ProgramReader, node: Node, path: Path, event: str) -> Trigger:
    # An event with nothing behind its colon is one without settings.
    document = {} if node is None or node == "" else reader.mapping(node, path, keys.TRIGGER)
    if document is None:
        return Trigger(event)
    if event in REPEATING:
        return Trigger(event, reader.whole(document, "per_deal", path, 1, PER_DEAL_MOST) or 1)
    if "per_deal" in document:
        reader.wrong((*path, "per_deal"), f"is not for {event}, which happens to a deal once: leave it out", "unused")
    return Trigger(event)


def read_on(reader: ProgramReader, rule: Document, path: Path, triggers: tuple[Trigger, ...]) -> tuple[str, ...]:
    """The events that a rule is for; empty if something is wrong with them."""
    events = tuple(trigger.event for trigger in triggers)
    inner = (*path, "on")
    if "on" not in rule:
        if len(events) > 1:
            reader.wrong(inner, f"is missing: say which of {', '.join(events)} the rule is for", "missing")
        return events
    node = rule["on"]
    named = reader.texts(node, inner) if isinstance(node, Sequence) and not isinstance(node, str) else ()
    if isinstance(node, str) or not isinstance(node, Sequence):
        text = reader.text(rule, "on", path)
        named = (text,) if text else ()
    for event in named:
        _check_event(reader, inner, event, events)
    if len(set(named)) != len(named):
        reader.wrong(inner, "names an event twice", "twice")
    return named


def _check_event(reader: ProgramReader, path: Path, event: str, events: tuple[str, ...]) -> None:
    if event not in TRIGGERS:
        reader.wrong(path, f"must be one of {', '.join(TRIGGERS)}, not {event[:40]!r}")
    elif events and event not in events:
        reader.wrong(path, f"{event} earns nothing in this program: name it under triggers", "unknown-trigger")
