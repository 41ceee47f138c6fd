"""Great Expectations: imported beside other work, since that takes seconds, and without what no
check here needs.
"""

from __future__ import annotations

import importlib
import os
import sys
import threading
from collections import deque
from functools import cache
from types import ModuleType
from typing import Any, ClassVar

_COUNT = "unexpected_rows_query.row_count"
_importing = threading.Lock()


@cache
def import_in_background() -> None:
    """Start to import Great Expectations, which takes seconds, beside other work; only once."""
    threading.Thread(target=library, daemon=True).start()


def library() -> Any:
    """Return the module, imported and prepared once, whichever thread comes first."""
    with _importing:
        return _imported()


@cache
def _imported() -> Any:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read once, at the import
    # Where it is installed, jsonschema lets it compile a grammar of web addresses at the import: a
    # third of the whole, for formats that no check here has.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    # A third of what is left, for expectations about distributions, which are not among ours.
    for name in ("scipy.stats", "altair"):
        sys.modules.setdefault(name, _WhenUsed(name))
    # Where it is installed, GX would import all of Spark, which no check needs.
    hidden = "pyspark" not in sys.modules
    if hidden:
        sys.modules["pyspark"] = None  # type: ignore[assignment]
    import great_expectations

    if hidden:
        del sys.modules["pyspark"]
    import sqlalchemy
    from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy

    # GX closes the connection before it fetches (its issues 10738 and 11579), so results are
    # fetched at once.
    @sqlalchemy.event.listens_for(sqlalchemy.Engine, "after_cursor_execute")
    def _fetch_at_once(*arguments: Any) -> None:
        connection, cursor, _, _, context, _ = arguments
        if connection.dialect.name == "duckdb" and cursor.description is not None:
            context.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(
                cursor, initial_buffer=deque(cursor.fetchall())
            )

    return great_expectations


class _WhenUsed(ModuleType):
    """Stands for a module until one of its names is asked for. `importlib`'s lazy modules do not
    serve: each further import of one, which looks at its specification, runs it.
    """

    def __getattr__(self, name: str) -> Any:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


@cache
def no_offending_rows() -> Any:
    """Return the class of the expectation that a query finds no row."""
    import great_expectations.expectations as gxe
    from great_expectations.compatibility.pydantic import PrivateAttr

    class NoOffendingRows(gxe.UnexpectedRowsExpectation):  # type: ignore[misc]
        """GX asks each expectation forty times what it is, and builds the answer anew each time:
        a quarter of a validation. And it would ask each query a second time, for its rows: who
        wants to see some of them asks for them (`pipelines/checks.py`).
        """

        metric_dependencies: ClassVar[tuple[str, ...]] = (_COUNT,)
        _answer: Any = PrivateAttr(None)

        @property
        def configuration(self) -> Any:
            if self._answer is None:
                self._answer = super().configuration
            return self._answer

        def _validate(self, metrics: dict[str, Any], **_: Any) -> dict[str, Any]:
            found = metrics[_COUNT]
            return {"success": found == 0, "result": {"observed_value": found}}

    return NoOffendingRows
