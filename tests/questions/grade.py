"""How well questions are understood: `python -m tests.questions.grade [part]` prints the rates and what went wrong."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path

from bot.chat.questions.follow_up import apply, follow_up
from bot.chat.questions.interpret import Interpretation, interpret
from bot.chat.questions.missing import Missing
from bot.chat.questions.parse import understand
from bot.chat.questions.problems import Unclear
from bot.chat.questions.reading import Understood
from digests.request import Request, When, command
from metrics.periods import to_local, to_utc
from tests.questions.centre import NOW, VOCABULARY, ZONE

CORPUS = Path(__file__).parent / "questions.tsv"
AT_ONCE, DECLINED, ASKED, SILENT, WRONG, REFUSED = "at once", "declined", "asked back", "left alone", "WRONG", "refused"
GOOD = (AT_ONCE, DECLINED, SILENT)


@dataclass(frozen=True)
class Case:
    part: str
    role: str
    question: str
    expected: tuple[str, ...]


def corpus() -> list[Case]:
    with CORPUS.open(encoding="utf-8") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Case(row["part"], row["role"], row["question"], tuple(row["expected"].split(" || "))) for row in rows]


def now() -> datetime:
    return to_utc(datetime.fromisoformat(NOW), ZONE)


@cache
def wanted(expected: str) -> Request | None:
    found = understand("/" + expected, VOCABULARY, now())
    return plain(found) if isinstance(found, Request) else None


def plain(request: Request) -> Request:
    """A request without the words of its period, which may be said in several ways."""
    selection = request.selection
    if selection:
        versus = selection.versus
        selection = replace(
            selection,
            when=When("", selection.when.period),
            versus=When("", versus.period) if isinstance(versus, When) else versus,
            filters=tuple(sorted(selection.filters)),
            by=None if selection.by == "line" and len(selection.lines) != 1 else selection.by,
        )
    overview = request.overview
    if overview:
        versus = overview.versus
        overview = replace(
            overview,
            when=When("", overview.when.period),
            versus=When("", versus.period) if isinstance(versus, When) else versus,
        )
    when = When("", request.when.period) if request.when else None
    return replace(request, selection=selection, overview=overview, when=when)


def read(question: str) -> Interpretation:
    before, arrow, after = question.partition(" => ")
    if not arrow:
        return interpret(question, VOCABULARY, now())
    earlier = interpret(before, VOCABULARY, now())
    assert isinstance(earlier, Understood), before
    change = follow_up(after, VOCABULARY, now())
    if change is None:
        return interpret(after, VOCABULARY, now())
    today = to_local(now(), ZONE).date()
    return Understood(replace(earlier.reading, request=apply(earlier.request, change, VOCABULARY, today)))


def graded(case: Case) -> tuple[str, str]:
    """What became of a question, and what was understood."""
    found = read(case.question)
    kinds = [each.removeprefix("no: ") for each in case.expected if each.startswith("no: ")]
    requests = {
        wanted(each.removeprefix("ask: ")) for each in case.expected if not each.startswith("no:") and each != "chat"
    }
    match found:
        case None:
            return (SILENT if "chat" in case.expected else REFUSED), "-"
        case Missing(kind):
            return (DECLINED if kinds else WRONG), f"missing {kind}"
        case Unclear(message, readings):
            right = any(plain(each) in requests for each in readings)
            said = f"{message} {[command(each) for each in readings]}"
            if any(each.startswith("ask:") for each in case.expected) and right:
                return AT_ONCE, said
            return (ASKED if right else DECLINED if kinds and not readings else REFUSED), said
        case Understood(reading):
            said = command(reading.request) + "".join(
                f" [{e.clue.value} {e.given}>{e.taken}]" for e in reading.evidence
            )
            if plain(reading.request) in requests:
                return AT_ONCE, said
            return (REFUSED + ", said" if reading.unused else WRONG), said
    raise AssertionError(found)


def main() -> None:
    part = sys.argv[1] if len(sys.argv) > 1 else "seen"
    cases = [case for case in corpus() if case.part == part]
    rates: Counter[str] = Counter()
    for case in cases:
        for each in case.expected:
            if not each.startswith("no:") and each != "chat" and wanted(each.removeprefix("ask: ")) is None:
                print("EXPECTATION", each)
        grade, said = graded(case)
        rates[grade] += 1
        if grade not in GOOD and (len(sys.argv) < 3):
            print(f"{grade:12} {case.question}\n{'':14}want {' || '.join(case.expected)}\n{'':14}got  {said[:230]}")
    for grade, n in rates.most_common():
        print(f"{n:4} {100 * n / len(cases):5.1f} % {grade}")


if __name__ == "__main__":
    main()
