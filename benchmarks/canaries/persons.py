"""Invented persons: for each kind of personal data one value, with the right check digits, from a seed."""

from __future__ import annotations

import random
from dataclasses import dataclass

from benchmarks.canaries.wording import Names

KINDS = (
    "mobile", "landline", "id_card", "plate_7", "plate_8", "vin", "bank_card", "email", "name", "address",
)  # fmt: skip
FREE = frozenset({"name", "address"})  # kinds without a fixed form
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999
_VALUES = (*range(10), *range(1, 9), *range(1, 6), 7, 9, *range(2, 10))
VIN_VALUES = dict(zip("0123456789ABCDEFGHJKLMNPRSTUVWXYZ", _VALUES, strict=True))
VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)  # ISO 3779


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person; `values` maps each of `KINDS` to its plain written form."""

    number: int
    values: dict[str, str]


def make_persons(count: int, seed: int, names: Names) -> list[Person]:
    """Return `count` persons; the same seed gives the same ones."""
    return [Person(number, _values(random.Random(f"{seed}-{number}"), names)) for number in range(count)]


def _values(rng: random.Random, names: Names) -> dict[str, str]:
    return {
        "mobile": rng.choice(["133", "139", "147", "158", "166", "176", "187", "199"]) + _digits(rng, 8),
        "landline": f"{rng.choice(['010', '0571', '028', '0755', '023', '0471'])}-{rng.randint(2, 8)}{_digits(rng, 7)}",
        "id_card": _id_card(rng),
        "plate_7": rng.choice("京津沪渝冀豫云辽黑湘皖鲁") + rng.choice("ABCDEFGHJK") + _plate_body(rng),
        "plate_8": rng.choice("新苏浙赣鄂桂甘晋蒙陕吉闽") + rng.choice("ABCDEFGHJK") + rng.choice("ADF")
        + _digits(rng, 5),
        "vin": _vin(rng),
        "bank_card": _bank_card(rng),
        "email": rng.choice(["qin", "lu.yao", "zz_zhou", "m-tang", "hao"]) + _digits(rng, rng.randint(2, 6)) + "@"
        + rng.choice(["post.example.cn", "example.com", "corp.example.net"]),
        "name": rng.choice(names.family) + rng.choice(names.given),
        "address": _address(rng, names),
    }  # fmt: skip


def _digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def _plate_body(rng: random.Random) -> str:
    letters = rng.randint(0, 2)
    body = list(_digits(rng, 5 - letters)) + [rng.choice("BCDEFGHKLMNPQRSTUVWXYZ") for _ in range(letters)]
    rng.shuffle(body)
    return "".join(body)


def _id_card(rng: random.Random) -> str:
    born = f"{rng.randint(1948, 2006)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
    body = rng.choice(["130102", "210202", "330106", "420111", "500103", "610113"]) + born + _digits(rng, 3)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, ID_WEIGHTS, strict=True)) % 11]


def _vin(rng: random.Random) -> str:
    letters = "ABCDEFGHJKLMNPRSTUVWXYZ"
    body = (
        "L"
        + "".join(rng.choice(letters) for _ in range(3))
        + rng.choice("123456")
        + rng.choice(letters)
        + _digits(rng, 2)
    )
    body += "0" + rng.choice("HJKLMNPR") + rng.choice(letters) + _digits(rng, 6)
    check = sum(VIN_VALUES[c] * w for c, w in zip(body, VIN_WEIGHTS, strict=True)) % 11
    return body[:8] + ("X" if check == 10 else str(check)) + body[9:]


def _bank_card(rng: random.Random) -> str:
    body = rng.choice(["621226", "622588", "621483", "623058"]) + _digits(rng, rng.choice([9, 12]))
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (1 if place % 2 else 2)
        total += value - 9 if value > 9 else value
    return body + str(-total % 10)


def _address(rng: random.Random, names: Names) -> str:
    flat = f"{rng.randint(1, 40)}{rng.choice(['栋', '号楼', '幢'])}{rng.randint(1, 6)}单元{rng.randint(101, 2804)}"
    house = f"{rng.choice(names.roads)}{rng.randint(1, 1200)}号"
    shape = rng.choice([house, house + rng.choice(names.estates) + flat + "室", rng.choice(names.estates) + flat])
    return rng.choice(names.towns) + shape
