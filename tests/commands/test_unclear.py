"""What the grammar does not know as it stands: one sentence that says why, and the nearest complete questions."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.chat.questions.parse import understand
from bot.chat.questions.problems import Unclear
from bot.chat.questions.vocabulary import vocabulary
from digests.localizer import Localizer
from digests.request import Request, command
from metrics.centre import Centre, Line
from metrics.periods import to_utc
from tests.commands.centre import CATALOGUE, CENTRE, VALUES, ZONE, incoming, unclear

SENTENCES = {
    # Misspelt names.
    "/sl inhose": ('There is no line "inhose". Perhaps: Inhouse?', ["sl inhouse today", "sl today by line"]),
    "sl inhose вчера": ('There is no line "inhose". Perhaps: Inhouse?', ["sl inhouse yesterday", "sl yesterday"]),
    "/sl line=inhose": ('There is no line "inhose". Perhaps: Inhouse?', ["sl inhouse today", "sl today by line"]),
    "/sl zzz": (
        'There is no line "zzz". There are: Продажи (sales), Inhouse, АКЦ Заселение (akc), Support, Сервис (service).',
        ["sl today by line"],
    ),
    "sk inhouse": ('There is no metric "sk". Perhaps: Service level (sl)?', ["sl inhouse today"]),
    "/ыд штрщгыу": ('There is no metric "ыд". Perhaps: Service level (sl)?', ["sl inhouse today"]),
    "/wy sl inhouse": (
        "These words mean nothing here: wy. Perhaps: why?",
        ["why sl inhouse today vs plan", "sl inhouse today"],
    ),
    "/aht agent=Ивановаа": (
        'There is no agent "Ивановаа". Perhaps: Иванова Мария?',
        ["aht agent=17 today", "aht today by line"],
    ),
    "sl inhouse last wek": (
        "These words mean nothing here: last wek. Perhaps: last week?",
        ["sl inhouse last week", "sl inhouse today"],
    ),
    "/sl по часм": (
        "These words mean nothing here: часм. Perhaps: часам?",
        ["sl today by hour", "sl today by line"],
    ),
    "/sl inhoues weak": (
        "These words mean nothing here: inhoues, weak. Perhaps: Inhouse?",
        ["sl inhouse week", "sl today by line"],
    ),
    "/sl inhouse бла бла": ("These words mean nothing here: бла.", ["sl inhouse today"]),
    "/reserves inhose": ("These words mean nothing here: inhose.", ["reserves today"]),
    "/aht agent=": ('After "agent=" write a name.', ["aht today by line"]),
    # Several things of the name.
    "/desk вчера": (
        '"desk" may be several metrics: Tickets created (desk_created), Tickets routed (desk_routed), '
        "Tickets closed (desk_closed), Tasks done (desk_tasks).",
        ["desk_created yesterday", "desk_routed yesterday", "desk_closed yesterday", "desk_tasks yesterday"],
    ),
    "/sl заселение": (
        '"заселение" may be: АКЦ Заселение (line=akc), topic=Заселение.',
        ["sl akc today", "sl topic=Заселение today"],
    ),
    "/sl мария": (
        '"мария" may be: Иванова Мария (agent=17), Петрова Мария (agent=18).',
        ["sl agent=17 today", "sl agent=18 today"],
    ),
    "/sl s": (
        'There is no line "s". Perhaps: Сервис (service), Продажи (sales), Support, so far today?',
        ["sl service today", "sl sales today", "sl support today", "sl today"],
    ),
    # Nothing to answer about.
    "/why": (
        "Name a metric, such as: Service level (sl), Inbound calls (calls), Lost calls (LCR), "
        "Average handling time (AHT).",
        ["why sl today vs plan", "why calls today vs last week", "why lcr today vs plan", "why aht today vs plan"],
    ),
    "/foo": (
        'There is no metric "foo". There are: Inbound calls (calls), Outbound calls (calls_out), Service level (sl), '
        "Lost calls (LCR), Lost clients (lcr_clients), Lost clients called back (called_back), "
        "Average speed of answer (ASA), Median wait (asa_median), Wait of nine calls in ten (asa_p90), "
        "Average handling time (AHT), Average talk time (talk), Transfers, ….",
        ["metrics", "help"],
    ),
    # Two of what there is one of.
    "/why sl lcr inhouse": (
        "One question is about one metric: sl, lcr.",
        ["why sl inhouse today vs plan", "why lcr inhouse today vs plan"],
    ),
    "/sl today yesterday": ("Only one of these can be meant: today, yesterday.", ["sl today", "sl yesterday"]),
    "/sl chart xlsx": (
        "Only one of these can be meant: chart, xlsx.",
        ["sl today by line chart", "sl today by line xlsx"],
    ),
    "/sl vs plan vs last week": (
        "Only one of these can be meant: vs plan, vs last week.",
        ["sl today vs plan", "sl today vs last week"],
    ),
    # What the metric does not have.
    "/bot agent=17": (
        'The metric "Handled by the voice bot (bot_calls)" cannot be narrowed by agent. It can be by line.',
        ["bot_calls today by line"],
    ),
    "/reserves inhouse": (
        'The metric "Reservations (reserves)" has no lines: ask for it without one.',
        ["reserves today"],
    ),
    "/leads by agent": (
        'The metric "Internet leads (leads)" cannot be broken down by agent. '
        "It can be by hour, by day, by week, by month, by half-hour, by line, by origin.",
        ["leads today by line", "leads today by origin", "leads today by hour"],
    ),
    "/calls top 0": ("Top takes a number from 1 to 100.", ["calls today by line top 5"]),
    "/calls top 1000": ("Top takes a number from 1 to 100.", ["calls today by line top 100"]),
    "/status inhouse": ('The command "status" takes nothing else: inhouse.', ["status"]),
    "/digest inhouse june": ("A digest takes a period and nothing else: inhouse.", ["digest 2026-06-01..2026-06-30"]),
    "/lcr sales сегодня по операторам top 5": (
        'The metric "Lost calls (LCR)" cannot be broken down by agent: a call that nobody answered has no agent. '
        "It can be by hour, by day, by week, by month, by half-hour, by line, by topic, by origin.",
        [f"lcr sales today by {part} top 5" for part in ("topic", "origin", "hour")],
    ),
    "/bot_containment inhouse": (
        'The metric "Contained by the bot (bot_containment)" cannot be narrowed by line: '
        "only a call that the bot hands over comes to a line. Ask for it without one.",
        ["bot_containment today"],
    ),
    "/aht агент Пупкин": ('There is no agent "Пупкин".', ["aht today by line"]),
    "/aht оператор Ивановаа вчера": (
        'There is no agent "Ивановаа". Perhaps: Иванова Мария?',
        ["aht agent=17 yesterday", "aht yesterday"],
    ),
    # What would change nothing.
    "/help sl inhouse": ('The command "help" takes nothing else: sl, inhouse.', ["help", "sl inhouse today"]),
    "/explain sl by agent top 5": (
        'The command "explain" has no use for this: by agent, top 5.',
        ["explain sl today"],
    ),
    "/explain sl ипотека xlsx": (
        'The command "explain" has no use for this: ипотека, xlsx.',
        ["explain sl today"],
    ),
    "/why sl top 3": ('The command "why" has no use for this: top 3.', ["why sl today vs plan"]),
    "/why sl xlsx": ('The command "why" has no use for this: xlsx.', ["why sl today vs plan"]),
    # Words that are nobody's name.
    "/calls год назад": (
        '"год назад" may be a period, or what it is compared with.',
        ["calls last year", "calls today vs last year"],
    ),
    "/calls 2 weeks ago": (
        '"2 weeks ago" may be a period, or what it is compared with.',
        ["calls 2026-06-01..2026-06-07", "calls week vs 2026-06-01..2026-06-07"],
    ),
    "/calls зима 2025": (
        '"зима 2025" may be two winters: the one that begins in it, or ends.',
        ["calls 2024-12-01..2025-02-28", "calls 2025-12-01..2026-02-28"],
    ),
    # Periods that cannot be.
    "/sl 31 июня": ("There is no day 31 in that month: it ends on 2026-06-30.", ["sl 2026-06-30"]),
    "/sl 15-1 june": (
        "The period ends before it begins: write the earlier day first.",
        ["sl 2026-06-01..2026-06-15"],
    ),
    "/sl 13:00-11:00": (
        "Hours lie within one day, the earlier one first: 13:00-11:00 do not.",
        ["sl today 11:00-13:00"],
    ),
    "/sl 11-13": (
        '"11-13" may be hours or days of the month.',
        ["sl today 11:00-13:00", "sl 2026-06-11..2026-06-13"],
    ),
    "/sl h1": (
        '"h1" may be a half of the month or of the year.',
        ["sl 2026-06-01..2026-06-15", "sl 2026-01-01..2026-06-30"],
    ),
    "/sl завтра": ("There are no records of the future yet.", ["plan sl tomorrow", "sl today"]),
    "/sl last 0 days": ("The last days may be from 1 to 3660.", ["sl last 7 days"]),
    "/sl inhouse vs": (
        'After "vs" name a plan or a period.',
        ["sl inhouse today vs plan", "sl inhouse today vs last week"],
    ),
    "/" + "sl " * 200: ("A question has at most 60 words and 500 characters.", []),
}


@pytest.mark.parametrize(("said", "expected"), SENTENCES.items())
def test_one_sentence_and_the_nearest_questions(said: str, expected: tuple[str, list[str]]) -> None:
    assert unclear(said) == expected


@pytest.mark.parametrize("said", SENTENCES)
def test_a_reading_is_complete(said: str) -> None:
    """What a button says is understood as what the button stands for."""
    found = incoming(said)

    assert isinstance(found, Unclear)
    assert [incoming(command(reading)) for reading in found.readings] == list(found.readings)


PEOPLE = {"a1": "Назар Ответов", "a2": "Ждан Лифтов", "a3": "Прохор Приветов", "a4": "Зиновий Средов", "a5": "Тренин"}
STRANGE = ("назад", "летний", "прогнозирую", "нормально", "прогулки", "перед", "зимний")


@pytest.mark.parametrize("word", STRANGE)
def test_a_word_of_the_language_is_not_taken_for_somebody_s_name(word: str) -> None:
    topics = {name: name for name in ("прогоны", "средства", "лето в городе")}
    centre = Centre(lines={"inhouse": Line("inhouse", "Inhouse")})
    names = vocabulary(CATALOGUE, centre, {"agent": PEOPLE, "topic": topics})
    for said in (f"/sl {word}", f"звонки {word} вчера", f"/why aht inhouse {word}"):
        found = understand(said, names, datetime(2026, 6, 16, 9))
        assert isinstance(found, Unclear), said
        assert "Perhaps" not in str(found.message)
        assert not any(reading.selection and reading.selection.filters for reading in found.readings), said


CLOSED = "Single agents are not open to you: ask by agent, and they come without names."


@pytest.mark.parametrize("name", ["Иванова Мария", "Иванова", "Ивановаа", "Пупкин", "17"])
@pytest.mark.parametrize(
    "asked",
    [
        'aht агент "{name}"',
        "aht агента {name}",
        "/aht agent={name}",
        '/aht оператор "{name}" вчера',
        "/why aht агент {name}",
        "aht по оператору {name}",
        "/explain aht operator {name}",
        "/lcr агент {name}",
    ],
)
def test_names_are_closed_whoever_bears_them(asked: str, name: str) -> None:
    closed = vocabulary(CATALOGUE, CENTRE, {"topic": VALUES["topic"]}, closed=("agent",))
    found = understand(asked.format(name=name), closed, to_utc(datetime(2026, 6, 16, 12), ZONE))

    assert isinstance(found, Unclear)
    assert str(found.message) == CLOSED
    assert not any(reading.selection and reading.selection.filters for reading in found.readings)


def test_a_bare_name_may_be_one_too() -> None:
    closed = vocabulary(CATALOGUE, CENTRE, {"topic": VALUES["topic"]}, closed=("agent",))
    said = {str(found.message).replace(name, "…") for name in ("Иванова", "Пупкин")
            if isinstance(found := understand(f"/aht {name}", closed, datetime(2026, 6, 16, 9)), Unclear)}  # fmt: skip

    (sentence,) = said
    assert sentence.endswith("Names of agents are not open to you.")


def test_in_russian() -> None:
    found = incoming("/sl inhose")

    assert isinstance(found, Unclear)
    assert Localizer("ru").say(found.message) == "Нет линии «inhose». Может быть: Inhouse?"


def _understood(text: str, *lines: Line) -> Request | Unclear | None:
    words = vocabulary(CATALOGUE, Centre(lines={line.key: line for line in lines}), {})
    return understand(text, words, datetime(2026, 6, 16, 9))


def test_a_line_that_is_called_like_a_period_is_asked_back() -> None:
    week = Line("week", "week")
    found = _understood("/sl week", week)

    assert isinstance(found, Unclear)
    assert [command(reading) for reading in found.readings] == ["sl week today", "sl 2026-06-15..2026-06-21"]
    for reading in found.readings:
        assert _understood(command(reading), week) == reading
    for sure in ('/sl "week"', "/sl line=week", "/sl week today"):
        assert _understood(sure, week) == found.readings[0]


def test_of_a_metric_without_lines_such_a_word_is_the_period() -> None:
    request = _understood("/reserves week", Line("week", "week"))

    assert isinstance(request, Request)
    assert command(request) == "reserves week"


def test_a_line_may_be_called_like_a_word_of_change() -> None:
    request = _understood("/sl рост", Line("growth", "Рост"))

    assert isinstance(request, Request)
    assert command(request) == "sl growth today"


def test_a_line_that_is_called_like_a_metric() -> None:
    chats = Line("chats", "Чаты")
    for said, understood in (
        ("/sl chats", "sl chats today"),
        ("/chats", "chats today by line"),
        ("/chats chats", "chats chats today"),
        ("/chats line=chats", "chats chats today"),
    ):
        request = _understood(said, chats)
        assert isinstance(request, Request)
        assert command(request) == understood


def test_a_beginning_is_taken_only_where_one_name_begins_so() -> None:
    north, south = Line("moscow_north", "Москва север"), Line("moscow_south", "Москва юг")

    request = _understood("/sl москва с", north, south)
    assert isinstance(_understood("/sl mos", north, south), Unclear)
    assert isinstance(request, Unclear)
    only = _understood("/sl mos", north)
    assert isinstance(only, Request)
    assert command(only) == "sl moscow_north today"
    assert isinstance(_understood("/sl mo", north), Unclear)


def test_hours_that_the_clocks_leave_out() -> None:
    berlin = vocabulary(CATALOGUE, Centre("Europe/Berlin"), {})
    found = understand("/sl 29 march 02:00-03:00", berlin, datetime(2026, 4, 1, 12))

    assert isinstance(found, Unclear)
    assert str(found.message) == "There is no 02:00-03:00 on 2026-03-29: the clocks go forward."


def test_values_that_are_not_known_are_taken_as_they_are_written() -> None:
    said = 'sl topic="Ипотека, 2 этап" topic=VIP+ today'
    request = _understood("/" + said)

    assert isinstance(request, Request)
    assert request.selection is not None
    assert request.selection.filters == (("topic", "Ипотека, 2 этап"), ("topic", "VIP+"))
    assert _understood(command(request)) == request


def test_what_is_written_exactly_so_goes_before_what_is_only_written_alike() -> None:
    """`VIP` and `vip` are two topics; a line's key is the line though a topic is called so: buttons say both."""
    support = Line("support", "Support")
    topics = {name: name for name in ("VIP", "vip", "support")}
    words = vocabulary(CATALOGUE, Centre(lines={"support": support}), {"topic": topics})
    for said, understood in (
        ("/sl topic=vip", "sl topic=vip today"),
        ("/sl topic=VIP", "sl topic=VIP today"),
        ("/sl support", "sl support today"),
        ("/sl topic=support", "sl topic=support today"),
    ):
        request = understand(said, words, datetime(2026, 6, 16, 9))
        assert isinstance(request, Request)
        assert command(request) == understood
    assert isinstance(understand("/sl topic=Vip", words, datetime(2026, 6, 16, 9)), Unclear)


def test_among_hundreds_of_agents_the_misspelt_one_is_found() -> None:
    """The one that is meant is the last of five hundred who all begin with the same letter."""
    people = {f"a{n}": f"Иголкин {chr(1072 + n % 32)}{chr(1072 + n // 32)}" for n in range(499)}
    words = vocabulary(CATALOGUE, CENTRE, {"agent": {**people, "last": "Исаковский Юрий"}})
    found = understand("/aht агент Исаквоскй", words, datetime(2026, 6, 16, 9))

    assert isinstance(found, Unclear)
    assert str(found.message) == 'There is no agent "Исаквоскй". Perhaps: Исаковский Юрий?'
