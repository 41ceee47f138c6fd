"""Holding a report against itself: parts, wholes and levels, rates and their denominators."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from pipelines.numbers import count_text, percent_text
from pipelines.reconcile import verdicts
from pipelines.reconcile.figures import Figure
from pipelines.reconcile.measures import LABELS
from pipelines.reconcile.rates import CUT, Fit, Rate, fits, percent
from pipelines.reconcile.readings import Group, is_exact_count, measures_of
from pipelines.reconcile.sums import Sum, derived, sums
from pipelines.reconcile.tokens import PERCENT
from pipelines.reconcile.verdicts import Line

_LEVELS = ("province", "district", "commune")
_LEVEL_LABELS = {
    "all": "toàn bộ",
    "province": "cấp tỉnh",
    "district": "cấp huyện",
    "commune": "cấp xã",
}
# Rates of these are taken of one denominator where they stand side by side.
_OUTCOMES = frozenset({"on_time", "on_due_date", "early", "late"})
_DENOMINATORS = ("handled", "resolved", "received", "in_scope", "due", "in_progress")


def sum_lines(
    groups: Sequence[Group],
    figures: Sequence[Figure],
    explain: Callable[[Group], str] = lambda group: "",
) -> list[Line]:
    """Return a line for each sum within a group and for each sum over the levels.

    `explain` gives what is known of the dossiers that a report leaves unsaid.
    """
    lines = []
    for group in groups:
        for each in sums(group.values(figures)):
            line = _sum_line(each, group, figures)
            if line.verdict == verdicts.REMARK:
                line = replace(line, note=line.note + explain(group))
            lines.append(line)
    return lines + _level_lines(groups, figures)


def _sum_line(each: Sum, group: Group, figures: Sequence[Figure]) -> Line:
    said = " + ".join(
        f"{count_text(int(value))} {LABELS[name]}" for name, value in each.parts.items()
    )
    stated = count_text(int(each.count))
    whole = f"{stated} {LABELS[each.whole]}"
    place = group.row or _LEVEL_LABELS.get(group.level, group.level)
    gap = count_text(abs(int(each.difference)))
    computed = count_text(int(each.count - each.difference))
    where = figures[group.measures[next(iter(each.parts))]].where
    if not each.difference:
        return Line(f"{whole} = {said}", stated, computed, verdicts.AGREES, place, where)
    if each.fails:
        note = f"{place}: chênh {gap} hồ sơ"
        return Line(f"{whole} ≠ {said}", stated, computed, verdicts.SUM, note, where)
    note = (
        f"{place}: còn {gap} hồ sơ báo cáo không nêu (có thể là hồ sơ rút, trả lại, chờ bổ sung)"
        if each.difference > 0
        else f"{place}: nhiều hơn số tiếp nhận {gap} hồ sơ (có thể là hồ sơ kỳ trước chuyển sang)"
    )
    return Line(f"{whole}; {said}", stated, computed, verdicts.REMARK, note, where)


def _level_parts(
    groups: Sequence[Group], figures: Sequence[Figure]
) -> list[tuple[str, int, dict[str, int]]]:
    """Return (measure, its count for all levels, level → count), counts by index.

    They are taken from the first group of each level, where at least two levels state the measure.
    Levels in brackets behind their whole are all of it, and so are three; of other lists a level
    may be left unsaid, so that they count only if they reach the whole.
    """
    first: dict[str, Group] = {}
    for group in groups:
        if not group.row:
            first.setdefault(group.level, group)
    found = []
    for measure, index in (first["all"].measures if "all" in first else {}).items():
        parts = {
            level: first[level].measures[measure]
            for level in _LEVELS
            if level in first
            and first[level].basis == first["all"].basis
            and measure in first[level].measures
        }
        whole = len(parts) == len(_LEVELS) or all(
            figures[p].parent == index for p in parts.values()
        )
        reaches = sum(figures[part].value for part in parts.values()) >= figures[index].value
        if len(parts) > 1 and (whole or reaches):
            found.append((measure, index, parts))
    return found


def _level_lines(groups: Sequence[Group], figures: Sequence[Figure]) -> list[Line]:
    """Hold what all levels have against the sum of the levels."""
    lines = []
    for measure, index, parts in _level_parts(groups, figures):
        total = sum((figures[part].value for part in parts.values()), Decimal(0))
        gap = figures[index].value - total
        said = " + ".join(
            f"{count_text(int(figures[part].value))} {_LEVEL_LABELS[level]}"
            for level, part in parts.items()
        )
        stated = count_text(int(figures[index].value))
        note = "toàn bộ so với các cấp"
        lines.append(
            Line(
                f"{LABELS[measure]}: {stated} {'≠' if gap else '='} {said}",
                stated,
                count_text(int(total)),
                verdicts.SUM if gap else verdicts.AGREES,
                f"{note}: chênh {count_text(abs(int(gap)))} hồ sơ" if gap else note,
                figures[index].where,
            )
        )
    return lines


def stated_rates(
    groups: Sequence[Group], figures: Sequence[Figure]
) -> dict[int, tuple[Rate, str, Group]]:
    """Return index of a per cent → its rate, the measure of its numerator, and that one's group.

    Per cents whose numerator or denominators the report does not state are left out.
    """
    settled = measures_of(groups)
    found = {}
    for index, figure in enumerate(figures):
        if figure.kind != PERCENT:
            continue
        subject = _numerator(figure, index, groups, figures)
        if subject is None or subject not in settled:
            continue
        measure, group = settled[subject]
        stated = group.values(figures)
        known = stated | derived(stated)  # what is stated stands first
        named: dict[str, Decimal] = {}
        parent = figures[subject].parent
        if parent is not None and parent in settled:
            same = settled[parent][1] is group
            name = (
                settled[parent][0] if same else f"{settled[parent][0]}.{settled[parent][1].level}"
            )
            named[name] = figures[parent].value
        if figures[subject].of:
            named["of"] = Decimal(figures[subject].of or 0)
        in_use = sorted(_DENOMINATORS, key=lambda name: name not in stated)
        named |= {name: known[name] for name in in_use if name in known and name != measure}
        if named:
            rate = Rate(figure.value, figure.places, figures[subject].value, named, figure.about)
            found[index] = (rate, measure, group)
    return found


def _numerator(
    figure: Figure, index: int, groups: Sequence[Group], figures: Sequence[Figure]
) -> int | None:
    """Return the count that a per cent is the share of: the one before it, or the one it names."""
    if figure.subject is not None:
        return figure.subject if is_exact_count(figures[figure.subject]) else None
    fitting = [
        group.measures[name]
        for group in groups
        for name in figure.candidates
        if group.level == (figure.level or "all") and not group.row and name in group.measures
    ]
    return min(fitting, key=lambda each: abs(each - index), default=None)


def rate_fits(
    rates: dict[int, tuple[Rate, str, Group]], figures: Sequence[Figure]
) -> dict[int, Fit | None]:
    """Return index of a per cent → the denominator that it fits."""
    together: dict[tuple[object, ...], list[int]] = {}
    for index, (_, measure, group) in rates.items():
        beside = (id(group), "outcomes") if measure in _OUTCOMES else (index,)
        together.setdefault(beside, []).append(index)
    found: dict[int, Fit | None] = {}
    for indices in together.values():
        found |= zip(indices, fits([rates[index][0] for index in indices]), strict=True)
    return found


def rate_line(figure: Figure, rate: Rate, fit: Fit | None) -> Line:
    """Return the verdict on a per cent, by what the report itself states."""
    if fit is None:
        name, count = next(iter(rate.denominators.items()))
        right = (
            percent_text(percent(rate.numerator, count, rate.places), rate.places) if count else ""
        )
        note = f"{_of(rate.numerator, count, name)} là {right or 'không tính được'}"
        return Line(figure.phrase, figure.printed, right, verdicts.RATE, note, figure.where)
    count = rate.denominators[fit.denominator]
    right = percent_text(percent(rate.numerator, count, rate.places), rate.places) if count else ""
    note = _of(rate.numerator, count, fit.denominator)
    if fit.how == CUT:
        note += f"; báo cáo cắt bỏ phần lẻ, làm tròn là {right}"
    return Line(figure.phrase, figure.printed, right, verdicts.AGREES, note, figure.where)


def _of(numerator: Decimal, count: Decimal, name: str) -> str:
    measure, _, level = name.partition(".")
    label = LABELS.get(measure, "mẫu số ghi trong báo cáo")
    said = f"{count_text(int(numerator))}/{count_text(int(count))} ({label}"
    return said + (f" {_LEVEL_LABELS.get(level, level)})" if level else ")")


def report_alone(groups: Sequence[Group], figures: Sequence[Figure]) -> list[Line]:
    """Return the lines of a report held against itself alone."""
    rates = stated_rates(groups, figures)
    found = rate_fits(rates, figures)
    lines = [rate_line(figures[index], rate, found[index]) for index, (rate, _, _) in rates.items()]
    checked = set(rates) | set(_compared(groups, figures, rates))
    lines += sum_lines(groups, figures)
    lines += [
        Line(f.phrase, f.printed, "", verdicts.UNCHECKED, unchecked_note(f), f.where)
        for index, f in enumerate(figures)
        if index not in checked
    ]
    return lines


def _compared(
    groups: Sequence[Group],
    figures: Sequence[Figure],
    rates: dict[int, tuple[Rate, str, Group]],
) -> Iterable[int]:
    """Yield the counts that take part in a sum or a rate."""
    for group in groups:
        for each in sums(group.values(figures)):
            names = {each.whole, *each.parts}
            if each.whole not in group.measures:
                names |= {"received", "carried_over"}  # the whole is their sum
            yield from (index for index, name in group.names.items() if name in names)
    for rate, measure, group in rates.values():
        names = {measure, *rate.denominators}
        yield from (index for index, name in group.names.items() if name in names)
    for _, index, parts in _level_parts(groups, figures):
        yield from (index, *parts.values())


def unchecked_note(figure: Figure) -> str:
    """Return why `figure` could be held against nothing."""
    if figure.about:
        return "số ước lượng"
    if not figure.candidates and figure.subject is None:
        return "không rõ số này nói về việc gì"
    return "báo cáo không nêu số nào để đối chiếu"
