import datetime

from morello.analysis.charts import svg
from morello.analysis.charts.chart import Axis, Chart, Series
from morello.kernel.messages import Message


def calendar(days: int, first: datetime.date = datetime.date(2025, 1, 1)) -> Chart:
    dates = [first + datetime.timedelta(each) for each in range(days)]
    series = Series(x=[each.isoformat() for each in dates], y=[float(each) for each in range(days)])
    return Chart(
        kind="calendar", title=Message(id="t"), x=Axis(scale="time"), y=Axis(), series=[series]
    )


def test_each_day_is_a_cell_with_its_date_and_value() -> None:
    drawing = svg.draw(calendar(400), "ko")
    assert drawing.count("<title>2025") + drawing.count("<title>2026") == 400
    assert "<title>2025년 3월 1일: 59</title>" in drawing


def test_too_many_days_are_cut_to_the_latest_and_said() -> None:
    drawing = svg.draw(calendar(4_900), "en", width=svg.NARROW)
    assert "and 3," in drawing
    assert "<title>January 1, 2025:" not in drawing


def test_the_calendars_end() -> None:
    assert "9999" in svg.draw(calendar(3, datetime.date(9999, 12, 29)), "en")
