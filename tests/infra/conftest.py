from pathlib import Path

import pytest

from judging.expansion import expand
from judging.reading import ROOT, Template, read_template


@pytest.fixture(scope="session")
def template() -> Template:
    """The deployment as it is written, with every intrinsic in its long form."""
    return read_template()


@pytest.fixture(scope="session")
def on_aws(template: Template) -> Template:
    """What CloudFormation gets for AWS."""
    return expand(template)


@pytest.fixture(scope="session")
def on_the_emulator(template: Template) -> Template:
    """What it gets for the local cloud."""
    return expand(template, LocalCloud="true", DeletionProtection="false")


@pytest.fixture(scope="session")
def root() -> Path:
    """The working copy."""
    return ROOT
