"""Persons of a demonstration. Names are drawn from lists of common names; nobody is meant."""

import random
from typing import Final

from api.domains.people.rules import Name
from api.domains.people.service import NewPerson

_WOMEN: Final = "Айгүл Айжан Айпери Алтынай Асель Бегимай Бермет Гүлзат Жаркынай Зарина Каныкей Мээрим Назгүл".split()
_MEN: Final = (
    "Адилет Азамат Айбек Бакыт Бектур Данияр Эрлан Жаныбек Каныбек Максат Мирлан Нурбек Руслан Темирлан Улан".split()
)
_FAMILIES: Final = (
    "Абдыраев Асанов Бейшеналиев Жумабеков Исаков Калыков Мамытов Осмонов Садыков Токтогулов Турдуев Эсенов".split()
)
_FATHERS: Final = "Бакыт Жолдош Кубаныч Мурат Талант Эркин".split()


def draw_person(chance: random.Random, source_id: str) -> NewPerson:
    is_woman = chance.random() < 0.5
    given = chance.choice(_WOMEN if is_woman else _MEN)
    family = chance.choice(_FAMILIES) + ("а" if is_woman else "")
    father = chance.choice(_FATHERS)
    patronymic = f"{father} {'кызы' if is_woman else 'уулу'}"
    return NewPerson(Name("ky-Cyrl", family, given, patronymic), language="ky", source_id=source_id)
