"""Words that tell nothing about what is asked: particles, pronouns, words of asking and of courtesy, slang."""

from __future__ import annotations

from functools import lru_cache

from bot.chat.questions.forms import is_in_dictionary, lemmas, part_of_speech
from bot.chat.questions.text import said

NEGATIONS = frozenset(said("не, ни, без, нет, кроме, not, without, except, no, none, никто, ничего, никого"))
"""Words that turn the meaning round, or take something out of it: they always tell something."""

_FUNCTIONAL = frozenset(("PREP", "CONJ", "PRCL", "INTJ", "NPRO", "PRED", "Apro", "Prnt"))
"""Parts of speech, and marks of pronouns and parentheses, in the dictionary's words."""

_ASKING = frozenset(
    said(
        """
    показать, показывать, сказать, подсказать, подсказывать, скинуть, скидывать, прислать, присылать, дать,
    давать, вывести, выводить, выгрузить, глянуть, поглядеть, посмотреть, смотреть, видеть, увидеть, узнать,
    знать, хотеть, хотеться, мочь, понять, понимать, интересовать, интересоваться, напомнить, кинуть, накидать,
    выдать, отправить, рассказать, расписать, посчитать, сделать, делать, построить, нарисовать, вытащить,
    достать, получить, получать, быть, бывать, выйти, получиться, получаться, оказаться, просить, спасибо,
    пожалуйста, здравствуйте, привет, извинить, простить, нужный, нужно, надо, срочный, срочно, быстренько,
    чисто, типа, короче, вообще, примерно, конкретно, именно, интересно, весь
    """
    )
)
"""Dictionary forms."""

_SLANG = frozenset(
    said(
        """
    че, чо, шо, скок, скоко, скока, сколька, ща, щас, щяс, плиз, плз, пож, пж, пжл, пжлст, пожалста, спс,
    братан, бро, слушай, кста, крч, норм, ок, окей, хм, мм, эм, ага, ну-ка, глянь-ка, скинь-ка, дай-ка, подкинь,
    чекни, зачекай
    """
    )
)

_ENGLISH = frozenset(
    said(
        """
    gimme, pls, plz, please, wanna, lemme, ya, hey, hi, hello, thanks, thx, ok, okay, so, just, really,
    actually, quick, quickly, kindly, guys, folks, mate, dear, hmm, um, well, then, anyone, everybody, somebody,
    i'd, i'm, we're, we've, you're, that's, there's, let's, pull, fetch, check, grab, tell, show, give, send,
    want, need, would, could, should, might, maybe, curious, wondering, roughly, exactly, been, being, am, is,
    are, was, were, be, do, does, did, doing, done, have, has, had, having, get, gets, got, getting, go, goes,
    went, going, us, me, my, mine, our, ours, your, yours, his, her, hers, their, theirs, them, him, he, she,
    they, it, its, who's, what's, how's, where's, a, an, the, this, that, these, those, some, any, of, at, in,
    on, for, by, with, from, into, about, as, if, or, but, because, while, during, than, also, too, still, yet,
    ever, already, even, only, quite, very, much, lot, lots, bit, kind, sort, thing, things, stuff, one, ones,
    sure
    """
    )
)


@lru_cache(1 << 13)
def is_idle(word: str) -> bool:
    """Whether a folded word tells nothing about what is asked."""
    if word in NEGATIONS:
        return False
    if word in _SLANG or word in _ENGLISH:
        return True
    if not is_in_dictionary(word):
        return False
    return not lemmas(word).isdisjoint(_ASKING) or not part_of_speech(word).isdisjoint(_FUNCTIONAL)
