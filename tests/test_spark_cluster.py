"""Spark on machines of its own: a standalone cluster that loses one, and a Connect server."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import duckdb
import pytest
from conftest import publish_sample
from spark_cluster import NEEDS_SPARK, cluster, connect_server, environment, tables

from pipelines.engines import copies, spark_staging
from pipelines.exports import RawFile
from pipelines.files import sha256_of
from pipelines.workspace import Workspace

pytestmark = NEEDS_SPARK


def nothing_here(files: list[RawFile], *_: object) -> dict[str, object]:
    assert not files
    return {}


def test_a_cluster_that_loses_a_worker_publishes_the_same(
    published_sample: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A file system of Hadoop's that is not the machine's own, though it ends there.
    (tmp_path / "store").mkdir()
    settings = {
        "spark.hadoop.fs.viewfs.mounttable.t.link./store": f"file://{tmp_path}/store",
        "spark.executor.memory": "600m",
        "spark.sql.shuffle.partitions": "4",
        # Two executors before the first job, so that there is one to lose.
        "spark.scheduler.minRegisteredResourcesRatio": "1.0",
        "spark.cores.max": "2",
    }
    told = environment(tmp_path / "spark", settings)
    told["IGATE_SPARK_STAGING"] = "viewfs://t/store/staging"
    told["IGATE_SPARK_CURATED"] = "viewfs://t/store/curated"
    killed: list[list[str]] = []
    with cluster(tmp_path / "spark", told) as machines:
        for name, value in (told | {"SPARK_MASTER": machines.address}).items():
            monkeypatch.setenv(name, value)
        # Every file is staged by the executors.
        monkeypatch.setattr(spark_staging, "stage_many", nothing_here)

        def lose_a_worker() -> None:
            staged = tmp_path / "store" / "staging"
            while not (built := list(staged.glob(".spark/*/known_dossiers/_SUCCESS"))):
                time.sleep(0.05)
            machines.kill_a_worker()
            killed.append([path.parent.name for path in built[0].parent.parent.iterdir()])

        threading.Thread(target=lose_a_worker, daemon=True).start()
        workspace, _ = publish_sample(tmp_path / "data", "spark")
        assert copies.is_copied(workspace)
    assert len(killed) == 1 and "report_figures" not in killed[0]
    assert tables(workspace.curated) == tables(published_sample.curated)
    # The copy has everything, and its manifest says where.
    copy = tmp_path / "store" / "curated"
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    folder = copy / manifest["folders"]["period=2023Q3"]
    assert folder.relative_to(copy) == Path("vintages/period=2023Q3/0001")
    figures = duckdb.execute("select * from read_parquet($1)", [str(folder / "dossiers.parquet")])
    assert len(figures.fetchall()) == manifest["files"]["period=2023Q3/dossiers.parquet"]["rows"]
    for name, facts in manifest["files"].items():
        path, file = name.rsplit("/", 1)
        assert sha256_of(copy / manifest["folders"][path] / file) == facts["sha256"]
    # What was built on the way is gone, what was staged stays.
    assert not list((tmp_path / "store" / "staging").glob(".spark/*"))
    assert list((tmp_path / "store" / "staging").glob("*.parquet"))


def test_a_connect_server_publishes_the_same(
    published_sample: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = environment(tmp_path / "spark", {"spark.sql.shuffle.partitions": "4"})
    with connect_server(tmp_path / "spark", told) as address:
        monkeypatch.setenv("SPARK_REMOTE", address)
        workspace, _ = publish_sample(tmp_path / "data", "spark")
    assert tables(workspace.curated) == tables(published_sample.curated)
