"""The funnel as a picture: two wings of one spine, and below them the step that the finding is about, by city."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from charts.forms.wings import Place, Wings, WingStep
from charts.model import Amount
from digests import numbers
from digests.catalogue.funnel import FEW, STEPS, Fall, as_rows, by_of, fall_of, going_on, part, step_title, value_name
from digests.localizer import Localizer
from digests.model import Value
from digests.pictures.wording import chart_labels, data_as_of, measured, sentences, span, titles
from digests.result import ReportResult, Session
from metrics.answers import exact
from metrics.dimensions import DIMENSIONS
from metrics.model import Unit
from metrics.periods import Period
from warehouse.messages import N_

_CITIES = 6
Row = Mapping[str, Value]


def wings(session: Session, result: ReportResult) -> Wings | None:
    """Return the picture of a funnel; None where no deal was created or passed anything."""
    created = {str(row["step"]): row for row in as_rows(part(result, "created"))}
    passed = {str(row["step"]): row for row in as_rows(part(result, "passed"))}
    steps = [step for step in STEPS if step in created or step in passed]
    found = part(result, "passed")
    on_path = found.findings.values.get("on_path") if found else None  # of one pipeline, how many stages its path has
    stages = isinstance(on_path, float)
    steps = [*passed][: int(on_path)] if isinstance(on_path, float) else steps
    if not any(
        _n(of[step], key) for of, key in ((created, "reached"), (passed, "deals")) for step in steps if step in of
    ):
        return None
    localizer = session.localizer
    change, by = part(result, "funnel.change"), by_of(result.spec.chosen)
    fall = fall_of(change)
    cities = [row for row in as_rows(change) if _n(row, "deals")] if change else []
    shown = cities[:_CITIES]
    below = ""
    if fall and len(cities) > 1:
        below = localizer(
            N_("{step} → {to} {by}, %"),
            step=step_title(session, fall.step),
            to=step_title(session, fall.to),
            by=localizer(DIMENSIONS[by].by),
        )
    return Wings(
        titles(*_captions(session, result, fall, cities)),
        chart_labels(localizer),
        (localizer(N_("Created: how far they came")), localizer(N_("Passed in the period"))),
        tuple(
            _step(
                session,
                step if stages else step_title(session, step),
                created.get(step, {}),
                passed.get(step, {}),
                fall if fall is not None and fall.step == step and not stages else None,
            )
            for step in steps
        ),
        below,
        (
            localizer(N_("of the created, still young")),
            localizer(N_("stroke: {period}"), period=localizer.days(_before(result))) if fall and fall.before else "",
        ),
        tuple(_place(session, row, fall, n == 0, by) for n, row in enumerate(shown)) if below else (),
    )


def _before(result: ReportResult) -> Period:
    return next(iter(result.before.values())).period


def _n(row: Row, key: str) -> float:
    value = row.get(key)
    return value if isinstance(value, float) else 0.0


def _whole(localizer: Localizer, value: float) -> str:
    return numbers.plain(localizer, exact(value), 0)


def _percent(localizer: Localizer, value: object) -> str:
    return measured(localizer, Unit.PERCENT, _whole(localizer, value)) if isinstance(value, float) else ""


def _step(session: Session, name: str, created: Row, passed: Row, fall: Fall | None) -> WingStep:
    localizer = session.localizer
    here, closed = _n(created, "here_open"), _n(created, "here_lost")
    told = ""
    if here or closed:
        told = localizer(
            N_("here {here}, closed {closed}"), here=_whole(localizer, here), closed=_whole(localizer, closed)
        )
    reached, deals = _n(created, "reached"), _n(passed, "deals")
    before = ""
    if fall and fall.before is not None:
        before = localizer(N_("was {value}"), value=_whole(localizer, fall.before))
    return WingStep(
        name,
        Amount(reached, _whole(localizer, reached)),
        here,
        closed,
        Amount(deals, _whole(localizer, deals)),
        told,
        _percent(localizer, created.get("to_next")) if reached >= FEW else "",
        _percent(localizer, passed.get("to_next")) if deals >= FEW else "",
        before,
        fall is not None,
    )


def _place(session: Session, row: Row, fall: Fall | None, first: bool, by: str) -> Place:
    localizer = session.localizer
    share, before, young = (row[key] for key in ("share", "before", "created_share"))
    few = _n(row, "deals") < FEW
    said = ""
    strong = bool(first and fall and fall.fell and not few)
    if strong and isinstance(share, float) and isinstance(before, float):
        sign = numbers.sign_of(share - before, _whole(localizer, abs(share - before)))
        said = localizer(N_("{number} pp"), number=sign)
    text = ""
    if isinstance(share, float):
        passed = round(share * _n(row, "deals") / 100)
        text = localizer(N_("{n} of {all}"), n=passed, all=int(_n(row, "deals"))) if few else _whole(localizer, share)
    return Place(
        value_name(session, row[by], by),
        Amount(young, _whole(localizer, young)) if isinstance(young, float) else None,
        Amount(share, text) if isinstance(share, float) else None,
        before if isinstance(before, float) and not few else None,
        said,
        strong,
    )


def _captions(
    session: Session, result: ReportResult, fall: Fall | None, cities: Sequence[Row]
) -> tuple[str, str, str, Sequence[str]]:
    localizer = session.localizer
    subtitle = sentences(
        localizer(N_("Deals by step, {period}"), period=span(localizer, result.period)),
        data_as_of(localizer, result.as_of),
    )
    deals = result.figure("deals").answer.fact
    footnote = sentences(
        localizer(N_("Left, each deal once: outlined ones stand there, pale ones are closed")),
        localizer(N_("Right: who passed the step in these days, whenever created; a jump passes what it skips")),
        *(localizer.say(remark) for remark in deals.remarks[:1]),
    )
    return _headline(session, fall, cities, by_of(result.spec.chosen)), subtitle, footnote, (subtitle, footnote)


def _headline(session: Session, fall: Fall | None, cities: Sequence[Row], by: str) -> str:
    """The step that fell most and the city that gave most of it; none fell: the largest loss."""
    localizer = session.localizer
    if fall is None:
        return localizer(N_("Deals by step"))
    said = going_on(session, fall, _percent(localizer, fall.share))
    if not fall.fell or fall.before is None:
        return localizer(N_("Most are lost here:\n{said}"), said=said[:1].lower() + said[1:])
    was = _percent(localizer, fall.before)
    first = next((row for row in cities if isinstance(row["part"], float) and row["part"] < 0), None)
    if first is None or len(cities) < 2:
        return localizer(N_("{said},\nbefore it was {was}"), said=said, was=was)
    city = value_name(session, first[by], by)
    return localizer(N_("{said},\nwas {was}; most of the fall: {city}"), said=said, was=was, city=city)
