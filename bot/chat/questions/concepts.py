"""Words of the trade by what they stand for, whatever part of speech they are: «ждали», «ожидание», "waiting".

A phrase that a metric is called by is a set of these, so that its words are found in any order and in any form. Words
that stand for nothing here stand for themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.chat.questions.forms import lemmas
from bot.chat.questions.grammar import FILLER_PHRASES
from bot.chat.questions.idle import NEGATIONS, is_idle
from bot.chat.questions.text import folded, said

CONCEPTS: Mapping[str, tuple[str, ...]] = {
    "call": said(
        """
        звонок, вызов, звонить, позвонить, набирать, call, phone, прозвон,
        caller, ring, phoned
        """
    ),
    "lose": said(
        """
        потерять, терять, потеря, потерянный, потеряшка, пропустить, пропускать, пропущенный, упустить, бросить,
        брошенный, сорваться, срываться, сброшенный, сбросить, отвалиться, отваливаться, отвал, сброс, неотвеченный,
        непринятый, слиться, проморгать, lose, lost, miss, missed, abandon, abandoned, abandonment, drop, dropped,
        unanswered, loss, losing, missing, потеряться, теряться, упущенный, слить, слив, ушедший, недозвон,
        недозвониться, gave, unserved, lapsed
        """
    ),
    "wait": said(
        """
        ждать, ожидание, ожидать, подождать, дождаться, дожидаться, прождать, висеть, провисеть, wait, waited,
        waiting, queueing, hold, held, queued
        """
    ),
    "answer": said(
        "ответ, отвечать, ответить, трубка, реакция, реагировать, answer, answered, response, respond, responded, reply"
    ),
    "take": said(
        """
        принять, принимать, принятый, отвеченный, взять, брать, обработать, обработанный, разобрать, разбирать,
        забрать, забирать, answered, pick, picked, take, took, taken, handled, processed
        """
    ),
    "talk": said(
        """
        разговор, разговаривать, говорить, болтать, общаться, беседа, talk, talking, conversation, поговорить,
        проговорить, speak, speaking, spoken
        """
    ),
    "handle": said(
        """
        обработка, обрабатывать, handle, handling, process
        """
    ),
    "transfer": said(
        """
        перевод, переводить, перевести, переведенный, перекинуть, перекидывать, перебросить, перебрасывать,
        переключить, переключать, улетать, улететь, трансфер, transfer, transferred, handover, forward, forwarded,
        передать, передавать, переадресация, переадресовать, эскалация, эскалировать, escalate, escalated, passed,
        redirect, redirected
        """
    ),
    "close": said(
        """
        закрыть, закрывать, закрытый, закрытие, решить, решать, решенный, close, closed, closing, resolve, resolved,
        solve, solved, завершить, завершать, завершенный, выполнить, выполненный, исполнить, finish, finished,
        complete, completed
        """
    ),
    "create": said(
        """
        создать, создавать, созданный, завести, заводить, create, created, opened, зарегистрировать, оформить,
        raise, raised, registered, logged
        """
    ),
    "route": said("маршрутизация, маршрутизировать, маршрутизированный, распределить, распределять, route, routed"),
    "ticket": said("тикет, обращение, ticket, request"),
    "chat": said("чат, чатик, переписка, chat, chats"),
    "lead": said("лид, заявка, lead, enquiry, inquiry"),
    "bot": said("бот, робот, voicebot, bot, ivr, robot"),
    "self": said("сам, самостоятельно, самостоятельный, itself, alone, own"),
    "book": said(
        """
        бронь, броня, забронировать, бронировать, бронирование, резерв, зарезервировать, резервировать, резервация,
        reserve, reserved, reservation, забронированный, бронированный, зарезервированный
        """
    ),
    "metre": said("метр, метраж, квадрат, площадь, квадратура, metre, meter, sqm, m2, м2, area"),
    "cancel": said(
        """
        отмена, отменить, отменять, отмененный, слететь, сняться, снять, снятый, аннулировать, аннуляция, cancel,
        cancelled, canceled, cancellation, отказаться, отказываться, отказ, слет, снятие
        """
    ),
    "contract": said("договор, контракт, дду, contract"),
    "sell": said("продать, продавать, sell, sold, проданный, продажный"),
    "money": said(
        """
        выручка, деньга, деньги, сумма, оборот, заработать, выручить, money, revenue, turnover, amount, рубль,
        доход, income, рублей
        """
    ),
    "cost": said(
        """
        стоимость, стоить, цена, обходиться, обойтись, затрата, затраты, расход, расходы, себестоимость, потратить,
        тратить, платить, заплатить, pay, paid, cost, spend, spent, price, expense, бюджет, дорогой, дорого, budget,
        expensive, cheap
        """
    ),
    "serve": said("обслужить, обслуживать, обслуживание, serve, service, serving"),
    "return": said("вернуть, возврат, возвращать, возвращенный, вернуться, won, recover, recovered"),
    "call_back": said("перезвон, перезванивать, перезвонить, callback"),
    "repeat": said(
        """
        повторный, повтор, повторно, повторяться, repeat, repeated, again, снова, опять, вновь, repeatedly
        """
    ),
    "complain": said(
        """
        жалоба, жаловаться, пожаловаться, претензия, complain, complained, complaint, недовольство, негатив,
        возмущаться, unhappy, grievance
        """
    ),
    "incident": said("инцидент, авария, сбой, incident, outage, поломка, сломаться, downtime"),
    "fix": said(
        "устранение, устранять, устранить, починить, чинить, починка, восстановить, восстановление, fix, fixed"
    ),
    "first": said("первый, first"),
    "survey": said("опрос, анкета, survey"),
    "satisfied": said(
        """
        удовлетворенность, довольный, удовлетворенный, довольны, satisfaction, satisfied, happy, удовлетворить,
        happiness
        """
    ),
    "quality": said("качество, quality, балл, прослушка, score"),
    "target": said("целевой, target, qualified"),
    "deal": said("сделка, deal"),
    "stick": said("застрять, застревать, застрявший, зависнуть, зависать, зависший, застыть, застывший, stuck"),
    "visit": said(
        """
        визит, консультация, встреча, показ, visit, consultation, appointment, meeting, экскурсия, viewing, просмотр
        """
    ),
    "come": said(
        """
        прийти, приходить, дойти, доходить, доехать, пришедший, явиться, come, came, show, добраться,
        посетить, attended, attend, arrive, arrived
        """
    ),
    "sign_up": said(
        """
        запись, записаться, записать, записывать, booking, назначить, назначенный, записанный, scheduled
        """
    ),
    "move": said("перенос, перенести, переносить, move, moved, rescheduled"),
    "manager": said("менеджер, manager, продавец, консультант, salesperson, rep, reps"),
    "touch": said("касание, коснуться, touch"),
    "pause": said("пауза, перерыв, промежуток, pause, gap"),
    "task": said("задача, task"),
    "overdue": said("просроченный, просрочить, просрочка, overdue, просрочиться"),
    "occupied": said(
        """
        занятость, загрузка, загруженность, занятый, загруженный, occupancy, occupied, busy, нагруженный, занять,
        utilised
        """
    ),
    "idle": said("простой, простаивать, idle, скучать, бездельничать"),
    "work": said("работа, рабочий, работать, отработать, наработать, отработанный, наработка, work, worked, working"),
    "hour": said("час, hour"),
    "convert": said("конверсия, конвертировать, конвертить, конвертироваться, conversion, convert, converted, turned"),
    "forecast": said("прогноз, спрогнозировать, forecast"),
    "err": said("ошибка, ошибиться, ошибаться, погрешность, промахнуться, error, wrong, accuracy, точность"),
    "contain": said("удержать, удержание, удерживать, containment, contain, contained"),
    "hang_up": said("hang, hung"),
    "incoming": said("входящий, поступивший, inbound, incoming"),
    "outgoing": said("исходящий, обзвон, обзвонить, outbound, outgoing, dial, dialled"),
    "campaign": said("кампания, campaign"),
    "advertise": said("реклама, рекламный, маркетинг, ad, ads, advertising, marketing"),
    "concurrent": said("одновременно, одновременный, параллельно, параллельный, concurrent, once"),
    "on_time": said("вовремя, срок"),
    "open": said("открытый, open"),
    "willing": said("готовый, готовность, willing, ready"),
    "recommend": said("рекомендация, рекомендовать, порекомендовать, recommend, recommendation"),
    # Those that seldom tell one metric from another.
    "share": said("процент, доля, percent, percentage, share, rate, %, часть, proportion, fraction"),
    "number": said("число, количество, кол-во, сколько, скольких, number, many, count, штука, шт"),
    "mean": said("средний, среднее, average, avg, mean, усредненный, typical, typically"),
    "median": said("медиана, медианный, median"),
    "time": said(
        """
        время, минута, секунда, минут, долго, долгий, длительность, быстро, скорость, скоро, длиться, продлиться,
        продолжительность, идти, уходить, уйти, занимать, занять, срок, time, minute, second, long, quickly, fast,
        speed, медленно, медленный, быстрый, скорый, slow, slowly, faster, quicker, quick, soon, duration, length,
        minutes
        """
    ),
    "client": said(
        """
        клиент, человек, люди, народ, покупатель, абонент, client, customer, people, гость, звонящий,
        покупательница, buyer, user, guest, callers
        """
    ),
    "person": said("оператор, сотрудник, agent, operator, коллега, работник, staff, employee, agents"),
}
"""What is meant, with the dictionary forms of all words that stand for it."""

LIGHT = frozenset(("share", "number", "mean", "time", "client", "person"))
"""What a phrase may say or not: it tells apart those that are alike in everything else."""

_OF: Mapping[str, frozenset[str]] = {
    word: frozenset(concept for concept, words in CONCEPTS.items() if word in map(folded, words))
    for words in CONCEPTS.values()
    for word in map(folded, words)
}


@lru_cache(1 << 14)
def concepts_of(word: str) -> frozenset[str]:
    """Return what a folded word may stand for; itself in its dictionary forms, where nothing is known of it."""
    of_it = frozenset(concept for lemma in _dictionary_forms(word) for concept in _OF.get(lemma, ()))
    return of_it or lemmas(word)


def _dictionary_forms(word: str) -> Iterator[str]:
    """The word, its dictionary forms, and those of the verb that it is the reflexive of: «решается»."""
    yield word
    for lemma in lemmas(word):
        yield lemma
        if lemma.endswith(("ся", "сь")):
            yield lemma[:-2]


def is_of_the_trade(word: str) -> bool:
    """Whether a folded word stands for something here."""
    return any(lemma in _OF for lemma in _dictionary_forms(word))


_BINDING = NEGATIONS | frozenset(
    ("на", "до", "после", "через", "между", "от", "per", "to", "after", "before", "until", "between", "within")
)
"""Words of a phrase that must stand right before the next of it: «звонков на клиента» is not «клиенты звонят»."""


@dataclass(frozen=True)
class Phrase:
    """A metric's phrase: what each of its words stands for."""

    key: str
    rank: int
    words: tuple[str, ...]
    senses: tuple[frozenset[str], ...]
    """Of each word that counts."""
    binding: Mapping[int, str]
    """The words that must stand right before some of them, by their places."""

    def is_light(self, n: int) -> bool:
        return self.senses[n] <= LIGHT


class MetricPhrases:
    """All that metrics are called, by what the words stand for."""

    def __init__(self, called: Iterable[tuple[str, Iterable[tuple[int, str]]]]) -> None:
        """`called`: each metric with what it is called, the surer the lower the rank."""
        self._by_sense: dict[str, list[Phrase]] = {}
        seen: set[tuple[str, frozenset[frozenset[str]], tuple[str, ...]]] = set()
        for key, sayings in called:
            for rank, saying in sayings:
                phrase = _phrase(key, rank, folded(saying).split(" "))
                told = (key, frozenset(phrase.senses), tuple(phrase.binding.values())) if phrase else None
                if phrase is None or told in seen:
                    continue
                assert told
                seen.add(told)
                first = next(n for n in range(len(phrase.senses)) if not phrase.is_light(n))
                for sense in phrase.senses[first] - LIGHT:
                    self._by_sense.setdefault(sense, []).append(phrase)

    def beginning(self, senses: Iterable[str]) -> Iterator[Phrase]:
        """The phrases whose first word that counts stands for one of these."""
        for sense in sorted(senses):
            yield from self._by_sense.get(sense, ())


_ON_TIME, _TIME = frozenset(("on_time",)), frozenset(("time",))


def _phrase(key: str, rank: int, words: Sequence[str]) -> Phrase | None:
    kept: list[str] = []
    binding: dict[int, str] = {}
    for word in words:
        if word in _BINDING:
            binding[len(kept)] = word
        elif not says_nothing(word):
            kept.append(word)
    on_time = "в срок" in " ".join(words)
    senses = tuple((_ON_TIME if on_time else _TIME) if word == "срок" else concepts_of(word) for word in kept)
    binding = {n: word for n, word in binding.items() if n < len(kept)}
    if all(each <= LIGHT for each in senses):
        return None
    return Phrase(key, rank, tuple(kept), senses, binding)


def says_nothing(word: str) -> bool:
    idle = len(word) == 1 or is_idle(word) or FILLER_PHRASES.at([word], 0) is not None
    return idle and not is_of_the_trade(word)
