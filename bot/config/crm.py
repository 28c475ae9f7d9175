"""The CRM in `svodka.toml`: whose account is pulled, how often, and what stands where in it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from bot.settings import FILE, ConfigTable
from warehouse.crm.amocrm import ORIGIN, AmocrmOptions
from warehouse.messages import UserError

_EVERY = r"^((\d+)([mh]))?$"


class AmocrmConfig(ConfigTable):
    account: str | None = None
    """The account's address, as example.amocrm.ru; its token is never here."""
    every: Annotated[str, Field(pattern=_EVERY)] = "1h"
    """How often the running bot pulls, as 30m or 1h; empty: only by svodka pull."""
    per_second: Annotated[int, Field(ge=1, le=7)] = 5
    """Requests within any second; amoCRM takes seven from an address."""
    city: str = ""
    """Where a deal's city stands: field: and its name, id or code, tag, or pipeline."""
    cities: tuple[str, ...] = ()
    """Which tags are cities."""
    origin: str = ORIGIN
    """Where a deal's source of traffic stands, as a city does."""
    client: Literal["contact", "phone"] = "contact"
    """Who is one client: a contact, or all contacts with a phone number."""
    visits: Literal["stages", "tasks"] = "stages"
    """What an appointment is: an entry into a stage of bookings, or a task of the type meeting."""
    visit_field: str = ""
    """The field of a deal with the date of its appointment, as field: and its name."""

    @property
    def options(self) -> AmocrmOptions:
        """What the account keeps where. Raises UserError for what says nothing."""
        return AmocrmOptions.of(self.model_dump(exclude={"account", "every", "per_second"}))

    @property
    def interval(self) -> timedelta | None:
        """How often the running bot pulls; None: not at all."""
        given = re.fullmatch(_EVERY, self.every)
        if not (self.account and given and given[1]):
            return None
        return timedelta(**{{"m": "minutes", "h": "hours"}[given[3]]: max(int(given[2]), 1)})

    @property
    def address(self) -> str:
        """The account's address. Raises UserError if there is none."""
        if not self.account:
            raise UserError(
                'In {file}, there is no account of amoCRM: write [amocrm] account = "example.amocrm.ru".', file=FILE
            )
        return self.account
