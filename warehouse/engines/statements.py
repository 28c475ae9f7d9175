"""Statements over our tables in an engine's words: where one is named theirs is read, as little of it as may be."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from datetime import datetime
from itertools import chain
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import visitors
from sqlalchemy.sql.compiler import SQLCompiler

from warehouse.engines.mapping import bounded
from warehouse.engines.relations import MappedTable, parameter_type
from warehouse.readings import cached_readings, conditions_on, words_of

Tables = Mapping[str, MappedTable]
"""The tables that an engine holds, by our names."""


WRITTEN: ContextVar[Mapping[str, str]] = ContextVar("WRITTEN", default={})  # noqa: B039 - it is never changed
"""Tables that lie elsewhere, as SELECTs of their rows, for the statement that is put into words just now."""


def compiler_over(base: type[SQLCompiler], tables: Tables) -> type[SQLCompiler]:
    """Return an engine's compiler that reads these tables out of theirs.

    Every place that reads one narrows it by what its own conditions say of the raw columns: an engine that cannot see
    through an expression finds its partitions and indexes all the same.
    """

    class Compiler(base):  # type: ignore[valid-type, misc]
        def visit_table(self, table: sa.Table, asfrom: bool = False, **kw: Any) -> str:
            if asfrom and (read := self._read(table, table)):
                return f"({read}) AS {self.preparer.quote(table.name)}"
            text: str = super().visit_table(table, asfrom=asfrom, **kw)
            return text

        def visit_alias(self, alias: sa.Alias, asfrom: bool = False, **kw: Any) -> str:
            of = alias.element
            if asfrom and isinstance(of, sa.Table) and (read := self._read(of, alias)):
                return f"({read}) AS {self.preparer.quote(alias.name)}"
            text: str = super().visit_alias(alias, asfrom=asfrom, **kw)
            return text

        def _read(self, table: sa.Table, source: sa.FromClause) -> str | None:
            """The SELECT by which a table is read where it stands as this source; None for one that lies here."""
            if table.name in WRITTEN.get():
                return self._escaped(WRITTEN.get()[table.name])
            mapped = tables.get(table.name)
            if mapped is None:
                return None
            select = self.stack[-1]["selectable"]
            # A contact is over within the margin: rows of one that a query puts together lie within the bounds too.
            names = _looked_at(select, source) or {mapped.key[0]}
            narrowings = mapped.narrowed(conditions_on(select, source))
            # Behind a fence only their own bounds narrow, so there must be some on both sides.
            fence = (
                mapped.driver.fence if mapped.is_dear(names) and len({each.lower for each in narrowings}) == 2 else ""
            )
            if not fence:
                narrowings = [each for each in narrowings if not mapped.sees_through(each)]
            parameters = [
                self.process(
                    sa.bindparam(each.parameter(table.name), type_=parameter_type(each.raw.kind)), literal_binds=False
                )
                for each in narrowings
            ]

            def on(column: str | None) -> list[str]:
                pairs = zip(narrowings, parameters, strict=True)
                return [mapped.condition(each, parameter, column) for each, parameter in pairs]

            words = words_of(select, source)
            theirs = mapped.select(mapped.saying(words) if fence else (), names=names, said=words)
            kept = bounded(self._escaped(theirs), lambda column: " AND ".join(on(column)) or "1 = 1")
            narrowed = "".join(f" AND ({each})" for each in on(None))
            return f"{kept}{narrowed}{fence}"

        def _generate_prefixes(self, stmt: Any, prefixes: Any, **kw: Any) -> str:
            text: str = super()._generate_prefixes(stmt, prefixes, **kw)
            once = isinstance(stmt, sa.CTE) and getattr(self.dialect, "keeps_ctes", False)
            return f"MATERIALIZED {text}" if once else text

        def _escaped(self, text: str) -> str:
            return text.replace("%", "%%") if self.preparer._double_percents else text

    return Compiler


def _looked_at(select: Any, source: sa.FromClause) -> set[str]:
    """The columns of a table that a SELECT looks at, by the name it reads the table under."""
    # A table that is selected as a whole does not name its columns.
    elements = chain(visitors.iterate(select), *map(visitors.iterate, select.selected_columns))
    columns = (each for each in elements if isinstance(each, sa.ColumnClause))
    return {each.name for each in columns if each.table is source}


def raw_values(statement: sa.Select[Any], tables: Tables, moments: Mapping[str, datetime]) -> dict[str, Any]:
    """Return the values of the parameters that narrow the raw columns of a statement."""
    found: dict[str, Any] = {}
    for table, places in cached_readings(statement).items():
        if (mapped := tables.get(table)) is not None:
            for place in places:
                for narrowing in mapped.narrowed(place):
                    found[narrowing.parameter(table)] = mapped.raw_value(narrowing, moments)
    return found
