"""Which denominator a stated per cent was taken of, at the decimals it is printed with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

ROUNDED, CUT = "rounded", "cut"


@dataclass(frozen=True)
class Rate:
    """A stated per cent, its numerator and the denominators it may have been taken of.

    `denominators` is name → count, the likely one first; `about` as in `Figure`.
    """

    value: Decimal
    places: int
    numerator: Decimal
    denominators: Mapping[str, Decimal]
    about: str = ""


@dataclass(frozen=True)
class Fit:
    """The denominator that a rate fits, and whether by rounding or by cutting decimals off."""

    denominator: str
    how: str


def percent(numerator: Decimal, denominator: Decimal, places: int) -> Decimal:
    """Return numerator / denominator in per cent, rounded half away from zero."""
    return (numerator * 100 / denominator).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def fit(rate: Rate, denominator: str) -> str:
    """Return how `rate` fits `denominator`: `rounded`, `cut` or, if it does not, an empty text."""
    count = rate.denominators.get(denominator, Decimal(0))
    if not count:
        return (
            ROUNDED
            if rate.value == rate.numerator == 0 and denominator in rate.denominators
            else ""
        )
    exact = rate.numerator * 100 / count
    lowest, highest = {
        "under": (rate.value - 1, rate.value),
        "over": (rate.value, rate.value + 1),
        "near": (rate.value - 1, rate.value + 1),
    }.get(rate.about, (None, None))
    if lowest is not None and highest is not None:
        return ROUNDED if lowest <= exact <= highest else ""
    unit = Decimal(1).scaleb(-rate.places)
    if exact.quantize(unit, ROUND_HALF_UP) == rate.value:
        return ROUNDED
    return CUT if exact.quantize(unit, ROUND_DOWN) == rate.value else ""


def fits(rates: Sequence[Rate]) -> list[Fit | None]:
    """Return for each of `rates`, which stand side by side, what it fits.

    Rates side by side share their denominator: the one that most of them fit. A rate that does
    not fit it may still be the rounded share of another one; that it would be the share of
    another one with decimals cut off is taken for chance.
    """
    names = list(dict.fromkeys(name for rate in rates for name in rate.denominators))
    if not names:
        return [None] * len(rates)

    def score(name: str) -> tuple[int, int]:
        found = [fit(rate, name) for rate in rates]
        return sum(map(bool, found)), found.count(ROUNDED)

    common = max(names, key=score)  # of equals the first
    return [_fit(rate, common) for rate in rates]


def _fit(rate: Rate, common: str) -> Fit | None:
    how = fit(rate, common)
    if how:
        return Fit(common, how)
    other = next((name for name in rate.denominators if fit(rate, name) == ROUNDED), None)
    return Fit(other, ROUNDED) if other else None
