"""What runs Spark in tests, all on loopback: a cluster of processes, or a Connect server."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

HERE = importlib.util.find_spec("pyspark") is not None and shutil.which("java") is not None
NEEDS_SPARK = [
    pytest.mark.java,
    pytest.mark.skipif(not HERE, reason="Apache Spark or Java is not installed"),
]
_HOST = "127.0.0.1"
# The sample is small: what is compiled thoroughly is hardly ever run again.
_QUICK = {"JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m"}


def environment(folder: Path, settings: dict[str, str]) -> dict[str, str]:
    """What a Spark of a test is told, with `settings` as its spark-defaults.conf.

    It is read when Java is started, so a Java that an earlier test has started is ended.
    """
    from pyspark import SparkContext

    if SparkContext._gateway is not None:
        SparkContext._gateway.shutdown()
        SparkContext._gateway.proc.stdin.close()
        SparkContext._gateway = SparkContext._jvm = None
    conf = folder / "conf"
    conf.mkdir(parents=True)
    lines = [f"{name} {value}\n" for name, value in settings.items()]
    (conf / "spark-defaults.conf").write_text("".join(lines), encoding="utf-8")
    return _QUICK | {
        "SPARK_CONF_DIR": str(conf),
        "SPARK_LOCAL_IP": _HOST,
        "SPARK_LOCAL_DIRS": str(folder / "local"),
        "PYSPARK_PYTHON": sys.executable,
    }


def tables(folder: Path) -> dict[str, pa.Table]:
    """The published tables below a folder, by name: columns, types and rows in their order.

    Whether a column can be empty DuckDB writes as its plan has it, not as its rows are.
    """
    found = {}
    for path in sorted(folder.glob("*/*.parquet")):
        table = pq.read_table(path, partitioning=None)
        fields = [field.with_nullable(True) for field in table.schema]
        found[f"{path.parent.name}/{path.name}"] = table.cast(pa.schema(fields))
    return found


class Cluster:
    """A standalone cluster: one master and two workers of a core each."""

    def __init__(self, folder: Path, told: dict[str, str]) -> None:
        self._folder = folder
        self._told = told
        port = free_port()
        self.address = f"spark://{_HOST}:{port}"
        at = ["--host", _HOST, "--webui-port", "0"]
        self.processes = [self._start("master.Master", [*at, "--port", str(port)])]
        wait_for(port)
        for _ in range(2):
            more = ["--cores", "1", "--memory", "1g", self.address]
            self.processes.append(self._start("worker.Worker", [*at, *more]))

    def _start(self, name: str, arguments: list[str]) -> subprocess.Popen[bytes]:
        log = (self._folder / f"{name}.log").open("ab")
        return start(f"org.apache.spark.deploy.{name}", arguments, self._told, self._folder, log)

    def kill_a_worker(self) -> None:
        """Kill a worker and its executor at once, as when a machine is lost."""
        os.killpg(self.processes[-1].pid, signal.SIGKILL)
        self.processes[-1].wait()

    def end(self) -> None:
        for process in reversed(self.processes):
            stop(process)


def start(
    name: str, arguments: list[str], told: dict[str, str], folder: Path, log: object
) -> subprocess.Popen[bytes]:
    """Start a Java class of Spark as a process group of its own."""
    import pyspark

    program = Path(pyspark.__file__).parent / "bin" / "spark-class"
    variables = os.environ | told | {"SPARK_WORKER_DIR": str(folder / "work")}
    return subprocess.Popen(
        [str(program), name, *arguments],
        env=variables,
        cwd=folder,
        stdout=log,  # type: ignore[call-overload]
        stderr=log,
        start_new_session=True,
    )


def stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def cluster(folder: Path, told: dict[str, str]) -> Iterator[Cluster]:
    started = Cluster(folder, told)
    try:
        yield started
    finally:
        started.end()


@contextmanager
def connect_server(folder: Path, told: dict[str, str]) -> Iterator[str]:
    """A Spark Connect server, by its address."""
    port = free_port()
    arguments = ["--class", "org.apache.spark.sql.connect.service.SparkConnectServer"]
    arguments += ["--master", "local[2]", "--conf", f"spark.connect.grpc.binding.port={port}"]
    arguments += ["--conf", f"spark.connect.grpc.binding.address={_HOST}", "spark-internal"]
    with (folder / "connect.log").open("ab") as log:
        process = start("org.apache.spark.deploy.SparkSubmit", arguments, told, folder, log)
    try:
        wait_for(port)
        yield f"sc://{_HOST}:{port}"
    finally:
        stop(process)


def free_port() -> int:
    with socket.socket() as found:
        found.bind((_HOST, 0))
        return int(found.getsockname()[1])


def wait_for(port: int) -> None:
    for _ in range(1200):
        with socket.socket() as asked:
            if asked.connect_ex((_HOST, port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(f"nothing answers at {port}")
