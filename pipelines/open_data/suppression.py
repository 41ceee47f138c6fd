"""Cell suppression: which counts to withhold so that no small one can be worked out.

Source: Hundepool et al., *Statistical Disclosure Control* (Wiley 2012), chapter 4: threshold rule
for primary cells; secondary cells by one linear programme per primary cell, which moves it as far
as it must be able to go, at the least cost of other cells; the cells it moves are withheld too.
The method by figures and its limits: docs/open-data.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from scipy.optimize import LinearConstraint, milp
from scipy.sparse import csr_matrix, hstack

from pipelines.open_data.relations import Cell, Equation

THRESHOLD = 5
# Detail is given up before totals, counts before a true nought.
_COST = {"unit": 1.0, "field": 1.0, "level": 100.0}
_NOUGHT = 50.0


class Suppression:
    """The withheld cells of one set of tables.

    For each small cell (1 … `threshold` − 1) the published rest admits both 0 and `threshold` as
    its value, in whole numbers not below zero: nobody can tell from the tables that it is small.
    """

    def __init__(
        self,
        cells: Mapping[Cell, int],
        equations: Sequence[Equation],
        threshold: int = THRESHOLD,
    ) -> None:
        self._order = list(cells)
        self._index = {cell: position for position, cell in enumerate(self._order)}
        self._values = np.array([cells[cell] for cell in self._order], dtype=float)
        self._threshold = threshold
        sums = _matrix(equations, self._index)
        self._both_ways = hstack([sums, -sums], format="csr")
        self.primary = [cell for cell, value in cells.items() if 0 < value < threshold]
        self._withheld = np.zeros(len(self._order), dtype=bool)
        self._withheld[[self._index[cell] for cell in self.primary]] = True
        for cell in self.primary:
            for goal in (0, threshold):
                self._withheld |= self._moved(self._index[cell], goal) > 0

    @property
    def withheld(self) -> frozenset[Cell]:
        """Small cells and those that protect them."""
        return frozenset(self._order[position] for position in np.flatnonzero(self._withheld))

    def _moved(self, target: int, goal: int) -> np.ndarray:
        """Return by how much each cell moves when `target` is pushed to `goal` most cheaply."""
        costs = np.array([_COST[cell.table] for cell in self._order])
        costs = np.where(self._values == 0, costs * _NOUGHT, costs)
        costs = np.where(self._withheld, 1e-6, costs)
        size = len(self._order)
        upper = np.concatenate([np.full(size, np.inf), self._values])
        lower = np.zeros(2 * size)
        step = goal - self._values[target]
        up, down = (step, 0.0) if step > 0 else (0.0, -step)
        lower[target] = upper[target] = up
        lower[size + target] = upper[size + target] = down
        # Up and down of one cell at once would cost and never pay, so the difference is exact.
        for whole_numbers in (0, 1):  # the relaxed programme is nearly always whole by itself
            found = milp(
                np.concatenate([costs, costs]),
                integrality=np.full(2 * size, whole_numbers),
                bounds=(lower, upper),
                constraints=LinearConstraint(self._both_ways, 0, 0),
            )
            assert found.success, found.message
            if np.allclose(found.x, np.round(found.x), atol=1e-6):
                break
        moved: np.ndarray = np.abs(np.round(found.x[:size]) - np.round(found.x[size:]))
        return moved


def _matrix(equations: Iterable[Equation], index: Mapping[Cell, int]) -> csr_matrix:
    rows, columns, values = [], [], []
    number = 0
    for number, equation in enumerate(equations, start=1):
        for cell, coefficient in equation.items():
            rows.append(number - 1)
            columns.append(index[cell])
            values.append(coefficient)
    return csr_matrix((values, (rows, columns)), shape=(number, len(index)))
