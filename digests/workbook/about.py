"""The sheet about the workbook itself: of what period, by which clock, by which conventions."""

from __future__ import annotations

from datetime import datetime
from importlib.metadata import version

from digests.localizer import Localizer
from digests.workbook.sheets import Cell, Column, Form, Sheet
from metrics.calculator import Calculator
from metrics.periods import Period, to_local
from warehouse.messages import N_

_NOTES = (
    N_("A percentage is a fraction in a percentage format: 0.885 is shown as 88.5%."),
    N_("An empty fact is an unknown one, never a zero; the reason stands under Remarks."),
    N_("To add up a percentage or an average over days, divide the sum of numerators by the sum of denominators."),
    N_("The verdict is by the plan to date: the plan of the time up to the as-of moment."),
    N_("The execution of a plan for a month is over the whole month; its pace is over the plan to date."),
)


def sheet(calculator: Calculator, known_to: datetime | None, period: Period, localizer: Localizer) -> Sheet:
    zone = period.timezone
    rules = calculator.conventions
    facts = (
        (N_("First day"), Cell(period.first_day, Form.DAY)),
        (N_("Last day"), Cell(period.last_day, Form.DAY)),
        (N_("Time zone"), Cell(zone)),
        (N_("As of"), Cell(to_local(known_to, zone) if known_to else None, Form.MOMENT)),
        (N_("Computed at"), Cell(to_local(calculator.now, zone), Form.MOMENT)),
        (N_("Service level formula"), Cell(rules["formula"])),
        (N_("Service level threshold, s"), Cell(rules["threshold"])),
        (N_("A lost client is recovered within, h"), Cell(rules["recovery_hours"])),
        (N_("Made by"), Cell(f"Svodka {version('svodka')}")),
    )
    rows = [(Cell(localizer(name)), value) for name, value in facts]
    rows += [
        (Cell(localizer(N_("How to read it")) if n == 0 else None), Cell(localizer(text)))
        for n, text in enumerate(_NOTES)
    ]
    columns = (Column(localizer(N_("Property"))), Column(localizer(N_("Value")), wrap=90))
    return Sheet(localizer(N_("About")), None, columns, tuple(rows))
