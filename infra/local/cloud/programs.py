"""The three programs of the local cloud: the AWS emulator, the mail inbox and the provider sandbox."""

import os
import sys
from pathlib import Path

from local.cloud.processes import Program
from local.cloud.settings import CREDENTIALS, REGION, ROOT, LocalCloud

# Lob lets a check be canceled for five minutes, and only then mails it. Nobody who tries Guerdon waits that long.
CHECK_CANCEL_WINDOW_SECONDS = "10"


def programs_of(cloud: LocalCloud, emulator_python: Path) -> list[Program]:
    """Return the programs in the order in which they start; the emulator mails to the inbox."""
    return [inbox(cloud), sandbox(cloud), emulator(cloud, emulator_python)]


def inbox(cloud: LocalCloud) -> Program:
    """Describe the mail inbox."""
    return Program(
        name="inbox",
        arguments=(
            sys.executable,
            "-m",
            "local.inbox",
            "--smtp-port",
            str(cloud.smtp_port),
            "--http-port",
            str(cloud.inbox_port),
            "--state",
            str(cloud.state / "inbox"),
        ),
        environment=plain_environment(cloud) | {"PYTHONPATH": str(ROOT / "infra")},
        ready_url=cloud.inbox_url,
        ports={"GUERDON_SMTP_PORT": cloud.smtp_port, "GUERDON_INBOX_PORT": cloud.inbox_port},
        home=cloud.home,
        working_directory=ROOT,
    )


def sandbox(cloud: LocalCloud) -> Program:
    """Describe the provider sandbox."""
    return Program(
        name="sandbox",
        arguments=(
            sys.executable,
            "-m",
            "local.sandbox",
            "--port",
            str(cloud.sandbox_port),
            "--state",
            str(cloud.state / "sandbox"),
            "--check-cancel-window",
            CHECK_CANCEL_WINDOW_SECONDS,
        ),
        environment=plain_environment(cloud) | {"PYTHONPATH": str(ROOT / "infra")},
        ready_url=f"{cloud.sandbox_url}/_sandbox",
        ports={"GUERDON_SANDBOX_PORT": cloud.sandbox_port},
        home=cloud.home,
        working_directory=ROOT,
    )


def emulator(cloud: LocalCloud, python: Path) -> Program:
    """Describe the AWS emulator. Its functions inherit its environment, so it gets only what it needs."""
    return Program(
        name="emulator",
        arguments=(str(python), str(Path(__file__).with_name("emulator.py"))),
        environment=plain_environment(cloud)
        | CREDENTIALS
        | {
            "AUTH": "true",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": cloud.functions_endpoint,
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(cloud.emulator_port),
            "IOT_MTLS_ENABLED": "0",
            "MINISTACK_REGION": REGION,
            "PERSIST_STATE": "1",
            "S3_DATA_DIR": str(cloud.state / "emulator" / "s3"),
            "S3_PERSIST": "1",
            "SFTP_ENABLED": "0",
            "SMTP_HOST": f"127.0.0.1:{cloud.smtp_port}",
            "STATE_DIR": str(cloud.state / "emulator"),
        },
        ready_url=f"{cloud.endpoint}/_ministack/health",
        ports={"GUERDON_EMULATOR_PORT": cloud.emulator_port},
        home=cloud.home,
        working_directory=ROOT,
    )


def plain_environment(cloud: LocalCloud) -> dict[str, str]:
    """Return the little that any program needs of its surroundings, all inside the cloud's own folder."""
    return {
        "HOME": str(cloud.home / "home"),
        "LANG": "C.UTF-8",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
        "PYTHONUNBUFFERED": "1",
        "TMPDIR": str(cloud.home / "tmp"),
        "TZ": "UTC",
    }
