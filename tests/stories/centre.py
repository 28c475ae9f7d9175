"""The centre of the stories: two lines, three days, few enough calls to count on one's fingers.

The clock stands at Tuesday, 16 June 2026, 12:00 in Moscow; a call is in time within 30 seconds.

| day      | line    | in time | late | lost | service level |
| -------- | ------- | ------- | ---- | ---- | ------------- |
| 16 June  | inhouse | 8       | 1    | 1    | 8/10 = 80%    |
| 16 June  | akc     | 1       |      | 1    | 1/2 = 50%     |
| 15 June  | inhouse | 5       |      |      | 5/5 = 100%    |
| 9 June   | inhouse | 1       | 1    |      | 1/2 = 50%     |

Plans of the month: a service level of 80% on both lines.

The issue of June is posted on 1 July into a chat on each platform, if the editors approve it in theirs. Anna owes a
column of support.

A contest of June counts reservations made during a call: Борис (b2) has three of 15 June, Анна (a1) two of 10 June.
"""

from __future__ import annotations

from pathlib import Path

from metrics.centre import Centre
from tests.kit import MOSCOW, House, answered, lost

ANNA, BORIS, STRANGER = 1000, 2000, 3000
"""A head of the centre; somebody who may see only Inhouse, and no names; somebody unknown. Every story has its own."""
STORIES = 100
GROUP = -400
"""Anybody may ask here about Inhouse."""
EDITORS, READERS = -500, -600
"""On Slack these are C500 and C600."""

SETTINGS = """
clock = "2026-06-16T12:00"

[centre]
timezone = "Europe/Moscow"
country = "RU"
language = "{language}"

[lines.inhouse]
title = "Inhouse"
aliases = ["инхаус"]

[lines.akc]
title = "{akc}"
aliases = ["акц"]

[plans]
min_cases = 1

[roles.head]
names = true
incident = "lead"

[roles.line]
incident = "note"
metrics = ["sl", "lcr", "calls", "aht", "reserves_in_call"]
lines = ["inhouse"]

[questions]
per_minute = 7

[[contests]]
key = "june"
title = "{contest}"
metric = "reserves_in_call"
first = 2026-06-01
last = 2026-06-30
minimum = 2
places = 1

[editorial]
chats = ["telegram:-500", "slack:C500"]

[[departments]]
key = "support"
title = "{support}"
people = [{people}]

[[posts]]
key = "team"
schedule = "1 10:00"
chats = ["telegram:-600", "slack:C600"]
approval = "editors"

[telegram]
api_url = "{telegram}"

[slack]
api_url = "{slack}/api/"
"""
ASKER = """
[[{kind}]]
id = "{name}"
role = "{role}"
{agent}"""


def found(root: Path, language: str, telegram: str, slack: str) -> None:
    """Write the project."""
    akc = "АКЦ Заселение" if language == "ru" else "AKC Move-in"
    askers = [
        ASKER.format(kind="people", name=f"{platform}{first + number}", role=role, agent=f'agent = "{agent}"\n')
        for platform in ("telegram:", "slack:U")
        for first, role, agent in ((ANNA, "head", "a1"), (BORIS, "line", "b2"))
        for number in range(STORIES)
    ]
    askers += [
        ASKER.format(kind="chats", name=name, role="line", agent="")
        for name in (f"telegram:{GROUP}", f"slack:C{-GROUP}")
    ]
    contest = "Курс на пентхаус" if language == "ru" else "To the penthouse"
    support = "Онлайн-поддержка" if language == "ru" else "Online support"
    people = ", ".join(
        f'"{platform}{ANNA + number}"' for platform in ("telegram:", "slack:U") for number in range(STORIES)
    )
    places = {"telegram": telegram, "slack": slack}
    settings = SETTINGS.format(language=language, akc=akc, contest=contest, support=support, people=people, **places)
    (root / "svodka.toml").write_text(settings + "".join(askers), "utf-8")
    house = House(root / "records", Centre(timezone=MOSCOW), now="2026-06-16 12:00")
    inhouse, akc_line = {"line": "inhouse"}, {"line": "akc"}
    anna, boris = {"agent_id": "a1"}, {"agent_id": "b2"}
    house.calls(
        *(answered(f"2026-06-16T09:{minute:02}", wait=10, **inhouse, **anna) for minute in (0, 10, 20, 30)),
        *(answered(f"2026-06-16T10:{minute:02}", wait=20, **inhouse, **boris) for minute in (0, 10, 20, 30)),
        answered("2026-06-16T10:40", wait=50, **inhouse, **boris),
        lost("2026-06-16T10:50", wait=60, **inhouse),
        answered("2026-06-16T11:00", wait=10, **akc_line, **anna),
        lost("2026-06-16T11:30", wait=40, **akc_line),
        *(answered(f"2026-06-15T09:{minute:02}", wait=5, **inhouse, **anna) for minute in (0, 10, 20, 30, 40)),
        answered("2026-06-09T09:30", wait=5, **inhouse, **anna),
        answered("2026-06-09T09:40", wait=45, **inhouse, **boris),
        complete_to="2026-06-16 12:00",
    )
    made = [("b2", "2026-06-15T10:00"), ("b2", "2026-06-15T11:00"), ("b2", "2026-06-15T12:00")]
    made += [("a1", "2026-06-10T10:00"), ("a1", "2026-06-10T11:00")]
    house.put(
        "reservations",
        [
            {"reservation_id": f"{agent} {at}", "reserved_at": at, "agent_id": agent, "in_call": True}
            for agent, at in made
        ],
        complete_to="2026-06-16 12:00",
    )
    agents = [("a1", "Анна Примерова"), ("b2", "Борис Образцов")]
    house.put("agents", [{"agent_id": key, "name": name, "team": None} for key, name in agents])
    for line in ("inhouse", "akc"):
        house.plan("sl", "month", "2026-06-01", 80, line)
