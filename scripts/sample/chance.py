"""Chance that gives the same draws on every machine and every Python version."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """Draws from `Random(seed).random()` alone.

    Python promises that sequence across versions; it makes no such promise for `choice`,
    `shuffle` or `sample`, so these are spelt out here.
    """

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def fraction(self) -> float:
        """A float in [0, 1)."""
        return self._random.random()

    def below(self, limit: int) -> int:
        """An integer in [0, limit)."""
        return int(self._random.random() * limit)

    def between(self, first: int, last: int) -> int:
        """An integer in [first, last]."""
        return first + self.below(last - first + 1)

    def happens(self, probability: float) -> bool:
        """True with the given probability."""
        return self._random.random() < probability

    def pick(self, items: Sequence[T]) -> T:
        """One of the items, all equally likely."""
        return items[self.below(len(items))]

    def weighted(self, items: Sequence[T], weights: Sequence[int]) -> T:
        """One of the items, each as likely as its weight says."""
        point = self.below(sum(weights))
        for item, weight in zip(items, weights, strict=True):
            point -= weight
            if point < 0:
                return item
        raise ValueError("weights must be positive")
