"""The export of an account of amoCRM: what its records mean in our tables, and what is refused."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.doubles.amocrm import BOOKED, CAME, DAY, LOST, NEW, PHONE, START, WON, Account
from warehouse.crm.amocrm import AmocrmOptions
from warehouse.crm.intake import Taken, import_export
from warehouse.ingest.load import import_file
from warehouse.lake import Lake
from warehouse.messages import UserError
from warehouse.schema import (
    CLIENT_ALIASES,
    DEAL_CLIENTS,
    DEAL_OWNERS,
    DEAL_STAGES,
    DEALS,
    STAGES,
    TASKS,
    TOUCHES,
    VISITS,
    key_of,
)


class Desk:
    """A lake, and accounts that are exported and imported into it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.lake = Lake(root / "records")

    def take(self, account: Account, **options: Any) -> Taken:
        return self.take_files(account.export(self.root / "export"), **options)

    def take_files(self, directory: Path, *, currency: str = "RUB", **options: Any) -> Taken:
        return import_export(
            self.lake,
            directory,
            AmocrmOptions.of(options),
            timezone="Europe/Moscow",
            currency=currency,
            rejects_dir=self.root / "rejects",
        )

    def kept(self, table: sa.Table, *names: str) -> list[tuple[Any, ...]]:
        statement = sa.select(*(table.c[name] for name in names)).order_by(*(table.c[n] for n in key_of(table)))
        return [tuple(row) for row in self.lake.open().rows(statement)]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(START + seconds, UTC).replace(tzinfo=None)


def said(taken: Taken) -> list[str]:
    return [str(remark) for remark in taken.remarks]


def test_the_same_export_twice_changes_nothing(desk: Desk) -> None:
    account = Account.made_up(40)
    first = desk.take(account, client="phone")
    state = desk.lake.manifest()
    again = desk.take(account, client="phone")

    assert first.tables["deals"].added == 40
    assert all((each.added, each.updated) == (0, 0) for each in again.tables.values())
    assert again.removed == 0
    assert desk.lake.manifest() == state


def test_a_deal_goes_its_way_and_the_first_change_tells_where_it_was_added(desk: Desk) -> None:
    """It is added at 0, gets to the phone two seconds later, and back and forth within one second after that."""
    account = Account()
    lead = account.lead("1", contact="7")
    account.now += 2
    for stage in (PHONE, BOOKED, PHONE):
        account.move(lead, stage)
    account.lead("2")
    desk.take(account)

    ways = desk.kept(DEAL_STAGES, "deal_id", "stage", "from_stage", "entered_at")
    assert ways == [
        ("1", NEW, None, at(0)),
        ("1", PHONE, NEW, at(2)),
        ("1", BOOKED, PHONE, at(2)),
        ("1", PHONE, BOOKED, at(2)),
        ("2", NEW, None, at(2)),
    ]
    assert desk.kept(DEALS, "stage", "client_id") == [(PHONE, "7"), (NEW, None)]


def test_a_closing_of_which_no_event_tells_is_that_of_the_card(desk: Desk) -> None:
    account = Account()
    lead = account.lead("1")
    account.events.clear()
    lead |= {"status_id": int(LOST), "closed_at": START + DAY}
    taken = desk.take(account)
    assert desk.kept(DEAL_STAGES, "change_id", "stage", "entered_at") == [("closed:1", LOST, at(DAY))]
    assert "1 deal was closed at the time on its card: no event tells." in said(taken)

    # An export with the event takes its place.
    account.now += DAY
    lead["status_id"] = int(NEW)
    account.move(lead, LOST)
    desk.take(account)
    assert desk.kept(DEAL_STAGES, "stage", "source") == [(LOST, "amocrm")]


def test_won_and_lost_are_the_same_in_every_pipeline_and_the_others_are_guessed_by_their_titles(desk: Desk) -> None:
    titles = "Не отвечает,Не записался,Не пришел,Дата назначена,Пришёл,Договор подписан,Телефон есть,Думает"
    account = Account()
    account.lead("1")
    directory = account.export(desk.root / "export")
    statuses = [{"id": n, "name": title, "sort": n, "type": 0} for n, title in enumerate(titles.split(","), start=1)]
    statuses += [{"id": 9, "name": "Неразобранное", "sort": 0, "type": 1}, {"id": 143, "name": "Закрыто", "sort": 99}]
    pipelines = [{"id": n, "name": "Город", "_embedded": {"statuses": statuses}} for n in (1001, 1002)]
    (directory / "pipelines.json").write_text(json.dumps({"_embedded": {"pipelines": pipelines}}))
    desk.take_files(directory)

    kinds = {
        stage: (kind, place)
        for pipeline, stage, kind, place in desk.kept(STAGES, "pipeline", "stage", "kind", "position")
        if pipeline == "1002"
    }
    assert kinds == {
        "1": ("no_answer", None),
        "2": ("not_booked", None),
        "3": ("no_show", None),
        "4": ("booked", 4),
        "5": ("came", 5),
        "6": ("contract", 6),
        "7": ("phone", 7),
        "8": ("work", 8),
        "9": ("incoming", 0),
        "143": ("lost", None),
    }


def test_what_a_person_says_of_a_stage_survives_every_later_import_and_visits_follow_it(desk: Desk) -> None:
    """Somebody says that a phone number means a booking here: the visits of before follow, with the next portion."""
    account = Account()
    lead = account.lead("1")
    account.move(lead, PHONE)
    account.lead("2")
    desk.take(account)
    assert desk.kept(VISITS, "deal_id") == []

    edited = desk.root / "stages.csv"
    edited.write_text(f"pipeline,stage,kind,stuck_after_days\n1001,{PHONE},booked,7\n")
    import_file(desk.lake, STAGES, edited, timezone="UTC", rejects_dir=desk.root)
    account.leads.remove(lead)
    account.events.clear()
    desk.take(account)

    assert (PHONE, "booked", 7, "Телефон получен") in desk.kept(STAGES, "stage", "kind", "stuck_after_days", "title")
    assert desk.kept(VISITS, "deal_id", "booked_at") == [("1", at(0))]


def test_a_status_that_only_the_history_knows_has_no_place(desk: Desk) -> None:
    account = Account()
    lead = account.lead("1")
    account.move(lead, "777")
    account.move(lead, PHONE)
    desk.take(account)
    assert ("777", "stage 777 (deleted)", None, "work") in desk.kept(STAGES, "stage", "title", "position", "kind")


def test_bookings_open_visits_that_are_moved_or_end(desk: Desk) -> None:
    """Booked on day 1, again on day 2, came on day 4 and booked on day 5; the card has the last appointment."""
    account = Account()
    field = {"field_id": 5, "field_name": "Дата визита", "values": [{"value": START + 9 * DAY}]}
    lead = account.lead("1", contact="7", custom_fields_values=[field])
    for day, stage in ((1, BOOKED), (2, PHONE), (2, BOOKED), (4, CAME), (5, BOOKED)):
        account.now = START + day * DAY
        account.move(lead, stage)
    desk.take(account, visit_field="field:Дата визита")

    columns = ("visit_id", "booked_at", "scheduled_at", "outcome", "outcome_at", "moved_from")
    first, second, third = desk.kept(VISITS, *columns)
    assert first[1:] == (at(DAY), None, "moved", at(2 * DAY), None)
    assert second[1:] == (at(2 * DAY), None, "came", at(4 * DAY), first[0])
    assert third[1:] == (at(5 * DAY), at(9 * DAY), None, None, None)


def test_owners_go_back_to_the_beginning(desk: Desk) -> None:
    account = Account()
    lead = account.lead("1")
    account.now += DAY
    account.hand_over(lead, 502)
    desk.take(account)
    assert desk.kept(DEAL_OWNERS, "from_at", "owner_id") == [(at(0), "501"), (at(DAY), "502")]


def test_deleted_restored_and_merged_deals(desk: Desk) -> None:
    account = Account()
    gone, back, merged, _ = (account.lead(number) for number in "1234")
    desk.take(account)
    account.now += 60
    account.delete(gone)
    account.delete(back)
    account.event("lead_restored", "2")
    account.leads.append(back)
    account.event("entity_merged", "4", before=[{"lead": {"id": 3}}])
    account.leads.remove(merged)
    desk.take(account)

    assert desk.kept(DEALS, "deal_id", "deleted", "merged_into") == [
        ("1", True, None),
        ("2", None, None),
        ("3", None, "4"),
        ("4", None, None),
    ]


def test_calls_by_their_status_and_not_by_their_length(desk: Desk) -> None:
    """Telephony writes how long it rang; the one without a status was a conversation if it lasted."""
    account = Account()
    account.lead("1", contact="7")
    rows = [(4, 60), (2, 5), (1, 9), (3, 9), (5, 0), (6, 25), (7, 9), (8, 0), (None, 12)]
    for status, seconds in rows:
        account.note("call_in", "1", duration=seconds, call_status=status, call_responsible="сотрудник 2")
    desk.take(account)

    outcomes = [tuple(row) for row in desk.kept(TOUCHES, "outcome", "duration_s")]
    assert outcomes == [
        ("answered", 60),
        ("answered", 5),
        ("no_answer", 0),
        ("no_answer", 0),
        ("failed", 0),
        ("no_answer", 0),
        ("busy", 0),
        ("no_answer", 0),
        ("answered", 12),
    ]
    assert {agent for (agent,) in desk.kept(TOUCHES, "agent_id")} == {"503"}


def test_a_call_on_a_contact_and_on_its_lead_has_one_id(desk: Desk) -> None:
    """By the telephony's id, else by second, length and number; without a number nobody can tell."""
    account = Account()
    account.lead("1", contact="7")
    for params in ({"uniq": "u1"}, {"phone": "8 999 123-45-67"}, {}):
        account.now += 60
        account.note("call_out", "1", duration=5, **params)
        account.note("call_out", "7", on_contact=True, duration=5, **params)
    desk.take(account)

    one, two, three, four, five, six = desk.kept(TOUCHES, "call_id", "deal_id", "client_id")
    assert (one[0], two[0]) == ("u1", "u1")
    assert three[0] == four[0] is not None
    assert (five[0], six[0]) == (None, None)
    assert (one[1:], two[1:]) == (("1", None), (None, "7"))


def test_messages_robots_and_meetings(desk: Desk) -> None:
    account = Account()
    lead = account.lead("1")
    account.note("sms_out", "1")["created_by"] = 0
    account.note("sms_in", "1")["created_by"] = 0
    account.event("incoming_chat_message", "7", entity="contact", by=0)
    meeting = account.task(lead, due=START + DAY, kind=2)
    account.now += DAY
    account.complete(meeting)
    desk.take(account)

    touches = desk.kept(TOUCHES, "channel", "direction", "is_auto", "deal_id", "client_id")
    assert sorted(touches, key=str) == [
        ("meeting", "out", None, "1", None),
        ("message", "in", None, None, "7"),
        ("sms", "in", None, "1", None),
        ("sms", "out", True, "1", None),
    ]


def test_tasks_are_done_when_the_event_says_so_and_all_day_ends_a_minute_before_midnight(desk: Desk) -> None:
    account = Account()
    lead = account.lead("1")
    exact, about, _ = (account.task(lead, due=START + DAY - 60) for _ in range(3))
    account.now += 300
    account.complete(exact)
    exact["updated_at"] += 999
    about |= {"is_completed": True, "updated_at": START + 500}
    taken = desk.take(account)

    assert desk.kept(TASKS, "completed_at", "all_day", "deal_id") == [
        (at(300), True, "1"),
        (at(500), True, "1"),
        (None, True, "1"),
    ]
    assert "1 task was done at about the time it was changed last: no event tells." in said(taken)


def test_where_a_city_stands_is_an_option(desk: Desk) -> None:
    account = Account()
    fields = [{"field_id": 9, "field_name": "Город", "values": [{"value": "Лужки"}, {"value": "Заречье"}]}]
    lead = account.lead("1", custom_fields_values=fields)
    lead["_embedded"]["tags"] = [{"name": "vip"}, {"name": "Заречье"}]
    utm = [{"field_code": "UTM_SOURCE", "values": [{"value": "контекст"}]}]
    account.lead("2", custom_fields_values=utm, source_id=77)
    account.lead("3", source_id=77)

    taken = desk.take(account, city="field:Город")
    assert desk.kept(DEALS, "city", "origin") == [("Лужки", None), (None, "контекст"), (None, "77")]
    assert "1 deal names several cities: the first counts." in said(taken)
    desk.take(account, city="field:9")
    assert desk.kept(DEALS, "city")[0] == ("Лужки",)
    desk.take(account, city="tag", cities="Заречье, Лужки")
    assert desk.kept(DEALS, "city")[0] == ("Заречье",)
    desk.take(account, city="pipeline")
    assert desk.kept(DEALS, "city")[0] == ("Продажи",)


def test_further_contacts_of_a_deal_come_and_go(desk: Desk) -> None:
    account = Account()
    lead = account.lead("1", contact="7")
    lead["_embedded"]["contacts"] += [{"id": 8, "is_main": False}, {"id": 9, "is_main": False}]
    desk.take(account)
    assert desk.kept(DEAL_CLIENTS, "client_id") == [("8",), ("9",)]
    lead["_embedded"]["contacts"].pop()
    desk.take(account)
    assert desk.kept(DEAL_CLIENTS, "client_id") == [("8",)]


def test_contacts_that_share_a_number_are_one_client_known_by_it(desk: Desk) -> None:
    """7 and 8 share a number, 8 and 9 another one; 6 was merged into 9. All are the least of their numbers."""
    account = Account()
    account.lead("1", contact="7", phone="8 900 000-00-02")
    account.lead("2", contact="8", phone="+79000000002")
    account.contacts[-1]["custom_fields_values"][0]["values"].append({"value": "9000000001"})
    account.lead("3", contact="9", phone="79000000001")
    account.lead("4", contact="5", phone="79000000005")
    account.event("entity_merged", "9", entity="contact", before=[{"contact": {"id": 6}}])

    desk.take(account)  # a contact is a client
    assert desk.kept(CLIENT_ALIASES, "alias", "client_id") == [("6", "9")]
    desk.take(account, client="phone")
    one = "+79000000001"
    assert dict(desk.kept(CLIENT_ALIASES, "alias", "client_id")) == {
        "+79000000002": one,
        "6": one,
        "7": one,
        "8": one,
        "9": one,
        "5": "+79000000005",
    }


@pytest.mark.parametrize("form", ["pages", "lines", "pages a line", "gzip", "parts"])
def test_files_are_lists_pages_or_lines_packed_and_in_parts(desk: Desk, form: str) -> None:
    account = Account.made_up(10)
    directory = account.export(desk.root / "export")
    leads = account.leads
    whole = directory / "leads.json"
    pages = [{"_page": n, "_embedded": {"leads": part}} for n, part in enumerate((leads[:6], leads[6:]), start=1)]
    pages.append({"_page": 3, "_embedded": {"leads": []}})
    match form:
        case "pages":
            whole.write_text(json.dumps(pages[0], indent=1))
            (directory / "leads-2.json").write_text(json.dumps(pages[1]))
        case "lines":
            whole.write_text("\n".join(map(json.dumps, leads)))
        case "pages a line":
            whole.write_text("\n".join(map(json.dumps, pages)))
        case "gzip":
            whole.unlink()
            (directory / "leads-0001.json.gz").write_bytes(gzip.compress(json.dumps(leads).encode()))
        case "parts":
            # A lead that moved to the next page while it was exported is in both.
            whole.write_text(json.dumps(leads[:6]))
            newer = {**leads[5], "price": 5, "updated_at": leads[5]["updated_at"] + 60}
            (directory / "leads_2.json").write_text(f"{json.dumps([newer])}\n{json.dumps(leads[6:])}\n")
    desk.take_files(directory)
    assert len(desk.kept(DEALS, "deal_id")) == 10
    assert desk.kept(DEALS, "amount")[5] == (5 if form == "parts" else 1000,)


def test_what_cannot_be_taken_is_refused_in_a_sentence_with_the_lake_as_it_was(desk: Desk) -> None:
    account = Account.made_up(10)
    directory = account.export(desk.root / "export")

    def refused(sentence: str, **options: Any) -> None:
        with pytest.raises(UserError, match=sentence):
            desk.take_files(directory, **options)
        assert desk.lake.manifest().tables == {}

    refused("counts in RUB, the centre in EUR", currency="EUR")
    refused("has no option town", town="tag")
    refused("Which tags are cities", city="tag")
    refused("is one of stages, tasks", visits="calls")
    (directory / "tasks.json").write_text('[{"id": 1, "created_at": 17')
    refused("tasks.json begins like JSON")
    (directory / "tasks.json").write_text("id;created")
    refused("tasks.json is no JSON")
    (directory / "tasks.json").unlink()
    strangers = Account.made_up(20, seed=2)
    strangers.leads = account.leads
    strangers.export(directory)
    refused("belong to different exports")
    (directory / "pipelines.json").unlink()
    refused("has no file of pipelines")


def test_what_is_missing_is_named_with_the_reports_that_suffer(desk: Desk) -> None:
    directory = Account.made_up(3).export(desk.root / "export")
    (directory / "loss_reasons.json").unlink()
    (directory / "events.json").unlink()
    taken = desk.take_files(directory)
    assert "There is no file of loss_reasons. It is needed by: funnel: reasons of losses." in said(taken)
    assert any("no file of events" in each for each in said(taken))


def test_a_record_that_nothing_can_be_made_of_is_written_down(desk: Desk) -> None:
    account = Account.made_up(40)
    account.events[5]["type"] = "lead_status_changed"
    account.events[5]["value_after"] = {}
    taken = desk.take(account)
    assert taken.rejected == 1
    assert taken.rejects_file is not None
    assert account.events[5]["id"] in taken.rejects_file.read_text("utf-8-sig")


def test_an_account_without_anything_is_no_fault(desk: Desk) -> None:
    desk.take(Account())
    assert desk.kept(DEALS, "deal_id") == []
    assert (WON, "won") in desk.kept(STAGES, "stage", "kind")
