"""The grammar of how a rule pays: what stands under `channel` and `item`."""

from collections.abc import Mapping, Sequence
from typing import Final

from guerdon.domain.channel import Channel
from guerdon.domain.document import Document, Node, Path
from guerdon.domain.grammar import keys
from guerdon.domain.grammar.reader import ProgramReader
from guerdon.domain.program import ChannelCase, Item, always_by

VARIANT_MOST: Final = 999_999_999
_CHANNELS: Final = {channel.value: channel for channel in Channel}
_DIVISIBLE: Final = {name: channel for name, channel in _CHANNELS.items() if channel.divisible}


def read_channel(reader: ProgramReader, rule: Document, path: Path) -> tuple[ChannelCase, ...]:
    """The cases by which the channel of a rule is chosen; empty if something is wrong with them."""
    node = rule.get("channel")
    if isinstance(node, Mapping):
        case = _choice(reader, node, (*path, "channel"))
        return (case,) if case else ()
    if isinstance(node, Sequence) and not isinstance(node, str):
        return _cases(reader, node, (*path, "channel"))
    channel = reader.choice(rule, "channel", path, _CHANNELS)
    return always_by(channel) if channel else ()


def _choice(reader: ProgramReader, node: Node, path: Path) -> ChannelCase | None:
    document = reader.mapping(node, path, keys.CHOICE)
    if document is None:
        return None
    inner = (*path, "choice")
    names = reader.texts(document.get("choice"), inner)
    for name in names:
        if name not in _DIVISIBLE:
            reader.wrong(inner, f"must be of {', '.join(_DIVISIBLE)}, not {name[:40]!r}")
    if len(set(names)) != len(names):
        reader.wrong(inner, "names a channel twice", "twice")
    default = reader.choice(document, "default", path, _DIVISIBLE)
    if default is not None and names and default not in names:
        reader.wrong((*path, "default"), f"must be one of the choice, {', '.join(names)}, not {default.value!r}")
    channels = tuple(_DIVISIBLE[name] for name in names if name in _DIVISIBLE)
    return ChannelCase(channels, default) if channels and default else None


def _cases(reader: ProgramReader, node: Node, path: Path) -> tuple[ChannelCase, ...]:
    entries = reader.entries(node, path)
    cases: list[ChannelCase] = []
    for index, entry in enumerate(entries):
        inner = (*path, index)
        document = reader.mapping(entry, inner, keys.CASE)
        if document is None:
            continue
        _check_order(reader, document, inner, last=index == len(entries) - 1)
        at_least = reader.sum(document, "from", inner) if "from" in document else None
        countries = reader.countries(document["countries"], (*inner, "countries")) if "countries" in document else ()
        case = _pay_by(reader, document, inner)
        if case is not None:
            cases.append(ChannelCase(case.channels, case.default, at_least, countries))
    return tuple(cases) if len(cases) == len(entries) else ()


def _check_order(reader: ProgramReader, document: Document, path: Path, *, last: bool) -> None:
    conditional = "from" in document or "countries" in document
    if last and conditional:
        reader.wrong(path, "the last case must have neither from nor countries, so that every reward has one", "gap")
    if not last and not conditional:
        reader.wrong(path, "fits every reward, so no case after it is ever reached: put it last", "case-never-reached")


def _pay_by(reader: ProgramReader, document: Document, path: Path) -> ChannelCase | None:
    node = document.get("pay_by")
    if isinstance(node, Mapping):
        return _choice(reader, node, (*path, "pay_by"))
    if node == Channel.MERCHANDISE.value:
        reader.wrong((*path, "pay_by"), "merchandise is only for a rule that pays by nothing else: write it alone")
        return None
    channel = reader.choice(document, "pay_by", path, _DIVISIBLE)
    return ChannelCase((channel,), channel) if channel else None


def read_item(reader: ProgramReader, rule: Document, path: Path, pays_by: tuple[ChannelCase, ...]) -> Item | None:
    """The item that a rule sends, if it sends one."""
    merchandise = any(case.default is Channel.MERCHANDISE for case in pays_by)
    inner = (*path, "item")
    if merchandise and "item" not in rule:
        reader.wrong(inner, "is missing: merchandise needs the item that is sent", "missing")
    if "item" not in rule:
        return None
    if pays_by and not merchandise:
        channels = ", ".join(dict.fromkeys(channel for case in pays_by for channel in case.channels))
        reader.wrong(inner, f"is only for merchandise, and this rule pays by {channels}")
    return _item(reader, rule["item"], inner)


def _item(reader: ProgramReader, node: Node, path: Path) -> Item | None:
    document = reader.mapping(node, path, keys.ITEM)
    if document is None:
        return None
    variant = reader.whole(document, "catalog_variant_id", path, 1, VARIANT_MOST)
    name = reader.text(document, "name", path)
    artwork = reader.text(document, "artwork_url", path)
    placement = reader.text(document, "placement", path, default="front")
    technique = reader.text(document, "technique", path, default="dtg")
    if artwork is not None and not artwork.startswith("https://"):
        reader.wrong((*path, "artwork_url"), "must be an https address that the provider can fetch")
    if not (variant and name and artwork and placement and technique):
        return None
    return Item(variant, name, artwork, placement, technique)
