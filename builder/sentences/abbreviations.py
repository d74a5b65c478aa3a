"""Short forms that end in a full stop, by what may follow them. Collected for lessons in Kyrgyz, Russian and English;
small letters, without the last full stop and without spaces."""

from typing import Final

NEVER_END: Final = frozenset(
    # Kyrgyz: тактап айтканда, мисалы, кара, салыштыр, аталган, проф. …
    """т.а т.а.а б.а мис кар к.а аталг
    т.е т.к т.н т.о т.ч напр например см ср им ул пр-т пер пл пос проф доц акад чл-корр к.ф.-м.н д.ф.-м.н канд докт
    т.ж тж букв преим гр тов св о-в р-н обл инж зав зам нач ред сост авт изд-во
    e.g i.e cf vs viz al approx dr mr mrs ms prof st sr gen col capt lt sgt rev hon pres gov sen rep messrs mme mlle
    eds trans dept est""".split()
)
"""Something always follows."""

BEFORE_NAME: Final = frozenset("г гор с пос д дер оз р о а ж-б кырг рус англ лат".split())
"""Before a name they stand for a word (г. Бишкек, с. Кызыл-Суу); elsewhere they may end a sentence."""

BEFORE_NUMBER: Final = frozenset(
    """рис сүр табл стр с б бет гл бөл п пп пункт ст т тт кн вып ч §§ прил зад упр ур кв оф д корп тел форм илл
    no nos fig figs p pp vol vols ch chap sec art eq eqs ex para col ln""".split()
)
"""A number follows; before anything else they are words like others (``I said no. Then…``)."""

MAY_END: Final = frozenset(
    """ж.б ж.б.у.с т.б у.с м.б ж.у ү.ж
    т.д т.п др пр проч т.г с.г н.э до.н.э руб коп тыс млн млрд трлн мин сек час чел шт экз кг см мм км га л мл
    etc a.m p.m b.c a.d u.s u.k u.s.a u.n inc ltd co corp jr sr ph.d m.d b.a m.a""".split()
)
"""They end a sentence exactly where a capital letter or a number follows."""

YEARS: Final = frozenset("г гг в вв ж жж к кк".split())
"""After a number: year, years, century. Near the beginning of a sentence they go on (``В 1991 г. Кыргызстан…``)."""

FIRST_WORDS: Final = frozenset(
    """ал алар бул булар мен сен сиз биз силер анын анда андан ошол ошондо ошондуктан бирок эгер эгерде мында ушул
    ушундай кийин эми азыр жана себеби бүгүн андыктан мисалы
    он она оно они я ты мы вы это этот эта эти его её их в во на но и а для если как когда потом затем после поэтому
    также тогда там здесь при по из за что кто чтобы все так теперь сегодня однако например
    he she it they we you i this that these those the a an in on at but and if when then so there here after for as
    however his her its their our my your what who""".split()
)
"""Words that hardly ever begin a name: with a capital letter they begin a sentence."""
