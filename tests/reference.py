"""The reference pages of the docs, generated from the code: `make docs`. A test fails while one is out of date."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Sequence
from copy import copy
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args, get_origin

import sqlalchemy as sa
import typer
from pydantic import BaseModel

from bot.channels.registry import chat_examples, person_examples
from bot.cli.app import app
from bot.config import config_class
from bot.settings import ConfigTable
from digests.localizer import Localizer
from metrics.calculator import Calculator
from metrics.catalogue import Catalogue, columns_of
from metrics.catalogue.own import FIELDS, KINDS
from metrics.centre import Centre
from metrics.model import Metric, SumOf
from metrics.relations import RELATIONS
from metrics.relations.calls import FORMULA_TEXTS
from tests.asking import asking_page
from warehouse.lake import Lake
from warehouse.schema import FACT_TABLES, FORECASTS, PLANS, key_of

DOCS = Path(__file__).parent.parent / "docs"
GENERATED = "<!-- Generated from the code by `make docs`. Do not edit. -->\n"
SHOWN_CONVENTIONS = Calculator(Lake(DOCS).open(), Centre(), Catalogue(), datetime.min).conventions


def metrics_page() -> str:
    """Every metric with its meaning, and what a metric of one's own may use."""
    russian = Localizer("ru")
    lines = [
        "# Metrics",
        "",
        "Every metric is declared once, in `metrics/catalogue/`; the digest, the program and this page derive from it.",
        "Ask for one with `svodka figures KEY`. A metric of your own takes the same fields, in `svodka.toml`.",
        "",
        "| key | title | по-русски | unit | better | what it is | over | needs | asked for as |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    lines += [_metric_row(metric, russian) for metric in Catalogue()]
    lines += [
        "",
        "## In a notebook",
        "",
        "`svodka figures sl aht --by day --frame out.parquet` (or `out.csv`) writes the numbers as a table. In Python",
        "",
        "```python",
        "from pathlib import Path",
        "",
        "from bot.project import open_project",
        "from metrics import frame",
        "",
        'centre = open_project(Path("my-centre"), now=None)',
        'frame(centre, ["sl", "aht"], by="day", line="inhouse", period="2026-06")',
        "```",
        "",
        "is the same table as a pandas frame: a row for each metric, or for each part of a breakdown, with its",
        "`value`, `numerator`, `denominator`, `unit` and `as_of`. Percentages are 0-100, numbers unrounded. A value is",
        "empty exactly where `missing` says why, and `remarks` say what must be known beside it. Do not average the",
        "values of parts: ask for the whole.",
        "",
        "## Service level",
        "",
        "A answered, Ai answered within the threshold, B lost, Bi lost within it, Bs lost within the short bound.",
        "The calls still waiting past the threshold join the denominator of all but `answered_only`.",
        "",
        "| formula | is |",
        "| --- | --- |",
        *(f"| `{name}` | {text} |" for name, text in FORMULA_TEXTS.items()),
        "",
        "## A metric of your own",
        "",
        f"Fields: {_code(FIELDS)}. A fact is one of {_code(KINDS)}.",
        "",
        "```toml",
        "[[metrics]]",
        'key = "long_calls"',
        'title = "Long calls"',
        'unit = "percent"',
        'better = "ceiling"',
        'relation = "calls"',
        "[metrics.fact]",
        'ratio = [{ count = true, where = { talk_s = ">= 600" } }, { count = true, where = { handled = true } }]',
        "```",
        "",
        "What may be counted over:",
        "",
        "| relation | tables | broken down by | columns |",
        "| --- | --- | --- | --- |",
    ]
    for relation in RELATIONS.values():
        columns = [name for name in columns_of(relation.key) if name not in ("bucket", "at")]
        lines.append(
            f"| `{relation.key}` | {_code(relation.tables)} | {_code(relation.dimensions)} | {_code(columns)} |"
        )
    return _page(lines)


def _metric_row(metric: Metric, russian: Localizer) -> str:
    relation = ", ".join(metric.fact.metrics) if isinstance(metric.fact, SumOf) else metric.relation
    cells = (
        f"`{metric.key}`",
        metric.title,
        russian(metric.title),
        metric.unit.value,
        metric.better.value,
        metric.about.format(**SHOWN_CONVENTIONS),
        relation,
        _code(metric.needs),
        ", ".join(metric.aliases),
    )
    return "| " + " | ".join(cells) + " |"


def records_page() -> str:
    """The canonical tables."""
    lines = [
        "# Records",
        "",
        "One row per event, nothing pre-aggregated. Times are UTC instants in the lake; in a file, times without a",
        "zone are local. Durations are seconds. Loading a row whose key exists updates it.",
    ]
    for table in (*FACT_TABLES, PLANS, FORECASTS):
        lines += ["", f"## `{table.name}`", "", table.comment or "", "", f"Key: {_code(key_of(table))}.", ""]
        lines += ["| column | type | meaning | missing means |", "| --- | --- | --- | --- |"]
        lines += [_column_row(column) for column in table.columns]
    return _page(lines)


def _column_row(column: sa.Column[Any]) -> str:
    kind = " \\| ".join(column.info["values"]) if "values" in column.info else column.info["kind"]
    return f"| `{column.name}` | {kind} | {column.comment} | {column.info['null']} |"


def commands_page() -> str:
    """Every command with its arguments and options."""
    lines = ["# Commands", "", "Exit codes: 0 done, 1 a mistake in what was given, 2 usage, 3 our fault."]
    for path, command in _commands(typer.main.get_command(app), "svodka"):
        usage = " ".join(_argument(p) for p in command.params if p.param_type_name == "argument")
        lines += ["", f"## `{' '.join(filter(None, (path, usage)))}`", "", command.help or ""]
        options = [p for p in command.params if p.param_type_name == "option" and p.name != "help"]
        if options:
            lines += ["", "| option | what |", "| --- | --- |"]
            lines += [f"| `{p.opts[0]}` | {getattr(p, 'help', '') or ''} |" for p in options]
    return _page(lines)


def _argument(argument: Any) -> str:
    name = (argument.metavar or argument.name or "").upper()
    return name if argument.required else f"[{name}]"


def _commands(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    children = getattr(command, "commands", None)
    if children is None:
        yield path, command
        return
    for name, child in children.items():
        yield from _commands(child, f"{path} {name}")


def settings_page() -> str:
    """Every setting of svodka.toml."""
    lines = [
        "# Settings",
        "",
        "All of `svodka.toml`; `svodka init` writes a commented one. Every value may also come from the environment,",
        "as `SVODKA_CENTRE__TIMEZONE` does for `timezone` of `[centre]`.",
        "",
        f"People are named like {_named(person_examples())}, chats like {_named(chat_examples(topics=True))}.",
        "",
        "| setting | type | default | what |",
        "| --- | --- | --- | --- |",
    ]
    lines += [_setting_row(*setting) for setting in settings(config_class(), "")]
    return _page(lines)


def _named(examples: Sequence[str]) -> str:
    return ", ".join(f"`{each}`" for each in examples)


def settings(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, Any]]:
    """Every setting by its path, tables before what is in them, each with the words under it as its description."""
    words, seen = _words_under(model), set[type[BaseModel]]()
    for name, field in model.model_fields.items():
        path = f"{prefix}{field.alias or name}"
        described = copy(field)
        described.description = words.get(name) or field.description
        yield path, described
        inner = _model_in(field.annotation)
        if inner and inner not in seen:
            seen.add(inner)
            key = ".KEY." if "dict" in str(field.annotation) else "[]." if "tuple" in str(field.annotation) else "."
            yield from settings(inner, path + key)


def _words_under(model: type[BaseModel]) -> dict[str, str]:
    """The texts that stand under the fields of a model in its source."""
    found = {}
    for table in (each for each in model.__mro__ if issubclass(each, ConfigTable)):
        for field, words in pairwise(ast.parse(inspect.getsource(table)).body[0].body):
            if isinstance(field, ast.AnnAssign) and isinstance(words, ast.Expr):
                found[field.target.id] = inspect.cleandoc(words.value.value)
    return found


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for each in get_args(annotation) if (found := _model_in(each))), None)


def _setting_row(path: str, field: Any) -> str:
    is_table = _model_in(field.annotation) is not None
    default = "" if is_table or field.is_required() else f"`{_default(field.default)}`"
    return f"| `{path}` | {'table' if is_table else _type(field.annotation)} | {default} | {field.description} |"


def _type(annotation: Any) -> str:
    """A type as people read it."""
    name = str(get_origin(annotation) or annotation)
    inner = [each for each in get_args(annotation) if each is not type(None) and each is not ...]
    if "Literal" in name:
        return " \\| ".join(f"`{each}`" for each in inner)
    if any(list_like in name for list_like in ("tuple", "frozenset")):
        return f"list of {_type(inner[0])}"
    if inner and "dict" not in name:
        return _type(inner[0])
    return {
        "str": "text",
        "float": "number",
        "int": "number",
        "bool": "true \\| false",
        "date": "date",
        "dict": "table",
    }[getattr(get_origin(annotation) or annotation, "__name__", "")]


def _default(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "none" if value in (None, (), frozenset(), {}) else str(value)


def _code(names: Any) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _page(lines: list[str]) -> str:
    return GENERATED + "\n".join(lines) + "\n"


PAGES = {
    "metrics.md": metrics_page,
    "records.md": records_page,
    "commands.md": commands_page,
    "settings.md": settings_page,
    "asking.md": asking_page,
}


def main() -> None:
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
