"""How often clients get in touch, and how far forecasts were off: by hand from a dozen rows."""

from __future__ import annotations

import pytest

from tests.kit import House, answered, lost


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    made = House(tmp_path_factory.mktemp("rates"), now="2026-06-18 12:00")
    made.calls(
        # Monday the 15th: three calls of alpha at 10:00, 10:29 and 10:30, one of beta. Tuesday: alpha two, beta one.
        answered("2026-06-15 10:00", line="alpha"),
        lost("2026-06-15 10:29", line="alpha"),
        answered("2026-06-15 10:30", line="alpha"),
        answered("2026-06-15 11:00", line="beta"),
        answered("2026-06-16 10:00", line="alpha"),
        answered("2026-06-16 10:01", line="alpha"),
        answered("2026-06-16 12:00", line="beta"),
        answered("2026-06-18 09:00", line="alpha"),
        complete_to="2026-06-18 12:00",
    )
    chat = {"started_at": "2026-06-16 15:00", "line": "alpha", "outcome": "answered"}
    made.put("chats", [chat], complete_to="2026-06-18 12:00")
    made.put(
        "client_base",
        [
            # Alpha has a thousand clients, three thousand from Tuesday on; and every line five hundred on Monday.
            {"segment": "a", "starts_on": "2026-06-01", "clients": 1000.0, "line": "alpha"},
            {"segment": "a", "starts_on": "2026-06-16", "clients": 3000.0, "line": "alpha"},
            {"segment": "b", "starts_on": "2026-06-15", "ends_on": "2026-06-15", "clients": 500.0},
        ],
    )

    def forecast(made_at: str, starts_at: str, value: float, line: str = "alpha") -> dict[str, object]:
        return {"made_at": made_at, "line": line, "channel": "call", "starts_at": starts_at, "value": value}

    made.put(
        "forecasts",
        [
            forecast("2026-06-08 00:00", "2026-06-15 10:00", 9.0),  # a later one counts
            forecast("2026-06-14 23:00", "2026-06-15 10:00", 3.0),
            forecast("2026-06-15 09:00", "2026-06-15 10:00", 2.0),  # made when the day had begun
            forecast("2026-06-14 23:00", "2026-06-15 10:30", 1.5),
            forecast("2026-06-14 23:00", "2026-06-15 11:00", 0.5),
            forecast("2026-06-14 23:00", "2026-06-16 10:00", 1.0),
            forecast("2026-06-14 23:00", "2026-06-18 09:00", 7.0),  # its day is not over
            forecast("2026-06-14 23:00", "2026-06-15 11:00", 1.0, "beta"),
        ],
        complete_to="2026-06-20 00:00",
    )
    return made


def _value(house: House, metric: str, period: str, line: str | None = None) -> float | None:
    return house.ask(metric, period, line).fact.value


def test_contacts_of_a_thousand_clients(house: House) -> None:
    # Monday: three calls of alpha's 1,000 and 500 clients; Tuesday: two calls and a chat of 3,000.
    assert _value(house, "contacts_per_1000", "2026-06-15", "alpha") == pytest.approx(3 / 1.5)
    assert _value(house, "contacts_per_1000", "2026-06-16", "alpha") == pytest.approx(3 / 3)
    assert _value(house, "contacts_per_1000", "2026-06-15..2026-06-16", "alpha") == pytest.approx(6 / 4.5)


def test_clients_of_every_line_are_each_line_s_and_the_centre_s_once(house: House) -> None:
    assert _value(house, "contacts_per_1000", "2026-06-15", "beta") == pytest.approx(1 / 0.5)
    assert _value(house, "contacts_per_1000", "2026-06-15") == pytest.approx(4 / 1.5)
    by_line = house.ask("contacts_per_1000", "2026-06-15", by="line")
    assert {point.segment: point.fact.value for point in by_line.points} == {"alpha": 2.0, "beta": 2.0}


def test_lines_whose_clients_nobody_knows_have_no_such_figure(house: House) -> None:
    # On Tuesday only alpha's clients are known: beta's call is not in the centre's figure either.
    assert _value(house, "contacts_per_1000", "2026-06-16", "beta") is None
    assert _value(house, "contacts_per_1000", "2026-06-16") == pytest.approx(3 / 3)


def test_a_day_that_goes_on_is_not_counted(house: House) -> None:
    # Wednesday brought nothing, and of Thursday half is over.
    assert _value(house, "contacts_per_1000", "2026-06-17..2026-06-18", "alpha") == 0


def test_the_last_forecast_made_before_the_day_began_counts(house: House) -> None:
    # 3 for 2 that came, 1.5 for 1, 0.5 for nothing: off by 2 of 3, and all of it too much.
    assert _value(house, "forecast_wape", "2026-06-15", "alpha") == pytest.approx(100 * 2 / 3)
    assert _value(house, "forecast_bias", "2026-06-15", "alpha") == pytest.approx(100 * 2 / 3)
    # With Tuesday: 1 for 2.
    assert _value(house, "forecast_wape", "2026-06-15..2026-06-16", "alpha") == pytest.approx(100 * 3 / 5)
    assert _value(house, "forecast_bias", "2026-06-15..2026-06-16", "alpha") == pytest.approx(100 * 1 / 5)
    assert _value(house, "forecast_wape", "2026-06-15", "beta") == 0


def test_half_hours_of_a_day_that_goes_on_are_not_judged(house: House) -> None:
    assert _value(house, "forecast_wape", "2026-06-18", "alpha") is None
