"""Build and deploy template.yaml to the local cloud, as it is deployed to AWS: `sam build`, then `sam deploy`."""

import hashlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from botocore.exceptions import ClientError

from local.cloud.environments import UV, installer_environment, python_of
from local.cloud.processes import last_lines
from local.cloud.programs import plain_environment
from local.cloud.settings import (
    FINANCE_MAIL,
    MAIL_FROM,
    ROOT,
    STACK,
    LocalCloud,
    architecture,
    python_version,
)

# What a deployment is made of. A change in any of it deploys anew.
SOURCES = ("template.yaml", "infra/fulfillment.asl.json", "functions", "layers", "requirements/sam.txt")
DEPLOYED_STATES = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}


class DeploymentError(Exception):
    """The stack could not be deployed; the message has the end of the log."""


def parameters_of(cloud: LocalCloud) -> dict[str, str]:
    """Return the template's parameters for this machine and this cloud."""
    return {
        "Arch": architecture(),
        "CognitoUrl": cloud.endpoint,
        "DeletionProtection": "false",
        "EarnedMailAfter": str(cloud.earned_mail_after),
        "EventsConcurrency": "4",
        "FinanceMail": FINANCE_MAIL,
        "HintsConcurrency": "2",
        "LobUrl": f"{cloud.sandbox_url}/lob/v1",
        "LocalCloud": "true",
        "MailFrom": MAIL_FROM,
        "NoticesConcurrency": "2",
        "PrintfulUrl": f"{cloud.sandbox_url}/printful",
        "PythonRuntime": f"python{python_version()}",
        "StripeUrl": f"{cloud.sandbox_url}/stripe",
        "SweepSchedule": "rate(1 minute)",
        "TremendousUrl": f"{cloud.sandbox_url}/tremendous/api/v2",
    }


def is_current(cloud: LocalCloud) -> bool:
    """Say whether the stack stands and was made from what lies here."""
    marker = deployed_marker(cloud)
    return marker.exists() and marker.read_text() == fingerprint(cloud) and stack_outputs(cloud) is not None


def deploy(cloud: LocalCloud) -> None:
    """Build and deploy the stack.

    Raises:
        DeploymentError: One of the two steps failed.
    """
    made_from = fingerprint(cloud)
    sam = str(python_of("sam").with_name("sam"))
    build_folder = cloud.home / "build"
    # SAM splits at blanks, even within one argument, unless there are quotes.
    overrides = [f'{name}="{value}"' for name, value in parameters_of(cloud).items()]
    run(
        cloud,
        [
            *(sam, "build", "--template-file", str(ROOT / "template.yaml")),
            *("--build-dir", str(build_folder), "--cached", "--cache-dir", str(cloud.home / "build-cache")),
            *("--parameter-overrides", *overrides),
        ],
    )
    run(
        cloud,
        [
            *(sam, "deploy", "--template-file", str(build_folder / "template.yaml"), "--stack-name", STACK),
            *("--resolve-s3", "--capabilities", "CAPABILITY_IAM"),
            *("--no-confirm-changeset", "--no-fail-on-empty-changeset", "--no-progressbar"),
            *("--parameter-overrides", *overrides),
        ],
    )
    deployed_marker(cloud).write_text(made_from)


def run(cloud: LocalCloud, arguments: list[str]) -> None:
    """Run one step of SAM, with its output in the deployment's log.

    Raises:
        DeploymentError: It failed.
    """
    log = cloud.logs / "deploy.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        done = subprocess.run(  # noqa: S603  the arguments are our own
            arguments,
            cwd=ROOT,
            env=sam_environment(cloud),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode != 0:
        raise DeploymentError(f"`sam {arguments[1]}` failed. The end of {log}:\n{last_lines(log, 30)}")


def sam_environment(cloud: LocalCloud) -> dict[str, str]:
    """Return what SAM and the layers' Makefiles need: this cloud, uv, and this machine as what to build for."""
    return (
        installer_environment()
        | plain_environment(cloud)
        | cloud.aws_environment()
        | {
            "LAYER_PLATFORM": "",
            "LAYER_PYTHON": python_version(),
            "SAM_CLI_TELEMETRY": "0",
            "UV": str(UV),
        }
    )


def stack_outputs(cloud: LocalCloud) -> dict[str, str] | None:
    """Return the stack's outputs by name; None if it isn't deployed."""
    client = cloud.session().client("cloudformation", endpoint_url=cloud.endpoint)
    try:
        stack = client.describe_stacks(StackName=STACK)["Stacks"][0]
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") == "ValidationError":
            return None
        raise
    if stack["StackStatus"] not in DEPLOYED_STATES:
        return None
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def deployed_marker(cloud: LocalCloud) -> Path:
    """Return the file that says what the stack was made from. It lies with the state and goes with it."""
    return cloud.state / "deployed-from"


def fingerprint(cloud: LocalCloud, root: Path = ROOT) -> str:
    """Return a hash of everything under `root` that the deployment is made from, and of its parameters."""
    digest = hashlib.sha256(repr(sorted(parameters_of(cloud).items())).encode())
    for source in SOURCES:
        for path in files_under(root / source):
            digest.update(f"\n{path.relative_to(root)}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def files_under(path: Path) -> Iterator[Path]:
    """Yield a file, or the files of a folder in a fixed order, without what Python leaves behind."""
    if path.is_file():
        yield path
        return
    for folder, names, files in os.walk(path):
        names[:] = sorted(name for name in names if name != "__pycache__")
        yield from (Path(folder) / name for name in sorted(files))
