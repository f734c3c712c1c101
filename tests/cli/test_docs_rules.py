"""docs/rules.md is right: its steps pay what it says, its examples pass the check, and it explains every key.

Page and product cannot drift apart: what a step shows stands in its file, the deals that it tells of are judged, and
the first deal of each step is the event of docs/examples that a reader can try.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

import builders
from guerdon.adapters.yaml_document import YamlDocument, read_yaml
from guerdon.cli.program_check import provider_findings
from guerdon.cli.wiring import CAPABILITIES
from guerdon.domain import glossary
from guerdon.domain.channel import Channel
from guerdon.domain.counting import CountedBy, CountingPeriod
from guerdon.domain.grammar import keys
from guerdon.domain.grammar.checks import check_program
from guerdon.domain.grammar.program import CHOOSE, JUDGED_BY, read_program
from guerdon.domain.judgment import Judgment, Outcome
from guerdon.domain.program import Over
from guerdon.domain.triggers import TRIGGERS
from local.cloud.settings import ROOT
from short_facts import event_body, facts_in, judged, minor_in, program_in

PAGE: Final = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
STEPS, REFERENCE = PAGE.partition("# Every key")[::2]
EXAMPLES: Final = ROOT / "programs" / "examples"
EVENTS: Final = ROOT / "docs" / "examples"
FILES: Final = sorted(EXAMPLES.glob("*.yaml"))

DEALS: Final = re.findall(r"```deal (\S+)\n(.*?)```\n((?:pays|needs) .*?)(?:\n\n|\Z)", STEPS, re.DOTALL)
_SAID: Final = re.compile(
    r"(?:pays (?P<paid>\S+ [A-Z]{3}|nothing)(?: by (?P<channel>[a-z ]+))?|needs a person), since ."
)

SHOWN: Final = re.findall(r"^## (\d+)\. .*?(?=^## |\Z)", STEPS, re.DOTALL | re.MULTILINE)
FRAGMENTS: Final = re.findall(r"```yaml\n(.*?)```", REFERENCE, re.DOTALL)
CONDITIONS: Final = re.findall(r"^\| `(\w+)` \| .*? \| `(\w+: .*?)` \|$", REFERENCE, re.MULTILINE)


def one_line(said: str) -> str:
    return " ".join(said.split())


def test_there_are_ten_steps_and_each_has_its_file() -> None:
    assert [int(number) for number in SHOWN] == list(range(1, 11))
    assert [file.name[:2] for file in FILES] == [f"{number:02}" for number in range(1, 11)]
    assert {file.name for file in FILES} == {name for name, _, _ in DEALS}
    assert len(DEALS) == PAGE.count("```deal ")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_step_s_file_passes_the_check(file: Path) -> None:
    in_order(node_of(file.read_bytes()))


@pytest.mark.parametrize("section", re.split(r"^## ", STEPS, flags=re.MULTILINE)[1:], ids=lambda text: text[:2])
def test_what_a_step_shows_stands_in_its_file(section: str) -> None:
    (name,) = set(re.findall(r"```deal (\S+)\n", section))
    assert f"(../programs/examples/{name})" in section
    content = (EXAMPLES / name).read_text(encoding="utf-8")
    shown = re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)
    assert shown
    assert [block for block in shown if block not in content] == []


@pytest.mark.parametrize(("name", "facts", "said"), DEALS, ids=lambda text: one_line(text)[:60])
def test_a_deal_pays_what_the_page_says(name: str, facts: str, said: str) -> None:
    judgment = judged(program_in((EXAMPLES / name).read_bytes()), facts_in(facts))
    match = _SAID.match(one_line(said))
    assert match is not None, said
    check(judgment, match["paid"], match["channel"])


def check(judgment: Judgment, paid: str | None, channel: str | None) -> None:
    if paid is None:
        assert judgment.outcome is Outcome.NEEDS_ATTENTION, judgment.why
    elif paid == "nothing":
        assert judgment.outcome in {Outcome.NO_REWARD, Outcome.BEFORE_START}, judgment.why
    else:
        assert judgment.earned is not None, judgment.why
        amount = judgment.earned.amount
        assert (amount.amount_minor, amount.currency) == minor_in(paid), judgment.why
        assert channel in {None, glossary.CHANNEL[judgment.earned.channel].words}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_first_deal_of_a_step_is_its_event_to_try(file: Path) -> None:
    facts = next(facts for name, facts, _ in DEALS if name == file.name)
    program = program_in(file.read_bytes())
    assert (EVENTS / f"{file.stem}.json").read_bytes() == event_body(facts_in(facts), program.name)


def test_no_event_to_try_is_left_over() -> None:
    assert {event.stem for event in EVENTS.iterdir()} == {file.stem for file in FILES}


def whole(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """The program of a fragment, which is of a rule or of a file: what is missing around it is that of any program."""
    if set(node) <= set(keys.RULE):
        # A channel that depends on the amount needs one that can be large.
        around = {"amount": {"percentage": {"rate": "5"}}} if "channel" in node else {}
        return builders.document(rules=[builders.rule(**{**around, **node})])
    return builders.document(**node)


def in_order(node: Mapping[str, Any]) -> None:
    """Nothing is said of such a program, by the grammar, by the checks, or by what providers carry."""
    program, findings = read_program(node)
    assert findings == ()
    assert program is not None
    assert check_program(program, node) == ()
    assert provider_findings(program, CAPABILITIES) == ()


def node_of(content: bytes) -> Mapping[str, Any]:
    read = read_yaml(content)
    assert isinstance(read, YamlDocument)
    assert isinstance(read.node, dict)
    return read.node


@pytest.mark.parametrize("fragment", FRAGMENTS, ids=lambda text: one_line(text)[:40])
def test_an_example_of_the_reference_passes_the_check(fragment: str) -> None:
    in_order(whole(node_of(fragment.encode())))


@pytest.mark.parametrize(("key", "example"), CONDITIONS)
def test_an_example_of_a_condition_is_one(key: str, example: str) -> None:
    rule = node_of(f"when:\n  {example}\n".encode())
    assert list(rule["when"]) == [key]
    in_order(whole(rule))


def test_every_condition_has_an_example() -> None:
    assert {key for key, _ in CONDITIONS} == set(keys.WHEN)


def grammars_keys() -> set[str]:
    """Every key of every mapping of the language, by the grammar's own lists."""
    lists = (value for name, value in vars(keys).items() if name.isupper() and isinstance(value, Mapping))
    return {key for mapping in lists for key in mapping}


def test_every_key_and_every_value_of_the_language_is_explained() -> None:
    values = {
        *grammars_keys(),
        *TRIGGERS,
        *CHOOSE,
        *JUDGED_BY,
        *(one.value for kind in (Channel, CountingPeriod, CountedBy, Over) for one in kind),
        *("attention", "clamp", "program", "deal", "advocate", "referred"),
    }
    code = " ".join(re.findall(r"`[^`\n]+`|```yaml\n.*?```", REFERENCE, re.DOTALL))
    assert {word for word in values if not re.search(rf"\b{re.escape(word)}\b", code)} == set()


def test_every_code_of_a_finding_is_explained() -> None:
    grammar = (ROOT / "layers" / "core" / "guerdon" / "domain" / "grammar").glob("*.py")
    codes = {code for file in grammar for code in re.findall(r'"([a-z]+(?:-[a-z]+)+)"', file.read_text("utf-8"))}
    assert len(codes) > 30
    assert {code for code in codes if f"`{code}`" not in PAGE} == set()


def anchors(page: str) -> set[str]:
    """The anchors that a page's headings have where it is read."""
    headings = re.findall(r"^#+ (.*)$", page, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_link_into_a_page_leads_to_a_heading() -> None:
    pages = {name: (ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("programs.md", "rules.md")}
    links = [link for page in pages.values() for link in re.findall(r"\]\((\w*\.?\w*)#([\w-]+)\)", page)]
    assert len(links) > 20
    here = {"": anchors(PAGE) | anchors(pages["programs.md"])} | {name: anchors(page) for name, page in pages.items()}
    assert [(name, anchor) for name, anchor in links if anchor not in here[name]] == []


def test_every_channel_has_its_providers_capabilities() -> None:
    assert set(CAPABILITIES) == set(Channel)
