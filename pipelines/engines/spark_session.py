"""A Spark session: of this machine, of a cluster (`SPARK_MASTER`) or far away (`SPARK_REMOTE`)."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipelines.engines.spark_files import here
from pipelines.errors import CommandError

_SETTINGS = {
    # What DuckDB does: an error where a value is none, and times that are of no zone.
    "spark.sql.ansi.enabled": "true",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
    "spark.sql.adaptive.enabled": "true",
    # So much of a table comes at one time to the machine that publishes.
    "spark.sql.files.maxRecordsPerFile": "1000000",
}
_CONNECT_PORT = 15002  # where sc://host leads
_CONNECT_SECONDS = 10
_LAUNCH = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.hadoop.fs.permissions.umask-mask": "027",
}


def cluster() -> bool:
    """Whether others than this machine do the work."""
    return "SPARK_REMOTE" in os.environ or not _master().startswith("local")


@contextmanager
def spark_session(log: Path, scratch: Path) -> Iterator[Any]:
    """Start Spark and give its session; what Java writes meanwhile goes to `log`, and what Spark
    lays down for itself into the folder `scratch`, instead of where the command was typed.

    Raises `CommandError` if Spark or Java is not installed, or no cluster answers.
    """
    _import_spark()
    from pyspark.sql import SparkSession

    # What the machine's own spark-defaults.conf says of anything else holds.
    builder = SparkSession.builder.appName("igate").config(map=_SETTINGS)
    remote = os.environ.get("SPARK_REMOTE")
    if remote:
        _ask(remote)
        builder = builder.remote(remote)
    else:
        if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
            raise CommandError(
                "Apache Spark cần Java mà máy này chưa có: hãy cài Java 17 (Debian, Ubuntu: "
                "apt install openjdk-17-jre-headless), hoặc chạy không có ENGINE=spark."
            )
        builder = builder.master(_master()).config(map=_LAUNCH)
        builder = builder.config("spark.sql.warehouse.dir", here(scratch / "warehouse"))
        if not cluster():
            builder = builder.config(map=_of_this_machine())
    try:
        with _errors_to(log):
            session = builder.getOrCreate()
    except Exception as error:
        raise CommandError(
            f"Không khởi động được Apache Spark ({type(error).__name__}): hãy kiểm tra "
            f"SPARK_MASTER hoặc SPARK_REMOTE và xem {log}."
        ) from error
    try:
        yield session
    finally:
        session.stop()


def _ask(remote: str) -> None:
    """Raise `CommandError` if nobody listens at the address of a Spark Connect server: Spark's own
    client asks on for ten minutes without a word. `local[*]`, one of this machine, has no address.
    """
    address = urlsplit(remote)
    if address.scheme != "sc":
        return
    try:
        place = address.hostname, address.port or _CONNECT_PORT
        socket.create_connection(place, timeout=_CONNECT_SECONDS).close()
    except (OSError, ValueError) as error:  # a port that is no number is a ValueError
        shown = address.netloc.rpartition("@")[2]
        raise CommandError(
            f"Không có máy chủ Spark Connect nào trả lời ở {shown}: hãy kiểm tra "
            "SPARK_REMOTE và mạng rồi chạy lại."
        ) from error


def _master() -> str:
    return os.environ.get("SPARK_MASTER", "local[*]")


def _of_this_machine() -> dict[str, str]:
    cores = os.cpu_count() or 1
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
    return {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": f"{max(1024, min(memory // 4, 8192))}m",
        # Every partition of a small table is a task, and takes its milliseconds.
        "spark.sql.shuffle.partitions": str(2 * cores),
    }


def _import_spark() -> None:
    if importlib.util.find_spec("pyspark") is None:
        raise CommandError(
            "Chưa cài Apache Spark: hãy chạy «make spark» (hoặc pip install 'igate[spark]') rồi "
            "chạy lại."
        )
    warnings.filterwarnings("ignore", "PySpark does not yet", FutureWarning)


@contextmanager
def _errors_to(log: Path) -> Iterator[None]:
    """Have the programs started meanwhile write their warnings to `log`, not to the clerk."""
    sys.stderr.flush()
    before = os.dup(2)
    with log.open("wb") as file:
        os.dup2(file.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(before, 2)
        os.close(before)
