"""Pages of what was posted, each under a name that nobody can guess; who has the link, reads it.

A page is made from the document that stands in the chats, so it says what they say; a correction writes it anew. It
lies in a directory that a static host serves, or the bot itself at `[page] listen`.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import replace
from datetime import date
from pathlib import Path

from bot.channels.files import page
from bot.channels.files.send import write_files
from bot.config.model import PageConfig
from bot.delivery.model import Publication
from digests.document import Action, Actions, Document
from digests.localizer import Localizer
from digests.snapshot import PostedReport
from metrics.periods import parse
from warehouse.messages import N_, UserError

LOG = logging.getLogger(__name__)
INDEX = "index.html"
_NAME_BYTES = 16


class Pages:
    """Writes the pages of posts below a directory that is read at an address."""

    def __init__(self, settings: PageConfig, root: Path, localizer: Localizer) -> None:
        """`localizer` has the centre's time zone and currency; a page speaks its document's language."""
        self._url = settings.url
        self.directory = root / settings.directory
        self._localizer = localizer

    def publish(self, issue: Publication) -> Publication:
        """Write the page of a report that is to be posted, and return it with the link to that.

        As it was, if pages have no address, it is no report, or its page cannot be written: a post does not wait for
        a full disk.
        """
        if self._url is None or issue.figures is None:
            return issue
        link = f"{self._url.rstrip('/')}/{secrets.token_urlsafe(_NAME_BYTES)}/"
        label = Localizer(issue.document.language)(N_("Page"))
        linked = replace(issue, document=with_link(issue.document, Action(label, "", link)))
        return linked if self.write(linked.document, issue.figures, issue.period) else issue

    def write(self, document: Document, posted: PostedReport, period: str) -> bool:
        """Write the page that a document links to anew; whether there is one now."""
        link = link_of(document)
        if link is None or link.link is None or self._url is None or not link.link.startswith(self._url):
            return False
        name = link.link.rstrip("/").rpartition("/")[2]
        language, zone = document.language, self._localizer.timezone
        localizer = Localizer(language, zone, date.min, currency=self._localizer.currency)
        dates = localizer.dates(parse(period, zone))
        html = page.html(document, localizer, page.Issue(dates, posted.columns))
        try:
            write_files([(f"{name}/{INDEX}", html.encode())], self.directory, "[page] directory")
        except UserError as error:
            LOG.error("a page was not written: %s", error.message)
            return False
        return True

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
        localizer = Localizer(document.language, self._localizer.timezone, date.min, currency=self._localizer.currency)
        html = page.html(document, localizer)
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
