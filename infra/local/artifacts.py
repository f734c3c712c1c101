"""The artifacts of a deployment, built for this machine by the make targets that `sam build` runs, and without SAM.

Each file has the date that SAM's archives give to all of them, so that what is tested and measured lies as in Lambda.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path
from typing import Final

from local.cloud.environments import UV, installer_environment
from local.cloud.settings import ROOT, python_version

IN_RUNTIME: Final = ("boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six")
"""What Lambda's runtime brings by itself; as in the Makefile, which leaves them out of every layer."""

LAYERS: Final = ("core", "dependencies", "mail", "stripe", "console")
EPOCH_OF_ARCHIVES: Final = 315532800
"""1980-01-01T00:00:00Z, the first moment that a zip file knows."""

WORK: Final = ROOT / ".local" / "artifacts"


class BuildError(Exception):
    """A make target failed; the message has what it said."""


def built() -> Path:
    """Build all artifacts, if these sources were not built before, and give the folder that has them.

    The folder has `functions`, one folder for each of LAYERS, and `runtime` in place of what Lambda brings. Processes
    that ask at once wait for the one that builds.

    Raises:
        BuildError: A make target failed.
    """
    WORK.mkdir(parents=True, exist_ok=True)
    with (WORK / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = WORK / _fingerprint()
        if not folder.exists():
            for old in (path for path in WORK.iterdir() if path.is_dir()):
                shutil.rmtree(old)
            unfinished = WORK / "unfinished"
            _build(unfinished)
            unfinished.rename(folder)
    return folder


def path_of(artifacts: Path, *layers: str) -> list[Path]:
    """Where Lambda's Python looks for a function's modules, in its order: task, layers, runtime."""
    shared = ("core", "dependencies", *layers)
    return [artifacts / "functions", *(artifacts / layer / "python" for layer in shared), artifacts / "runtime"]


def package_bytes(artifacts: Path, *layers: str) -> int:
    """How much a function with these layers unpacks, without what the runtime brings."""
    shipped = path_of(artifacts, *layers)[:-1]
    return sum(path.stat().st_size for folder in shipped for path in folder.rglob("*") if path.is_file())


def _build(folder: Path) -> None:
    _make(ROOT / "functions", "build-ReceiveEventFunction", folder / "functions")
    for layer in LAYERS:
        _make(ROOT / "layers" / layer, f"build-{layer.capitalize()}Layer", folder / layer)
    # The runtime has a urllib3 of its own behind those of the layers.
    for name in (*IN_RUNTIME, "urllib3"):
        found = distribution(name)
        for file in found.files or ():
            if ".." not in file.parts and "__pycache__" not in file.parts:
                (folder / "runtime" / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(str(found.locate_file(file)), folder / "runtime" / file)
    compiling = [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
    subprocess.run([*compiling, str(folder / "runtime")], check=True)  # noqa: S603 - the arguments are our own.
    for path in folder.rglob("*"):
        os.utime(path, (EPOCH_OF_ARCHIVES, EPOCH_OF_ARCHIVES))


def _make(source: Path, target: str, artifacts: Path) -> None:
    artifacts.mkdir(parents=True)
    done = subprocess.run(  # noqa: S603 - our own makefiles.
        ["make", "--silent", "--directory", str(source), target],  # noqa: S607 - the machine's own make.
        env={
            **installer_environment(),
            "ARTIFACTS_DIR": str(artifacts),
            "LAYER_PLATFORM": "",
            "LAYER_PYTHON": python_version(),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "UV": str(UV),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BuildError(f"`make {target}` failed in {source.relative_to(ROOT)}:\n{done.stdout}{done.stderr}")


def _fingerprint() -> str:
    seen = hashlib.sha256(f"{sys.version} {sys.base_prefix}".encode())
    sources = [ROOT / "requirements" / "dev.txt", *(ROOT / "functions").rglob("*"), *(ROOT / "layers").rglob("*")]
    for path in sorted(sources):
        if path.is_file() and path.suffix != ".pyc":
            seen.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return seen.hexdigest()[:16]
