"""The commented `svodka.toml` that `svodka init` writes: the default digest spelled out, in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

from bot.channels.registry import chat_examples
from digests.catalogue import BIWEEKLY
from digests.localizer import Localizer
from digests.model import FigureSpec, ReportSpec
from metrics.centre import Line
from metrics.periods import month_end
from metrics.relations.calls import FORMULAS
from warehouse.messages import N_

_HEAD = """\
# {about}

[centre]
timezone = {timezone}        # {timezone_about}
country = {country}                     # {country_about}
language = {language}                    # ru | en
# extra_holidays = [2026-12-31]    # {extra_about}
# working_days = [2026-11-01]      # {working_about}

[service_level]
# {formulas}
formula = "abandons_in_threshold_ignored"
threshold_s = 30
short_abandon_s = 5

[lost_clients]
recovery_hours = 24                # {recovery_about}

[plans]
execution_rounding = "down"        # down | half_up: {rounding_about}
min_cases = 30                     # {cases_about}

[import]
max_rejects = 0.05                 # {rejects_about}
"""


def template(
    localizer: Localizer,
    timezone: str,
    country: str,
    lines: tuple[Line, ...] = (),
    clock: str | None = None,
    contest: str = "",
    digest: ReportSpec = BIWEEKLY,
    results: Mapping[str, tuple[str, ...]] | None = None,
    chats_at_once: int | None = None,
) -> str:
    """The text of a new configuration; `lines`, `clock`, `contest` (a table of TOML) and those after are the demo's."""
    head = _HEAD.format(
        about=localizer(N_("Svodka's settings. Times are local, durations seconds, percentages 0-100.")),
        timezone=_quoted(timezone),
        timezone_about=localizer(N_("where the centre's days begin")),
        country=_quoted(country),
        country_about=localizer(N_("whose public holidays count; empty: none")),
        language=_quoted(localizer.language),
        extra_about=localizer(N_("more days off")),
        working_about=localizer(N_("holidays worked as usual")),
        formulas=" | ".join(FORMULAS),
        recovery_about=localizer(N_("a lost client is recovered by a conversation within so many hours")),
        rounding_about=localizer(N_("down: only a reached plan is printed as reached")),
        cases_about=localizer(N_("a share or a mean of fewer calls or clients is not judged")),
        rejects_about=localizer(N_("share of bad rows over which nothing is taken")),
    )
    stands_at = f"clock = {_quoted(clock)}\n\n" if clock else ""
    return (
        stands_at
        + head
        + _lines(localizer, lines)
        + _results(localizer, results)
        + _chats(localizer, chats_at_once)
        + _own_metric(localizer)
        + _contest(localizer, contest)
        + _posts(localizer)
        + _digest(localizer, digest)
    )


def _lines(localizer: Localizer, lines: tuple[Line, ...]) -> str:
    about = localizer(
        N_("Lines and groups of lines. Lines found in the records need not be listed, only named nicely.")
    )
    if lines:
        return f"\n# {about}\n" + "".join(_line(line) for line in lines)
    example = (
        Line("support", localizer(N_("Support")), aliases=("sup",), threshold_s=20.0),
        Line("service", localizer(N_("Service")), members=("inhouse", "akc")),
    )
    commented = "".join(_line(line) for line in example).strip().replace("\n", "\n# ")
    return f"\n# {about}\n# {commented}\n".replace("# \n", "#\n")


def _results(localizer: Localizer, results: Mapping[str, tuple[str, ...]] | None) -> str:
    about = localizer(N_("Which activities of people make which results: what one of them costs in minutes."))
    example = {"routed": ("routing",), "closed": ("warranty", "enquiries")}
    rows = [f"{kind} = {_list(names)}" for kind, names in (results or example).items()]
    mark = "" if results else "# "
    return f"\n# {about}\n" + "".join(f"{mark}{row}\n" for row in ("[time.results]", *rows))


def _chats(localizer: Localizer, at_once: int | None) -> str:
    about = localizer(N_("How many chats one person is on at once; measured, if it is not said."))
    mark = "" if at_once else "# "
    return f"\n# {about}\n{mark}[load.chat]\n{mark}at_once = {at_once or 3}\n"


def _line(line: Line) -> str:
    rows = [f"\n[lines.{line.key}]", f"title = {_quoted(line.title)}"]
    if line.title_en:
        rows.append(f"title_en = {_quoted(line.title_en)}")
    if line.members:
        rows.append(f"members = {_list(line.members)}")
    if line.aliases:
        rows.append(f"aliases = {_list(line.aliases)}")
    if line.threshold_s is not None:
        rows.append(f"threshold_s = {line.threshold_s:g}")
    return "\n".join(rows) + "\n"


def _own_metric(localizer: Localizer) -> str:
    return f"""
# {localizer(N_("Metrics of your own; docs/metrics.md lists ours and the columns they count over."))}
# [[metrics]]
# key = "long_calls"
# title = {_quoted(localizer(N_("Long calls")))}
# unit = "percent"                 # count | percent | points | seconds | duration | m2 | hours | times | money
# better = "ceiling"               # floor | ceiling | neutral
# relation = "calls"
# [metrics.fact]
# ratio = [{{ count = true, where = {{ talk_s = ">= 600" }} }}, {{ count = true, where = {{ handled = true }} }}]
"""


def _contest(localizer: Localizer, contest: str) -> str:
    about = localizer(N_("Contests: what is counted, the days, the final. All settings: docs/settings.md."))
    title = localizer(N_("Most reservations during a call"))
    example = contest_table("june", title, date(2026, 6, 1), (), localizer).splitlines()
    commented = "\n".join(f"# {line}" for line in example) + "\n"
    return f"\n# {about}\n{contest or commented}"


def contest_table(key: str, title: str, first: date, prizes: tuple[str, ...], localizer: Localizer) -> str:
    """A contest of a month: reservations during a call, ten places."""
    ties = localizer(N_("shared: 3, 3, 5; earlier: who was there earlier stands before"))
    rows = [
        "[[contests]]",
        f"key = {_quoted(key)}",
        f"title = {_quoted(title)}",
        'metric = "reserves_in_call"',
        f"first = {first}",
        f"last = {month_end(first)}",
        f"minimum = 10                       # {localizer(N_('what a finalist must have at least'))}",
        f"places = 10                        # {localizer(N_('how many places are in the final'))}",
        f'ties = "shared"                    # {ties}',
        f'names = "names"                    # {localizer(N_("names | pseudonyms | places: how people are shown"))}',
    ]
    return "\n".join([*rows, *([f"prizes = {_list(prizes)}"] if prizes else [])]) + "\n"


def _posts(localizer: Localizer) -> str:
    chats = chat_examples()
    return f"""
# {localizer(N_("What is posted by itself, by svodka run; docs/posting.md."))}
# [[posts]]
# key = "team"
# digest = "{BIWEEKLY.key}"
# schedule = "1,16 10:00"            # {localizer(N_("days of the month, or weekdays, and the time"))}
# workday = "next"                   # {localizer(N_("a day off moves it: next | previous"))}
# chats = {_list(chats)}
#
# [[posts]]
# key = "rating"
# contest = "june"                   # {localizer(N_("every day of the contest, then the winners"))}
# schedule = "10:00"
# chats = {_list(chats[:1])}
"""


def _digest(localizer: Localizer, digest: ReportSpec) -> str:
    rows = [
        "",
        "# " + localizer(N_("The digest: sections, groups of figures and figures, in the order they are printed.")),
        "# " + localizer(N_("`plan = true` expects a plan; {place} in a label is the line's title."), place="{line}"),
        f"[digests.{digest.key}]",
        f"title = {_quoted(localizer(digest.title))}",
    ]
    for section in digest.sections:
        rows += ["", f"[[digests.{digest.key}.sections]]", f"title = {_quoted(localizer(section.title))}"]
        for group in section.groups:
            rows += ["", f"[[digests.{digest.key}.sections.groups]]"]
            if group.title:
                rows.append(f"title = {_quoted(localizer(group.title))}")
            rows.append("figures = [")
            rows += [f"  {_figure(figure, localizer)}," for figure in group.figures]
            rows.append("]")
    return "\n".join(rows) + "\n"


def _figure(figure: FigureSpec, localizer: Localizer) -> str:
    fields = {
        "key": figure.key,
        "metric": figure.metric,
        "line": figure.line,
        "label": localizer(figure.label, line="{line}"),
        "show": figure.show if figure.show != "fact" else None,
        "remark": figure.remark,
        "part_of": figure.part_of,
    }
    shown = [f"{name} = {_quoted(value)}" for name, value in fields.items() if value is not None]
    if figure.plan:
        shown.append("plan = true")
    return "{ " + ", ".join(shown) + " }"


def _quoted(text: str) -> str:
    # A JSON string is a TOML basic string.
    return json.dumps(text, ensure_ascii=False)


def _list(texts: tuple[str, ...]) -> str:
    return "[" + ", ".join(_quoted(text) for text in texts) + "]"
