"""What metrics are called in pictures, where labels of a digest are too long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from digests.figures import Figure
from digests.localizer import Localizer
from digests.pictures.setting import Setting
from metrics.model import Metric
from warehouse.messages import N_

_LABEL = 20
"""As many characters as a row has room for; a label of the digest that is no longer is used as it is."""


@dataclass(frozen=True)
class PictureName:
    """A metric by its short names: message ids."""

    row: str
    of_line: str
    said: str
    """Within a sentence."""


_NAMES = {
    "target_in": PictureName(N_("Inbound requests"), N_("Requests: {line}"), N_("inbound requests")),
    "target_out": PictureName(N_("Telemarketing"), N_("Telemarketing: {line}"), N_("telemarketing")),
    "reserves": PictureName(N_("Reservations, % of month"), N_("Reservations: {line}"), N_("reservations")),
    "reserves_m2": PictureName(N_("Reservations, % of month"), N_("Reservations: {line}"), N_("reservations")),
    "calls": PictureName(N_("Calls received"), N_("Calls: {line}"), N_("inbound calls")),
    "calls_out": PictureName(N_("Calls made"), N_("Calls out: {line}"), N_("outbound calls")),
    "lcr": PictureName(N_("Lost calls, LCR"), N_("LCR {line}"), N_("LCR")),
    "sl": PictureName(N_("Service level, SL"), N_("SL {line}"), N_("SL")),
    "aht": PictureName(N_("Handling time, AHT"), N_("AHT {line}"), N_("AHT")),
    "asa": PictureName(N_("Wait, ASA"), N_("ASA {line}"), N_("ASA")),
    "chats": PictureName(N_("Chats received"), N_("Chats: {line}"), N_("chats")),
    "chat_aht": PictureName(N_("AHT of chats"), N_("AHT of chats: {line}"), N_("AHT of chats")),
    "leads": PictureName(N_("Leads received"), N_("Leads: {line}"), N_("leads")),
    "bot_calls": PictureName(N_("Calls to the bot"), N_("Calls to the bot: {line}"), N_("calls to the bot")),
    "bot_wait": PictureName(N_("Wait for the bot"), N_("Wait for the bot: {line}"), N_("wait for the bot")),
    "bot_correct": PictureName(N_("Correct handovers"), N_("Handovers: {line}"), N_("correct handovers")),
}


def row_name(setting: Setting, figure: Figure, group: Sequence[Figure]) -> str:
    """A figure's name in a table: its label, if all labels of its metric are short, else the metric's short name."""
    same = setting.of(figure.spec.metric)
    name = _NAMES.get(figure.spec.metric)
    if name is None or all(len(each.label) <= _LABEL for each in same):
        return figure.label
    several = len({each.spec.line for each in group if each.spec.metric == figure.spec.metric}) > 1
    line = setting.line_title(figure)
    return setting.localizer(name.of_line, line=line) if several and line else setting.localizer(name.row)


def metric_name(localizer: Localizer, metric: Metric) -> str:
    """A metric's name at the head of a column: its short one, if it has one."""
    name = _NAMES.get(metric.key)
    return localizer(name.row if name else metric.title)


def metric_said(localizer: Localizer, metric: Metric) -> str:
    """A metric's name within a sentence."""
    name = _NAMES.get(metric.key)
    return localizer(name.said) if name else in_sentence(localizer(metric.title))


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
            names.append((localizer(every, name=_said(setting, figure)), tuple(same)))
            left = [each for each in left if each not in same]
        else:
            names.append((_said(setting, figure, with_line=len(every_line) > 1), (figure,)))
            left.remove(figure)
    return names


def _said(setting: Setting, figure: Figure, *, with_line: bool = False) -> str:
    name, line = _NAMES.get(figure.spec.metric), setting.line_title(figure)
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


def in_sentence(text: str) -> str:
    """Without its capital, unless it is a name or an abbreviation."""
    rest = text[1:]
    return text[:1].lower() + rest if rest == rest.lower() else text
