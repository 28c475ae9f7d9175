"""Whatever is said: never an error, always the same, at once; and every request's own words ask for it again."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from bot.chat.questions.dates import RELATIVE, relative
from bot.chat.questions.parse import understand
from bot.chat.questions.problems import MOST_READINGS, Unclear
from digests.request import End, Overview, Request, Selection, Shape, Verb, Versus, When, command
from metrics.dimensions import TIME_PARTS
from metrics.periods import Period, days, to_local, to_utc
from tests.commands.centre import VALUES, VOCABULARY, ZONE

NOW = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1))
PIECES = [
    *(
        "/sl",
        "/why",
        "sl",
        "lcr",
        "inhouse",
        "инхаус",
        "агент",
        "agent=",
        "topic=",
        "=",
        '"',
        "Мария",
        "по",
        "by",
        "hour",
    ),
    *("с", "до", "по", "from", "to", "-", "..", "1", "15", "31", "июня", "june", "29 feb", "2026-06-01", "01.06", "h1"),
    *("last", "7", "days", "week", "прошлая", "неделя", "vs", "к", "plan", "top", "999999999", "11:00", "13:00-25:99"),
    *(
        "chart",
        "xlsx",
        "\u202e",
        "\u200b",
        "\x00",
        "ё",
        "ﷺ",
        "'; drop table calls; --",
        "<script>",
        "🙂",
        "@bot",
        "<@U1>",
    ),
]
TEXTS = st.one_of(
    st.text(max_size=600),
    st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=12).map("".join),
    st.builds(lambda piece, n: (piece * n)[:4000], st.sampled_from(PIECES), st.integers(1, 4000)),
)


@given(TEXTS, NOW)
@example("/sl 2026-06-01..9999-12-31", datetime(2026, 6, 16))
@example("/sl last 999999999 months", datetime(2026, 6, 16))
@example("/sl " + '"' * 400, datetime(2026, 6, 16))
@example('/VS"0-0:00 VS', datetime(2026, 6, 16))
def test_any_text_is_a_request_or_a_sentence_or_nothing(text: str, now: datetime) -> None:
    found = understand(text, VOCABULARY, now)

    assert understand(text, VOCABULARY, now) == found
    assert found is None or isinstance(found, Request | Unclear)
    if isinstance(found, Unclear):
        assert len(found.readings) <= MOST_READINGS
        assert str(found.message)
        for reading in found.readings:
            assert understand(command(reading), VOCABULARY, now) == reading
    if isinstance(found, Request):
        assert understand(command(found), VOCABULARY, now) == found


def test_no_text_takes_long() -> None:
    """The worst there was took 10 ms; a pattern that goes wild takes seconds."""
    texts = [piece * (4000 // len(piece)) for piece in PIECES] + [f"/sl {piece} " * 12 for piece in PIECES]
    began = time.process_time()
    for text in texts:
        understand(text, VOCABULARY, datetime(2026, 6, 16))

    assert time.process_time() - began < 0.02 * len(texts)


@st.composite
def whens(draw: st.DrawFn, today: date) -> When:
    kind = draw(st.sampled_from(("relative", "last", "dates", "hours")))
    if kind == "relative":
        found = relative(draw(st.sampled_from(sorted(RELATIVE))), today)
        return When(found.words, days(found.first, found.last, ZONE))
    if kind == "last":
        n = draw(st.integers(1, 400))
        return When(f"last {n} days", days(today - timedelta(days=n - 1), today, ZONE))
    first = draw(st.dates(date(2015, 1, 1), date(2035, 12, 31)))
    if kind == "dates":
        last = first + timedelta(days=draw(st.integers(0, 500)))
        return When(first.isoformat() if last == first else f"{first}..{last}", days(first, last, ZONE))
    start, end = sorted(draw(st.sets(st.integers(0, 95), min_size=2, max_size=2)))
    times = [datetime.combine(first, datetime.min.time()) + timedelta(minutes=15 * part) for part in (start, end)]
    words = f"{first} {times[0]:%H:%M}-{times[1]:%H:%M}"
    return When(words, Period(to_utc(times[0], ZONE), to_utc(times[1], ZONE), ZONE))


@st.composite
def requests(draw: st.DrawFn, today: date) -> Request:
    verb = draw(st.sampled_from(Verb))
    if verb is Verb.DIGEST:
        when = draw(st.none() | whens(today).filter(lambda when: when.period.whole_days))
        return Request(verb, when=when)
    if verb in (Verb.OVERVIEW, Verb.BRIEF) or (verb in (Verb.PLAN, Verb.PACE) and draw(st.booleans())):
        lines = draw(st.lists(st.sampled_from(VOCABULARY.lines), unique=True, max_size=3))
        when = draw(whens(today).filter(lambda when: when.period.whole_days))
        return Request(verb, overview=Overview(when, tuple(lines), shape=draw(st.sampled_from(Shape))))
    if verb not in (Verb.FIGURE, Verb.WHY, Verb.EXPLAIN, Verb.PLAN, Verb.PACE):
        return Request(verb)
    metric = draw(st.sampled_from(VOCABULARY.metrics))
    dimensions = VOCABULARY.dimensions[metric]
    lines = draw(st.lists(st.sampled_from(VOCABULARY.lines), unique=True, max_size=3)) if "line" in dimensions else []
    known = [(of, value) for of in dimensions for value in VALUES.get(of, {})]
    filters = draw(st.lists(st.sampled_from(known), unique=True, max_size=3)) if known else []
    by = draw(st.none() | st.sampled_from((*TIME_PARTS, *dimensions)))
    when = draw(whens(today))
    versus: st.SearchStrategy[Versus | When | None] = st.sampled_from(Versus)
    if when.period.whole_days:
        # A comparison with another day's hours takes the hours of the period; yesterday and the like are `Versus`.
        # The same words twice are the like before: «неделя к неделе».
        others = {when.words, *(each.value for each in Versus)}
        named = whens(today).filter(lambda of: of.period.whole_days and of.words not in others)
        versus = versus | named
    if verb is Verb.EXPLAIN:
        return Request(
            verb, Selection(metric, when, tuple(lines), shape=draw(st.sampled_from((Shape.AUTO, Shape.TEXT))))
        )
    if verb in (Verb.PLAN, Verb.PACE):
        whole = draw(whens(today).filter(lambda when: when.period.whole_days))
        return Request(verb, Selection(metric, whole, tuple(lines)))
    if verb is Verb.WHY:
        shape = draw(st.sampled_from([shape for shape in Shape if shape is not Shape.XLSX]))
        return Request(verb, Selection(metric, when, tuple(lines), tuple(filters), by, draw(versus), shape=shape))
    top = draw(st.none() | st.integers(1, 100)) if by else None
    end = draw(st.none() | st.sampled_from(End)) if top else None
    compared, shape = draw(st.none() | versus), draw(st.sampled_from(Shape))
    like = [key for key in VOCABULARY.metrics if key != metric and set(dimensions) <= set(VOCABULARY.dimensions[key])]
    also = draw(st.lists(st.sampled_from(like), unique=True, max_size=3)) if like else []
    return Request(
        verb, Selection(metric, when, tuple(lines), tuple(filters), by, compared, top, shape, end, tuple(also))
    )


@given(st.data(), NOW)
def test_the_words_of_any_request_ask_for_it_again(data: st.DataObject, now: datetime) -> None:
    request = data.draw(requests(to_local(now, ZONE).date()))

    assert understand(command(request), VOCABULARY, now) == request
    assert understand(f"/{command(request)}", VOCABULARY, now) == request
