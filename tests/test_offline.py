"""Nothing of the main job tries to reach a network: the kernel's own record of its calls."""

from __future__ import annotations

import shutil
from pathlib import Path

import kill_runs
import pytest

pytestmark = [
    pytest.mark.strace,
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed"),
]


def calls(command: list[str], log: Path) -> list[str]:
    """The calls by which the command or a child of it addresses another machine."""
    traced = ["strace", "-f", "-qq", "-o", str(log), "-e", "trace=connect,sendto,sendmsg"]
    ended = kill_runs.run([*traced, *command])
    assert ended.returncode == 0, ended.stderr
    return [line for line in log.read_text(errors="replace").splitlines() if "AF_INET" in line]


def test_the_main_job_reaches_no_network(tmp_path: Path) -> None:
    kill_runs.lay_out(tmp_path / "data", 10)
    assert calls(kill_runs.quarter(tmp_path / "data"), tmp_path / "trace") == []


def test_the_record_would_show_an_attempt(tmp_path: Path) -> None:
    attempt = (
        "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('127.0.0.1', 9))"
    )
    command = [kill_runs.IGATE[0], "-c", attempt]
    assert len(calls(command, tmp_path / "trace")) == 1
