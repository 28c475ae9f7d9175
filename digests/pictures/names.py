"""What metrics are called in pictures, where labels of a digest are too long."""

from __future__ import annotations

from collections.abc import Sequence

from digests.figures import Figure
from digests.pictures.setting import Setting
from digests.terms import in_sentence
from warehouse.messages import N_

_LABEL = 20
"""As many characters as a row has room for; a label of the digest that is no longer is used as it is."""


def row_name(setting: Setting, figure: Figure, group: Sequence[Figure]) -> str:
    """A figure's name in a table: its label, if all labels of its metric are short, else the metric's short name."""
    same = setting.of(figure.spec.metric)
    name = figure.answer.metric.short
    if name is None or all(len(each.label) <= _LABEL for each in same):
        return figure.label
    several = len({each.spec.line for each in group if each.spec.metric == figure.spec.metric}) > 1
    line = setting.line_title(figure)
    return setting.localizer(name.of_line, line=line) if several and line else setting.localizer(name.row)


def said(setting: Setting, figures: Sequence[Figure], among: Sequence[Figure]) -> list[tuple[str, tuple[Figure, ...]]]:
    """Figures named within a sentence: those of a whole group by its title, those of one metric together."""
    localizer = setting.localizer
    names: list[tuple[str, tuple[Figure, ...]]] = []
    left = list(figures)
    for figure in figures:
        if figure not in left:
            continue
        title, members = _whole_group(setting, figure, among)
        if members and all(member in left for member in members):
            names.append((in_sentence(title), tuple(members)))
            left = [each for each in left if each not in members]
            continue
        same = [each for each in left if each.spec.metric == figure.spec.metric]
        every_line = setting.of(figure.spec.metric)
        if len(same) == len(every_line) > 1:
            every = N_("{name} of both lines") if len(same) == 2 else N_("{name} of all lines")
            names.append((localizer(every, name=_name_of(setting, figure)), tuple(same)))
            left = [each for each in left if each not in same]
        else:
            names.append((_name_of(setting, figure, with_line=len(every_line) > 1), (figure,)))
            left.remove(figure)
    return names


def _name_of(setting: Setting, figure: Figure, *, with_line: bool = False) -> str:
    name, line = figure.answer.metric.short, setting.line_title(figure)
    if name is None:
        return in_sentence(figure.label)
    if with_line and line:
        return in_sentence(setting.localizer(name.of_line, line=line))
    return setting.localizer(name.said)


def _whole_group(setting: Setting, figure: Figure, among: Sequence[Figure]) -> tuple[str, list[Figure]]:
    """A titled group of several judged figures of different metrics that the figure is in."""
    for section in setting.spec.sections:
        for group in section.groups:
            members = [each for each in among if each.spec in group.figures]
            metrics = {member.spec.metric for member in members}
            if group.title and figure in members and len(members) == len(metrics) > 1:
                return setting.localizer(group.title), members
    return "", []
