"""The post-mortem of an incident: made from its timeline, its numbers and what people wrote down as learnt.

It has two forms: one for us, and one for clients, which holds nothing internal. It names conditions, not one cause, and
roles, not people: words that blame or name somebody are marked, for people to put otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from digests import numbers
from digests.document import (
    Block,
    Bullets,
    Document,
    FactRow,
    Facts,
    Heading,
    Headline,
    Item,
    Note,
    Paragraph,
    Picture,
    Span,
    plain,
)
from digests.figures import line_title
from digests.images import attempt
from digests.incidents import KINDS, SECTIONS, TimelineEntry, account_of, moments
from digests.localizer import Localizer
from digests.numbers import capital
from digests.result import Session
from metrics.answers import Verdict, exact
from metrics.incidents import ACTIONS, LESSONS, Account, Impact, Incident, IncidentScope, Lesson
from metrics.people import names_of
from metrics.periods import to_local
from warehouse.messages import N_

_GAPS = 2
_SHORTEST_NAME = 4
MARK = "\N{NO-BREAK SPACE}[?]"
_BLAME = (
    r"винова\w*|по вине|вину|провинил\w*|накосяч\w*|недосмотр\w*|халатн\w*|прошляпил\w*|проворонил\w*|"
    r"blam\w*|guilty|(?:my|his|her|their|whose) fault|the fault of|careless\w*|negligen\w*"
)
_QUESTIONS = {
    "well": N_("What went better than it might have?"),
    "lucky": N_("Where was it luck that it was not worse?"),
    "condition": N_("What did it take to happen: of the system, documentation, tools, load?"),
    "prevent": N_("What is to be changed so that it does not happen again?"),
    "notice": N_("What would have shown it earlier?"),
    "react": N_("What would have made us faster?"),
}


@dataclass(frozen=True)
class PostMortem:
    """A post-mortem with what it is made of: `names` of people who work here, and the pictures of its two forms."""

    session: Session
    incident: Incident
    account: Account
    names: frozenset[str]
    inside: tuple[Picture, ...] = ()
    outside: tuple[Picture, ...] = ()

    def document(self, *, outside: bool = False, draft: bool = False) -> Document:
        """Return it: for clients or for us; a draft asks for what is not written yet."""
        localizer, incident = self.session.localizer, self.incident
        title = localizer(N_("Post-mortem of incident No. {number}"), number=incident.number)
        if outside:
            title = localizer(N_("What happened on {day}"), day=localizer.local_day(incident.started))
        blocks: list[Block] = [Heading(title, 1), Headline(self._finding()), *self._about(outside)]
        blocks += [Heading(localizer(N_("In short")), 2), *self._in_short(outside)]
        if not outside:
            blocks += [Heading(localizer(N_("Whom it touched")), 2), *self._impact()]
        blocks += self.outside if outside else self.inside
        blocks += [Heading(localizer(N_("Minute by minute")), 2), self._timeline(outside)]
        blocks += self._learnt_outside() if outside else self._learnt(draft)
        if draft and (marked := self.marked()):
            blocks.append(Note(_marks_said(marked, localizer)))
        return Document(title, tuple(blocks), localizer.language)

    def marked(self, *, outside: bool = False) -> list[str]:
        """The numbers of entries with words that blame or name somebody; `outside`: of those that clients read."""
        entries = [(e.place, e.text) for e in self.incident.entries if not (outside and e.internal)]
        entries += [(e.place, e.text) for e in self.incident.lessons if not outside or e.section in ACTIONS]
        return [f"{self.incident.number}:{place}" for place, text in entries if self._mark(text) != text]

    def _mark(self, text: str) -> str:
        names = "".join(f"|{re.escape(name)}" for name in sorted(self.names, key=len, reverse=True))
        return re.sub(rf"(?<!\w)(?:{_BLAME}{names})(?!\w)", lambda found: found[0] + MARK, text, flags=re.IGNORECASE)

    def _finding(self) -> str:
        """How long, how many, and how soon clients were told."""
        localizer, incident = self.session.localizer, self.incident
        parts = [self._lasted()]
        if self.account.impact.clients:
            clients = round(self.account.impact.clients)
            parts.append(localizer.counted("{n} client touched", "{n} clients touched", clients))
        told = incident.first("message")
        if told is None:
            parts.append(localizer(N_("clients were not told")))
        else:
            parts.append(localizer(N_("clients were told {after}"), after=_after(localizer, told - incident.started)))
        return f"{incident.title}: {', '.join(parts)}"

    def _lasted(self) -> str:
        ended = self.incident.resolved
        if ended is None:
            return self.session.localizer(N_("it goes on"))
        return _minutes(self.session.localizer, ended - self.incident.started)

    def _about(self, outside: bool) -> Iterator[Block]:
        localizer, incident = self.session.localizer, self.incident
        said = [_span(localizer, incident)]
        if not outside:
            said.append(self._lines())
            if incident.severity is not None:
                said.append(localizer(N_("severity {n}"), n=round(incident.severity)))
        yield Note(", ".join(said))
        if incident.published is not None:
            dates = localizer(N_("Published on {day}"), day=localizer.local_day(incident.published))
            if incident.revised is not None:
                dates += ", " + localizer(N_("last changed on {day}"), day=localizer.local_day(incident.revised))
            yield Note(dates)

    def _lines(self) -> str:
        named = ", ".join(line_title(self.session.calculator, line) for line in self.incident.lines)
        return named or self.session.localizer(N_("the whole centre"))

    def _in_short(self, outside: bool) -> Iterator[Block]:
        localizer, incident = self.session.localizer, self.incident
        noticed, told = incident.noticed, incident.first("message")
        said = []
        left = self.account.left[0].out.start if self.account.left else incident.started
        if left < incident.started and not outside:
            said.append(
                localizer.counted(
                    "The numbers left the usual at {moment}, {n} minute before the start that was written down.",
                    "The numbers left the usual at {moment}, {n} minutes before the start that was written down.",
                    round((incident.started - left).total_seconds() / 60),
                    moment=_clock(localizer, left),
                )
            )
        if noticed is not None and not outside:
            said.append(localizer(N_("It was noticed {after}."), after=_after(localizer, noticed - incident.started)))
        messages = len([each for each in incident.entries if each.kind == "message"])
        if told is not None:
            said.append(
                localizer.counted(
                    "Clients were told {after}, {n} message in all.",
                    "Clients were told {after}, {n} messages in all.",
                    messages,
                    after=_after(localizer, told - incident.started),
                )
            )
        causes = [self._mark(each.text) for each in incident.entries if each.kind == "cause" and each.text]
        if causes:
            said.append(localizer(N_("What was found: {causes}."), causes="; ".join(causes).rstrip(".")))
        if incident.resolved is not None:
            said.append(
                localizer(
                    N_("It was over on {moment}, {after}."),
                    moment=incident.resolved,
                    after=_after(localizer, incident.resolved - incident.started),
                )
            )
        yield Paragraph(plain(" ".join(said)))

    def _impact(self) -> Iterator[Block]:
        localizer, impact = self.session.localizer, self.account.impact
        yield Facts(tuple(_impact_rows(localizer, impact)))
        yield Note(
            localizer(
                N_(
                    "Touched: calls on these lines from the start to the end that were lost or waited past the "
                    "threshold; each client counts once. Usually: the same quarter hours of the weeks before, "
                    "for as many calls."
                )
            )
        )

    def _timeline(self, outside: bool) -> Block:
        localizer = self.session.localizer
        every = moments(self.incident, None if outside else self.account)
        told = (each for each in every if not (outside and (each.internal or each.automatic)))
        return Bullets(tuple(self._moment(each, localizer) for each in told))

    def _moment(self, moment: TimelineEntry, localizer: Localizer) -> Item:
        text = self._mark(moment.text) if isinstance(moment.text, str) else localizer.say(moment.text)
        kind = localizer(KINDS.get(moment.kind, moment.kind))
        said = text if moment.kind == "metric" else f"{kind}: {text}" if text else kind
        said = f" {capital(said)}"
        return Item((Span(_clock(localizer, moment.at), strong=True), Span(said, emphasis=moment.automatic)))

    def _learnt(self, draft: bool) -> Iterator[Block]:
        localizer = self.session.localizer
        for section in LESSONS:
            if section in ACTIONS:
                continue
            items = [self._mark(lesson.text) for lesson in self._lessons(section)]
            if not items and draft:
                questions = self._slow_questions() if section == "slow" else [localizer(_QUESTIONS[section])]
                items = list(questions)
            if items:
                yield Heading(localizer(SECTIONS[section]), 2)
                yield Bullets(tuple(Item(plain(item)) for item in items))
        if draft or self.incident.actions:
            yield Heading(localizer(N_("What is to be done")), 2)
        for section in ACTIONS:
            lessons = self._lessons(section)
            if not lessons and not draft:
                continue
            yield Heading(localizer(SECTIONS[section]), 3)
            if lessons:
                yield self._actions(lessons)
            else:
                yield Bullets((Item(plain(localizer(_QUESTIONS[section]))),))

    def _actions(self, lessons: Sequence[Lesson]) -> Block:
        localizer = self.session.localizer
        today = to_local(self.session.calculator.now, localizer.timezone).date()

        def item(lesson: Lesson) -> Item:
            said = [lesson.role] if lesson.role else []
            if lesson.due_on is not None:
                said.append(localizer(N_("until {day}"), day=lesson.due_on))
            if lesson.done_at is not None:
                said.append(localizer(N_("done on {day}"), day=localizer.local_day(lesson.done_at)))
            state = "" if lesson.done_at else localizer(N_("overdue") if lesson.is_overdue(today) else N_("open"))
            about = plain(f" — {', '.join(said)}{', ' if said and state else ''}")
            return Item((Span(self._mark(lesson.text)), *about, Span(state, strong=lesson.is_overdue(today))))

        return Bullets(tuple(map(item, lessons)))

    def _learnt_outside(self) -> Iterator[Block]:
        localizer = self.session.localizer
        if actions := self.incident.actions:
            yield Heading(localizer(N_("What we do so that it does not happen again")), 2)
            yield Bullets(tuple(Item(plain(each.text)) for each in actions))

    def _lessons(self, section: str) -> list[Lesson]:
        return [lesson for lesson in self.incident.lessons if lesson.section == section]

    def _slow_questions(self) -> Iterator[str]:
        """The two longest times without an entry, as questions, in their order."""
        localizer, incident = self.session.localizer, self.incident
        times = [entry.at for entry in incident.entries if entry.kind != "metric"]
        gaps = sorted(pairwise(times), key=lambda gap: gap[0] - gap[1])[:_GAPS]
        for start, end in sorted(gaps):
            yield localizer(
                N_("{start}–{end}, {time} without an entry: what did we wait for?"),
                start=_clock(localizer, start),
                end=_clock(localizer, end),
                time=_minutes(localizer, end - start),
            )


def post_mortem(session: Session, incident: Incident, *, pictures: bool = False) -> PostMortem:
    """Return an incident's post-mortem as its records are. Raises UserError for what cannot be asked."""
    asked = IncidentScope(incident, session.calculator)
    account = account_of(session, asked)
    names = _parts_of_names(names_of(session.calculator.records).values())
    if not pictures:
        return PostMortem(session, incident, account, names)
    from digests.pictures.incidents import of_incident  # charts are not worth loading for a text
    from digests.pictures.setting import render

    def drawn(outside: bool) -> tuple[Picture, ...]:
        def draw() -> Picture | None:
            picture = of_incident(session, asked, account, session.calculator.now, outside=outside)
            return render(session.localizer, "incident", picture)

        return tuple(filter(None, [attempt("incident", draw, None)]))

    return PostMortem(session, incident, account, names, drawn(outside=False), drawn(outside=True))


def _parts_of_names(names: Collection[str]) -> frozenset[str]:
    """Names and their parts; short parts are words."""
    parts = {part for name in names for part in name.split() if len(part) >= _SHORTEST_NAME}
    return frozenset(parts | set(names))


def _impact_rows(localizer: Localizer, impact: Impact) -> Iterator[FactRow]:
    def number(value: float) -> str:
        return numbers.plain(localizer, exact(value), 0)

    def row(label: str, value: str, remark: str = "") -> FactRow:
        return FactRow(label, value, Verdict.NONE, remarks=(remark,) if remark else ())

    yield row(localizer(N_("Contacts touched")), number(impact.contacts))
    yield row(localizer(N_("Clients touched")), number(impact.clients))
    usual = "" if impact.usual is None else numbers.plain(localizer, exact(impact.usual), 1)
    yield row(localizer(N_("Calls lost")), number(impact.lost), usual and localizer(N_("usually {n}"), n=usual))
    back = localizer(N_("{n} of {all}"), n=number(impact.recovered), all=number(impact.lost_clients))
    yield row(localizer(N_("Won back of the clients who lost a call")), back)


def _marks_said(marked: Sequence[str], localizer: Localizer) -> str:
    return localizer(
        N_("Words with [?] blame or name somebody ({entries}): say the role or the condition instead, {example}."),
        entries=", ".join(marked),
        example=f"/incident edit {marked[0]} …",
    )


def _span(localizer: Localizer, incident: Incident) -> str:
    day = localizer.local_day(incident.started)
    start = _clock(localizer, incident.started)
    if incident.resolved is None:
        return localizer(N_("{day}, since {start}"), day=day, start=start)
    return f"{day}, {start}–{_clock(localizer, incident.resolved)}"


def _clock(localizer: Localizer, at: datetime) -> str:
    return to_local(at, localizer.timezone).strftime("%H:%M")


def _minutes(localizer: Localizer, length: timedelta) -> str:
    return localizer.counted("{n} minute", "{n} minutes", round(length.total_seconds() / 60))


def _after(localizer: Localizer, length: timedelta) -> str:
    return localizer.counted("after {n} minute", "after {n} minutes", round(length.total_seconds() / 60))
