"""Who may ask what."""

from __future__ import annotations

import pytest

from bot.chat.access import Access, Role
from bot.chat.message import Incoming
from bot.config import Config
from metrics.centre import Centre, Line
from warehouse.messages import UserError

ROLES = {"head": {"names": True}, "team": {"metrics": ["sl", "звонки"], "lines": ["inhouse"]}}


def config(**tables: object) -> Config:
    return Config(roles=ROLES, **tables)  # type: ignore[arg-type]


def incoming(person: str = "5", chat: str = "5", private: bool = True, platform: str = "telegram") -> Incoming:
    return Incoming(platform, person, chat, private, "/sl", "1")


def test_a_person_asks_in_private_by_their_role_and_anybody_in_a_chat_by_the_chats() -> None:
    access = Access(
        config(people=[{"id": "telegram:5", "role": "head"}], chats=[{"id": "telegram:-100", "role": "team"}])
    )

    assert access.role(incoming("5")) == Role(None, None, True)
    # The head of the centre gets in a group no more than the group: everybody there reads the answer.
    team = Role(frozenset({"sl", "calls"}), frozenset({"inhouse"}), False)
    assert access.role(incoming("5", "-100", private=False)) == team
    assert access.role(incoming("6", "-100", private=False)) == team


def test_who_is_not_listed_is_nobody_also_with_the_same_id_elsewhere() -> None:
    access = Access(config(people=[{"id": "telegram:5", "role": "head"}]))

    assert access.role(incoming("6")) is None
    assert access.role(incoming("5", platform="slack")) is None
    assert access.role(incoming("5", "5", private=False)) is None, "a chat is not a person, whatever its id"


@pytest.mark.parametrize(
    ("tables", "sentence"),
    [
        ({"people": [{"id": "12345", "role": "head"}]}, '"12345" is not an id; write it like telegram:12345'),
        ({"people": [{"id": "telegram:5", "role": "haed"}]}, 'the role "haed", which does not exist. There are: head'),
        ({"chats": [{"id": "slack:C1", "role": "head"}] * 2}, "slack:C1 is listed twice"),
    ],
)
def test_what_is_wrong_with_the_lists_is_one_sentence(tables: dict[str, object], sentence: str) -> None:
    with pytest.raises(UserError, match=sentence.replace(".", r"\.")):
        Access(config(**tables))


def test_a_role_names_metrics_and_lines_that_exist() -> None:
    with pytest.raises(UserError, match='There is no metric "slx"'):
        Access(Config(roles={"team": {"metrics": ["slx"]}}))  # type: ignore[arg-type]
    access = Access(config())
    with pytest.raises(UserError, match=r'roles\.team: there is no line "inhouse". There are: sales'):
        access.check_lines(Centre(lines={"sales": Line("sales", "Sales")}))


def test_a_role_sees_some_deals_only_and_their_metrics_have_no_plans_then() -> None:
    roles = {"city": {"cities": ["Лужки"], "lines": ["inhouse"], "sales": True}, "all": {}}
    people = [{"id": "telegram:5", "role": "city"}, {"id": "telegram:6", "role": "all"}]
    access = Access(Config(roles=roles, people=people))  # type: ignore[arg-type]

    role = access.role(incoming("5"))
    assert role is not None
    assert role.sales
    assert role.deals is not None
    assert (role.deals.cities, role.deals.pipelines, role.deals.owners) == (frozenset({"Лужки"}), None, None)
    assert "contracts" in role.deals.unplanned
    assert "sl" not in role.deals.unplanned
    assert access.role(incoming("6")) == Role(None, None, False)
