"""Satisfaction: what clients answer, each scale as itself, with how many answered and how far chance may move it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from digests import numbers
from digests.catalogue import quadrant
from digests.catalogue.declared import Declared
from digests.model import (
    PERIOD,
    Analysis,
    AnalysisSpec,
    Choice,
    Column,
    FigureSpec,
    Findings,
    Group,
    ReportSpec,
    Section,
    Slice,
    TableSpec,
    Value,
)
from metrics.answers import Answer, Question
from metrics.centre import IndexScale, Surveys
from metrics.dimensions import LINE
from metrics.intervals import Interval, Sample, of_mean, wilson
from metrics.model import Unit
from warehouse.messages import N_, Message, note

if TYPE_CHECKING:
    from digests.result import ReportResult, Session

_VALUES = ("csat", "csi", "nps", "smile")
_OF_SURVEY = {"csat": "csat", "csi": "csi", "nps": "nps", "mood": "smile"}
_QUESTIONS, _SCORES, _SPEED = "satisfaction.questions", "satisfaction.scores", "satisfaction.speed"
LEAST = 30
"""No finding rests on fewer answers."""


def _with_quadrant(spec: ReportSpec, chosen: str) -> ReportSpec:
    """Put what a smile is worth first, where it is asked for: it takes deals, which many centres have not."""
    if chosen != "price":
        return spec
    sections = (Section(N_("Price and smile"), (quadrant.SPEC,)), *spec.sections)
    return replace(spec, sections=sections, pictures=("quadrant",), drawn=(quadrant.KEY,))


SPEC = ReportSpec(
    "satisfaction",
    N_("What clients say"),
    (
        Section(
            N_("What clients say"),
            (
                Group(
                    (
                        FigureSpec("csat", "csat", None, N_("Satisfied clients (CSAT)")),
                        FigureSpec("csi", "csi", None, N_("Satisfaction index (CSI)")),
                        FigureSpec("nps", "nps", None, N_("Recommendation index (NPS)")),
                        FigureSpec("smile", "smile", None, N_("Smile index")),
                        FigureSpec("response_rate", "response_rate", None, N_("Response rate")),
                        FigureSpec("again", "survey_clients_again", None, N_("Clients who answered more than once")),
                    )
                ),
                AnalysisSpec(
                    _QUESTIONS,
                    N_("Questions"),
                    N_(
                        "CSAT and CSI in per cent, NPS and the smile index in points. From and to: where chance alone "
                        "may move a value with 95% certainty (Wilson for shares, the sample's variance for means)."
                    ),
                ),
                TableSpec("trend", N_("Six periods"), _VALUES, (PERIOD,), limit=6),
            ),
        ),
        Section(
            N_("Where"),
            (
                TableSpec("lines", N_("Lines"), (*_VALUES, "survey_answers"), (LINE,)),
                TableSpec("channels", N_("Channels"), (*_VALUES, "survey_answers"), ("channel",), picture=True),
                TableSpec("topics", N_("Topics"), (*_VALUES, "survey_answers"), ("topic",)),
                TableSpec("agents", N_("Agents"), (*_VALUES, "survey_answers"), ("agent",)),
                AnalysisSpec(
                    _SPEED, N_("By wait"), N_("By how long the contact waited for its last answer, in minutes.")
                ),
                AnalysisSpec(_SCORES, N_("Scores")),
            ),
        ),
    ),
    question=N_("What do clients say, and where is it worse?"),
    aliases=(
        "оценки",
        "оценки клиентов",
        "удовлетворенность",
        "удовлетворенность клиентов",
        "satisfaction",
        "customer satisfaction",
    ),
    short=("csat", "nps", "response_rate"),
    compared=True,
    choices=(Choice("quadrant", "", ("price",), shaped=_with_quadrant),),
)

Scores = Mapping[tuple[float, float, float], float]
"""How many answers have a score on a scale: low, high, score."""


def _questions_asked(within: Slice) -> Sequence[Question]:
    before = within.before("surveys")
    return [
        *(within.question(key, "survey") for key in ("surveys", "survey_answers", "response_rate", "surveys_waiting")),
        within.question("survey_answers", "survey", "scale", "score"),
        within.question("survey_answers", "survey", "scale", "score", period=before),
    ]


def _scores_of(answer: Answer) -> Mapping[str, Scores]:
    """Return the scores of each kind of question."""
    found: dict[str, dict[tuple[float, float, float], float]] = defaultdict(dict)
    for point in answer.points:
        kind, scale, score = point.values
        if kind and scale and score and point.fact.value:
            low, high = map(float, scale.split("–"))
            found[kind][low, high, float(score)] = point.fact.value
    return found


def value_of(kind: str, scores: Scores, surveys: Surveys) -> Interval | None:
    """Return what a kind of question comes to, in per cent or points, with its interval; None of no score at all."""
    on_scale = {each: n for each, n in scores.items() if each[1] > each[0]}
    match kind:
        case "csat":
            top = sum(n for (low, high, score), n in on_scale.items() if 4 * (score - low) >= 3 * (high - low))
            found = wilson(top, sum(on_scale.values()))
        case "csi":
            of_max = surveys.csi == "share_of_max"
            shares = (
                (score / high if of_max else (score - low) / (high - low), n)
                for (low, high, score), n in on_scale.items()
            )
            found = of_mean(Sample.of(shares))
        case "nps" | "mood":
            votes = list(_votes(on_scale, surveys.nps if kind == "nps" else surveys.mood))
            sound = [(vote, n) for vote, n in votes if vote is not None]
            found = of_mean(Sample.of(sound)) if len(sound) == len(votes) else None
        case _:
            return None
    return found.scaled(100).within(0 if kind in ("csat", "csi") else -100, 100) if found else None


def _votes(scores: Scores, declared: IndexScale | None) -> Iterator[tuple[float | None, float]]:
    """Yield votes with how many there are; None on a scale of which nobody has said who is for and against."""
    for (low, high, score), n in scores.items():
        if (low, high) == (0, 10):
            yield float((score >= 9) - (score <= 6)), n
        elif declared:
            yield float((score >= declared.promoters) - (score <= declared.detractors)), n
        else:
            yield None, n


def _questions(within: Slice, answers: Sequence[Answer]) -> Findings:
    counts, scores, before = answers[:4], _scores_of(answers[4]), _scores_of(answers[5])
    surveys = within.calculator.centre.surveys
    by_kind = [{point.segment: point.fact.value for point in answer.points} for answer in counts]
    rows: list[tuple[Value, ...]] = []
    moved: list[tuple[float, str]] = []
    for kind in (*_OF_SURVEY, "other"):
        if kind not in by_kind[0]:
            continue
        now, then = (value_of(kind, found.get(kind, {}), surveys) for found in (scores, before))
        n = sum(scores.get(kind, {}).values())
        if now and then and n >= LEAST and not now.low <= then.value <= now.high:
            moved.append((abs(now.value - then.value) / ((now.high - now.low) or 1), kind))
        rows.append(
            (
                kind,
                *(found.get(kind) for found in by_kind),
                *((now.value, now.low, now.high) if now else (None, None, None)),
                then.value if then else None,
            )
        )
    columns = (
        Column("survey", N_("Survey"), of="survey"),
        Column("asked", N_("Asked"), Unit.COUNT),
        Column("answered", N_("Answered"), Unit.COUNT),
        Column("response_rate", N_("Response rate"), Unit.PERCENT, 1),
        Column("waiting", N_("Waiting"), Unit.COUNT),
        Column("value", N_("Value"), None, 1),
        Column("low", N_("From"), None, 1),
        Column("high", N_("To"), None, 1),
        Column("before", N_("Before"), None, 1),
    )
    return Findings((), columns, tuple(rows), {"moved": max(moved)[1] if moved else None})


def _scores_asked(within: Slice) -> Sequence[Question]:
    return [within.question("survey_answers", "survey", "scale", "score")]


def _scores(_: Slice, answers: Sequence[Answer]) -> Findings:
    rows: list[tuple[Value, ...]] = []
    for kind, scores in sorted(_scores_of(answers[0]).items()):
        whole = sum(scores.values())
        rows += [
            (kind, f"{low:g}\N{EN DASH}{high:g}", score, n, 100 * n / whole)
            for (low, high, score), n in sorted(scores.items())
        ]
    columns = (
        Column("survey", N_("Survey"), of="survey"),
        Column("scale", N_("Scale")),
        Column("score", N_("Score"), None, 2),
        Column("answered", N_("Answered"), Unit.COUNT),
        Column("share", N_("Share"), Unit.PERCENT, 1),
    )
    return Findings((), columns, tuple(rows))


def _speed_asked(within: Slice) -> Sequence[Question]:
    return [within.question("csat", "waited")]


def _speed(_: Slice, answers: Sequence[Answer]) -> Findings:
    points = sorted((point for point in answers[0].points if point.segment), key=lambda point: point.segment or "")
    rows: Iterable[tuple[Value, ...]] = (
        (point.segment, point.fact.denominator, point.fact.value) for point in points if point.fact.denominator
    )
    columns = (
        Column("waited_from", N_("Waited, from")),
        Column("answered", N_("Answered"), Unit.COUNT),
        Column("csat", N_("CSAT"), Unit.PERCENT),
    )
    return Findings((), columns, tuple(rows))


def _summary(session: Session, result: ReportResult) -> Iterator[Message]:
    """Yield the finding, then the values with the share of clients that answered."""
    localizer = session.localizer
    yield from quadrant.told(session, result)
    known = {
        figure.spec.key: figure
        for figure in result.figures
        if figure.answer.fact.value is not None and not figure.answer.few
    }
    questions = next((each for each in result.analyses if each.spec.key == _QUESTIONS), None)
    moved = questions.findings.values.get("moved") if questions else None
    if isinstance(moved, str) and (figure := known.get(_OF_SURVEY[moved])):
        before = result.before[figure.spec.key]
        yield note(
            "{what}: {now} after {was} {period}, more than chance explains.",
            what=figure.label,
            now=figure.fact,
            was=numbers.value(localizer, before.metric, before.fact.value or 0.0),
            period=localizer.days(before.period),
        )
    if "csat" in known and "response_rate" in known:
        yield note(
            "CSAT {csat}, and {rate} of those asked answer.",
            csat=known["csat"].fact,
            rate=known["response_rate"].fact,
        )
    if "nps" in known and "smile" in known:
        yield note("NPS {nps}, the smile index {smile}.", nps=known["nps"].fact, smile=known["smile"].fact)


def _picture(session: Session, result: ReportResult) -> object:
    from digests.pictures.quadrant import quadrant as drawn  # charts are not worth loading for a text

    return drawn(session, result)


SATISFACTION = Declared(
    SPEC,
    analyses={
        _QUESTIONS: Analysis(_questions_asked, _questions),
        _SCORES: Analysis(_scores_asked, _scores),
        _SPEED: Analysis(_speed_asked, _speed),
        quadrant.KEY: quadrant.ANALYSIS,
    },
    pictures={"quadrant": _picture},
    summary=lambda session, result: tuple(_summary(session, result)),
)
