"""What people ask for and no installation can know from these records: said with what is missing and how to get it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from bot.chat.questions.forms import lemmas
from bot.chat.questions.grammar import FILLER_PHRASES
from bot.chat.questions.text import Phrases, Word, folded, phrases, said
from bot.chat.questions.vocabulary import Vocabulary
from warehouse.messages import Message, note


@dataclass(frozen=True)
class Missing:
    """Something that cannot be known here: `kind` for the log, and one sentence with what would be needed."""

    kind: str
    message: Message


_SENTENCES: Mapping[str, Message] = {
    "queue": note(
        "The queue at this moment is not in the records: they come in after the calls, not while people wait. The "
        "nearest are calls, waits and lost calls of today: /calls, /asa, /lcr."
    ),
    "online": note(
        "Who is at work at this moment is not in the records. Hours and occupancy of a day that has begun are, where "
        "statuses are imported: /activity_hours, /occupancy."
    ),
    "reviews": note(
        "Reviews and customer effort are not in the records; what clients answer to surveys is, where it is imported: "
        "/csat, /nps, /csi."
    ),
    "profit": note(
        "Profit is not in the records: neither are all costs. The nearest, where the deals of the CRM and the costs of "
        "marketing are imported: /revenue, /contracts, /marketing_cost."
    ),
    "average_sum": note(
        "No average of sums or areas is computed here. What it would be made of is: /revenue and /contracts, "
        "/reserves_m2 and /reserves."
    ),
    "conversion": note(
        "What share of calls becomes reservations cannot be computed: reservations do not say which call they come "
        "from. The nearest are /reserves, /reserves_in_call and /target_in."
    ),
    "adherence": note(
        "Lateness and adherence need the schedule of shifts, which is not in the records. Hours of work are: "
        "/activity_hours by agent."
    ),
    "schedule": note("The schedule of shifts is not in the records: ask whoever keeps it, or your WFM system."),
    "staffing": note(
        "How many people will be needed, and how many calls will come, is told by the report of load: /load tomorrow. "
        "What is planned: /plan calls tomorrow."
    ),
    "recordings": note(
        "Calls are not recorded here; of each there are only its time, its line, its agent and how long it took."
    ),
    "mail": note("Letters are not in the records: only calls, chats, leads, reservations and tickets are."),
    "shift": note(
        "When the shifts of this centre are is not known here: ask by hours, such as /calls yesterday 20:00-08:00, or "
        "have them named in [shifts] of svodka.toml."
    ),
    "set_plan": note(
        "Plans are not changed in a chat: whoever keeps them fills in the workbook of svodka plan template and loads "
        "it with svodka plan import. What is planned now: /plan."
    ),
    "cost": note(
        "What a lead, a reservation or a minute costs is not computed. What a contact, a contract and service cost "
        "is, where costs are imported: /cost_to_serve, /cost_per_contract, /service_cost."
    ),
    "pay": note("Pay and bonuses are not in the records, and nothing here computes them."),
    "staff": note(
        "Who was hired, who left and who is ill is not in the records: ask those who keep the staff. Hours of work "
        "are, where statuses are imported: /activity_hours by agent."
    ),
    "limit": note(
        "Nothing is counted by a limit that a question names. Ask for all in order, such as /aht by agent worst 10; "
        "what the service level is counted by: /explain sl."
    ),
    "parts": note(
        "Hold and wrap-up are not told apart here: they are parts of the handling time. It, and the time of the talk: "
        "/aht, /talk."
    ),
    "team": note(
        "Who belongs to whose team is not known here by who asks: name the people or the line, or ask by team, where "
        "the list of agents has teams."
    ),
    "holidays": note("Which days are meant by holidays is not known here: name them, such as /calls 1-11 may."),
}

_SAID: Mapping[str, tuple[str, ...]] = {
    "queue": said(
        """
        queue, in queue, in the queue, queue now, waiting now, waiting right now, calls waiting, очередь, очередь
        сейчас, сейчас в очереди, в очереди, висит в очереди, ждет сейчас, ждут сейчас, сейчас ждут, сейчас ждет,
        ждут на линии, ждет на линии, висит на линии, звонков на линии сейчас
        """
    ),
    "online": said(
        """
        online, who is online, online now, on shift now, on break, available now, logged in, онлайн, кто на линии,
        человек на линии, людей на линии, операторов на линии, сейчас на линии, кто сейчас на линии, сейчас
        работает, сейчас работают, операторов сейчас, кто работает, на перерыве, нет на месте, кого нет, кого нет на
        месте, кто отсутствует, who is absent, кто в перерыве, сейчас в перерыве, на обеде сейчас, кто на смене,
        сколько на смене, операторов на смене, людей на смене, кто свободен, свободных операторов, агентов онлайн,
        who is working, how many agents are on
        """
    ),
    "reviews": said(
        """
        ces, customer effort, feedback, reviews, отзыв, отзывы, усилия клиента
        """
    ),
    "profit": said(
        """
        profit, margin, roi, romi, return on marketing, payback, прибыль, маржа, маржинальность, рентабельность,
        окупаемость, окупаемость рекламы, роми
        """
    ),
    "average_sum": said(
        """
        average check, average sum, average area, средний чек, средняя сумма, средняя площадь, средний метраж,
        average deal size
        """
    ),
    "conversion": said(
        """
        конверт, конвертация, конверсия звонков, конверсия в сделку, конверсия в сделки, конверсия в резерв,
        конверсия в бронь, конверсия звонков в резервы, стали резервом, становятся резервами, стали бронью,
        становятся бронями, become reservations, turn into reservations, call conversion, conversion of calls
        """
    ),
    "adherence": said(
        """
        adherence, late arrivals, lateness, late to work, absenteeism, опоздания, опоздал, опоздали, прогулы,
        соблюдение графика, соблюдение расписания, дисциплина, отсутствия
        """
    ),
    "schedule": said(
        """
        schedule, shift schedule, rota, roster, who works tomorrow, расписание, график работы, график смен,
        расписание смен, кто выходит, кто работает завтра, кто в ночь, кто сегодня в ночь, кто работает ночью, кто
        завтра, смены завтра, кто выйдет, кто дежурит, кто не работал,
        кто не вышел, кто вчера не работал, кто вчера не вышел, кто сегодня не вышел,
        кто сегодня не работает, кто не вышел на смену, who did not work,
        who didn't work, who did not come
        """
    ),
    "staffing": said(
        """
        enough people, enough agents, enough staff, enough operators, how many people do we need,
        how many agents do we need, staffing, headcount, erlang, эрланг, людей нужно,
        операторов нужно, нужно операторов, нужно людей, людей надо, операторов надо, сколько нужно людей, сколько
        надо людей, хватит людей, хватит операторов, хватает людей, хватает операторов, прогноз звонков, прогноз
        нагрузки, forecast of calls, call forecast, load forecast, звонков ждать, звонков ожидать, ожидается
        звонков, звонков будет, calls to expect, calls should we expect
        """
    ),
    "shift": said(
        """
        shift, shifts, night shift, day shift, this shift, смена, смену, смены, за смену, с начала смены, дневная
        смена, ночная смена, дневную смену, ночную смену, утренняя смена, вечерняя смена, прошлая смена
        """
    ),
    "set_plan": said(
        """
        set plan, set the plan, set target, set the target, change the plan, change the target, установи план,
        поставь план, задай план, измени план, поменяй план, внеси план, поставь норму, установи норму, задай норму,
        измени норму, поставь цель, подними план, снизь план, скорректируй план
        """
    ),
    "cost": said(
        """
        cost per lead, cost of a lead, cpl, cac, стоит лид, стоимость лида, цена лида, стоимость привлечения,
        стоимость заявки, стоит заявка, cost per reservation, cost of a reservation, cost per booking, cost per sale,
        cost per visit, cost per meeting, cost per minute, cost of a minute, стоит минута, стоимость минуты,
        цена минуты, стоит бронь, стоимость брони, цена брони, стоимость резерва, стоит резерв, цена резерва,
        стоимость встречи, стоит встреча
        """
    ),
    "parts": said(
        """
        hold time, time on hold, average hold, wrap, wrap up, wrap-up, wrapup, wrap-up time, after call work, acw,
        after-call work, постобработка, поствызывная обработка, поствызывная, время удержания, на удержании,
        удержание звонка, удержание вызова, удержание звонков
        """
    ),
    "team": said(
        """
        my team, my agents, my operators, my people, моя команда, моей команды, мои операторы, мои сотрудники,
        мои ребята, моя группа, моя смена
        """
    ),
    "recordings": said(
        """
        recording, recordings, call recording, запись разговора, записи разговоров, запись звонка, записи звонков,
        аудиозапись, аудио, прослушать, послушать, расшифровка, transcript
        """
    ),
    "mail": said(
        """
        email, emails, e-mail, letters, mail, письмо, письма, писем, почта, имейл, емейл
        """
    ),
    "staff": said(
        """
        turnover of staff, staff turnover, attrition, sick, sick leave, called in sick, on vacation, текучка,
        текучесть, уволился, уволилось, уволились, увольнения, больничный, больничные, в отпуске, на больничном,
        новички, стажеры
        """
    ),
    "holidays": said(
        """
        майские праздники, новогодние праздники, новогодние каникулы, праздники, праздничные дни, holidays, bank
        holidays, the holidays
        """
    ),
    "pay": said(
        """
        payroll, фот, фонд оплаты труда, salary, salaries, pay, bonus, bonuses, зарплата, зп, премия, премии, оклад,
        штраф
        """
    ),
}
_PHRASES = phrases(_SAID.items())
_LEAST_TELLING = 2


def _telling() -> Iterator[tuple[str, tuple[str, ...]]]:
    """The phrases without the words that add nothing, as far as they still tell enough."""
    for kind, sayings in _SAID.items():
        shorter = ([word for word in folded(each).split(" ") if not _adds_nothing(word)] for each in sayings)
        yield kind, tuple(" ".join(each) for each in shorter if len(each) >= _LEAST_TELLING)


def missing(words: tuple[Word, ...], names: Vocabulary, *, inflected: bool = True) -> Missing | None:
    """Return what is asked for and cannot be known, if the words name such a thing, `inflected` or as they stand.

    What a metric of the centre is called is known, and so is what stands in quotation marks.
    """
    spoken = ["\0" if word.quote else word.folded for word in words]
    found = _named_in(spoken, _PHRASES, names, inflected=False)
    if found is None and inflected:
        # «Кто у меня сейчас на смене»: words that add nothing stand between.
        telling = [word for word in spoken if not _adds_nothing(word)]
        found = _named_in(telling, _TELLING, names, inflected=False) or _named_in(
            spoken, _PHRASES, names, inflected=True
        )
    if found is None and _sets_a_plan(spoken):
        found = "set_plan"
    if found is None and _names_a_limit(spoken, names):
        found = "limit"
    if found in _OF_NOW and not _BEFORE.isdisjoint(spoken):
        return None  # «сколько операторов было на линии вчера» is known
    return Missing(found, _SENTENCES[found]) if found else None


def _named_in(folded: Sequence[str], known: Phrases[str], names: Vocabulary, *, inflected: bool) -> str | None:
    """The kind of the first thing that the words name, and nothing of the centre's own is called."""
    at = 0
    while at < len(folded):
        found = known.at(folded, at) or (_inflected_at(folded, at) if inflected else None)
        named = names.names.at(folded, at)
        if found and not (named and named[0] >= found[0]):
            return found[1]
        at = named[0] if named else at + 1
    return None


def _adds_nothing(word: str) -> bool:
    return FILLER_PHRASES.at([word], 0) is not None or word in _SAYING_LITTLE


_SAYING_LITTLE = ("меня", "нас", "now", "сейчас", "один", "одна", "одного", "одну", "one", "single")


_OF_NOW = ("online", "queue")
_BEFORE = frozenset(said("было, были, был, была, вчера, позавчера, was, were, yesterday, работал, работали, worked"))
"""Words of what is over, and in the records."""

_OVER = frozenset(
    said(
        """
        больше, более, дольше, быстрее, faster, longer, свыше, выше, меньше, менее, ниже, короче, over, above, below,
        under, than, exceeding,
        превышает, превышают
        """
    )
)
_WITHIN = frozenset(said("за, в, in, within, до"))
_UNITS = frozenset(
    said(
        """
        секунд, секунды, секунду, сек, с, seconds, second, secs, sec, s, минут, минуты, минуту, мин, minutes, minute,
        mins, min, %, процентов, процента, percent, pct, раз, раза, times
        """
    )
)


_ONE = ("минуты", "секунды", "часа", "полминуты", "полутора")
_OF_YEAR = 4
"""Digits of a year: "more than 2025" is a comparison."""


def _names_a_limit(folded: Sequence[str], names: Vocabulary) -> bool:
    """Whether a number of seconds, percent or times is said to be more, less or within: «дольше 10 минут»."""
    for at, word in enumerate(folded[1:], start=1):
        number, sign = word.rstrip("%"), word.endswith("%")
        if word in _ONE and folded[at - 1] in _OVER:
            return True  # «дольше минуты»
        if not (number.isascii() and number.isdigit()):
            continue
        unit = folded[at + 1] if at + 1 < len(folded) else ""
        measured = sign or unit in _UNITS
        if folded[at - 1] in _OVER and (measured or (not unit and len(number) < _OF_YEAR)):
            return True
        if folded[at - 1] in _WITHIN and unit in _UNITS and not names.lexicon.knows(number):
            return True
    return False


def _sets_a_plan(folded: Sequence[str]) -> bool:
    """Whether words begin with a verb that sets, and name a plan after it: "set the sl target for sales to 85"."""
    rest = [word for word in folded if not _adds_nothing(word)]
    return bool(rest) and rest[0] in _SETTING and any(not _PLANS.isdisjoint(lemmas(word)) for word in rest[1:])


_SETTING = ("set", "change", "raise", "lower", "установи", "поставь", "задай", "измени", "поменяй", "подними", "снизь")
_PLANS = frozenset(("plan", "target", "goal", "norm", "план", "норма", "норматив", "цель"))


def _inflected_at(folded: Sequence[str], at: int) -> tuple[int, str] | None:
    """The longest phrase in any form of its words that begins at one."""
    here = lemmas(folded[at])
    begun = [each for lemma in here for each in _by_first().get(lemma, ())]
    for words, kind in sorted(begun, key=lambda each: -len(each[0])):
        end = at + len(words)
        if end <= len(folded) and all(not w.isdisjoint(lemmas(f)) for w, f in zip(words, folded[at:end], strict=True)):
            return end, kind
    return None


_FUTURE = frozenset(("будет", "будут"))


@cache
def _by_first() -> Mapping[str, tuple[tuple[tuple[frozenset[str], ...], str], ...]]:
    """The phrases as the dictionary forms of their words, by each of the first; what will be is not what was."""
    found: dict[str, list[tuple[tuple[frozenset[str], ...], str]]] = {}
    for phrase, kind in _PHRASES.meanings.items():
        if not _FUTURE.isdisjoint(phrase.split(" ")):
            continue
        words = tuple(map(lemmas, phrase.split(" ")))
        for lemma in words[0]:
            found.setdefault(lemma, []).append((words, kind))
    return {lemma: tuple(of_it) for lemma, of_it in found.items()}


_TELLING = phrases(_telling())
