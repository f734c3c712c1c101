"""The grammar of a program's rules: what stands under `rules`."""

from typing import Final

from guerdon.domain.conditions import ALWAYS
from guerdon.domain.document import Node, Path
from guerdon.domain.grammar import keys
from guerdon.domain.grammar.amounts import read_amount
from guerdon.domain.grammar.channels import read_channel, read_item
from guerdon.domain.grammar.conditions import read_condition
from guerdon.domain.grammar.reader import ProgramReader
from guerdon.domain.grammar.triggers import read_on
from guerdon.domain.program import Beneficiary, Rule
from guerdon.domain.triggers import Trigger

RULES_MOST: Final = 500
BENEFICIARIES: Final = {beneficiary.value: beneficiary for beneficiary in Beneficiary}


def read_rules(reader: ProgramReader, node: Node, path: Path, triggers: tuple[Trigger, ...]) -> tuple[Rule, ...]:
    """The rules that `node` describes, as far as they are right."""
    rules: list[Rule] = []
    names: set[str] = set()
    for index, entry in enumerate(reader.entries(node, path, RULES_MOST, "rules")):
        inner = (*path, index)
        rule = _rule(reader, entry, inner, triggers)
        if rule is None:
            continue
        if rule.name in names:
            reader.wrong((*inner, "name"), f"is the name of an earlier rule: {rule.name!r}", "twice")
        names.add(rule.name)
        rules.append(rule)
    return tuple(rules)


def _rule(reader: ProgramReader, node: Node, path: Path, triggers: tuple[Trigger, ...]) -> Rule | None:
    rule = reader.mapping(node, path, keys.RULE)
    if rule is None:
        return None
    name = reader.text(rule, "name", path)
    on = read_on(reader, rule, path, triggers)
    rewards = reader.choice({"rewards": Beneficiary.ADVOCATE.value, **rule}, "rewards", path, BENEFICIARIES)
    when = read_condition(reader, rule["when"], (*path, "when")) if "when" in rule else ALWAYS
    amount = read_amount(reader, rule.get("amount"), (*path, "amount"))
    pays_by = read_channel(reader, rule, path)
    item = read_item(reader, rule, path, pays_by)
    hold_days = reader.hold_days(rule, path)
    if not (name and on and rewards and when and amount and pays_by):
        return None
    return Rule(name, amount, pays_by, when, on, rewards, item, hold_days)
