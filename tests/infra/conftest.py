from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]


class TemplateLoader(yaml.SafeLoader):
    """Reads CloudFormation's short intrinsics as the long ones that they stand for."""


def long_form(loader: TemplateLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    """Read `!GetAtt A.Arn` as {"Fn::GetAtt": ["A", "Arn"]}, and so on."""
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    if suffix == "Ref":
        return {"Ref": value}
    if suffix == "GetAtt":
        return {"Fn::GetAtt": value.split(".", 1)}
    return {f"Fn::{suffix}": value}


TemplateLoader.add_multi_constructor("!", long_form)


@pytest.fixture(scope="session")
def template() -> dict[str, Any]:
    """The deployment, with every intrinsic in its long form."""
    text = (ROOT / "template.yaml").read_text()
    read: dict[str, Any] = yaml.load(text, Loader=TemplateLoader)  # noqa: S506  a subclass of the safe loader
    return read


@pytest.fixture(scope="session")
def root() -> Path:
    """The working copy."""
    return ROOT
