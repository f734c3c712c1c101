"""A layer is built with bytecode where the runtime's Python is at hand, and without it where it is not."""

import os
import subprocess
import sys
from pathlib import Path


def build(root: Path, artifacts: Path, on_path: Path) -> str:
    """Build the core layer for a Python that only `on_path` has, and tell what was said."""
    done = subprocess.run(  # noqa: S603 - our own makefile.
        ["make", "-C", str(root / "layers/core"), "build-CoreLayer"],  # noqa: S607 - the machine's own make.
        env={
            "PATH": f"{on_path}{os.pathsep}{os.environ['PATH']}",
            "LAYER_PYTHON": "3.99",
            "ARTIFACTS_DIR": str(artifacts),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def command(folder: Path, script: str) -> Path:
    """A folder that has a python3.99 which is `script`."""
    folder.mkdir()
    python = folder / "python3.99"
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o700)
    return folder


def test_the_runtimes_python_writes_the_bytecode(root: Path, tmp_path: Path) -> None:
    said = build(root, tmp_path / "layer", command(tmp_path / "bin", f'exec "{sys.executable}" "$@"'))
    assert "no bytecode" not in said
    assert len(list((tmp_path / "layer").rglob("errors.*.pyc"))) == 1


def test_a_name_without_a_python_behind_it_is_none(root: Path, tmp_path: Path) -> None:
    # What a version manager puts on the PATH for a Python that is not switched on.
    shim = "echo 'python3.99: command not found' >&2; exit 127"
    said = build(root, tmp_path / "layer", command(tmp_path / "bin", shim))
    assert "python3.99 is not on this machine: python has no bytecode" in said
    assert (tmp_path / "layer/python/guerdon/domain/errors.py").exists()
    assert list((tmp_path / "layer").rglob("*.pyc")) == []
