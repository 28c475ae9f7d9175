"""The index over the report pages of a directory."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from babel.dates import format_date
from pydantic import AwareDatetime, TypeAdapter

from bot.channels.files import page, render
from bot.channels.files.page import render_template
from digests.components import components
from digests.compose import Report
from digests.document import Attachment, Document, Picture
from digests.export import report_object
from digests.localizer import Localizer
from digests.result import Session
from metrics.answers import Verdict
from metrics.periods import Period
from warehouse.messages import N_, UserError, system_reason

PAGE, FIGURES = "digest.html", "figures.json"
_TITLE = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
_FINDING = re.compile(r'<meta name="description" content="([^"]*)">')
_CALENDAR_FROM = 3
"""Fewer digests need no calendar."""
_HEAD = 64 * 1024
"""Characters of a page that hold its title: pictures, which come later, make it long."""


@dataclass(frozen=True)
class IndexEntry:
    """One published digest, in words."""

    title: str
    dates: str
    href: str
    """Relative to the index."""
    as_of: str | None
    summary: str | None
    """How its plans went, in a line."""
    finding: str | None = None
    last_day: date = date.min
    """Of its period."""
    worst: Verdict = Verdict.NONE
    """The worst verdict of its figures."""
    corrected: str | None = None
    """When it was made anew with other figures, in words."""
    page: Path = Path(PAGE)


@dataclass(frozen=True)
class Year:
    """A row of the index's calendar: the entries of each month, the first of them the oldest."""

    year: int
    months: tuple[tuple[str, tuple[IndexEntry, ...]], ...]


@dataclass(frozen=True)
class _Span:
    start: AwareDatetime
    end: AwareDatetime
    timezone: str


@dataclass(frozen=True)
class _Figure:
    verdict: str | None


@dataclass(frozen=True)
class _Figures:
    """What an index needs of a digest's figures."""

    period: _Span
    as_of: AwareDatetime | None
    figures: tuple[_Figure, ...]
    corrected_at: AwareDatetime | None = None


def html(entries: Sequence[IndexEntry], localizer: Localizer) -> str:
    """The index page, its entries in the order given."""
    return render_template(
        "index.html.j2",
        title=localizer(N_("All digests")),
        language=localizer.language,
        entries=entries,
        years=tuple(_years(entries, localizer)) if len(entries) >= _CALENDAR_FROM else (),
        nothing=localizer(N_("There are no digests here yet.")),
    )


def _years(entries: Sequence[IndexEntry], localizer: Localizer) -> Iterator[Year]:
    """Rows of the calendar, the newest year first."""
    for year in sorted({entry.last_day.year for entry in entries}, reverse=True):
        months = (
            (
                format_date(date(year, month, 1), "LLL", locale=localizer.locale),
                tuple(
                    sorted(
                        (each for each in entries if (each.last_day.year, each.last_day.month) == (year, month)),
                        key=lambda each: each.last_day,
                    )
                ),
            )
            for month in range(1, 13)
        )
        yield Year(year, tuple(months))


def entries_in(directory: Path, localizer: Localizer) -> list[IndexEntry]:
    """The digests published in a directory's folders, newest first; one that cannot be read is left out."""
    found = [(key, entry) for page in directory.glob(f"*/{PAGE}") for key, entry in _read(page, directory, localizer)]
    return [entry for _, entry in sorted(found, key=lambda pair: pair[0], reverse=True)]


def _read(
    file: Path, directory: Path, localizer: Localizer
) -> Iterator[tuple[tuple[datetime, datetime, str], IndexEntry]]:
    try:
        data = _figures().validate_json(file.with_name(FIGURES).read_bytes(), strict=True)
        period = Period(_utc(data.period.start), _utc(data.period.end), data.period.timezone)
        # An index is read for years, so every day in it has its year.
        dated = Localizer(localizer.language, period.timezone, date.min, currency=localizer.currency)
        href = file.relative_to(directory).as_posix()
        as_of = dated(N_("Data as of {moment}"), moment=_utc(data.as_of)) if data.as_of else None
        verdicts = [figure.verdict for figure in data.figures if figure.verdict]
        title, finding = _words(file)
        worst = next((each for each in page.VERDICTS if each.value in verdicts), Verdict.NONE)
        said = _summary(verdicts, localizer)
        at = data.corrected_at
        corrected = dated(N_("corrected {moment}"), moment=_utc(at)) if at else None
        dates = dated.dates(period)
        entry = IndexEntry(title, dates, quote(href), as_of, said, finding, period.last_day, worst, corrected, file)
    except (OSError, ValueError, LookupError, OverflowError):
        return
    yield (period.end, period.start, href), entry


@cache
def _figures() -> TypeAdapter[_Figures]:
    return TypeAdapter(_Figures)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _words(page: Path) -> tuple[str, str | None]:
    """Return a report page's title and its finding."""
    with page.open(encoding="utf-8") as file:
        head = file.read(_HEAD)
    title, finding = _TITLE.search(head), _FINDING.search(head)
    return unescape(title[1]) if title else page.parent.name, unescape(finding[1]) if finding else None


def _summary(verdicts: Sequence[str], localizer: Localizer) -> str | None:
    counts = Counter(verdicts)
    missed, behind, judged = counts[Verdict.MISSED.value], counts[Verdict.BEHIND.value], counts.total()
    if not judged:
        return None
    if not missed and not behind:
        return localizer(N_("All plans met: {judged}"), judged=judged)
    parts = [
        localizer(N_("Plan missed: {missed} of {judged}"), missed=missed, judged=judged),
        *([localizer(N_("behind the pace: {behind}"), behind=behind)] if behind else []),
    ]
    return ", ".join(parts)


TEXT, WORKBOOK, INDEX = "digest.txt", "digest.xlsx", "index.html"

_SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg"}


def contents(
    session: Session, report: Report, index: str | None = None, before: bytes | None = None
) -> Iterator[tuple[str, bytes]]:
    """Every file of a report by its name, made as it is asked for; `index` is where the page links to all others.

    `before` are the figures that lie where they will, if there are any: what changes them is a correction.
    """
    for name, made in makers(session, report, index, before).items():
        yield name, made()
    for name, content in beside(report.document):
        yield f"pictures/{name}", content


def beside(document: Document) -> Iterator[tuple[str, bytes]]:
    """The pictures and files of a document by their names."""
    for block in document.blocks:
        if isinstance(block, Picture):
            yield f"{block.key}{_SUFFIXES.get(block.media_type, '')}", block.image
        elif isinstance(block, Attachment):
            yield block.name, block.content


def makers(
    session: Session, report: Report, index: str | None = None, before: bytes | None = None
) -> dict[str, Callable[[], bytes]]:
    """How each of the files is made; `before` are the figures that lie where they will, if there are any."""

    def figures() -> bytes:
        data = report_object(session, report.result)
        data["corrected_at"] = corrected_at(data, before, session.calculator.now)
        return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()

    def whole_workbook() -> bytes:
        from digests.workbook import report_workbook  # its writer takes a while to load

        return report_workbook(session, report.result, cover=report.document)

    return {
        TEXT: lambda: render.text(report.document).encode(),
        FIGURES: figures,
        PAGE: lambda: page.html(report.document, session.localizer, _issue(session, report, index)).encode(),
        WORKBOOK: whole_workbook,
    }


def _issue(session: Session, report: Report, index: str | None) -> page.Issue:
    localizer, period = session.localizer, report.period
    dated = Localizer(localizer.language, period.timezone, date.min, currency=localizer.currency)
    links = [(localizer(N_("Excel workbook")), WORKBOOK)]
    if index:
        links.append((localizer(N_("All digests")), index))
    parts = components(session, report.result) if report.spec.question else None
    return page.Issue(dated.dates(period), report.columns, tuple(links), parts, among=index is not None)


def write(session: Session, report: Report, directory: Path, index: str | None = None) -> list[Path]:
    """Write all files of a report, each whole or not at all, and return their paths.

    `index` is the relative address of the index over the reports. Raises UserError if the directory cannot be
    written to.
    """
    lies = directory / FIGURES
    return write_files(contents(session, report, index, lies.read_bytes() if lies.is_file() else None), directory)


def corrected_at(data: Mapping[str, Any], before: bytes | None, now: datetime) -> str | None:
    """Return when the figures of a report were changed by making it anew; None while they are the first.

    What was made before its period was over is only gone on with.
    """
    try:
        known = json.loads(before) if before else {}
        if not known or known["period"] != data["period"] or not known["as_of"]:
            return None
        if datetime.fromisoformat(known["as_of"]) < datetime.fromisoformat(known["period"]["end"]):
            return None
        was, now_is = (_counted(each["figures"]) for each in (known, data))
        if all(was[key] == now_is[key] for key in was.keys() & now_is.keys()):
            return known.get("corrected_at")
    except (ValueError, LookupError, TypeError):
        return None
    return f"{now.isoformat(timespec='seconds')}Z"


_COUNTED = ("fact", "numerator", "denominator", "plan", "verdict")


def _counted(figures: Sequence[Mapping[str, Any]]) -> dict[str, tuple[Any, ...]]:
    """Return what was counted of each figure, whatever it is called and however it is worded.

    Floats are without the noise of their sums, which depend on the order in which an engine adds.
    """
    return {
        figure["key"]: tuple(
            f"{value:.9g}" if isinstance(value := figure.get(name), float | int) else value for name in _COUNTED
        )
        for figure in figures
    }


def write_files(files: Iterable[tuple[str, bytes]], directory: Path, option: str = "--to") -> list[Path]:
    """Write named contents, each whole or not at all. Raises UserError if the directory cannot be written to.

    `option` is what names another directory.
    """
    try:
        return [_replace(directory / name, data) for name, data in files]
    except OSError as error:
        raise UserError(
            "Nothing can be written to {directory}: {reason}. Choose another directory with {option}.",
            directory=str(directory),
            reason=system_reason(error),
            option=option,
        ) from None


def write_index(directory: Path, localizer: Localizer) -> Path:
    """The index over all digests below a directory; each page is linked with those before and after it."""
    entries = entries_in(directory, localizer)
    for title in {entry.title for entry in entries}:
        _link_neighbours([entry for entry in reversed(entries) if entry.title == title], localizer)
    return _replace(directory / INDEX, html(entries, localizer).encode())


def _link_neighbours(entries: Sequence[IndexEntry], localizer: Localizer) -> None:
    """Write into each page the links to its neighbours, the oldest entry first; what says them already is left."""
    for before, entry, after in zip((None, *entries), entries, (*entries[1:], None), strict=False):
        former, following = ((each.dates, f"../{each.href}") if each else None for each in (before, after))
        link_neighbours(entry.page, former, following, localizer)


def link_neighbours(
    path: Path, former: tuple[str, str] | None, following: tuple[str, str] | None, localizer: Localizer
) -> None:
    """Write into a page its links to the one before and the one after it, each by its dates and its address."""
    start, end = page.NEIGHBOURS
    links = [(localizer(name), *each) for name, each in ((N_("Previous"), former), (N_("Next"), following)) if each]
    said = render_template("neighbours.html.j2", links=links)
    head, opened, rest = path.read_text("utf-8").partition(start)
    old, closed, tail = rest.partition(end)
    if opened and closed and old != said:
        _replace(path, f"{head}{start}{said}{end}{tail}".encode())


def _replace(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pending = path.with_name(f".{path.name}.new")
    pending.write_bytes(content)
    return pending.replace(path)
