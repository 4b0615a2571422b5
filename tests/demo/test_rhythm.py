"""How many tickets come in on a day of the large demonstration, and when its technicians are free."""

from datetime import date

from servicedesk.project.demo.large.customers import NUMBERS, PREFIXES, e164, phone_of
from servicedesk.project.demo.large.hours import FREE, TAKEN, Timeline
from servicedesk.project.demo.large.rhythm import day_factor, hour_factor, season, share_out

FIRST = date(2025, 1, 1)
FESTIVAL = {date(2025, 1, 29)}


def test_shares_add_up_to_the_whole() -> None:
    parts = share_out(1_000, [0.3, 1.7, 0.1, 2.2])
    assert sum(parts) == 1_000
    assert parts[3] > parts[1] > parts[0] > parts[2]


def test_nothing_is_shared_out_where_there_is_nothing() -> None:
    assert share_out(0, [1.0, 2.0]) == [0, 0]


def test_air_conditioners_are_for_the_summer_and_heaters_for_the_winter() -> None:
    assert season("air_conditioner", 7) > 3 * season("air_conditioner", 2)
    assert season("gas_water_heater", 1) > 3 * season("gas_water_heater", 7)
    assert season("flat_tv", 1) == season("flat_tv", 7)


def test_the_festival_is_quiet_and_the_company_grows() -> None:
    usual = day_factor(date(2025, 1, 22), FIRST, 730, FESTIVAL)
    assert day_factor(date(2025, 1, 29), FIRST, 730, FESTIVAL) < usual / 2
    assert day_factor(date(2026, 12, 23), FIRST, 730, FESTIVAL) > 1.1 * usual


def test_evenings_are_busier_on_workdays_and_mornings_on_weekends() -> None:
    assert hour_factor(19, weekend=False) > hour_factor(15, weekend=False)
    assert hour_factor(10, weekend=True) > hour_factor(19, weekend=True)


def make_line() -> Timeline:
    line = Timeline(hand=None, start=0.0, steps=bytearray((TAKEN,)) * 144)  # type: ignore[arg-type]
    line.fill(8 * 3600, 18 * 3600, FREE)
    return line


def test_a_job_takes_the_time_of_a_technician() -> None:
    line = make_line()
    assert line.is_free(9 * 3600, 10 * 3600)
    line.fill(9 * 3600, 10 * 3600, TAKEN)
    assert not line.is_free(9.5 * 3600, 11 * 3600)
    assert line.is_free(10 * 3600, 11 * 3600)


def test_nobody_is_free_outside_his_hours_or_beyond_the_plan() -> None:
    line = make_line()
    assert not line.is_free(7.5 * 3600, 9 * 3600)
    assert not line.is_free(17.5 * 3600, 18.5 * 3600)
    assert not line.is_free(100 * 3600, 101 * 3600)


def test_every_customer_has_a_number_of_his_own() -> None:
    numbers = {phone_of(number) for number in range(25_000)}
    assert len(numbers) == 25_000
    assert len(set(PREFIXES)) * NUMBERS >= 360_000
    assert all(len(e164(number)) == len("+8613800001234") for number in numbers)
