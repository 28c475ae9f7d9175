"""What people ask for and no installation can know from these records: said with what is missing and how to get it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from bot.chat.questions.forms import lemmas
from bot.chat.questions.text import Word, phrases
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
    "survey": note(
        "There is nothing of satisfaction in the records: CSAT and NPS need the answers of surveys, and no table has "
        "them. With a table of surveys they can be a metric of your own, see docs/metrics.md."
    ),
    "quality": note(
        "There is nothing of quality in the records: it needs the marks of listened calls, and no table has them. "
        "With a table of marks it can be a metric of your own, see docs/metrics.md."
    ),
    "revenue": note(
        "There is no money in the records: revenue needs deals with their sums, and reservations have none. The "
        "nearest are reservations and their square metres: /reserves, /reserves_m2."
    ),
    "deals": note(
        "There are no deals in the records, only reservations: /reserves, /reserves_m2. Sales and their share need "
        "the deals of the CRM."
    ),
    "repeat": note(
        "Whether a first call was enough is not in the records of this centre: FCR needs the reason of each contact "
        "and a rule for a repeated one. The nearest are transfers and lost clients: /transfers, /lcr_clients."
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
        "How many people will be needed is not computed here yet: it needs a forecast of calls and the centre's "
        "rules. The nearest is the plan of a day: /plan calls tomorrow."
    ),
    "recordings": note(
        "Calls are not recorded here; of each there are only its time, its line, its agent and how long it took."
    ),
    "mail": note("Letters are not in the records: only calls, chats, leads, reservations and tickets are."),
    "pay": note("Pay and bonuses are not in the records, and nothing here computes them."),
}

_SAID: Mapping[str, tuple[str, ...]] = {
    "queue": (
        *("queue", "in queue", "in the queue", "queue now", "waiting now", "waiting right now", "calls waiting"),
        *("очередь", "очередь сейчас", "сейчас в очереди", "в очереди", "висит в очереди", "ждет сейчас"),
        "ждут сейчас",
        *("висит на линии", "звонков на линии сейчас"),
    ),
    "online": (
        *("online", "who is online", "online now", "on shift now", "on break", "available now", "logged in"),
        *("онлайн", "кто на линии", "человек на линии", "людей на линии", "операторов на линии", "сейчас на линии"),
        *("кто сейчас на линии", "сейчас работает", "сейчас работают", "операторов сейчас", "кто работает"),
        "на перерыве",
        *("в перерыве", "на обеде сейчас", "кто на смене", "сколько на смене", "операторов на смене"),
        "людей на смене",
        *("кто свободен", "свободных операторов", "агентов онлайн", "who is working", "how many agents are on"),
    ),
    "survey": (
        *("csat", "nps", "csi", "ces", "satisfaction", "customer satisfaction", "survey", "surveys", "feedback"),
        *("ксат", "цсат", "эн пи эс", "нпс", "удовлетворенность", "лояльность", "опрос", "опросы", "отзыв"),
        "отзывы",
        *("оценка", "оценки", "оценка клиента", "довольны", "жалобы клиентов"),
    ),
    "quality": (
        *("quality", "quality score", "qa", "qa score", "monitoring scores", "качество", "качество операторов"),
        *("оценка качества", "оценки качества", "прослушка", "чек-лист", "чеклист", "контроль качества"),
    ),
    "revenue": (
        *("turnover", "money", "income", "profit", "earned", "average check", "оборот"),
        "доход",
        *("деньги", "прибыль", "заработали", "денег", "маржа", "сумма продаж", "средний чек", "сумма сделок"),
        "рублей",
    ),
    "deals": (
        *("sold", "flats sold", "conversion to deals", "conversion into deals"),
        *("продали", "продано", "продали квартир", "конверсия в сделку"),
        *("конверсия в продажу", "конверсия в продажи", "дду"),
    ),
    "repeat": (
        *("fcr", "first call resolution", "first contact resolution", "repeat calls", "repeated calls", "фср"),
        "фкр",
        *("решение с первого звонка", "решение с первого обращения", "решено с первого раза", "с первого раза"),
        *("повторные обращения", "повторные звонки", "повторный звонок", "повторность", "перезванивают повторно"),
    ),
    "conversion": (
        *("conversion", "conversion rate", "конверсия", "конверсию", "конверт", "конвертация", "конверсия звонков"),
        *("конверсия в резерв", "конверсия в бронь", "конверсия звонков в резервы", "воронка", "funnel"),
    ),
    "adherence": (
        *("adherence", "late arrivals", "lateness", "late to work", "absenteeism", "опоздания", "опоздал", "опоздали"),
        "прогулы",
        *("соблюдение графика", "соблюдение расписания", "дисциплина", "больничные", "отсутствия"),
    ),
    "schedule": (
        *("schedule", "shift schedule", "rota", "roster", "who works tomorrow", "расписание", "график работы"),
        *("график смен", "расписание смен", "кто выходит", "кто работает завтра", "кто завтра", "смены завтра"),
        *("кто выйдет", "кто дежурит"),
    ),
    "staffing": (
        *("how many people do we need", "how many agents do we need", "staffing", "headcount", "erlang", "эрланг"),
        *("людей нужно", "операторов нужно", "нужно операторов", "нужно людей", "людей надо", "операторов надо"),
        *("сколько людей", "хватит людей", "хватит операторов", "хватает людей", "хватает операторов"),
        *("прогноз звонков", "прогноз нагрузки", "forecast of calls", "call forecast", "load forecast"),
    ),
    "recordings": (
        *("recording", "recordings", "call recording", "запись разговора", "записи разговоров", "запись звонка"),
        *("записи звонков", "аудиозапись", "аудио", "прослушать", "послушать", "расшифровка", "transcript"),
    ),
    "mail": ("email", "emails", "e-mail", "letters", "mail", "письмо", "письма", "писем", "почта", "имейл", "емейл"),
    "pay": ("salary", "salaries", "pay", "bonus", "bonuses", "зарплата", "зп", "премия", "премии", "оклад", "штраф"),
}
_PHRASES = phrases(_SAID.items())


def missing(said: tuple[Word, ...], names: Vocabulary, *, inflected: bool = True) -> Missing | None:
    """Return what is asked for and cannot be known, if the words name such a thing, `inflected` or as they stand.

    What a metric of the centre is called is known, and so is what stands in quotation marks.
    """
    folded = ["\0" if word.quote else word.folded for word in said]
    for at in range(len(said)):
        found = _PHRASES.at(folded, at) or (_inflected_at(folded, at) if inflected else None)
        if not found:
            continue
        named = names.names.at(folded, at)
        if not named or named[0] < found[0]:
            return Missing(found[1], _SENTENCES[found[1]])
    return None


def _inflected_at(folded: Sequence[str], at: int) -> tuple[int, str] | None:
    """The longest phrase in any form of its words that begins at one."""
    here = lemmas(folded[at])
    begun = [each for lemma in here for each in _by_first().get(lemma, ())]
    for words, kind in sorted(begun, key=lambda each: -len(each[0])):
        end = at + len(words)
        if end <= len(folded) and all(not w.isdisjoint(lemmas(f)) for w, f in zip(words, folded[at:end], strict=True)):
            return end, kind
    return None


@cache
def _by_first() -> Mapping[str, tuple[tuple[tuple[frozenset[str], ...], str], ...]]:
    """The phrases as the dictionary forms of their words, by each of the first."""
    found: dict[str, list[tuple[tuple[frozenset[str], ...], str]]] = {}
    for phrase, kind in _PHRASES.meanings.items():
        words = tuple(map(lemmas, phrase.split(" ")))
        for lemma in words[0]:
            found.setdefault(lemma, []).append((words, kind))
    return {lemma: tuple(of_it) for lemma, of_it in found.items()}
