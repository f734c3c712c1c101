"""What is wrong with a program that the grammar takes: what would fail deals later, and what was hardly meant so.

Every finding has the path to its place in the document, a stable code, and a severity: a program with an error is not
published. docs/rules.md lists the codes for the writers of program files.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Final

from guerdon.domain.amounts import Escalating, Flat, PerLine, PerUnit, SetBySales, Table
from guerdon.domain.conditions import All, Condition, OneOf, Sized, TextFact
from guerdon.domain.counting import CountedBy
from guerdon.domain.document import Finding, Node, Path, Severity
from guerdon.domain.grammar.implication import Atom, Patience, atoms_of, possible
from guerdon.domain.grammar.limiting import limiting_findings
from guerdon.domain.grammar.paying import paying_findings
from guerdon.domain.grammar.reaching import reaching_findings
from guerdon.domain.program import Choose, Program, Rule
from guerdon.domain.tallies import counted_products

BYTES_MOST: Final = 350_000
"""How long a stored document may be: a version is one row, of which the engine takes 400 KB."""


def check_program(program: Program, document: Node) -> tuple[Finding, ...]:
    """Everything that is wrong with `program`, which was read from `document`, or was hardly meant so."""
    patience = Patience()
    found = (
        *_size(document),
        *_stacking(program),
        *_product_counting(program),
        *_currencies(program, patience),
        *reaching_findings(program, patience),
        *paying_findings(program, patience),
        *limiting_findings(program),
    )
    return tuple(in_document(finding, document) for finding in found)


def in_document(finding: Finding, document: Node) -> Finding:
    """The finding with the path that the document has: a list may stand under `bands` or `slices` of a named amount."""
    path: list[str | int] = []
    node: Node = document
    for part in finding.path:
        if isinstance(part, int) and isinstance(node, Mapping):
            name = next((name for name in ("bands", "slices") if name in node), None)
            if name is not None:
                path.append(name)
                node = node[name]
        path.append(part)
        node = _inside(node, part)
    return Finding(tuple(path), finding.message, finding.code, finding.severity)


def _inside(node: Node, part: str | int) -> Node:
    if isinstance(node, Mapping):
        return node.get(str(part))
    if isinstance(part, int) and isinstance(node, list | tuple) and part < len(node):
        inside: Node = node[part]
        return inside
    return None


def _size(document: Node) -> Iterator[Finding]:
    length = len(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(errors="replace"))
    if length > BYTES_MOST:
        yield Finding((), f"is {length:,} bytes long, and at most {BYTES_MOST:,} can be stored", "too-long")


def _stacking(program: Program) -> Iterator[Finding]:
    """What several rules pay together is one reward, which goes one way."""
    if program.choose is not Choose.STACK:
        return
    first: dict[str, Rule] = {}
    for index, rule in enumerate(program.rules):
        path: Path = ("rules", index, "channel")
        if rule.item is not None:
            yield Finding(
                path, "merchandise cannot be added to what other rules pay: choose first or best", "stack-item"
            )
            continue
        before = first.setdefault(rule.beneficiary, rule)
        if rule.pays_by != before.pays_by:
            yield Finding(
                path,
                f"must be that of {before.name!r}: what the rules pay to the {rule.beneficiary} is added up and paid "
                "as one reward",
                "stack-channels",
            )


def _product_counting(program: Program) -> Iterator[Finding]:
    """Where products are counted, an ordinal is that of a product, so it has to be known of which."""
    if program.counting.by is not CountedBy.PRODUCT:
        return
    if not counted_products(program):
        message = "counts products, and no rule names one: name them under when, per_line or per_unit"
        yield Finding(("counting", "by"), message, "counts-no-product")
    for index, rule in enumerate(program.rules):
        if _by_ordinal(rule) and not _names_products(rule.when):
            yield Finding(
                ("rules", index),
                "looks at how many deals were counted, by product, and does not say of which: name products at the "
                "top level of when",
                "ordinal-of-no-product",
            )


def _by_ordinal(rule: Rule) -> bool:
    """Whether a rule looks at the ordinal of a whole deal, rather than of each of its lines."""
    kind = rule.amount.kind
    by_line = isinstance(kind, Escalating) and all(isinstance(step.pays, PerLine) for step in kind.steps)
    return bool(rule.amount.bonuses) or (isinstance(kind, Escalating | Table) and not by_line)


def _names_products(when: Condition) -> bool:
    parts = when.parts if isinstance(when, All) else (when,)
    return any(isinstance(part, OneOf) and part.fact is TextFact.PRODUCTS for part in parts)


def _currencies(program: Program, patience: Patience) -> Iterator[Finding]:
    """Deals in a currency that nothing is known of wait for a person, one by one."""
    known = {program.currency, *(program.exchange.rates if program.exchange else ())}
    for index, rule in enumerate(program.rules):
        named = [value for atom in atoms_of(rule.when) for value in _currencies_in(atom)]
        if not named or not _looks_at_amounts(rule):
            continue
        # What a condition names in order to keep it out is not asked for.
        unknown = sorted(code for code in set(named) - known if _meets(patience, rule, code))
        if unknown:
            yield Finding(
                ("rules", index, "when"),
                f"asks for deals in {', '.join(unknown)}, and exchange has no rate for that: each such deal would wait "
                "for a person",
                "currency-without-rate",
                Severity.WARNING if any(_meets(patience, rule, code) for code in known) else Severity.ERROR,
            )


def _currencies_in(atom: Atom) -> tuple[str, ...]:
    return atom.values if isinstance(atom, OneOf) and atom.fact is TextFact.CURRENCIES else ()


def _meets(patience: Patience, rule: Rule, currency: str) -> bool:
    return possible(patience, rule.when, OneOf(TextFact.CURRENCIES, (currency,)))


def _looks_at_amounts(rule: Rule) -> bool:
    if any(isinstance(atom, Sized) for atom in atoms_of(rule.when)):
        return True
    kind = rule.amount.kind
    kinds = [step.pays for step in kind.steps] if isinstance(kind, Escalating) else [kind]
    return not all(isinstance(one, Flat | PerUnit | SetBySales) for one in kinds)
