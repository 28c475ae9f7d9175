"""The words of the grammar, in both languages. Names of metrics, lines and values are in the vocabulary.

Every table says first what is meant and then all that says it; the page on asking prints these tables.
"""

from __future__ import annotations

from bot.chat.questions.text import phrases
from digests.request import Shape, Verb, Versus
from metrics.dimensions import DIMENSIONS, EVERY

VERBS: dict[Verb, tuple[str, ...]] = {
    Verb.FIGURE: ("m", "metric", "метрика", "показатель"),
    Verb.EXPLAIN: (
        *("explain", "define", "how is it counted"),
        *("объясни", "поясни", "что такое", "что значит", "как считается", "как считаем", "формула"),
    ),
    Verb.WHY: ("why", "почему", "отчего", "из-за чего", "разбор"),
    Verb.DIGEST: ("digest", "дайджест", "сводка", "сводку"),
    Verb.RATING: ("rating", "contest", "leaderboard", "рейтинг", "рейтинга", "конкурс", "конкурса"),
    Verb.REPORT: ("report", "reports", "отчет", "отчета", "отчеты"),
    Verb.METRICS: ("metrics", "метрики", "показатели"),
    Verb.LINES: ("lines", "линии"),
    Verb.STATUS: ("status", "статус", "состояние"),
    Verb.HELP: ("help", "помощь", "справка", "помоги"),
    Verb.START: ("start", "старт", "начать"),
}

SHAPES: dict[Shape, tuple[str, ...]] = {
    Shape.CHART: ("chart", "graph", "picture", "график", "графиком", "диаграмма", "картинка", "картинкой"),
    Shape.TEXT: ("text", "текст", "текстом", "словами"),
    Shape.XLSX: ("xlsx", "excel", "file", "эксель", "экселем", "файл", "файлом", "таблицей"),
}

MINE: dict[str, tuple[str, ...]] = {
    "me": ("me", "my place", "mine", "я", "мое место", "мое", "мой"),
    "team": ("team", "teams", "my team", "команда", "команды", "моя команда", "по командам"),
}
"""Whose part of a rating."""

BY = ("by", "per", "split by", "broken down by", "по", "в разбивке по", "с разбивкой по", "разбивка по")

PARTS: dict[str, tuple[str, ...]] = {key: each.phrases for key, each in EVERY.items()}

BY_ITSELF: dict[str, tuple[str, ...]] = {key: each.alone for key, each in EVERY.items() if each.alone}

OF: dict[str, tuple[str, ...]] = {key: each.named for key, each in DIMENSIONS.items() if each.named}
"""What stands before a name, to say of what it is the name."""

RANKED: dict[str, tuple[str, ...]] = {key: each.ranked for key, each in EVERY.items() if each.ranked}
"""What stands after `top 5`."""

TOP = ("top", "топ")

AGAINST = (
    *("vs", "versus", "against", "compared to", "compared with"),
    *("к", "ко", "против", "чем", "относительно", "по сравнению с", "по сравнению со", "в сравнении с"),
)

VERSUS: dict[Versus, tuple[str, ...]] = {
    Versus.PLAN: ("plan", "the plan", "план", "плана", "плану", "планом"),
    Versus.DAY: ("yesterday", "day ago", "a day ago", "вчера", "вчерашнему дню", "вчерашним днем", "день назад"),
    Versus.WEEK: (
        *("last week", "previous week", "week ago", "a week ago"),
        *("прошлая неделя", "прошлой неделе", "прошлой неделей", "прошлой недели", "прошлую неделю", "неделю назад"),
    ),
    Versus.MONTH: (
        *("last month", "previous month", "month ago", "a month ago"),
        *("прошлый месяц", "прошлому месяцу", "прошлым месяцем", "прошлого месяца", "месяц назад"),
    ),
    Versus.YEAR: (
        *("last year", "previous year", "year ago", "a year ago"),
        *("прошлый год", "прошлому году", "прошлым годом", "прошлого года", "год назад"),
    ),
}
"""What stands after `vs`, besides a period."""

VERSUS_BY_ITSELF: dict[Versus, tuple[str, ...]] = {
    Versus.PLAN: ("plan", "plan/fact", "план", "план/факт", "с планом"),
    Versus.WEEK: ("wow",),
    Versus.MONTH: ("mom",),
    Versus.YEAR: ("yoy",),
}

WHOLE = ("total", "in total", "overall", "whole centre", "всего", "итого", "в целом", "весь центр")
"""The whole centre, where a bare metric would be of every line."""

FUTURE = ("tomorrow", "next week", "next month", "завтра", "послезавтра", "следующая неделя", "следующий месяц")

FORECAST = ("forecast", "projection", "прогноз", "прогноза", "прогнозу", "прогнозом")

MOVED = (
    *("change", "changed", "decrease", "decreased", "down", "drop", "dropped", "fall", "fallen", "fell", "grew"),
    *("grow", "grown", "growth", "increase", "increased", "rise", "risen", "rose", "up"),
    *("вырос", "выросла", "выросли", "выросло", "изменился", "изменилась", "изменились", "изменилось", "изменение"),
    *("падение", "подрос", "подросла", "подросли", "подросло", "просел", "просела", "просели", "просело", "рост"),
    *("снизился", "снизилась", "снизились", "снизилось", "снижение", "увеличился", "увеличилась", "увеличились"),
    *("увеличилось", "уменьшился", "уменьшилась", "уменьшились", "уменьшилось", "упал", "упала", "упали", "упало"),
)
"""Words of a change: they compare with the time before, if nothing else is said."""

JUDGED = (
    *("bad", "high", "low"),
    *("высокий", "высокая", "высокие", "высокое", "низкий", "низкая", "низкие", "низкое"),
    *("плохой", "плохая", "плохие", "плохое"),
)
"""Words of a norm: they compare with the plan, if nothing else is said."""

FILLERS = (
    *("a", "an", "and", "are", "at", "did", "do", "does", "for", "get", "give", "has", "have", "how", "in", "is"),
    *("it", "many", "me", "much", "of", "on", "our", "please", "show", "so", "tell", "the", "was", "we", "were"),
    *("what", "with"),
    *("а", "был", "была", "было", "были", "в", "во", "выведи", "дай", "для", "есть", "за", "и", "из", "как", "какая"),
    *("какие", "каков", "какова", "какое", "какой", "мне", "на", "нам", "нас", "насколько", "наш", "о", "об", "от"),
    *("по", "покажи", "пожалуйста", "про", "с", "скажи", "сколько", "со", "так", "такая", "такие", "такое", "такой"),
    *("там", "у", "что", "-", "..", "..."),
)
"""Words that add nothing. Each is dropped, alone, after everything else was tried."""

VERB_PHRASES = phrases(VERBS.items())
MINE_PHRASES = phrases(MINE.items())
SHORT = frozenset(("short", "brief", "кратко", "коротко", "вкратце"))
"""Said of a report that is wanted in short."""
SHAPE_PHRASES = phrases(SHAPES.items())
BY_PHRASES = phrases(
    [(part, [f"{by} {name}" for by in BY for name in names]) for part, names in PARTS.items()] + list(BY_ITSELF.items())
)
OF_PHRASES = phrases(OF.items())
RANKED_PHRASES = phrases(RANKED.items())
AGAINST_PHRASES = phrases([(True, AGAINST)])
VERSUS_PHRASES = phrases(VERSUS.items())
VERSUS_ALONE_PHRASES = phrases(VERSUS_BY_ITSELF.items())
WHOLE_PHRASES = phrases([(True, WHOLE)])
FUTURE_PHRASES = phrases([(True, FUTURE)])
FORECAST_PHRASES = phrases([(True, FORECAST)])
MOVED_PHRASES = phrases([(True, MOVED)])
JUDGED_PHRASES = phrases([(True, JUDGED)])
FILLER_PHRASES = phrases([(True, FILLERS)])
