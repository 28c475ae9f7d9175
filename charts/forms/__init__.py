"""The forms of pictures: each takes finished data and lays it out. A form is a file here and a line of the register."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from charts.canvas.render import draw as render
from charts.canvas.scene import Scene
from charts.forms import (
    attendance,
    attrition,
    bars,
    before_after,
    branches,
    cohorts,
    contributions,
    crew,
    crowd,
    curve,
    deviations,
    flows,
    hero,
    hours,
    ladders,
    matrix,
    measures,
    moments,
    multiples,
    outcomes,
    outlook,
    pairs,
    panels,
    quadrant,
    quarters,
    ranking,
    scoreboard,
    series,
    shortage,
    spreads,
    steps,
    tower,
    wings,
)


@dataclass(frozen=True)
class Form:
    """What a form is made of, and how it is laid out."""

    data: type
    scene: Callable[[Any], Scene]


FORMS = {
    "scoreboard": Form(scoreboard.Scoreboard, scoreboard.scene),
    "panels": Form(panels.Panels, panels.scene),
    "levels": Form(multiples.Levels, multiples.scene),
    "deviations": Form(deviations.Deviations, deviations.scene),
    "series": Form(series.Series, series.scene),
    "curve": Form(curve.Curve, curve.scene),
    "hero": Form(hero.Hero, hero.scene),
    "bars": Form(bars.Bars, bars.scene),
    "matrix": Form(matrix.Matrix, matrix.scene),
    "ranking": Form(ranking.Ranking, ranking.scene),
    "contributions": Form(contributions.Contributions, contributions.scene),
    "tower": Form(tower.Climb, tower.scene),
    "outcomes": Form(outcomes.Outcomes, outcomes.scene),
    "ladders": Form(ladders.Ladders, ladders.scene),
    "branches": Form(branches.Branches, branches.scene),
    "moments": Form(moments.Moments, moments.scene),
    "flows": Form(flows.Flows, flows.scene),
    "hours": Form(hours.Hours, hours.scene),
    "steps": Form(steps.Steps, steps.scene),
    "crowd": Form(crowd.Crowd, crowd.scene),
    "attendance": Form(attendance.Attendance, attendance.scene),
    "wings": Form(wings.Wings, wings.scene),
    "spreads": Form(spreads.Spreads, spreads.scene),
    "pairs": Form(pairs.Pairs, pairs.scene),
    "quarters": Form(quarters.Quarters, quarters.scene),
    "quadrant": Form(quadrant.Quadrant, quadrant.scene),
    "measures": Form(measures.MeasureTable, measures.scene),
    "attrition": Form(attrition.Attrition, attrition.scene),
    "crew": Form(crew.Crew, crew.scene),
    "cohorts": Form(cohorts.Cohorts, cohorts.scene),
    "shortage": Form(shortage.Shortage, shortage.scene),
    "outlook": Form(outlook.Outlook, outlook.scene),
    "before-after": Form(before_after.BeforeAfter, before_after.scene),
}
_SCENES = {form.data: form.scene for form in FORMS.values()}


def scene(picture: Any) -> Scene:
    """Lay out a picture by the form of its data. Raises NothingToDraw where no figure of it has data."""
    return _SCENES[type(picture)](picture)


def draw(picture: Any) -> bytes:
    """Draw a picture as a PNG file. Raises NothingToDraw where no figure of it has data."""
    return render(scene(picture))
