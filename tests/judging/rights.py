"""`make rights`: writes what each role may do into docs/security.md; a test holds the page to it."""

import re
from collections import defaultdict
from pathlib import Path
from typing import Final

from judging.expansion import expand
from judging.reading import ROOT, Template, as_list, of_type, read_template
from judging.roles import policies, resource_text, role_of_each

PAGE: Final = ROOT / "docs" / "security.md"
_BETWEEN: Final = re.compile("(?<=<!-- rights -->\n).*(?=<!-- /rights -->)", re.DOTALL)


def rows(template: Template) -> list[tuple[str, str, str]]:
    """Who may do what on what: roles in the order of the template, resources that share their actions together."""
    roles = of_type(template, "AWS::IAM::Role")
    found = []
    for name, role in role_of_each(template).items():
        actions_on: defaultdict[str, set[str]] = defaultdict(set)
        for policy, document in policies(template, roles[role]):
            for statement in document["Statement"] if document and policy != "LogPolicy" else ():
                for resource in map(_short, as_list(statement["Resource"])):
                    actions_on[resource] |= set(as_list(statement["Action"]))
        together: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
        for resource, actions in actions_on.items():
            together[tuple(sorted(actions))].append(resource)
        found += [(name, _code(actions), _code(sorted(resources))) for actions, resources in sorted(together.items())]
    return found


def _short(resource: object) -> str:
    """A resource by its logical id, or by the end of its ARN."""
    if isinstance(resource, dict) and "Fn::GetAtt" in resource:
        return str(resource["Fn::GetAtt"][0])
    if isinstance(resource, dict) and "Ref" in resource:
        return str(resource["Ref"])
    text = resource_text(resource[1] if isinstance(resource, list) else resource)
    ours = re.compile(r"^arn:\$\{AWS::Partition\}:\w+:\$\{AWS::Region\}:\$\{AWS::AccountId\}:")
    return re.sub(r"^\$\{(\w+)\.Arn\}", r"\1", ours.sub("", text))


def _code(words: "tuple[str, ...] | list[str]") -> str:
    return ", ".join(f"`{word}`" for word in words)


def table(template: Template) -> str:
    """The rows as Markdown; a role's name stands once."""
    lines, before = ["| role of | may | on |", "|---|---|---|"], None
    for name, actions, resources in rows(template):
        lines.append(f"| {'' if name == before else name} | {actions} | {resources} |")
        before = name
    return "\n".join(lines) + "\n"


def written(page: str) -> str:
    """The table that a page has."""
    found = _BETWEEN.search(page)
    assert found is not None, "the page has lost the marks between which the table stands"
    return found.group()


def main() -> None:
    """Write the page anew."""
    page = Path(PAGE).read_text(encoding="utf-8")
    made = table(expand(read_template()))
    PAGE.write_text(_BETWEEN.sub(lambda _: made, page), encoding="utf-8")


if __name__ == "__main__":
    main()
