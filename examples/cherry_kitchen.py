"""A restaurant group that does not exist, drawn from a seed: its orders and what was eaten."""

import dataclasses
import datetime
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

START = datetime.date(2024, 10, 1)
DAYS = 730
KITCHEN_CLOSED = datetime.date(2026, 3, 1)
ORDERS_PER_DAY = 29.0
CUSTOMERS = 3_000

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

BRANCHES = ("Market", "Station", "Old Town", "Harbour", "Garden")
BRANCH_SHARES = (0.26, 0.23, 0.20, 0.17, 0.14)
HARBOUR = BRANCHES.index("Harbour")
CHANNELS = ("dine-in", "takeaway", "delivery")
TAKEAWAY, DELIVERY = 1, 2
PAYMENTS = ("Card", "Cash", "Mobile", "Voucher", "card ")
WEATHERS = ("clear", "cloudy", "rain", "snow")
WEEKDAY_FACTORS = (0.62, 0.80, 0.90, 1.00, 1.35, 1.50, 1.10)  # Monday first
MONTH_FACTORS = (0.92, 0.94, 1.0, 1.0, 1.04, 1.05, 1.0, 0.9, 1.0, 1.0, 1.02, 1.2)  # January first
MENU: dict[str, tuple[tuple[str, float, float], ...]] = {  # item, price, share within its group
    "main": (
        ("Braised short rib", 21.5, 0.16),
        ("Grilled mackerel", 16.0, 0.24),
        ("Bibimbap", 13.5, 0.34),
        ("Mushroom risotto", 14.5, 0.26),
    ),
    "cold": (("Cold noodles", 10.5, 0.5), ("Harvest salad", 9.0, 0.3), ("Club sandwich", 8.5, 0.2)),
    "starter": (("Soup of the day", 6.0, 0.5), ("Dumplings", 7.5, 0.5)),
    "drink": (("Barley tea", 3.0, 0.5), ("Draught beer", 5.5, 0.3), ("House wine", 6.5, 0.2)),
    "dessert": (("Cherry tart", 6.5, 0.6), ("Rice pudding", 5.5, 0.4)),
    "platter": (("Celebration platter", 72.0, 1.0),),
}

ORDER_COLUMNS = (
    "order_id",
    "ordered_at",
    "branch",
    "channel",
    "customer_id",
    "party_size",
    "items",
    "amount",
    "discount",
    "wait_minutes",
    "payment",
    "rating",
    "weather",
)


@dataclasses.dataclass(frozen=True, slots=True)
class Orders:
    """The orders as columns; codes point into the tuples above."""

    day: Ints
    minute: Ints
    branch: Ints
    channel: Ints
    customer: Ints
    party: Ints
    discount: Floats
    wait: Ints
    payment: Ints
    rating: Ints  # 0 is missing
    weather: Ints

    @property
    def kitchen_closed(self) -> npt.NDArray[np.bool_]:
        """Orders at the Harbour since its kitchen closed."""
        return (self.branch == HARBOUR) & (self.day >= (KITCHEN_CLOSED - START).days)


def make_orders(generator: np.random.Generator) -> Orders:
    """Draw the orders in order of time."""
    day, minute = _times(generator)
    count = len(day)
    channel = _channels(generator, day)
    weekend = np.isin((START.weekday() + day) % 7, (5, 6))
    party = 1 + generator.negative_binomial(2, np.where(weekend, 0.50, 0.60), count)
    wait = generator.gamma(9, np.choose(channel, (1.35, 1.1, 3.6)), count).round()
    mood = 4.5 - 0.035 * (wait - 12) + generator.normal(0, 0.7, count)
    silent = generator.random(count) < np.choose(channel, (0.08, 0.62, 0.10))
    payment = generator.choice(4, count, p=(0.58, 0.14, 0.24, 0.04))
    payment[(payment == 0) & (generator.random(count) < 0.015)] = PAYMENTS.index("card ")
    known = np.minimum(generator.zipf(1.25, count * 4), 10**9)
    known = (known[known <= CUSTOMERS])[:count]
    return Orders(
        day=day,
        minute=minute,
        branch=generator.choice(len(BRANCHES), count, p=BRANCH_SHARES),
        channel=channel,
        customer=np.where(generator.random(count) < 0.4, 0, known),
        party=np.minimum(party, 14),
        discount=generator.choice((0.0, 0.1, 0.2), count, p=(0.89, 0.08, 0.03)),
        wait=np.clip(wait, 2, 120).astype(np.int64),
        payment=payment,
        rating=np.where(silent, 0, np.clip(mood.round(), 1, 5)).astype(np.int64),
        weather=_weather(generator)[day],
    )


def _times(generator: np.random.Generator) -> tuple[Ints, Ints]:
    dates = [START + datetime.timedelta(days=each) for each in range(DAYS)]
    rate = np.array(
        [WEEKDAY_FACTORS[each.weekday()] * MONTH_FACTORS[each.month - 1] for each in dates]
    )
    growth = np.linspace(0.95, 1.05, DAYS)
    day = np.repeat(np.arange(DAYS), generator.poisson(ORDERS_PER_DAY * rate * growth))
    lunch = generator.random(len(day)) < 0.42
    minute = generator.normal(np.where(lunch, 12.6, 19.1) * 60, np.where(lunch, 45, 70))
    minute = np.clip(minute, 10 * 60, 22 * 60).astype(np.int64)
    order = np.lexsort((minute, day))
    return day[order], minute[order]


def _channels(generator: np.random.Generator, day: Ints) -> Ints:
    delivery = 0.14 + 0.20 * day / DAYS
    drawn = generator.random(len(day))
    takeaway = drawn < delivery + (1 - delivery) * 0.3
    return np.where(drawn < delivery, DELIVERY, np.where(takeaway, TAKEAWAY, 0))


def _weather(generator: np.random.Generator) -> Ints:
    winter = [(START + datetime.timedelta(days=each)).month in {12, 1, 2} for each in range(DAYS)]
    mild = generator.choice(4, DAYS, p=(0.50, 0.28, 0.22, 0.0))
    return np.where(winter, generator.choice(4, DAYS, p=(0.42, 0.30, 0.13, 0.15)), mild)


def make_items(generator: np.random.Generator, orders: Orders) -> list[tuple[Any, ...]]:
    """Draw what was eaten: (order, item, group, quantity, price), in order of the order."""
    closed, party = orders.kitchen_closed, orders.party
    counts: dict[str, Ints] = {
        "main": np.where(closed, 0, party),
        "cold": np.where(closed, party, 0),
        "starter": generator.binomial(party, 0.35),
        "drink": generator.poisson(0.9 * party),
        "dessert": generator.binomial(party, np.where(closed, 0.12, 0.28)),
        "platter": np.where(closed, 0, generator.binomial(1, 0.02, len(party))),
    }
    lines: list[tuple[Any, ...]] = []
    for group, menu in MENU.items():
        order = np.repeat(np.arange(len(party)), counts[group])
        choice = generator.choice(len(menu), len(order), p=[each[2] for each in menu])
        pairs, quantity = np.unique(order * 10 + choice, return_counts=True)
        lines += [
            (int(pair // 10), menu[pair % 10][0], group, int(many), menu[pair % 10][1])
            for pair, many in zip(pairs, quantity, strict=True)
        ]
    return sorted(lines, key=lambda each: each[0])


def order_rows(orders: Orders, items: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    """Return the rows of `orders.csv`, still without a flaw."""
    count, total = np.zeros(len(orders.day), np.int64), np.zeros(len(orders.day))
    for order, _, _, quantity, price in items:
        count[order] += quantity
        total[order] += quantity * price
    amount = np.round(total * (1 - orders.discount), 2)
    midnight = datetime.datetime.combine(START, datetime.time())
    return [
        [
            100_001 + index,
            midnight + datetime.timedelta(days=int(orders.day[index]), minutes=int(minute)),
            BRANCHES[orders.branch[index]],
            CHANNELS[orders.channel[index]],
            f"C{orders.customer[index]:04}" if orders.customer[index] else "",
            orders.party[index],
            count[index],
            f"{amount[index]:.2f}",
            f"{orders.discount[index]:.2f}",
            orders.wait[index],
            PAYMENTS[orders.payment[index]],
            orders.rating[index] or "",
            WEATHERS[orders.weather[index]],
        ]
        for index, minute in enumerate(orders.minute)
    ]
