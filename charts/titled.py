"""What a layout finds out and the footnote must say: a floor of several, floors left out."""

from dataclasses import replace

from charts.model import Titles


def with_notes(titles: Titles, notes: tuple[str, str], step: int, *, cut: bool) -> Titles:
    """The titles with what the scale of the tower asks for before their footnote."""
    wide, gap = notes
    said = [wide.format(n=step) if step > 1 else "", gap if cut else ""]
    return replace(titles, footnote=" ".join(filter(None, (*said, titles.footnote))))
