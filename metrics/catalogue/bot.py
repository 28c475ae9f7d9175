"""The voice bot: what it handled, contained and handed over."""

from __future__ import annotations

from metrics.model import Better, Count, Mean, Metric, Ratio, ShortNames, Unit, where
from warehouse.messages import N_

BOT = (
    Metric(
        key="bot_calls",
        title=N_("Handled by the voice bot"),
        short=ShortNames(N_("Calls to the bot"), N_("Calls to the bot: {line}"), N_("calls to the bot")),
        about=N_("Calls that entered the voice bot."),
        unit=Unit.COUNT,
        better=Better.NEUTRAL,
        relation="bot",
        fact=Count(),
        aliases=("bot", "бот", "бота"),
        noun=("call", "calls"),
        phrases=(
            *("ушло в бота", "попало в бота", "звонков в бота", "went to the bot", "голосовой бот", "голосового бота"),
            *("робот", "голосовой робот", "звонки бота", "звонки через бота", "прошло через бота", "обработал бот"),
            *("бот обработал", "обработано ботом", "ivr", "voice bot", "voicebot", "bot calls"),
            "calls handled by the bot",
        ),
    ),
    Metric(
        key="bot_wait",
        title=N_("Wait for the bot's first prompt"),
        short=ShortNames(N_("Wait for the bot"), N_("Wait for the bot: {line}"), N_("wait for the bot")),
        about=N_("Seconds from connect to the first prompt, over calls handled."),
        unit=Unit.SECONDS,
        better=Better.CEILING,
        relation="bot",
        fact=Mean("wait_s"),
        needs=("bot_calls.wait_s",),
        spread=False,
        bound=True,
        aliases=("ожидание_бота",),
        phrases=(*("ожидание бота", "ожидание ответа бота", "скорость бота", "bot wait", "wait for the bot"),),
    ),
    Metric(
        key="bot_dialogue",
        title=N_("Dialogue with the bot"),
        about=N_("Seconds with the bot, over calls handled."),
        unit=Unit.SECONDS,
        better=Better.NEUTRAL,
        relation="bot",
        fact=Mean("dialogue_s"),
        needs=("bot_calls.dialogue_s",),
        spread=False,
        aliases=("диалог_с_ботом",),
        phrases=(
            *("разговор с ботом", "время разговора с ботом", "диалог бота", "длительность диалога с ботом"),
            *("bot dialogue", "dialogue with the bot", "time with the bot"),
        ),
    ),
    Metric(
        key="bot_containment",
        title=N_("Contained by the bot"),
        about=N_("Calls that ended in the bot with an answer and no handover, over calls handled."),
        unit=Unit.PERCENT,
        better=Better.FLOOR,
        relation="bot",
        fact=Ratio(Count(where("contained")), Count()),
        needs=("bot_calls.outcome",),
        spread=False,
        aliases=("закрытые_ботом", "containment"),
        phrases=(
            *("доля бота", "share of the bot", "bot share", "удержание", "удержание ботом", "удержал бот"),
            *("бот закрыл", "бот закрыл сам", "закрыл бот", "закрыто ботом", "бот обработал сам"),
            *("бот решил сам", "обработал сам", "автоматизация", "уровень автоматизации"),
            *(
                "процент автоматизации",
                "доля закрытых ботом",
                "бот справляется",
                "справляется бот",
                "закрывает бот",
                "закрывает робот",
            ),
            *("эффективность бота", "bot containment", "voice bot containment", "containment rate"),
            *("contained by the bot", "automation rate"),
        ),
    ),
    Metric(
        key="bot_hang_ups",
        title=N_("Hung up in the bot"),
        about=N_("Calls hung up inside the bot, over calls handled."),
        unit=Unit.PERCENT,
        better=Better.CEILING,
        relation="bot",
        fact=Ratio(Count(where("hung_up")), Count()),
        needs=("bot_calls.outcome",),
        spread=False,
        aliases=("прерванные_в_боте",),
        phrases=(
            *("бросают трубку в боте", "кладут трубку в боте", "бросают бота", "сбрасывают в боте"),
            *("hang up in the bot", "hang up on the bot", "сбросы в боте", "бросили трубку в боте", "сбросили бота"),
            *("отвалы в боте", "bot hang ups", "hang ups in the bot"),
        ),
    ),
    Metric(
        key="bot_correct",
        title=N_("Correct handovers by the bot"),
        short=ShortNames(N_("Correct handovers"), N_("Handovers: {line}"), N_("correct handovers")),
        about=N_(
            "Handovers whose first human line closed the contact, over handovers answered by a human; "
            "those lost in the queue are in neither."
        ),
        unit=Unit.PERCENT,
        better=Better.FLOOR,
        relation="handovers",
        fact=Ratio(Count(where("correct")), Count(where("answered_by_human"))),
        needs=("bot_calls.outcome", "calls.contact_id"),
        spread=False,
        aliases=("переводы_бота", "handovers"),
        phrases=(
            *("бот ошибся при переводе", "бот ошибся", "ошибся при переводе", "перевод на человека"),
            *("переводы на человека", "ботовых звонков с переводом", "бот правильно перевел", "бот перевел верно"),
            *("handover to a human", "корректные переводы", "корректные переводы бота", "правильные переводы бота"),
            *("ошибки бота", "correct handovers"),
        ),
    ),
)
