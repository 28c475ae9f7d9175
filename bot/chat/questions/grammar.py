"""The words that say how: breakdowns, orders, comparisons, hours of the day, and words that add nothing.

Every table says first what is meant and then all that says it; the page on asking prints these tables. What is wanted
is in `verbs`, names of metrics, lines and values are in the vocabulary.
"""

from __future__ import annotations

from bot.chat.questions.text import phrases, said
from digests.request import End, Versus
from metrics.dimensions import DIMENSIONS, EVERY

BY = said(
    "by, per, break it down by, break down by, split by, broken down by, по, в разбивке по, с разбивкой по, разбивка по"
)

PARTS: dict[str, tuple[str, ...]] = {key: each.phrases for key, each in EVERY.items()}

BY_ITSELF: dict[str, tuple[str, ...]] = {key: each.alone for key, each in EVERY.items() if each.alone}

OF: dict[str, tuple[str, ...]] = {key: each.named for key, each in DIMENSIONS.items() if each.named}
"""What stands before a name, to say of what it is the name."""

RANKED: dict[str, tuple[str, ...]] = {key: each.ranked for key, each in EVERY.items() if each.ranked}
"""What stands after `top 5`."""

TOP = ("top", "топ")

ENDS: dict[End, tuple[str, ...]] = {
    End.WORST: said(
        """
        worst, the worst, worst first, the worst first, weakest, хуже всех, хуже всего, худшие, худший, худшая,
        худшее, худших, худшую, худшего,
        самый плохой, самая плохая, самое плохое, самые плохие, самых плохих, самый худший, самые худшие, антитоп,
        антирейтинг, слабые, слабее всех, отстающие, самая слабая, самый слабый, самое слабое, самые слабые,
        слабее всего, не укладывается, не укладываются, не дотягивает, не дотягивают, не выполняет, не выполняют,
        аутсайдеры, от худших, начиная с худших, с худших, провал, провалы, просадка, просадки,
        проседает, проседают, проваливается
        """
    ),
    End.BEST: said(
        """
        best, the best, best first, the best first, strongest, top performers, лучше всех, лучше всего, лучшие,
        лучший, лучшая, лучшее, лучших,
        лучшую, лучшего, самый хороший, самые хорошие, лидирует, лидируют, лидеры, передовики, от лучших,
        начиная с лучших
        """
    ),
    End.MOST: said(
        """
        most, the most, highest, the highest, biggest, longest, busiest, peak, peaks, max, the slowest,
        медленнее всех, медленнее всего, самый медленный, самые медленные, maximum, slowest, больше всего,
        больше всех, самый большой, самая большая, самые большие, самое большое, самый высокий, самая высокая,
        самые высокие, максимум, максимальный, максимальная, максимальное, максимальные, пик, пики, завал, завалы,
        пиковый, пиковые, пикового, час пик, самый загруженный, самая загруженная, самые загруженные, загруженные,
        most often, чаще всего, чаще всех,
        дольше всех, дольше всего, самый долгий, самая долгая, самые долгие, самое долгое,
        самый длинный, самая длинная, самые длинные, самое длинное, от больших, от большей, от большего,
        по убыванию, descending, популярные, самые популярные, самая популярная, частые, самые частые, самая частая
        """
    ),
    End.LEAST: said(
        """
        least, the least, lowest, the lowest, fewest, shortest, fastest, quietest, min, minimum, меньше всего,
        меньше всех, самый маленький, самый низкий, самая низкая, самые низкие, минимум, минимальный, минимальная,
        минимальное, быстрее всех, быстрее всего, реже всего, реже всех, least often,
        короче всех, самый короткий, самая короткая,
        от меньшей, от меньших, от меньшего, по возрастанию, ascending, самый тихий, самый спокойный
        """
    ),
}
"""Which end comes first; a number may stand before or after."""

PEAKS: dict[str, tuple[str, ...]] = {
    "hour": said("час пик, час-пик, peak hour, peak hours, rush hour, busiest hour, пиковый час, пиковые часы"),
    "half-hour": said(
        "busiest half hour, peak half hour, busiest 30 minutes, пиковые полчаса, самые загруженные полчаса"
    ),
}
"""The most, by a part of time."""

WHICH: dict[str, tuple[str, ...]] = {
    "agent": said(
        """
        who, whose, which agent, which agents, which operator, which operators, кто, у кого, кого, какой оператор,
        какие операторы, какой сотрудник, кто из операторов, кто из сотрудников, кто из нас, каждый, каждого,
        каждым, у каждого, у каждого оператора, каждый оператор, кем, each, each agent, each operator
        """
    ),
    "line": said(
        """
        which line, which lines, what line, where, на каких линиях, на какой линии, какая линия, где, какие линии,
        в какой линии, по какой линии, у какой линии
        """
    ),
    "hour": said(
        """
        which hour, which hours, what hour, what time, в какой час, какой час, в какие часы, какие часы,
        в котором часу, во сколько, в какое время
        """
    ),
    "day": said(
        """
        which day, which days, what day, в какой день, какой день, в какие дни, какие дни, по каким дням, когда,
        when
        """
    ),
    "month": said(
        "which month, which months, в каком месяце, какой месяц, какие месяцы, в какие месяцы, по каким месяцам"
    ),
    "week": said("which week, which weeks, на какой неделе, какая неделя, в какую неделю, в какие недели"),
    "weekday": said(
        """
        which weekday, which day of the week, в какой день недели, какой день недели, в какие дни недели,
        по каким дням недели
        """
    ),
    "topic": said(
        """
        which topic, which topics, what topics, about what, по какой теме, по каким темам, какая тема, какие темы,
        о чем, с чем, с какими вопросами, по каким вопросам, на какую тему
        """
    ),
    "project": said(
        """
        which project, which projects, какой проект, какие проекты, в каком проекте, по какому проекту
        """
    ),
    "city": said("which city, which cities, какой город, какие города, в каком городе, по какому городу"),
    "origin": said("which source, which sources, from where, какой источник, какие источники, откуда"),
    "campaign": said("which campaign, which campaigns, какая кампания, какие кампании, по какой кампании"),
    "channel": said("which channel, which channels, какой канал, какие каналы, по какому каналу, в каком канале"),
    "owner": said(
        """
        which manager, which managers, какой менеджер, какие менеджеры, кто из менеджеров, у кого из менеджеров,
        у какого менеджера
        """
    ),
    "team": said("which team, which teams, какая команда, какие команды, какая группа"),
}
"""Words that ask which of them; they are a breakdown."""

SERIES = said("динамика, динамику, тренд, тренды, trend, trending, dynamics, over time, как менялся, как менялась")
"""Words that want the parts of a period one after the other."""

COMPARED = said(
    """
    compare, сравни, сравнить, сравните, сравнение, comparison, comparison of, разница, difference
    """
)
"""Words of a comparison: what follows is set side by side."""

DAY_PARTS: dict[tuple[int, int], tuple[str, ...]] = {
    (6, 12): said(
        """
        morning, in the morning, this morning, утро, утром, утра, с утра, по утрам, за утро, в первой половине дня,
        первая половина дня,
        первую половину дня, за первую половину дня, first half of the day,
        до обеда, before lunch
        """
    ),
    (12, 14): said(
        """
        noon, at noon, midday, at lunch, lunch, lunchtime, обед, в обед, в обеденное время, обеда, полдень,
        в полдень
        """
    ),
    (12, 18): said("afternoon, in the afternoon, this afternoon, днем, во второй половине дня, вторую половину дня"),
    (14, 18): said("после обеда, after lunch"),
    (0, 6): said("после полуночи, after midnight, под утро, ранним утром"),
    (18, 24): said(
        """
        evening, in the evening, this evening, tonight, вечер, вечером, вечера, за вечер, по вечерам
        """
    ),
    (22, 30): said("night, at night, last night, overnight, ночь, ночью, ночи, за ночь, по ночам"),
}
"""Hours that have a name: from the first to the second; hours past 24 are of the next day."""

RECURRING: dict[str, tuple[str, ...]] = {
    "weekend": said(
        """
        weekends, on weekends, every weekend, at weekends, on the weekends, по выходным, выходным, каждые выходные,
        по выходным дням, в выходные дни, выходные дни
        """
    ),
    "weekdays": said(
        """
        on weekdays, on working days, workdays, working days, weekdays only, weekdays, в будни, по будням, будни,
        будням, в рабочие дни, по рабочим дням, рабочие дни, будние дни, в будние дни, по будним дням
        """
    ),
    "monday": said("mondays, on mondays, every monday, по понедельникам, понедельникам, каждый понедельник"),
    "tuesday": said("tuesdays, on tuesdays, every tuesday, по вторникам, вторникам, каждый вторник"),
    "wednesday": said("wednesdays, on wednesdays, every wednesday, по средам, средам, каждую среду"),
    "thursday": said("thursdays, on thursdays, every thursday, по четвергам, четвергам, каждый четверг"),
    "friday": said("fridays, on fridays, every friday, по пятницам, пятницам, каждую пятницу"),
    "saturday": said("saturdays, on saturdays, every saturday, по субботам, субботам, каждую субботу"),
    "sunday": said("sundays, on sundays, every sunday, по воскресеньям, воскресеньям, каждое воскресенье"),
}
"""Days of the week that are meant whenever they come in a period."""

AGAINST = said(
    """
    vs, versus, against, compared to, compared with, к, ко, против, чем, относительно, по сравнению с,
    по сравнению со, в сравнении с, больше чем, меньше чем, лучше чем, хуже чем, выше чем, ниже чем, по отношению к,
    than, отличается от, отличаются от, отличается, отличие от, up on, down on, up from, down from, differs from,
    differ from, different from, more than, less than, better than, worse than, compared
    """
)

COMPARATIVES: dict[End, tuple[str, ...]] = {
    End.BEST: said("лучше, better"),
    End.WORST: said("хуже, worse"),
    End.MOST: said("больше, выше, дольше, more, higher, longer"),
    End.LEAST: said("меньше, ниже, less, lower"),
}
"""Words that compare with the period that stands right after them; of one of several they are an end."""

VERSUS: dict[Versus, tuple[str, ...]] = {
    Versus.PLAN: said("plan, the plan, план, плана, плану, планом"),
    Versus.DAY: said(
        """
        yesterday, day ago, a day ago, the day before, day before, вчера, вчерашнему дню, вчерашним днем, день назад,
        предыдущим днем
        """
    ),
    Versus.WEEK: said(
        """
        last week, previous week, week ago, a week ago, the week before, week before, same day last week,
        the same day last week,
        same day a week ago, same time last week, the same time last week, same weekday last week,
        тот же день прошлой недели, тем же днем прошлой недели, таким же днем прошлой недели,
        тем же днем неделю назад, тот же день неделю назад, тому же дню прошлой недели, прошлая неделя,
        прошлой неделе, прошлой неделей, прошлой недели, прошлую неделю, неделю назад
        """
    ),
    Versus.MONTH: said(
        """
        last month, previous month, month ago, a month ago, the month before,
        month before, прошлый месяц, прошлому месяцу, прошлым месяцем,
        прошлого месяца, месяц назад
        """
    ),
    Versus.YEAR: said(
        """
        last year, previous year, year ago, a year ago, the year before, year before,
        same period last year, the same period last year,
        same time last year, аналогичный период прошлого года, тот же период прошлого года,
        тем же периодом прошлого года, аналогичным периодом прошлого года, прошлый год, прошлому году,
        прошлым годом, прошлого года, год назад
        """
    ),
}
"""What stands after `vs`, besides a period."""

VERSUS_BY_ITSELF: dict[Versus, tuple[str, ...]] = {
    Versus.PLAN: said(
        """
        plan, target for, plan/fact, plan fact, to plan, план, план/факт, план факт, план-факт, факт план, с планом,
        от плана, к плану
        """
    ),
    Versus.WEEK: said("wow, week over week, с прошлой недели, since last week"),
    Versus.MONTH: said("mom, month over month, с прошлого месяца, since last month"),
    Versus.YEAR: said("yoy, год к году, год к прошлому, year over year, с прошлого года, since last year"),
}

EXECUTION = said(
    """
    on plan, are we on plan, on target, are we on target, meeting the plan, meet the plan, hitting the plan,
    within the norm, plan execution, percent of plan, percent of the plan, выполняем план, выполняем ли план,
    выполняется план, выполняется ли план, план выполняется, выполнение плана, исполнение плана, выполнение,
    выполнен план, план выполнен, выполнили план, процент выполнения плана, процент выполнения, идем по плану,
    в плане, мы в плане, по плану, процентов плана, процент плана, сколько процентов плана,
    на сколько процентов выполнен план, насколько выполнен план, закрыли план, план закрыли, план закрыт,
    план закрываем, закрываем план, укладываемся в план, укладываемся в норму, в норму, в норме, попадаем в план,
    hit target, hit the target, hit our target, hit our targets, hit the targets, hit targets, met the target,
        meet the target, meet target, met target, reach the target, made the target, make the target, hit plan,
        hit the plan, met the plan, made the plan, meet our target, meet our targets, miss the target, тянем план,
        процентов плана закрыли, процентов выполнен план, процентов плана выполнено, делаем план
    """
)
"""Words that ask how much of the plan is reached: of a volume, of the month that goes on, if no period is said."""

WHOLE = said(
    """
    total, in total, overall, whole centre, the whole centre, call centre, call center, contact centre,
    contact center, всего, итого, в целом, весь центр, контакт-центр, контакт-центру, контакт-центра,
    контакт-центре, колл-центр, колл-центру, колл-центра, колл-центре, колцентр, колцентру, колцентра, колцентре,
    кц, по кц, компания, компании
    """
)
"""The whole centre, where a bare metric would be of every line."""

PREVIOUS = said("прошлой, прошлого, прошлым, прошлому, предыдущей, предыдущего, last, previous")
"""Said alone after `vs`: the like time before."""

MOVED: dict[End | None, tuple[str, ...]] = {
    None: said(
        """
        change, changed, изменился, изменилась, изменились, изменилось, изменение, изменения, поменялся, than usual,
        worse than usual, better than usual, more than usual, less than usual, чем обычно, обычного,
        больше обычного, меньше обычного, хуже обычного, лучше обычного, выше обычного, ниже обычного
        """
    ),
    End.MOST: said(
        """
        grew, grow, grown, growth, increase, increased, rise, risen, rose, up, вырос, выросла, выросли, выросло,
        рост, подрос, подросла, подросли, подросло, увеличился, увеличилась, увеличились, увеличилось, растет,
        растут, прирост, подскочил, подскочила, подскочили, подскочило, взлетел, взлетела, взлетели, взлетело,
        стало больше
        """
    ),
    End.LEAST: said(
        """
        decrease, decreased, down, drop, dropped, fall, fallen, fell, падение, снизился, снизилась, снизились,
        снизилось, снижение, уменьшился, уменьшилась, уменьшились, уменьшилось, упал, упала, упали, упало, падает,
        падают, стало меньше
        """
    ),
    End.WORST: said(
        """
        просел, просела, просели, просело, провалился, провалилась, провалились, провалилось, ухудшился, ухудшилась,
        ухудшились, ухудшилось, got worse, worsened, worsen
        """
    ),
    End.BEST: said("улучшился, улучшилась, улучшились, улучшилось, improved, improve, improving, got better"),
}
"""Words of a change, by where they lead: they compare with the time before, if nothing else is said."""

JUDGED: dict[End, tuple[str, ...]] = {
    End.WORST: said("bad, so bad, плохой, плохая, плохие, плохое"),
    End.MOST: said("high, so high, высокий, высокая, высокие, высокое"),
    End.LEAST: said("low, so low, низкий, низкая, низкие, низкое"),
}
"""Words of a norm: they compare with the plan, if nothing else is said; of one of several they are an end."""

FILLERS = said(
    """
    a, an, and, any, are, at, been, can, could, did, do, does, doing, find, for, get, give, got, had, has, have,
    how, i, in, is, it, it's, its, let, like, look, make, many, me, much, my, need, long, of, on, our, out, please,
    see, send, show, so, tell, that, the, there, they, this, to, up, us, want, was, we, were, what, what's, whats,
    will, with, would, you, know, rate, number of, amount of, average, avg, а, был, была, было, были, бы, в, во, вам,
    вас, ведь, вот, все, всем, всех, вы, выведи, выгрузи, выдай, вышло, глянь, дай, дайте, да, для, добрый, доброе,
    до, его, если, есть, еще, же, за, здравствуйте, и, из, или, им, интересно, интересует, их, как, какая, каких,
    какие, какими, каков, какова, какое, какой, каком, какую, ли, можешь, можете, можно, мне, могу, мы, на, надо,
    нам, нас, насколько, на сколько, наш, наша, наши, наших, наше, нужен, нужна, нужно, нужны, ну, нынче, о, об,
    общее, общий, от, очень, пжл, пжлст, по, подскажи, подскажите, покажи, покажите, пожалуйста, получается,
    получили, понять, посмотреть, посмотри, поступило, поступили, поступает, при, привет, пришли, пришло, приходит,
    про, просто, прошло, с, сделай, сделали, скажи, скажите, сколько, скольким, скольких, скинь, скиньте, со,
    составляет, среднем, сейчас, так, также, такая, такие, такое, такой, там, то, только, тут, ты, у, у нас, узнать,
    хочу, хотел, хотелось, хотим, центр, что, чтобы, чтоб, чего, чем, это, этот, эту, кол-во, количество, много,
    мало, долго, количества, число, числу, объем, всего-то, средний, среднее, средняя, вообще, человек, людей,
    быстро, fast, quickly, клиентов, клиента, день добрый, добрый день, доброе утро, добрый вечер, коллеги, ребята,
    ребят, клиенты, клиентам, времени, мои, моя, мой, моих, моим, процент, процентов, процента, доля, долю, дает,
    дают, дал, дала, дали, приносит, приносят, принес, начинается, заканчивается, бывает, бывают, наступает,
    случается, gives, brings, starts, percent, percentage, share, -, .., ...
    """
)
"""Words that add nothing. Each is dropped, alone, after everything else was tried."""

BY_PHRASES = phrases(
    [(part, [f"{by} {name}" for by in BY for name in names]) for part, names in PARTS.items()] + list(BY_ITSELF.items())
)
OF_PHRASES = phrases(OF.items())
RANKED_PHRASES = phrases(RANKED.items())
AGAINST_PHRASES = phrases([(True, AGAINST)])
VERSUS_PHRASES = phrases(VERSUS.items())
RECURRING_PHRASES = phrases(RECURRING.items())
EXECUTION_PHRASES = phrases([(True, EXECUTION)])
COMPARATIVE_PHRASES = phrases(COMPARATIVES.items())
VERSUS_ALONE_PHRASES = phrases(VERSUS_BY_ITSELF.items())
PREVIOUS_PHRASES = phrases([(True, PREVIOUS)])
WHOLE_PHRASES = phrases([(True, WHOLE)])
END_PHRASES = phrases(ENDS.items())
PEAK_PHRASES = phrases(PEAKS.items())
WHICH_PHRASES = phrases(WHICH.items())
SERIES_PHRASES = phrases([(True, SERIES)])
COMPARED_PHRASES = phrases([(True, COMPARED)])
DAY_PART_PHRASES = phrases(DAY_PARTS.items())
MOVED_PHRASES = phrases(MOVED.items())
JUDGED_PHRASES = phrases(JUDGED.items())
FILLER_PHRASES = phrases([(True, FILLERS)])
