"""`guerdon check` as a person and as a build server call it, on right files, wrong files, and hostile ones."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from guerdon.cli.program_files import LINES_MOST
from local.cloud.settings import ROOT

Run = Callable[..., Result]

HEAD = """\
program: customer-referral
title: Customer Referrals
legal_entity: Acme, Inc.
currency: USD
time_zone: America/New_York
starts_at: 2026-01-01T00:00:00-05:00
"""
RULES = """\
rules:
  - name: everybody
    amount:
      flat: 50.00
    channel: gift_card
"""
NEVER_WINS = """\
  - name: gold
    when:
      segments: [gold]
    amount:
      flat: 75.00
    channel: gift_card
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "program.yaml"
    path.write_text(HEAD + RULES, encoding="utf-8")
    return path


def test_a_file_in_order_is_said_to_be(guerdon: Run, file: Path) -> None:
    result = guerdon("check", file)
    assert (result.exit_code, result.stdout, result.stderr) == (0, f"{file} is in order\n", "")


def test_every_sample_is_in_order_without_a_warning(guerdon: Run) -> None:
    files = sorted((ROOT / "programs").rglob("*.yaml"))
    result = guerdon("check", "--strict", *files)
    assert (result.exit_code, result.stdout) == (0, "".join(f"{one} is in order\n" for one in files))


def test_an_error_fails_with_its_place_and_what_to_do(guerdon: Run, file: Path) -> None:
    file.write_text((HEAD + RULES).replace("50.00", "50 EUR"), encoding="utf-8")
    result = guerdon("check", file)
    assert result.exit_code == 1
    assert result.stdout == (
        f"{file}:10:13: error: rules[0].amount.flat: '50 EUR' names a currency: every amount is in the program's, USD, "
        "so write the number alone [mixed-currency]\n"
        f"{file}: 1 error\n"
    )


def test_a_warning_passes_and_fails_where_it_is_asked_to(guerdon: Run, file: Path) -> None:
    file.write_text(HEAD + RULES + NEVER_WINS, encoding="utf-8")
    line = (
        f"{file}:12:5: warning: rules[1]: can never win: 'everybody', earlier in the file, applies whenever it does, "
        "and the first rule decides; put it before them, or take it out [rule-never-wins]\n"
    )
    result = guerdon("check", file)
    assert (result.exit_code, result.stdout) == (0, f"{line}{file}: 1 warning\n")
    result = guerdon("check", "--strict", file)
    assert (result.exit_code, result.stdout) == (1, f"{line}{file}: 1 warning\n")


def test_warnings_never_hide_errors_and_all_stand_in_the_files_order(guerdon: Run, file: Path) -> None:
    exchange = "exchange: {rates: {EUR: 1.08}}\n"
    limits = "limits:\n  advocate:\n    - {max: 20.00, over: refuse, period: lifetime}\n"
    file.write_text(HEAD + limits + exchange + RULES + NEVER_WINS, encoding="utf-8")
    result = guerdon("check", file)
    assert result.exit_code == 1
    codes = [line.rpartition(" ")[2] for line in result.stdout.splitlines()[:-1]]
    assert codes == ["[limit-below-rule]", "[limit-below-rule]", "[rule-never-wins]"]
    assert result.stdout.endswith(f"{file}: 2 errors, 1 warning\n")


def test_a_named_list_is_found_where_it_stands(guerdon: Run, file: Path) -> None:
    bands = (
        "tiers:\n        of: first_year\n        bands:\n          - {from: 0, flat: 9}\n          - {from: 5, flat: 8}"
    )
    file.write_text((HEAD + RULES).replace("flat: 50.00", bands), encoding="utf-8")
    result = guerdon("check", file)
    assert result.stdout.startswith(f"{file}:14:13: warning: rules[0].amount.tiers.bands[1]: pays less than the tier")


def test_as_json_a_script_reads_all_of_it(guerdon: Run, file: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(HEAD.replace("USD", "usd") + RULES, encoding="utf-8")
    result = guerdon("check", "--json", file, wrong)
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {
        "files": [
            {"file": str(file), "errors": 0, "warnings": 0, "findings": []},
            {
                "file": str(wrong),
                "errors": 1,
                "warnings": 0,
                "findings": [
                    {
                        "line": 4,
                        "column": 11,
                        "path": ["currency"],
                        "place": "currency",
                        "severity": "error",
                        "code": "value",
                        "message": "must be an ISO 4217 code such as USD, not 'usd'",
                    }
                ],
            },
        ]
    }


def test_what_no_provider_can_carry_is_an_error_with_a_code(guerdon: Run, file: Path) -> None:
    file.write_text((HEAD + RULES).replace("USD", "JPY").replace("50.00", "5000").replace("gift_card", "check"))
    result = guerdon("check", file)
    assert result.exit_code == 1
    assert f"{file}:11:14: error: rules[0].channel: Lob pays a check in USD, not in JPY [provider-currency]" in (
        result.stdout
    )


def test_a_file_that_is_not_there_is_status_2(guerdon: Run, tmp_path: Path) -> None:
    assert guerdon("check", tmp_path / "none.yaml").exit_code == 2


def test_publishing_says_warnings_and_publishes_and_refuses_errors(guerdon: Run, file: Path) -> None:
    file.write_text(HEAD + RULES + NEVER_WINS, encoding="utf-8")
    result = guerdon("publish", file)
    assert (result.exit_code, result.stdout) == (0, "customer-referral: version 1 published\n")
    assert result.stderr.startswith(f"{file}:12:5: warning: rules[1]: can never win")
    file.write_text(HEAD + "limits: {reward: [{max: 1.00, over: refuse}]}\n" + RULES, encoding="utf-8")
    result = guerdon("publish", file)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "[limit-below-rule]" in result.stderr


def rule_of(text: str) -> str:
    return f"rules:\n  - name: a\n    channel: check\n    amount: {{flat: {text}}}\n"


HOSTILE: list[tuple[str, bytes, str]] = [
    (
        "alias bomb",
        b"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nprogram: *c\n",
        ":1:4: error: anchors are not understood: write the value out where it is used",
    ),
    ("merge key", HEAD.encode() + b"rules: [{<<: {name: a}}]\n", ":7:10: error: rules[0].<<: is not known here"),
    ("huge number", (HEAD + rule_of("9" * 400)).encode(), ":10:20: error: rules[0].amount.flat: '999"),
    (
        "many digits in a whole number",
        (HEAD + "hold_days: " + "9" * 5000 + "\n").encode(),
        ":7:12: error: hold_days: must be",
    ),
    ("exponent", (HEAD + rule_of("1e400")).encode(), ":10:20: error: rules[0].amount.flat: '1e400' is not"),
    ("not a number", (HEAD + rule_of(".nan")).encode(), ":10:20: error: rules[0].amount.flat: '.nan' is not"),
    ("infinity", (HEAD + rule_of("-.inf")).encode(), ":10:20: error: rules[0].amount.flat: '-.inf' is not"),
    ("hexadecimal", (HEAD + rule_of("0x10")).encode(), ":10:20: error: rules[0].amount.flat: '0x10' is not"),
    ("digits of another script", (HEAD + rule_of("٣")).encode(), ":10:20: error: rules[0].amount.flat: '٣' is not"),
    ("underscores", (HEAD + rule_of("1_000")).encode(), ":10:20: error: rules[0].amount.flat: '1_000' is not"),
    ("a key twice", (HEAD + "currency: EUR\n").encode(), ":7:1: error: 'currency' stands here a second time"),
    ("a list for a text", (HEAD + "hold_days: [1]\n").encode(), ":7:1: error: hold_days: must be text"),
    ("a text for a list", (HEAD + "rules: none\n").encode(), ":7:8: error: rules: must be a list"),
    ("a list as a whole", b"- a\n- b\n", ":1:1: error: must be a mapping with program,"),
    ("a tag that runs code", b"a: !!python/object/apply:os.system [ls]\n", ":1:4: error: tags are not understood"),
    ("nested mappings", b"a: " + b"{a: " * 50_000, ": error: this is nested more than 32 levels deep"),
    ("nested lists", b"a: " + b"[" * 50_000, ": error: this is nested more than 32 levels deep"),
    ("nested blocks", b"".join(b" " * depth + b"a:\n" for depth in range(500)), ": error: this is nested more than"),
    ("ten megabytes", b"a: " + b"x" * 10_000_000, ":1:1: error: the file is over 1,000,000 bytes"),
    ("not UTF-8", b"title: caf\xe9\n", ":1:11: error: this byte is not UTF-8: save the file as UTF-8"),
    ("UTF-16", "program: p\n".encode("utf-16"), ":1:1: error: this byte is not UTF-8"),
    ("a NUL", b"title: a\x00b\n", ":1:9: error: this character may not stand in a YAML file"),
    ("tabs", b"rules:\n\t- name: a\n", ":2:1: error: found character '\\t' that cannot start any token"),
    (
        "half a character",
        HEAD.replace("Acme", "\\ud800").replace("legal_entity: ", 'legal_entity: "').replace("Inc.", 'Inc."').encode(),
        ": error: legal_entity: holds half a character",
    ),
    (
        "half a character in a key",
        HEAD.encode() + b'"\\ud800\\n": 1\n',
        ":7:13: error: '\\ud800\\n': is not known here",
    ),
    ("a key of a million characters", b"k" * 999_000 + b": 1\n", ": error: "),
    ("an empty file", b"", ":1:1: error: the file is empty"),
    ("two documents", b"a: 1\n---\nb: 1\n", ":2:1: error: a second document begins here"),
    (
        "a year that no clock has",
        HEAD.replace("2026-01-01", "0001-01-01").encode(),
        ":6:12: error: starts_at: must be of a year",
    ),
    (
        "a zone that is a path",
        HEAD.replace("America/New_York", "../../etc/passwd").encode(),
        ":5:12: error: time_zone: must be",
    ),
]


@pytest.mark.parametrize(("content", "message"), [case[1:] for case in HOSTILE], ids=[case[0] for case in HOSTILE])
def test_hostile_yaml_is_one_line_with_its_place_and_no_stack_trace(
    guerdon: Run, tmp_path: Path, content: bytes, message: str
) -> None:
    file = tmp_path / "hostile.yaml"
    file.write_bytes(content)
    for command in (("check",), ("check", "--json"), ("publish", "--check")):
        result = guerdon(*command, file)
        assert (result.exit_code, type(result.exception)) == (1, SystemExit)
        if "--json" in command:
            assert json.loads(result.stdout)["files"][0]["errors"] > 0
        else:
            said = result.stdout or result.stderr
            assert any(f"hostile.yaml{message}" in line or message in line for line in said.splitlines()), said[:2000]
            assert all(line.startswith(str(file)) for line in said.splitlines())


def test_ten_thousand_rules_are_refused_in_one_line(guerdon: Run, file: Path) -> None:
    rules = "".join(f"  - {{name: r{number}, amount: {{flat: 1}}, channel: check}}\n" for number in range(10_000))
    file.write_text(f"{HEAD}rules:\n{rules}", encoding="utf-8")
    result = guerdon("check", file)
    assert result.exit_code == 1
    assert result.stdout == f"{file}:7:1: error: rules: must be at most 500 rules [too-many]\n{file}: 1 error\n"


def test_of_very_many_findings_the_first_are_said(guerdon: Run, file: Path) -> None:
    keys = "".join(f"key-{number}: 1\n" for number in range(5_000))
    file.write_text(HEAD + RULES + keys, encoding="utf-8")
    lines = guerdon("check", file).stdout.splitlines()
    assert len(lines) == LINES_MOST + 2
    assert lines[-2:] == [f"{file}: and {5_000 - LINES_MOST:,} findings more", f"{file}: 5000 errors"]


def test_the_schema_command_prints_the_committed_schema(guerdon: Run) -> None:
    committed = (ROOT / "docs" / "program.schema.json").read_text(encoding="utf-8")
    result = guerdon("schema")
    assert (result.exit_code, result.stdout) == (0, committed)
