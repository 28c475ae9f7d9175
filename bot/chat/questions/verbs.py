"""The words for what is wanted, in both languages: commands, forms of the answer, whose part of a rating.

Every table says first what is meant and then all that says it; the page on asking prints these tables.
"""

from __future__ import annotations

from bot.chat.questions.text import phrases, said
from digests.request import Shape, Verb

VERBS: dict[Verb, tuple[str, ...]] = {
    Verb.FIGURE: said("m, metric, метрика, показатель"),
    Verb.EXPLAIN: said(
        """
        explain, define, how is it counted, объясни, поясни, что такое, что значит, как считается, как считаем,
        формула
        """
    ),
    Verb.WHY: said(
        """
        why, почему, отчего, из-за чего, разбор, в чем причина, какова причина, причина, причины, что случилось с,
        что произошло с, с чем связан, с чем связано, с чем связана, what happened to, чем вызван, чем вызвано,
        за счет чего, по какой причине, благодаря чему, what drove, what is behind, чего так, what caused
        """
    ),
    Verb.OVERVIEW: said(
        """
        overview, summary, dashboard, kpi, kpis, everything, how are we doing, how are we, how is, картину,
        общую картину, общая картина, одним взглядом, как закончили, как мы закончили, коротко итоги, кратко итоги,
        коротко, вкратце, что изменилось, по каким показателям хуже плана, по каким показателям мы хуже плана,
        где хуже плана, что хуже плана, как отработали вчера, как мы отработали, как мы поработали,
        как поработали, как мы сработали,
        все ли нормально, все нормально, все ли хорошо, все ли в порядке,
        все в порядке, is everything ok, is everything okay, is everything alright, everything ok, is all well,
        что ухудшилось, что просело, что упало, что выросло, что улучшилось, что хуже, что лучше, what got worse,
        what improved, what got better, what is worse, what is better, what dropped, что поменялось, what changed,
        main results,
        что сегодня горит, что у нас сегодня горит, что у нас горит, как отработала, как отработал, how's, how are,
        how did, how was, how is it going, how's it going, what's up, what's up with, what's wrong, what is wrong,
        all metrics, all figures, all numbers, all kpis, all the numbers, main figures, main metrics, key figures,
        key metrics, where are we behind, what's going on, обзор, дашборд, итоги, итог, итоги дня, как дела,
        как наши дела, как у нас дела, как у нас, как мы, как там, как оно, как идет, как идут дела, как прошел,
        как прошла, как прошло, как прошли, как отработали, как сработали, как закрыли, что сегодня, что у нас,
        что нового, что по цифрам, по цифрам, что с цифрами, что по показателям, цифры, что происходит, что было,
        что случилось, как прошло все, что с, что там, что на, что по, что плохо, что хуже всего, что не так,
        что горит, где горит, где проседаем, где отстаем, где плохо, все показатели, все цифры, все метрики,
        все kpi, основные показатели, главные показатели, ключевые показатели, основные цифры, главное,
        полная картина, все по, все про, все за, покажи все, общие показатели, результаты, статистика, стата
        """
    ),
    Verb.BRIEF: said("brief, morning brief, briefing, бриф, утренний обзор, утренняя сводка"),
    Verb.PLAN: said(
        """
        plan, target for, plan for, target of, what is the target for, goal, the plan for, planned, план, планы,
        норма, норматив, цель, целевое значение, целевой показатель, план на, план по, запланировано,
        сколько запланировано, по плану на
        """
    ),
    Verb.PACE: said(
        """
        pace, run rate, forecast, projection, will we make, will we hit, will we reach, on pace, are we on pace,
        how far from the plan, left to plan, by the end of the month, month end, for the month end, at month end,
        on track, отстаем, мы отстаем, сильно отстаем, недовыполнение, недовыполняем, темп, темпы, темпом, в темпе,
        по темпу, идем в темпе, в графике, идем в графике, идем ли мы в графике, идем ли в графике,
        укладываемся в график, успеем, успеваем, успеем ли, дотянем, выполним план, выполним ли план,
        успеем выполнить план, успеваем выполнить план, закроем план, сделаем план, дотянем до плана,
        чтобы выполнить план, до плана, осталось до плана, сколько осталось, сколько осталось до плана,
        сколько не хватает, не хватает до плана, сколько надо, сколько нужно, сколько еще, сколько еще надо,
        сколько еще нужно, надо в день, нужно в день, в день до плана, отставание, отставание от плана,
        отстаем от плана, прогноз, прогноза, прогнозу, прогнозом, прогноз на конец месяца, на конец месяца,
        к концу месяца, если так пойдет, если так пойдет дальше, при таком темпе, таким темпом, такими темпами,
        are we going to hit, going to hit, going to make, do we make, hit the target, at this rate, до конца месяца,
        с каким темпом, выйдем на план, выходим на план, выполним
        """
    ),
    Verb.DIGEST: said("digest, дайджест, сводка, сводку"),
    Verb.RATING: said(
        """
        who leads the contest, кто лидирует, кто лидирует в конкурсе, кто впереди, rating, contest, leaderboard,
        рейтинг, рейтинга, рейтинге, рейтингу, конкурс, конкурса, конкурсе, конкурсу
        """
    ),
    Verb.REPORT: said("report, reports, отчет, отчета, отчеты"),
    Verb.METRICS: said(
        """
        metrics, метрики, показатели, какие есть показатели, какие показатели есть, какие показатели ты знаешь,
        какие показатели знаешь, что ты знаешь, что ты считаешь, какие метрики ты знаешь,
        какие показатели ты считаешь, какие есть метрики, список показателей, список метрик, what metrics are there,
        which metrics are there
        """
    ),
    Verb.LINES: said(
        """
        lines, линии, какие есть линии, какие линии есть, список линий, what lines are there, which lines are there
        """
    ),
    Verb.STATUS: said(
        """
        status, статус, состояние, на какое время данные, за какое время данные, свежие данные, свежесть данных,
        данные свежие, когда обновились данные, когда обновлялись данные, как давно обновлялись данные, data as of,
        how fresh is the data, how fresh are the records, is the data fresh, when was the data updated,
        up to when is the data
        """
    ),
    Verb.HELP: said(
        """
        help, помощь, справка, помоги, что ты умеешь, что умеешь, что ты можешь, кто ты, ты кто,
        как тобой пользоваться, как спрашивать, what can you do, who are you, how do i ask
        """
    ),
    Verb.START: said("start, старт, начать"),
}

SHAPES: dict[Shape, tuple[str, ...]] = {
    Shape.CHART: said(
        """
        chart, graph, picture, plot, as a chart, график, графиком, диаграмма, картинка, картинкой, диаграммой,
        на графике, в виде графика
        """
    ),
    Shape.TEXT: said("text, in words, текст, текстом, словами"),
    Shape.XLSX: said(
        """
        xlsx, excel, file, csv, in excel, to excel, as a file, spreadsheet, эксель, экселем, файл, файлом, таблицей,
        в эксель, в экселе, в excel, эксельку, выгрузка, выгрузку, выгрузкой, в файл, excel файл, эксель файл
        """
    ),
}

MINE: dict[str, tuple[str, ...]] = {
    "me": said("me, my place, mine, я, мое место, мое, мой"),
    "team": said("team, teams, my team, команда, команды, моя команда, по командам"),
}
"""Whose part of a rating."""

SHORT = frozenset(("short", "brief", "кратко", "коротко", "вкратце"))
"""Said of a report that is wanted in short."""

VERB_PHRASES = phrases(VERBS.items())
MINE_PHRASES = phrases(MINE.items())
SHAPE_PHRASES = phrases(SHAPES.items())
