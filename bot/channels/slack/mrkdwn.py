"""Text for Slack: what people wrote stays what they wrote, and no text is longer than a block takes.

Slack has no escape for its formatting characters, so those that could format are written with their likes, and an
emoji's name or a quotation is broken by a character that does not show.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from bot.channels.parting import place, sliced
from digests.document import Span, Spans

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# Control characters, and those that turn the direction of the text around them.
_UNPRINTED = {code: None for code in (*range(32), 127, *range(0x202A, 0x202F), *range(0x2066, 0x206A)) if code != 10}
_LIKES = {"*": "∗", "_": "＿", "~": "∼"}
# Between two latin letters or digits nothing formats: «lcr_clients», «2*3».
_FORMATTING = re.compile(r"(?<![A-Za-z0-9])[*_~]|[*_~](?![A-Za-z0-9])")
_EMOJI = re.compile(r":(?=[A-Za-z0-9_+'-]+:)")
_QUOTATION = re.compile(r"^(\s*)(?=[>＞])", re.MULTILINE)
_LINK = re.compile(r"(https?://[^\s/|<>]|mailto:[^\s|<>])[^\s\x00-\x1f|<>]*", re.IGNORECASE)


def literal(text: str) -> str:
    """Text that any message can hold, on as many lines as it has."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return text.translate(_UNPRINTED).encode("utf-8", "replace").decode("utf-8")


def line(text: str) -> str:
    """The same on one line."""
    return " ".join(literal(text).splitlines())


def escaped(text: str) -> str:
    """Text in mrkdwn that shows as it is and formats, mentions and links nothing."""
    text = _FORMATTING.sub(lambda found: _LIKES[found[0]], literal(text).replace("`", "ˋ"))
    text = _QUOTATION.sub("\\1\N{SOFT HYPHEN}", _EMOJI.sub(":\N{WORD JOINER}", text))
    return text.translate(_ENTITIES)


def code(text: str) -> str:
    """Text within backticks, where only they and the entities mean something."""
    return literal(text).replace("`", "ˋ").translate(_ENTITIES)


def spans(spans: Spans) -> str:
    """Running text."""
    return "".join(_span(span) for span in spans)


def pieces(said: Spans, limit: int) -> Iterator[str]:
    """Running text in pieces of at most `limit`, parted at lines, else at sentences, at words, or anywhere.

    No mark or link is parted; a piece that shows nothing is left out.
    """
    rest = said
    while rest:
        text = "".join(span.text for span in rest)
        end = _shown_within(rest, len(text), limit)
        at = max(place(text, end), 1)
        if piece := spans(sliced(rest, 0, at)).strip(" \n"):
            yield piece
        rest = sliced(rest, at)


def _shown_within(said: Spans, whole: int, limit: int) -> int:
    """How many characters of running text are shown within a limit."""
    low, high = 0, whole
    while low < high:
        middle = (low + high + 1) // 2
        if length(spans(sliced(said, 0, middle))) <= limit:
            low = middle
        else:
            high = middle - 1
    return low


def _span(span: Span) -> str:
    if span.link and _LINK.fullmatch(span.link):
        return f"<{span.link.translate(_ENTITIES)}|{escaped(line(span.text)).replace('|', '¦')}>"
    if span.code:
        return _marked(span.text, "`", code)
    return _marked(span.text, "*" * span.strong + "_" * span.emphasis, escaped)


def strong(text: str) -> str:
    """Bold, on one line."""
    return _marked(line(text), "*", escaped)


def _marked(text: str, marks: str, shown: Callable[[str], str]) -> str:
    """Every line within its own marks; spaces at its ends stay outside, and nothing is not marked."""
    if not marks:
        return shown(text)
    lines = []
    for each in literal(text).split("\n"):
        inner = each.strip()
        before, after = each[: len(each) - len(each.lstrip())], each[len(each.rstrip()) :]
        lines.append(f"{before}{marks}{shown(inner)}{marks[::-1]}{after}" if inner else each)
    return "\n".join(lines)


def length(text: str) -> int:
    """As Slack counts: in UTF-16 units."""
    return len(text.encode("utf-16-le", "replace")) // 2


def cut(text: str, limit: int, shown: Callable[[str], str] = str) -> str:
    """Text that says by an ellipsis that it goes on elsewhere."""
    if length(shown(text)) <= limit:
        return shown(text)
    return shown(text[: _fits(text, limit - 1, shown)].rstrip()) + "…"


def _fits(text: str, limit: int, shown: Callable[[str], str]) -> int:
    """How many characters of a text are shown within a limit, roughly the most."""
    end = min(len(text), limit)
    while end > 1 and (taken := length(shown(text[:end]))) > limit:
        end = min(end - 1, end * limit // taken)
    return end
