"""Rich HTML as the Bot API takes it: strict tags, strict nesting, counted against its limits, read as lines."""

from __future__ import annotations

from html.parser import HTMLParser

from tests.doubles.telegram_text import Unparsed, units

CHARACTERS, BLOCKS, MEDIA, COLUMNS, DEPTH = 32_768, 500, 50, 20, 16
_INLINE = {"b", "i", "u", "s", "code", "a"}
_TEXT = {"h1", "h2", "h3", "h4", "h5", "h6", "p", "summary", "figcaption", "th", "td", "li", "footer"}
_BLOCK = {"h1", "h2", "h3", "h4", "h5", "h6", "p", "footer", "ul", "ol", "table", "details", "figure", "img"}
_WITHIN = {
    "li": {"ul", "ol"},
    "tr": {"table"},
    "th": {"tr"},
    "td": {"tr"},
    "summary": {"details"},
    "figcaption": {"figure"},
    **{tag: {"", "details", "li"} for tag in _BLOCK},
    "img": {"", "details", "figure"},
    "figure": {"", "details"},
}
_ATTRIBUTES = {"a": {"href"}, "img": {"src"}, "table": {"striped", "bordered"}, "details": {"open"}}
_ATTRIBUTES |= {tag: {"align", "colspan", "rowspan"} for tag in ("th", "td")}


class RichText(HTMLParser):
    """What is read of a rich message: `lines` of text, `folded` names, `photos` by the names it calls them."""

    def __init__(self, html: str) -> None:
        """Raise Unparsed for what the service refuses."""
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.folded: list[str] = []
        self.photos: list[str] = []
        self._open: list[str] = []
        self._blocks = self._characters = 0
        self._cells = 0
        self.feed(html)
        self.close()
        if self._open:
            raise Unparsed(f"no end of {self._open[-1]}")
        counted = {"characters": (self._characters, CHARACTERS), "blocks": (self._blocks, BLOCKS)}
        counted["media"] = (len(self.photos), MEDIA)
        for what, (count, limit) in counted.items():
            if count > limit:
                raise Unparsed(f"{count} {what}")
        if not self.lines and not self.photos:
            raise Unparsed("message is empty")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _INLINE and tag not in _WITHIN:
            raise Unparsed(f"unsupported tag {tag}")
        if unknown := {name for name, _ in attrs} - _ATTRIBUTES.get(tag, set()):
            raise Unparsed(f"attributes {unknown} of {tag}")
        around = next((each for each in reversed(self._open) if each not in _INLINE), "")
        if tag in _INLINE and around not in _TEXT:
            raise Unparsed(f"{tag} in {around or 'no block'}")
        if tag in _WITHIN and around not in _WITHIN[tag]:
            raise Unparsed(f"{tag} in {around or 'the message'}")
        self._blocks += tag in _BLOCK or tag in ("li", "tr")
        self._cells = 0 if tag == "tr" else self._cells + (tag in ("th", "td"))
        if self._cells > COLUMNS:
            raise Unparsed(f"{self._cells} columns")
        if tag == "img":
            self.photos.append(str(dict(attrs)["src"]).removeprefix("tg://photo?id="))
            return
        self._open.append(tag)
        if len(self._open) > DEPTH:
            raise Unparsed("nested too deep")
        if tag in ("tr", *(_TEXT - {"th", "td"})):
            self.lines.append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "img":
            raise Unparsed(f"{tag} has no end")
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            raise Unparsed(f"unmatched end of {tag}")
        if tag == "summary":
            self.folded.append(self.lines[-1])
        if tag in ("th", "td"):
            self.lines[-1] += " | "
        if tag == "tr":
            self.lines[-1] = self.lines[-1].removesuffix(" | ")

    def handle_data(self, data: str) -> None:
        within = next((each for each in reversed(self._open) if each not in _INLINE), "")
        if within in _TEXT:
            self.lines[-1] += data
            self._characters += units(data)
        elif data.strip():
            raise Unparsed(f"text in {within or 'no block'}")
