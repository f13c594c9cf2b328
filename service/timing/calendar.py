"""Days of China's working calendar: the make-up Saturdays (调休) and public holidays of the years that are published.

The days come with the library chinesecalendar, which reads and fetches nothing; beyond its years Monday to Friday work.
"""

from datetime import date, timedelta
from itertools import count, islice

from chinese_calendar import holidays, workdays

_DAY = timedelta(days=1)
# The State Council tells each November of the year to come; until the library knows, there is time to upgrade it.
_NOTICE = timedelta(days=45)


def is_working_day(day: date) -> bool:
    """Whether offices work; of a year that is not known, whether it is Monday to Friday."""
    return day in workdays or (day.weekday() < 5 and day not in holidays)


def add_working_days(day: date, number: int) -> date:
    """The last of so many working days after a day, which itself is not counted; 0 for the first one from that day on.

    Raises ValueError for a negative number.
    """
    if number < 0:
        raise ValueError(f"{number} working days")
    start = day + _DAY if number else day
    working = filter(is_working_day, (start + _DAY * passed for passed in count()))
    return next(islice(working, max(number - 1, 0), None))


def working_days_between(start: date, end: date) -> int:
    """How many working days lie after `start`, up to and with `end`: what `add_working_days` added."""
    return sum(is_working_day(start + _DAY * passed) for passed in range(1, (end - start).days + 1))


def known_until() -> date:
    """The last day whose holidays and make-up days are known."""
    return date(max(holidays).year, 12, 31)


def reminder(today: date) -> str:
    """What to tell people while the known days run out, or have run out; "" before."""
    until = known_until()
    if today <= until - _NOTICE:
        return ""
    return (
        f"放假和补班的安排只知道到 {until}，以后的日子按周一至周五上班算，期限可能不准："
        "请升级程序（其中的 chinesecalendar）"
    )
