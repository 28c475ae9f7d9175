"""What the stories about pulls share: accounts, lakes they are pulled into, and what lies there in the end."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.crm.pull import Intake
from tests.doubles.amocrm import START, Account, Record
from warehouse.crm.amocrm import AmocrmOptions
from warehouse.crm.intake import import_export
from warehouse.lake import Lake
from warehouse.schema import SALES_TABLES

NOW = datetime.fromtimestamp(START + 400 * 3600, UTC).replace(tzinfo=None)
"""When pulls begin, by our clock: later than anything in the accounts."""


def intake(root: Path, **options: Any) -> Intake:
    return Intake(Lake(root / "records"), AmocrmOptions.of(options), "Europe/Moscow", "RUB", root / "rejects")


def rows(lake: Lake) -> dict[str, list[str]]:
    """All rows of the tables that a CRM fills: each in words, in an order of their own."""
    records = lake.open()
    return {table.name: sorted(map(repr, records.rows(sa.select(table)))) for table in SALES_TABLES}


def imported(account: Account, root: Path, **options: Any) -> dict[str, list[str]]:
    """What lies in a lake that an export of the account as it is now was imported into."""
    root.mkdir(exist_ok=True)
    given = intake(root, **options)
    export = account.export(root / "export")
    import_export(
        given.lake, export, given.options, timezone=given.timezone, currency="RUB", rejects_dir=given.rejects_dir
    )
    return rows(given.lake)


class Restless:
    """Work that goes on in an account while it is read: a row changes on each page that was read, and some go."""

    def __init__(self, account: Account, *, leads: int = 0, tasks: int = 0) -> None:
        """`leads` and `tasks`: how many of them are deleted."""
        self._account, self._leads, self._tasks = account, leads, tasks

    def __call__(self, path: str, page: list[Record]) -> None:
        account = self._account
        account.now += 1
        match path:
            case "leads":
                if self._leads:
                    self._leads -= 1
                    account.delete(page[0])
                page[-1] |= {"price": page[-1]["price"] + 1, "updated_at": account.now}
            case "tasks" if self._tasks:
                self._tasks -= 1
                account.remove(page[0])
