"""Files at addresses that Spark knows (`s3a://…`, `hdfs://…`): put there, and named."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


def here(path: Path) -> str:
    """Return the address of a file of this machine; Spark reads one as it stands, not quoted."""
    return f"file://{path.absolute()}"


def put(session: Any, path: Path, address: str) -> None:
    """Copy a file of this machine to `address`, over what is there."""
    if hasattr(session, "_jvm"):
        of = session._jvm.org.apache.hadoop.fs.Path
        target = of(address)
        system = target.getFileSystem(session._jsc.hadoopConfiguration())
        system.copyFromLocalFile(False, True, of(here(path)), target)
    else:
        # Far away Spark takes no scheme: the file goes to its own file system.
        session.copyFromLocalToFs(str(path), urlsplit(address).path)


def names_at(session: Any, folder: str, ending: str) -> set[str]:
    """Return the names of the files in `folder` with that ending; none if it is not there."""
    from pyspark.errors import AnalysisException

    files = session.read.format("binaryFile").option("pathGlobFilter", f"*{ending}")
    try:
        rows = files.load(folder).select("path").collect()
    except AnalysisException:
        return set()
    return {row.path.rsplit("/", 1)[-1] for row in rows}
