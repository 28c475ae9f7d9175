"""The words in which load is asked about, Russian and English."""

from __future__ import annotations

from metrics.load import AHT, CALLS, CHAT, CLIENTS, DESK, OCCUPANCY, PATIENCE, PEOPLE, SERVICE, SHRINKAGE

COMMANDS = ("load", "нагрузка")
"""What begins a question about load."""
WHAT_IF = (("что", "будет", "если"), ("а", "что", "если"), ("что", "если"), ("what", "if"))
"""What begins one without a command."""
BASE = "base"

NOUNS = {
    CLIENTS: "clients client customers customer клиент клиента клиентов клиенты застрахованных пациентов",
    CALLS: "calls call звонки звонков звонок звонка вызовов вызовы contacts обращений обращения",
    AHT: "aht ант ахт аht аhт",
    PEOPLE: "people person persons agents agent staff человек человека люди людей операторов операторы оператора",
    SERVICE: "sl сл",
    OCCUPANCY: "occupancy загрузка загрузку",
    SHRINKAGE: "shrinkage шринкедж шринкейдж",
    PATIENCE: "patience терпение",
    BASE: "base база базе --base",
}
MEANS = {word: noun for noun, words in NOUNS.items() for word in words.split()}
CHANNELS = {
    **dict.fromkeys(("chat", "chats", "чат", "чаты", "чатов", "чатам"), CHAT),
    **dict.fromkeys(("desk", "tickets", "тикеты", "тикетов", "заявки"), DESK),
}
MORE = frozenset(("больше", "more", "plus", "плюс", "добавить", "добавим", "add", "прибавить", "ещё", "еще"))
LESS = frozenset(("меньше", "fewer", "less", "minus", "минус", "без", "without", "убрать", "убрали"))
FILLERS = frozenset(
    (
        *("а", "и", "в", "во", "на", "с", "по", "из", "к", "для", "от", "если", "что", "будет", "станет", "придет"),
        *("придут", "приходит", "появится", "появятся", "станут", "у", "нас", "новых", "новые", "новый", "же", "то"),
        *("при", "этом", "линии", "линию", "линия", "сек", "секунд", "с.", "процентов", "процента"),
        *("and", "on", "in", "at", "to", "of", "for", "if", "what", "with", "will", "come", "comes", "would", "there"),
        *("are", "be", "new", "we", "get", "line", "sec", "seconds", "s", "percent"),
    )
)
"""Words that say nothing of their own."""
DAYS = {
    **dict.fromkeys(("today", "сегодня"), 0),
    **dict.fromkeys(("tomorrow", "завтра"), 1),
    **dict.fromkeys(("послезавтра",), 2),
    **dict.fromkeys(("yesterday", "вчера"), -1),
}
WEEKDAYS = {
    word: n
    for n, words in enumerate(
        (
            "monday mon mondays понедельник пн понедельника понедельнику",
            "tuesday tue tuesdays вторник вт вторника",
            "wednesday wed wednesdays среда среду ср среды",
            "thursday thu thursdays четверг чт четверга",
            "friday fri fridays пятница пятницу пт пятницы",
            "saturday sat saturdays суббота субботу сб субботы",
            "sunday sun sundays воскресенье вс воскресенья",
        )
    )
    for word in words.split()
}
MONTHS = {
    word: n
    for n, words in enumerate(
        (
            "января january jan", "февраля february feb", "марта march mar", "апреля april apr", "мая may",
            "июня june jun", "июля july jul", "августа august aug", "сентября september sep",
            "октября october oct", "ноября november nov", "декабря december dec",
        ),
        start=1,
    )
    for word in words.split()
}  # fmt: skip
NEXT = frozenset(("next", "следующая", "следующую", "следующей", "следующий", "будущую"))
THIS = frozenset(("this", "эта", "эту", "этой"))
WEEK = frozenset(("week", "неделя", "неделю", "неделе", "недели"))
THOUSANDS = frozenset(("тыс", "тысяч", "тысячи", "тысяча", "k", "к", "thousand", "thousands"))


def question_of(text: str, *, plainly: bool = False) -> str | None:
    """Return what is asked about load, without the words that say so; None, if nothing is.

    `plainly`: the command may stand without its slash.
    """
    words = text.split()
    said = [folded(word).strip(",") for word in words]
    if not said:
        return None
    slash = words[0].startswith("/")
    if said[0].removeprefix("/").partition("@")[0] in (COMMANDS if slash else COMMANDS[:1] if plainly else ()):
        return " ".join(words[1:])
    length = next((len(each) for each in WHAT_IF if tuple(said[: len(each)]) == each), 0)
    return " ".join(words[length:]) if length else None


def folded(word: str) -> str:
    """Return a word as it is compared with those above."""
    return word.casefold().replace("ё", "е").strip('"«»')
