"""Manners: what people say to each other and to the bot without wanting a number, and what is said to it."""

from __future__ import annotations

from enum import Enum

from bot.chat.questions.text import Utterance, phrases
from warehouse.messages import Message, note


class Courtesy(Enum):
    """What is said without asking for anything."""

    IDENTITY = "identity"
    """Who the bot is."""
    THANKS = "thanks"
    GREETING = "greeting"
    FAREWELL = "farewell"
    APPROVAL = "approval"
    """«ок», «понятно», a thumb: nothing is to be said."""


SAYINGS: dict[Courtesy, tuple[str, ...]] = {
    Courtesy.IDENTITY: (
        *("who are you", "what are you", "who is this", "what is your name", "are you a bot", "are you human"),
        *("кто ты", "ты кто", "ты кто такой", "кто ты такой", "кто это", "как тебя зовут", "ты бот", "ты человек"),
        *("ты живой", "ты робот", "представься"),
    ),
    Courtesy.THANKS: (
        *(
            "thanks",
            "thank you",
            "thanks a lot",
            "many thanks",
            "thank you very much",
            "thx",
            "ty",
            "cheers",
            "much obliged",
        ),
        *(
            "спасибо",
            "спасибо большое",
            "большое спасибо",
            "спс",
            "спасибки",
            "спасибочки",
            "благодарю",
            "благодарствую",
        ),
        *("пасиб", "пасибо", "мерси", "сенкс", "признателен", "признательна", "выручил", "выручила", "выручаешь"),
    ),
    Courtesy.GREETING: (
        *("hi", "hello", "hey", "hi there", "hello there", "good morning", "good afternoon", "good evening", "howdy"),
        *("привет", "приветик", "приветствую", "здравствуй", "здравствуйте", "здрасьте", "здрасте", "салют", "хай"),
        *("доброе утро", "добрый день", "добрый вечер", "доброй ночи", "доброго дня", "доброго утра", "доброго вечера"),
        *("доброго времени суток", "всем привет", "утро доброе", "день добрый", "вечер добрый", "хэллоу"),
    ),
    Courtesy.FAREWELL: (
        *("bye", "goodbye", "see you", "good night", "see you tomorrow", "have a nice day"),
        *("пока", "до свидания", "до завтра", "до встречи", "всего доброго", "всего хорошего", "спокойной ночи"),
        *("хорошего дня", "хорошего вечера", "хороших выходных", "удачи"),
    ),
    Courtesy.APPROVAL: (
        *(
            "ok",
            "okay",
            "okey",
            "k",
            "got it",
            "i see",
            "understood",
            "clear",
            "great",
            "nice",
            "cool",
            "perfect",
            "wow",
        ),
        *(
            "good",
            "fine",
            "super",
            "awesome",
            "excellent",
            "well done",
            "good job",
            "good bot",
            "+1",
            "+",
            "thumbsup",
            "lol",
        ),
        *("yes", "no", "yep", "nope", "sure", "will do", "noted", "roger", "sounds good", "interesting", "love it"),
        *(
            "ок",
            "окей",
            "окэй",
            "оки",
            "о'кей",
            "ага",
            "угу",
            "да",
            "нет",
            "не",
            "понял",
            "поняла",
            "поняли",
            "понятно",
        ),
        *("принято", "принял", "приняла", "ясно", "ясненько", "вижу", "супер", "класс", "классно", "круто", "отлично"),
        *(
            "хорошо",
            "замечательно",
            "прекрасно",
            "здорово",
            "молодец",
            "молодцы",
            "красота",
            "огонь",
            "топчик",
            "бомба",
        ),
        *("умница", "красавчик", "ура", "вау", "ничего себе", "ого", "жаль", "печально", "ну ладно", "ладно", "плюс"),
        *("согласен", "согласна", "договорились", "интересно", "лол", "ха", "хаха", "хахаха", "ну вот", "вот и славно"),
    ),
}
_AROUND: tuple[str, ...] = (
    *(
        "a",
        "all",
        "and",
        "again",
        "bot",
        "everyone",
        "for",
        "it",
        "much",
        "much appreciated",
        "now",
        "so",
        "team",
        "that",
    ),
    *("the", "this", "to", "very", "you", "u", "svodka", "help", "appreciated", "really", "lot", "guys", "colleagues"),
    *(
        "бот",
        "ботик",
        "всем",
        "всё",
        "все",
        "вам",
        "тебе",
        "вас",
        "тебя",
        "большое",
        "огромное",
        "очень",
        "за",
        "и",
        "ну",
    ),
    *(
        "ответ",
        "помощь",
        "информацию",
        "инфу",
        "сводка",
        "сводочка",
        "коллеги",
        "друзья",
        "дорогой",
        "дружище",
        "а",
        "о",
    ),
    *(
        "уже",
        "теперь",
        "это",
        "так",
        "то",
        "же",
        "вот",
        "что",
        "помог",
        "помогла",
        "быстро",
        "оперативно",
        "снова",
        "ещё",
    ),
)
"""Words that stand around them and change nothing."""

_SAYINGS = phrases(SAYINGS.items())
_AROUND_PHRASES = phrases([(True, _AROUND)])
_LONGEST = 10
"""Words of a courtesy; who says more says something."""

ANSWERS: dict[Courtesy, Message] = {
    Courtesy.IDENTITY: note(
        "I am Svodka, a program: I answer questions about the contact centre's numbers, such as {example}.",
        example="/sl inhouse yesterday",
    ),
    Courtesy.THANKS: note("You are welcome."),
    Courtesy.GREETING: note("Hello! What would you like to see?"),
    Courtesy.FAREWELL: note("See you!"),
}
"""What is said to them; to the others nothing."""


def courtesy(said: Utterance) -> Courtesy | None:
    """Return what courtesy a text is, in all of its words; None, if it says anything else.

    Signs and pictures without a word (a thumb, a smile) are an approval; a question mark is not.
    """
    if not said.words:
        return Courtesy.APPROVAL if said.text.strip() and not said.surely and "?" not in said.text else None
    if len(said.words) > _LONGEST or any(word.quote for word in said.words):
        return None
    folded = [word.folded for word in said.words]
    found: list[Courtesy] = []
    at = 0
    while at < len(folded):
        if meant := _SAYINGS.at(folded, at):
            at, kind = meant
            found.append(kind)
        elif around := _AROUND_PHRASES.at(folded, at):
            at = around[0]
        else:
            return None
    # «Привет, спасибо, понял»: what is answered goes before what is not.
    best = min(found, key=list(Courtesy).index) if found else None
    return None if "?" in said.text and best is not Courtesy.IDENTITY else best
