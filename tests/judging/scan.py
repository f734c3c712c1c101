"""`make scan`: what cfn-lint says of the template, and checkov of what CloudFormation gets.

Both live in an environment of their own, with policy_sentry, which knows what AWS lets actions be scoped to. It ends
with 1 for every finding that is no exception, every exception that is not found any more, and every action that the
checks take for one that cannot be scoped and that can be.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from judging.exceptions import CHECKOV
from judging.expansion import expand
from judging.reading import ROOT, read_template
from judging.roles import UNSCOPABLE
from local.cloud import environments

SCAN: Final = ROOT / ".local" / "scan"
EXPANDED: Final = SCAN / "expanded.json"
_BIN: Final = environments.python_of("scan").parent
# Nothing of the template leaves this machine, and no rule comes from elsewhere.
_OFFLINE: Final = {"BC_SKIP_MAPPING": "TRUE", "CHECKOV_RUN_SCA_PACKAGE_SCAN": "FALSE"}
_LOOK_UP: Final = """
import json, sys
from policy_sentry.querying.actions import get_action_data
for action in sys.argv[1:]:
    service, _, name = action.partition(":")
    known = (get_action_data(service, name) or {}).get(service, [])
    print(json.dumps([action, [each["resource_arn_format"] for each in known]]))
"""


def begun(*command: str | Path) -> "subprocess.Popen[str]":
    """A scanner at work."""
    return subprocess.Popen(  # noqa: S603 - the words are our own.
        [str(part) for part in command],
        cwd=ROOT,
        env={**os.environ, **_OFFLINE},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def said(scanner: "subprocess.Popen[str]") -> str:
    """What a scanner printed; it ends this program if that is nothing but an error."""
    output, errors = scanner.communicate()
    if not output.strip():
        sys.exit(f"a scanner said nothing:\n{errors}")
    return output


def of_cfn_lint(output: str) -> list[str]:
    """A line for each finding."""
    return [
        f"cfn-lint {found['Rule']['Id']}: {'/'.join(map(str, found['Location']['Path'] or ()))}: {found['Message']}"
        for found in json.loads(output)
    ]


def of_checkov(output: str) -> list[str]:
    """A line for each finding that is no exception, and each exception that is not found."""
    failed: list[dict[str, Any]] = json.loads(output)["results"]["failed_checks"]
    lines, met = [], set()
    for found in failed:
        check, (kind, name) = found["check_id"], found["resource"].rsplit(".", 1)
        if check in CHECKOV and CHECKOV[check].kind == kind:
            met.add(check)
        else:
            lines.append(f"checkov {check}: {name}: {found['check_name']}")
    unused = sorted(CHECKOV.keys() - met)
    return [*lines, *(f"checkov {check}: no {CHECKOV[check].kind} needs this exception" for check in unused)]


def of_policy_sentry(output: str) -> list[str]:
    """A line for each action that can be scoped."""
    known = dict(map(json.loads, output.splitlines()))
    return [f"policy_sentry {action}: can be scoped to {on}" for action, on in known.items() if on != ["*"]]


def main() -> int:
    """Scan; the exit status."""
    if not environments.is_current("scan"):
        sys.stdout.write("Installing the scanners. The first time takes about a minute.\n")
        environments.make("scan", ROOT / ".local" / "logs" / "scan.log")
    SCAN.mkdir(parents=True, exist_ok=True)
    EXPANDED.write_text(json.dumps(expand(read_template()), indent=1), encoding="utf-8")
    lint = begun(_BIN / "cfn-lint", "--format", "json", "--template", ROOT / "template.yaml")
    check = begun(
        *(_BIN / "checkov", "--file", EXPANDED, "--framework", "cloudformation", "--output", "json"),
        *("--compact", "--quiet", "--skip-download"),
    )
    look_up = begun(_BIN / "python", "-c", _LOOK_UP, *UNSCOPABLE)
    wrong = [*of_cfn_lint(said(lint)), *of_checkov(said(check)), *of_policy_sentry(said(look_up))]
    sys.stdout.writelines(f"{line}\n" for line in wrong)
    if not wrong:
        sys.stdout.write(f"cfn-lint finds nothing, and checkov nothing beside {len(CHECKOV)} exceptions.\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
