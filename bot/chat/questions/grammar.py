"""The words of the grammar, in both languages. Names of metrics, lines and values are in the vocabulary.

Every table says first what is meant and then all that says it; the page on asking prints these tables.
"""

from __future__ import annotations

from bot.chat.questions.text import phrases
from digests.request import End, Shape, Verb, Versus
from metrics.dimensions import DIMENSIONS, EVERY

VERBS: dict[Verb, tuple[str, ...]] = {
    Verb.FIGURE: ("m", "metric", "метрика", "показатель"),
    Verb.EXPLAIN: (
        *("explain", "define", "how is it counted"),
        *("объясни", "поясни", "что такое", "что значит", "как считается", "как считаем", "формула"),
    ),
    Verb.WHY: (
        *("why", "почему", "отчего", "из-за чего", "разбор", "в чем причина", "какова причина", "причина"),
        "причины",
        *("что случилось с", "что произошло с", "с чем связан", "с чем связано", "с чем связана"),
        "what happened to",
        *("чем вызван", "чем вызвано", "чего так", "what caused"),
    ),
    Verb.OVERVIEW: (
        *("overview", "summary", "dashboard", "kpi", "kpis", "everything", "how are we doing", "how are we"),
        "how is",
        *("картину", "общую картину", "общая картина", "одним взглядом", "как закончили", "как мы закончили"),
        *("что сегодня горит", "что у нас сегодня горит", "что у нас горит", "как отработала", "как отработал"),
        *("how's", "how are", "how did", "how was", "how is it going", "how's it going", "what's up"),
        "what's up with",
        *("what's wrong", "what is wrong", "all metrics", "all figures", "all numbers", "all kpis"),
        "all the numbers",
        *("main figures", "main metrics", "key figures", "key metrics", "where are we behind", "what's going on"),
        *("обзор", "дашборд", "итоги", "итог", "итоги дня", "как дела", "как наши дела", "как у нас дела"),
        "как у нас",
        *("как мы", "как там", "как оно", "как идет", "как идут дела", "как прошел", "как прошла", "как прошло"),
        *("как прошли", "как отработали", "как сработали", "как закрыли", "что сегодня", "что у нас", "что нового"),
        *("что по цифрам", "по цифрам", "что с цифрами", "что по показателям", "цифры", "что происходит", "что с"),
        *(
            "что там",
            "что на",
            "что по",
            "что плохо",
            "что хуже всего",
            "что не так",
            "что горит",
            "где горит",
            "где проседаем",
        ),
        *("где отстаем", "где плохо", "все показатели", "все цифры", "все метрики", "все kpi"),
        "основные показатели",
        *("главные показатели", "ключевые показатели", "основные цифры", "главное"),
        "полная картина",
        *("все по", "все про", "все за", "покажи все", "общие показатели", "результаты", "статистика", "стата"),
    ),
    Verb.BRIEF: ("brief", "morning brief", "briefing", "бриф", "утренний обзор", "утренняя сводка"),
    Verb.PLAN: (
        *("plan", "target for", "plan for", "goal", "the plan for", "planned"),
        *("план", "планы", "норма", "норматив", "цель", "целевое значение", "целевой показатель", "план на"),
        "план по",
        *("запланировано", "сколько запланировано", "по плану на"),
    ),
    Verb.PACE: (
        *("pace", "run rate", "forecast", "projection", "will we make", "will we hit", "will we reach", "on pace"),
        *("are we on pace", "how far from the plan", "left to plan", "by the end of the month", "month end"),
        *("for the month end", "at month end", "on track"),
        *("отстаем", "мы отстаем", "сильно отстаем", "недовыполнение", "недовыполняем"),
        *(
            "темп",
            "темпы",
            "темпом",
            "в темпе",
            "по темпу",
            "идем в темпе",
            "успеем",
            "успеваем",
            "успеем ли",
            "дотянем",
        ),
        *("выполним план", "выполним ли план", "успеем выполнить план", "успеваем выполнить план", "закроем план"),
        *("сделаем план", "дотянем до плана", "чтобы выполнить план", "до плана", "осталось до плана"),
        *("сколько осталось", "сколько осталось до плана", "сколько не хватает", "не хватает до плана"),
        *("сколько надо", "сколько нужно", "сколько еще", "сколько еще надо", "сколько еще нужно", "надо в день"),
        *("нужно в день", "в день до плана", "отставание", "отставание от плана", "отстаем от плана", "прогноз"),
        *("прогноза", "прогнозу", "прогнозом", "прогноз на конец месяца", "на конец месяца", "к концу месяца"),
        *("если так пойдет", "если так пойдет дальше", "при таком темпе", "таким темпом", "такими темпами"),
        *("are we going to hit", "going to hit", "going to make", "do we make", "hit the target", "at this rate"),
        *("до конца месяца", "с каким темпом", "выйдем на план", "выходим на план", "выполним"),
    ),
    Verb.DIGEST: ("digest", "дайджест", "сводка", "сводку"),
    Verb.RATING: (
        *("who leads the contest", "кто лидирует", "кто лидирует в конкурсе", "кто впереди"),
        *("rating", "contest", "leaderboard", "рейтинг", "рейтинга", "рейтинге", "рейтингу", "конкурс", "конкурса"),
        *("конкурсе", "конкурсу"),
    ),
    Verb.REPORT: ("report", "reports", "отчет", "отчета", "отчеты"),
    Verb.METRICS: (
        *("metrics", "метрики", "показатели", "какие есть показатели", "какие показатели есть"),
        "какие есть метрики",
        *("список показателей", "список метрик", "what metrics are there", "which metrics are there"),
    ),
    Verb.LINES: (
        *("lines", "линии", "какие есть линии", "какие линии есть", "список линий", "what lines are there"),
        *("which lines are there",),
    ),
    Verb.STATUS: (
        *("status", "статус", "состояние", "на какое время данные", "за какое время данные", "свежие данные"),
        *("свежесть данных", "данные свежие", "когда обновились данные", "когда обновлялись данные"),
        *("как давно обновлялись данные", "data as of", "how fresh is the data", "how fresh are the records"),
        *("is the data fresh", "when was the data updated", "up to when is the data"),
    ),
    Verb.HELP: (
        *("help", "помощь", "справка", "помоги", "что ты умеешь", "что умеешь", "что ты можешь", "кто ты"),
        "ты кто",
        *("как тобой пользоваться", "как спрашивать", "what can you do", "who are you", "how do i ask"),
    ),
    Verb.START: ("start", "старт", "начать"),
}

SHAPES: dict[Shape, tuple[str, ...]] = {
    Shape.CHART: (
        *(
            "chart",
            "graph",
            "picture",
            "plot",
            "as a chart",
            "график",
            "графиком",
            "диаграмма",
            "картинка",
            "картинкой",
        ),
        *("диаграммой", "на графике", "в виде графика"),
    ),
    Shape.TEXT: ("text", "in words", "текст", "текстом", "словами"),
    Shape.XLSX: (
        *("xlsx", "excel", "file", "csv", "in excel", "to excel", "as a file", "spreadsheet"),
        *("эксель", "экселем", "файл", "файлом", "таблицей", "в эксель", "в экселе", "в excel", "эксельку"),
        "выгрузка",
        *("выгрузку", "выгрузкой", "в файл", "excel файл", "эксель файл"),
    ),
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

ENDS: dict[End, tuple[str, ...]] = {
    End.WORST: (
        *("worst", "the worst", "weakest", "хуже всех", "хуже всего", "худшие", "худший", "худшая", "худшее"),
        "худших",
        *("худшую", "худшего", "самый плохой", "самая плохая", "самое плохое", "самые плохие", "самых плохих"),
        *("самый худший", "самые худшие", "антитоп", "антирейтинг", "слабые", "слабее всех", "отстающие"),
        *("самая слабая", "самый слабый", "самое слабое", "самые слабые", "слабее всего"),
        "аутсайдеры",
        *("провал", "провалы", "просадка", "просадки", "проседает", "проседают", "проваливается"),
    ),
    End.BEST: (
        *("best", "the best", "strongest", "top performers", "лучше всех", "лучше всего", "лучшие", "лучший"),
        "лучшая",
        *("лучшее", "лучших", "лучшую", "лучшего", "самый хороший", "самые хорошие", "лидеры", "передовики"),
    ),
    End.MOST: (
        *("most", "the most", "highest", "the highest", "biggest", "longest", "busiest", "peak", "peaks", "max"),
        *("the slowest", "медленнее всех", "медленнее всего", "самый медленный", "самые медленные"),
        *("maximum", "slowest", "больше всего", "больше всех", "самый большой", "самая большая", "самые большие"),
        *("самое большое", "самый высокий", "самая высокая", "самые высокие", "максимум", "максимальный"),
        *("максимальная", "максимальное", "максимальные", "пик", "пики", "пиковый", "пиковые", "пикового"),
        "час пик",
        *("самый загруженный", "самая загруженная", "самые загруженные", "загруженные", "чаще всего", "чаще всех"),
        *("дольше всех", "дольше всего", "самый долгий", "самая долгая", "самые долгие", "самое долгое"),
        *("популярные", "самые популярные", "самая популярная", "частые", "самые частые", "самая частая"),
    ),
    End.LEAST: (
        *("least", "the least", "lowest", "the lowest", "fewest", "shortest", "fastest", "quietest", "min"),
        "minimum",
        *("меньше всего", "меньше всех", "самый маленький", "самый низкий", "самая низкая", "самые низкие"),
        *("минимум", "минимальный", "минимальная", "минимальное", "быстрее всех", "быстрее всего", "реже всего"),
        *("короче всех", "самый короткий", "самый тихий", "самый спокойный"),
    ),
}
"""Which end comes first; a number may stand before or after."""

HOUR_OF_PEAK = (
    "час пик",
    "час-пик",
    "peak hour",
    "peak hours",
    "rush hour",
    "busiest hour",
    "пиковый час",
    "пиковые часы",
)
"""The most, by hour."""

WHICH: dict[str, tuple[str, ...]] = {
    "agent": (
        *("who", "whose", "which agent", "which agents", "which operator", "which operators", "кто", "у кого"),
        "кого",
        *(
            "какой оператор",
            "какие операторы",
            "какой сотрудник",
            "кто из операторов",
            "кто из сотрудников",
            "кто из нас",
        ),
    ),
    "line": (
        *("which line", "which lines", "what line", "where", "на каких линиях", "на какой линии", "какая линия"),
        "где",
        *("какие линии", "в какой линии", "по какой линии", "у какой линии"),
    ),
    "hour": (
        *(
            "which hour",
            "which hours",
            "what hour",
            "what time",
            "в какой час",
            "какой час",
            "в какие часы",
            "какие часы",
        ),
        *("в котором часу", "во сколько", "в какое время"),
    ),
    "day": (
        *(
            "which day",
            "which days",
            "what day",
            "в какой день",
            "какой день",
            "в какие дни",
            "какие дни",
            "по каким дням",
        ),
        *("когда", "when"),
    ),
    "weekday": (
        *("which weekday", "which day of the week", "в какой день недели", "какой день недели"),
        "в какие дни недели",
        *("по каким дням недели",),
    ),
    "topic": (
        *("which topic", "which topics", "what topics", "about what", "по какой теме", "по каким темам"),
        "какая тема",
        *("какие темы", "о чем", "с чем", "с какими вопросами", "по каким вопросам", "на какую тему"),
    ),
    "project": (
        "which project",
        "which projects",
        "какой проект",
        "какие проекты",
        "в каком проекте",
        "по какому проекту",
    ),
    "city": ("which city", "which cities", "какой город", "какие города", "в каком городе", "по какому городу"),
    "origin": ("which source", "which sources", "from where", "какой источник", "какие источники", "откуда"),
    "team": ("which team", "which teams", "какая команда", "какие команды", "какая группа"),
}
"""Words that ask which of them; they are a breakdown."""

SERIES = ("динамика", "динамику", "тренд", "тренды", "trend", "dynamics", "over time", "как менялся", "как менялась")
"""Words that want the parts of a period one after the other."""

COMPARED = (
    "compare",
    "сравни",
    "сравнить",
    "сравните",
    "сравнение",
    "comparison",
    "comparison of",
    "разница",
    "difference",
)
"""Words of a comparison: what follows is set side by side."""

DAY_PARTS: dict[tuple[int, int], tuple[str, ...]] = {
    (6, 12): (
        *("morning", "in the morning", "this morning", "утро", "утром", "утра", "с утра", "по утрам", "за утро"),
        *("в первой половине дня", "до обеда", "before lunch"),
    ),
    (12, 14): (
        *("noon", "at noon", "midday", "at lunch", "lunch", "lunchtime"),
        *("обед", "в обед", "в обеденное время", "обеда", "полдень", "в полдень"),
    ),
    (12, 18): (*("afternoon", "in the afternoon", "this afternoon", "днем", "во второй половине дня"),),
    (14, 18): ("после обеда", "after lunch"),
    (18, 24): (
        "evening",
        "in the evening",
        "this evening",
        "tonight",
        "вечер",
        "вечером",
        "вечера",
        "за вечер",
        "по вечерам",
    ),
    (22, 30): ("night", "at night", "last night", "overnight", "ночь", "ночью", "ночи", "за ночь", "по ночам"),
}
"""Hours that have a name: from the first to the second; hours past 24 are of the next day."""

RECURRING: dict[str, tuple[str, ...]] = {
    "weekend": (
        *("weekends", "on weekends", "every weekend", "at weekends", "on the weekends"),
        *("по выходным", "выходным", "каждые выходные", "по выходным дням", "в выходные дни", "выходные дни"),
    ),
    "weekdays": (
        *("on weekdays", "on working days", "workdays", "working days", "weekdays only"),
        *("в будни", "по будням", "будни", "будням", "в рабочие дни", "по рабочим дням", "рабочие дни", "будние дни"),
        *("в будние дни", "по будним дням"),
    ),
    "monday": ("mondays", "on mondays", "every monday", "по понедельникам", "понедельникам", "каждый понедельник"),
    "tuesday": ("tuesdays", "on tuesdays", "every tuesday", "по вторникам", "вторникам", "каждый вторник"),
    "wednesday": ("wednesdays", "on wednesdays", "every wednesday", "по средам", "средам", "каждую среду"),
    "thursday": ("thursdays", "on thursdays", "every thursday", "по четвергам", "четвергам", "каждый четверг"),
    "friday": ("fridays", "on fridays", "every friday", "по пятницам", "пятницам", "каждую пятницу"),
    "saturday": ("saturdays", "on saturdays", "every saturday", "по субботам", "субботам", "каждую субботу"),
    "sunday": ("sundays", "on sundays", "every sunday", "по воскресеньям", "воскресеньям", "каждое воскресенье"),
}
"""Days of the week that are meant whenever they come in a period."""

AGAINST = (
    *("vs", "versus", "against", "compared to", "compared with"),
    *("к", "ко", "против", "чем", "относительно", "по сравнению с", "по сравнению со", "в сравнении с"),
    *("больше чем", "меньше чем", "лучше чем", "хуже чем", "выше чем", "ниже чем", "по отношению к", "than"),
    *(
        "отличается от",
        "отличаются от",
        "отличается",
        "отличие от",
        "differs from",
        "differ from",
        "different from",
        "more than",
        "less than",
        "better than",
        "worse than",
        "compared",
    ),
)

COMPARATIVES = (
    *("лучше", "хуже", "больше", "меньше", "выше", "ниже", "better", "worse", "more", "less", "higher", "lower"),
)
"""Words that compare with the period that stands right after them."""

VERSUS: dict[Versus, tuple[str, ...]] = {
    Versus.PLAN: ("plan", "the plan", "план", "плана", "плану", "планом"),
    Versus.DAY: ("yesterday", "day ago", "a day ago", "вчера", "вчерашнему дню", "вчерашним днем", "день назад"),
    Versus.WEEK: (
        *("last week", "previous week", "week ago", "a week ago", "same day last week", "the same day last week"),
        *("same day a week ago", "same time last week", "the same time last week", "same weekday last week"),
        *("тот же день прошлой недели", "тем же днем прошлой недели", "таким же днем прошлой недели"),
        *("тем же днем неделю назад", "тот же день неделю назад", "тому же дню прошлой недели"),
        *("прошлая неделя", "прошлой неделе", "прошлой неделей", "прошлой недели", "прошлую неделю"),
        "неделю назад",
    ),
    Versus.MONTH: (
        *("last month", "previous month", "month ago", "a month ago"),
        *("прошлый месяц", "прошлому месяцу", "прошлым месяцем", "прошлого месяца", "месяц назад"),
    ),
    Versus.YEAR: (
        *("last year", "previous year", "year ago", "a year ago", "same period last year"),
        *("the same period last year", "same time last year", "аналогичный период прошлого года"),
        *("тот же период прошлого года", "тем же периодом прошлого года", "аналогичным периодом прошлого года"),
        *("прошлый год", "прошлому году", "прошлым годом", "прошлого года", "год назад"),
    ),
}
"""What stands after `vs`, besides a period."""

VERSUS_BY_ITSELF: dict[Versus, tuple[str, ...]] = {
    Versus.PLAN: (
        *("plan", "plan/fact", "plan fact", "to plan"),
        *("план", "план/факт", "план факт", "план-факт", "факт план", "с планом", "от плана", "к плану"),
    ),
    Versus.WEEK: ("wow", "week over week", "с прошлой недели"),
    Versus.MONTH: ("mom", "month over month", "с прошлого месяца"),
    Versus.YEAR: ("yoy", "год к году", "год к прошлому", "year over year", "с прошлого года"),
}

EXECUTION = (
    *("on plan", "are we on plan", "on target", "are we on target", "meeting the plan", "meet the plan"),
    *("hitting the plan", "within the norm", "plan execution", "percent of plan", "percent of the plan"),
    *("выполняем план", "выполняем ли план", "выполняется план", "выполняется ли план", "план выполняется"),
    *("выполнение плана", "исполнение плана", "выполнение", "выполнен план", "план выполнен", "выполнили план"),
    *("процент выполнения плана", "процент выполнения", "идем по плану", "в плане", "мы в плане", "по плану"),
    *("процентов плана", "процент плана", "сколько процентов плана", "на сколько процентов выполнен план"),
    *("насколько выполнен план", "закрыли план", "план закрыли", "план закрыт", "план закрываем", "закрываем план"),
    *("укладываемся в план", "укладываемся в норму", "в норму", "в норме", "попадаем в план", "тянем план"),
    *("процентов плана закрыли", "процентов выполнен план", "процентов плана выполнено", "делаем план"),
)
"""Words that ask how much of the plan is reached: of a volume, of the month that goes on, if no period is said."""

WHOLE = ("total", "in total", "overall", "whole centre", "всего", "итого", "в целом", "весь центр")
"""The whole centre, where a bare metric would be of every line."""

PREVIOUS = ("прошлой", "прошлого", "прошлым", "прошлому", "предыдущей", "предыдущего", "last", "previous")
"""Said alone after `vs`: the like time before."""

MOVED = (
    *("change", "changed", "decrease", "decreased", "down", "drop", "dropped", "fall", "fallen", "fell", "grew"),
    *("grow", "grown", "growth", "increase", "increased", "rise", "risen", "rose", "up"),
    *("вырос", "выросла", "выросли", "выросло", "изменился", "изменилась", "изменились", "изменилось", "изменение"),
    *("падение", "подрос", "подросла", "подросли", "подросло", "просел", "просела", "просели", "просело", "рост"),
    *("снизился", "снизилась", "снизились", "снизилось", "снижение", "увеличился", "увеличилась", "увеличились"),
    *("увеличилось", "уменьшился", "уменьшилась", "уменьшились", "уменьшилось", "упал", "упала", "упали", "упало"),
    *("растет", "растут", "падает", "падают", "прирост", "изменения", "провалился"),
    *("подскочил", "подскочили", "ухудшился", "ухудшилось", "улучшился", "улучшилось", "стало больше"),
    "стало меньше",
)
"""Words of a change: they compare with the time before, if nothing else is said."""

JUDGED = (
    *("bad", "high", "low", "so high", "so low", "so bad"),
    *("высокий", "высокая", "высокие", "высокое", "низкий", "низкая", "низкие", "низкое"),
    *("плохой", "плохая", "плохие", "плохое"),
)
"""Words of a norm: they compare with the plan, if nothing else is said."""

FILLERS = (
    *("a", "an", "and", "any", "are", "at", "been", "can", "could", "did", "do", "does", "doing", "find", "for"),
    "get",
    *("give", "got", "had", "has", "have", "how", "i", "in", "is", "it", "it's", "its", "let", "like", "look"),
    "make",
    *("many", "me", "much", "my", "need", "long", "of", "on", "our", "out", "please", "see", "send", "show", "so"),
    *("tell", "that", "the", "there", "they", "this", "to", "up", "us", "want", "was", "we", "were", "what"),
    "what's",
    *("whats", "will", "with", "would", "you", "know", "rate", "number of", "amount of", "average"),
    *("а", "был", "была", "было", "были", "бы", "в", "во", "вам", "вас", "ведь", "вот", "все", "всем", "всех"),
    "вы",
    *("выведи", "выгрузи", "выдай", "вышло", "глянь", "дай", "дайте", "да", "для", "добрый", "доброе", "до", "его"),
    *(
        "если",
        "есть",
        "еще",
        "же",
        "за",
        "здравствуйте",
        "и",
        "из",
        "или",
        "им",
        "интересно",
        "интересует",
        "их",
        "как",
    ),
    *("какая", "каких", "какие", "какими", "каков", "какова", "какое", "какой", "каком", "какую", "ли", "можешь"),
    *("можете", "можно", "мне", "могу", "мы", "на", "надо", "нам", "нас", "насколько", "на сколько", "наш", "наша"),
    *("наши", "наших", "наше", "нужен", "нужна", "нужно", "нужны", "ну", "нынче", "о", "об", "общее", "общий"),
    "от",
    *("очень", "пжл", "пжлст", "по", "подскажи", "подскажите", "покажи", "покажите", "пожалуйста", "получается"),
    *("получили", "понять", "посмотреть", "посмотри", "поступило", "поступили", "поступает", "при", "привет"),
    "пришли",
    *("пришло", "приходит", "про", "просто", "прошло", "с", "сделай", "сделали", "сегодняшний", "скажи", "скажите"),
    *("сколько", "скольким", "скольких", "скинь", "скиньте", "со", "составляет", "среднем", "сейчас", "так"),
    "также",
    *("такая", "такие", "такое", "такой", "там", "то", "только", "тут", "ты", "у", "у нас", "узнать", "хочу"),
    "хотел",
    *(
        "хотелось",
        "хотим",
        "центр",
        "что",
        "чтобы",
        "чтоб",
        "чего",
        "чем",
        "это",
        "этот",
        "эту",
        "кол-во",
        "количество",
        "много",
        "мало",
        "долго",
    ),
    *(
        "количества",
        "число",
        "числу",
        "объем",
        "всего-то",
        "средний",
        "среднее",
        "средняя",
        "вообще",
        "человек",
        "людей",
        "быстро",
        "fast",
        "quickly",
        "клиентов",
        "клиента",
    ),
    *("день добрый", "добрый день", "доброе утро", "добрый вечер", "коллеги", "-", "..", "..."),
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
RECURRING_PHRASES = phrases(RECURRING.items())
EXECUTION_PHRASES = phrases([(True, EXECUTION)])
COMPARATIVE_PHRASES = phrases([(True, COMPARATIVES)])
VERSUS_ALONE_PHRASES = phrases(VERSUS_BY_ITSELF.items())
PREVIOUS_PHRASES = phrases(
    [(True, ("прошлой", "прошлого", "прошлым", "прошлому", "предыдущей", "предыдущего", "last", "previous"))]
)
WHOLE_PHRASES = phrases([(True, WHOLE)])
END_PHRASES = phrases(ENDS.items())
PEAK_PHRASES = phrases([(True, HOUR_OF_PEAK)])
WHICH_PHRASES = phrases(WHICH.items())
SERIES_PHRASES = phrases([(True, SERIES)])
COMPARED_PHRASES = phrases([(True, COMPARED)])
DAY_PART_PHRASES = phrases(DAY_PARTS.items())
MOVED_PHRASES = phrases([(True, MOVED)])
JUDGED_PHRASES = phrases([(True, JUDGED)])
FILLER_PHRASES = phrases([(True, FILLERS)])
