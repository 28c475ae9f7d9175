"""Pages of what was posted, each under a name that nobody can guess; who has the link, reads it.

A page is made from the document that stands in the chats, so it says what they say; a correction writes it anew. It
lies in a directory that a static host serves, or the bot itself at `[page] listen`.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from bot.channels.files import page
from bot.channels.files.send import link_neighbours, write_files
from bot.config.model import PageConfig
from bot.delivery.ledger import Former
from bot.delivery.model import Publication
from digests.document import Action, Actions, Document
from digests.document_json import load
from digests.localizer import Localizer
from digests.snapshot import PostedReport
from metrics.periods import parse
from warehouse.messages import N_, UserError

LOG = logging.getLogger(__name__)
INDEX = "index.html"
_NAME_BYTES = 16


@dataclass(frozen=True)
class _Page:
    """The page of an issue: its name, its dates in its language, and who says them."""

    name: str
    dates: str
    localizer: Localizer


class Pages:
    """Writes the pages of posts below a directory that is read at an address."""

    def __init__(self, settings: PageConfig, root: Path, localizer: Localizer) -> None:
        """`localizer` has the centre's time zone and currency; a page speaks its document's language."""
        self._url = settings.url
        self.directory = root / settings.directory
        self._localizer = localizer

    def publish(self, issue: Publication, formers: Sequence[Former] = ()) -> Publication:
        """Write the page of a report that is to be posted, and return it with the link to that.

        As it was, if pages have no address, it is no report, or its page cannot be written: a post does not wait for
        a full disk. The page and that of the latest of the `formers`, which the same people read, link to each other.
        """
        if self._url is None or issue.figures is None:
            return issue
        link = f"{self._url.rstrip('/')}/{secrets.token_urlsafe(_NAME_BYTES)}/"
        label = Localizer(issue.document.language)(N_("Page"))
        linked = replace(issue, document=with_link(issue.document, Action(label, "", link)))
        if not self.write(linked.document, issue.figures, issue.period):
            return issue
        known = [(former.period, load(former.document)) for former in formers]
        self._link([(issue.period, linked.document), *known])
        return linked

    def _link(self, issues: Sequence[tuple[str, Document]]) -> None:
        """Link pages with those before and after them, the latest first; of three the last stays as it is."""
        pages = [page for period, document in issues if (page := self._page_of(period, document))]
        for n, of_it in enumerate(pages[:2]):
            former = pages[n + 1] if n + 1 < len(pages) else None
            following = pages[n - 1] if n else None
            try:
                link_neighbours(
                    self.directory / of_it.name / INDEX,
                    (former.dates, f"../{former.name}/") if former else None,
                    (following.dates, f"../{following.name}/") if following else None,
                    of_it.localizer,
                )
            except OSError as error:
                LOG.warning("a page is not linked with its neighbours: %s", error.strerror)

    def _page_of(self, period: str, document: Document) -> _Page | None:
        """Where the page of a document is; None, if it has none any more."""
        name = self._name_of(document)
        if name is None or not (self.directory / name / INDEX).exists():
            return None
        localizer = self._localizer_of(document.language)
        return _Page(name, localizer.dates(parse(period, localizer.timezone)), localizer)

    def _name_of(self, document: Document) -> str | None:
        link = link_of(document)
        if link is None or link.link is None or self._url is None or not link.link.startswith(self._url):
            return None
        return link.link.rstrip("/").rpartition("/")[2]

    def _localizer_of(self, language: str) -> Localizer:
        return Localizer(language, self._localizer.timezone, date.min, currency=self._localizer.currency)

    def write(self, document: Document, posted: PostedReport, period: str) -> bool:
        """Write the page that a document links to anew; whether there is one now."""
        name = self._name_of(document)
        if name is None:
            return False
        localizer = self._localizer_of(document.language)
        dates = localizer.dates(parse(period, localizer.timezone))
        issue = page.Issue(dates, posted.columns, components=posted.components, among=True)
        html = page.html(document, localizer, issue)
        try:
            write_files([(f"{name}/{INDEX}", self._linked(html, name).encode())], self.directory, "[page] directory")
        except UserError as error:
            LOG.error("a page was not written: %s", error.message)
            return False
        return True

    def _linked(self, html: str, name: str) -> str:
        """A page that is written anew, with the links to its neighbours that it had."""
        start, end = page.NEIGHBOURS
        former = self.directory / name / INDEX
        had = former.read_text("utf-8").partition(start)[2].partition(end)[0] if former.exists() else ""
        return html.replace(f"{start}{end}", f"{start}{had}{end}")

    @property
    def addressed(self) -> bool:
        """Whether pages are read anywhere."""
        return self._url is not None

    @staticmethod
    def new_name() -> str:
        """A name that nobody can guess."""
        return secrets.token_urlsafe(_NAME_BYTES)

    def put(self, document: Document, name: str) -> str:
        """Write a document as the page of a name, in the place of what stands there, and return its address.

        Raises UserError where pages have no address, or it cannot be written.
        """
        if self._url is None:
            raise UserError("Pages have no address: the administrator sets [page] url.")
        html = page.html(document, self._localizer_of(document.language))
        write_files([(f"{name}/{INDEX}", html.encode())], self.directory, "[page] directory")
        return f"{self._url.rstrip('/')}/{name}/"


def link_of(document: Document) -> Action | None:
    """The button that opens a document's page."""
    actions = (action for block in document.blocks if isinstance(block, Actions) for action in block.actions)
    return next((action for action in actions if action.link), None)


def with_link(document: Document, link: Action) -> Document:
    """The document with a button more, first among those that it has."""
    blocks = document.blocks
    last = blocks[-1] if blocks else None
    if isinstance(last, Actions):
        return replace(document, blocks=(*blocks[:-1], Actions((link, *last.actions))))
    return replace(document, blocks=(*blocks, Actions((link,))))
