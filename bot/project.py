"""A project: one directory with its configuration, its records and what is written from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bot import config
from bot.config import Config
from bot.config.warehouse import password
from digests.localizer import Localizer
from metrics.calculator import Calculator
from metrics.periods import to_local, to_utc
from metrics.plans.plans import Plans, shares_of
from warehouse.lake import Lake
from warehouse.messages import UserError
from warehouse.open import Store, open_store
from warehouse.plans import save_weights
from warehouse.records import lines_of

if TYPE_CHECKING:
    from digests.result import Session


@dataclass(frozen=True)
class Project:
    """A directory with a `svodka.toml`, and the clock its questions are asked by."""

    root: Path
    config: Config
    now: datetime
    """UTC, without a zone."""
    stands_still: bool = False
    """Whether the clock was fixed at that moment, for a demonstration or a test."""

    def clock(self) -> datetime:
        """The moment it is now, UTC without a zone; a project of a running bot outlives the one it was opened at."""
        return self.now if self.stands_still else datetime.now(UTC).replace(tzinfo=None)

    def today(self) -> date:
        """The local day it is."""
        return to_local(self.clock(), self.timezone).date()

    @property
    def lake(self) -> Lake:
        return Lake(self.root / "records")

    @cached_property
    def store(self) -> Store:
        """Where the records are. Raises UserError for a warehouse that is configured wrong."""
        given = self.config.warehouse.settings(self.timezone)
        return self.lake if given is None else open_store(self.lake, given, password())

    @property
    def rejects(self) -> Path:
        return self.root / "rejects"

    @property
    def digests(self) -> Path:
        return self.root / "digests"

    @property
    def backups(self) -> Path:
        return self.root / self.config.backup.directory

    @property
    def timezone(self) -> str:
        return self.config.centre.timezone

    @cached_property
    def localizer(self) -> Localizer:
        return self.localizer_of(today=self.today)

    def localizer_of(
        self, language: str | None = None, today: date | Callable[[], date] | None = None, *, keys: bool = False
    ) -> Localizer:
        """Return the words of a language, the centre's if none is named, with the centre's clock and currency."""
        centre = self.config.centre
        return Localizer(language or centre.language, centre.timezone, today, currency=centre.currency, keys=keys)

    def calculator(self, limit_s: float | None = None) -> Calculator:
        """A calculator over the records as they are now, each statement within `limit_s`."""
        records = self.store.open(limit_s)
        centre = self.config.centre_of_lines(lines_of(records))
        return Calculator(records, centre, self.config.catalogue, self.now)

    def session(self, language: str | None = None) -> Session:
        """The numbers as they are now, in a language: the centre's, if none is named."""
        from digests.result import Session  # what only a report needs

        calculator, today = self.calculator(), to_local(self.now, self.timezone).date()
        return Session(calculator, Plans(calculator), self.localizer_of(language, today))

    def keep_weights(self, plans: Plans) -> None:
        """Store the weights of plans that were spread for the first time, so that they never drift.

        An answer does not fail for it: who cannot write, or finds another writer, computes them again next time.
        """
        if plans.fresh:
            try:
                save_weights(self.lake, shares_of(plans.fresh))
            except (UserError, OSError):
                return


def open_project(root: Path, now: str | None) -> Project:
    """The project of a directory. Raises UserError if there is none or its configuration is wrong."""
    settings = config.load(root / config.FILE)
    moment = now or settings.clock
    zone = settings.centre.timezone
    clock = parse_moment(moment, zone) if moment else datetime.now(UTC).replace(tzinfo=None)
    return Project(root, settings, clock, stands_still=moment is not None)


def parse_moment(text: str, timezone: str) -> datetime:
    """An ISO moment as a UTC instant; without an offset it is the centre's local time."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UserError('The moment "{given}" is not understood: write 2026-06-16T12:00.', given=text) from None
    if moment.tzinfo is None:
        return to_utc(moment, timezone)
    return moment.astimezone(UTC).replace(tzinfo=None)
