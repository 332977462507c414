"""Invented persons planted in sentences, kind by kind.

The generator has words and templates of its own; nothing is taken from the recognisers' tables.
"""

from __future__ import annotations

import random

SPOKEN = dict(zip("0123456789", "零幺二三四五六七八九", strict=True))

WIDE = str.maketrans("0123456789", "０１２３４５６７８９")

BEFORE = [
    "车子开到半路熄火了，",
    "发动机异响三个月没解决。",
    "保养了两次还是漏油；",
    "4S店说是正常现象，",
    "2024年2月3日报修，",
    "跑了12000公里，",
    "花了1.2万块，",
    "方向盘抖得厉害 ",
    "",
    "变速箱一二三挡顿挫，",
]

AFTER = ["，请尽快处理。", "。谢谢", "，到现在没人管", " 等回复", "，三天了。", ""]

# Ways to say a number in a sentence; half of them without any word that names the kind.
CARRIERS = ["{}", "打{}找我", "这是我的：{}", "你记一下，{}", "回我{}", "电话{}", "手机号是{}", "联系方式 {}"]

FAMILY = (
    "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢"
    "姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵"
)

FIRST = (
    "伟芳秀敏静丽强磊军洋勇艳杰娟涛超明霞平刚桂建国梓涵宇轩浩然子墨欣怡诗语嘉懿煜城烨磊晟睿文博天佑英鹤祎珞骞"
    "彧湉璟翀奕辰沐宸若曦思琪梦洁晓彤雨桐佳颖海燕振华家豪可心立群德胜广进根生来福"
)

TOLD = [
    "我叫{}",
    "我是{}",
    "本人{}",
    "姓名：{}",
    "我的名字叫{}",
    "联系人：{}",
    "车主{}",
    "找{}先生",
    "{}女士来电",
    "销售顾问{}",
    "店里的{}经理",
    "客户姓名 {}",
]

ROADS = ["解放", "长江", "中山", "建设", "朝阳", "锦绣", "科技园", "学府", "滨河", "迎宾"]

TOWNS = ["苏州市虎丘区", "浙江省杭州市余杭区", "合肥市", "青岛市市北区", "", "武汉市江夏区", "广东省佛山市"]

ESTATES = ["翠湖花园", "金色家园", "世纪城小区", "兰亭苑", "幸福新村"]

Canary = tuple[str, str]  # a sentence, and the planted part that must be gone


def digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def said(number: str) -> str:
    return "".join(SPOKEN.get(c, c) for c in number)


def in_sentence(rng: random.Random, personal: str, carriers: list[str]) -> Canary:
    return rng.choice(BEFORE) + rng.choice(carriers).format(personal) + rng.choice(AFTER), personal


def mobile(rng: random.Random) -> str:
    return "1" + rng.choice("3456789") + digits(rng, 9)


def typed_mobile(rng: random.Random) -> Canary:
    number = mobile(rng)
    gap = rng.choice(["", " ", "-"])
    grouped = gap.join([number[:3], number[3:7], number[7:]])
    return in_sentence(rng, rng.choice([grouped, number.translate(WIDE), "+86 " + grouped, number]), CARRIERS)


def spoken_mobile(rng: random.Random) -> Canary:
    number = said(mobile(rng))
    if rng.random() < 0.5:
        number = number.replace("幺", "一")
    cuts = rng.choice([[], [3, 7], [3], [7], [4, 8], [2, 5]])
    gap = rng.choice(["，", " ", "、", "，嗯，", "。"])
    parts = [number[a:b] for a, b in zip([0, *cuts], [*cuts, 11], strict=True)]
    return in_sentence(rng, gap.join(parts), CARRIERS)


def id_card(rng: random.Random) -> Canary:
    born = f"{rng.randint(1950, 2005)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
    body = rng.choice(["110105", "320506", "440305", "510107"]) + born + digits(rng, 3)
    total = sum(int(d) * pow(2, 17 - i, 11) for i, d in enumerate(body))
    number = body + "10X98765432"[total % 11]
    form = rng.choice([number, number.lower(), said(number)])
    return in_sentence(rng, form, ["{}", "身份证{}", "证件号是{}", "登记的是{}"])


def plate(rng: random.Random) -> Canary:
    head = rng.choice("京津沪苏浙皖鲁粤川渝湘鄂豫冀辽") + rng.choice("ABCDEFGH")
    electric = rng.random() < 0.4
    body = rng.choice("DF") + digits(rng, 5) if electric else digits(rng, 4) + rng.choice("0123456789KLMN")
    form = rng.choice([head + body, f"{head} {body}", f"{head}·{body}", head + said(body), head.lower() + body.lower()])
    return in_sentence(rng, form, ["{}", "车牌{}", "我的车是{}", "开的{}", "车号{}"])


def vin(rng: random.Random) -> Canary:
    letters = "ABCDEFGHJKLMNPRSTUVWXYZ"
    head = "L" + "".join(rng.choice(letters) for _ in range(4))
    number = head + digits(rng, 4) + rng.choice(letters) + digits(rng, 7)
    form = rng.choice([number, number.lower()])
    return in_sentence(rng, form, ["{}", "车架号{}", "VIN：{}", "识别代码 {}"])


def bank_card(rng: random.Random) -> Canary:
    body = rng.choice(["621700", "622848", "622202"]) + digits(rng, 12)
    doubled = [int(d) * 2 if i % 2 == 0 else int(d) for i, d in enumerate(reversed(body))]
    number = body + str(-sum(v - 9 if v > 9 else v for v in doubled) % 10)
    spaced = " ".join(number[i : i + 4] for i in range(0, 19, 4))
    return in_sentence(rng, rng.choice([number, spaced]), ["{}", "退到卡里{}", "银行卡号{}", "账户 {}"])


def email(rng: random.Random) -> Canary:
    domain = rng.choice(["mail.example.com", "example.cn", "example.org"])
    address = rng.choice(["wang", "li.na", "car_fan"]) + digits(rng, 3) + "@" + domain
    return in_sentence(rng, address, ["{}", "邮箱{}", "发到{}", "{}是我邮箱"])


def name(rng: random.Random) -> Canary:
    personal = rng.choice(FAMILY) + "".join(rng.choice(FIRST) for _ in range(rng.choice([1, 2, 2])))
    return in_sentence(rng, personal, TOLD)


def address(rng: random.Random) -> Canary:
    road = rng.choice(TOWNS) + rng.choice(ROADS) + rng.choice(["路", "大道", "街"]) + str(rng.randint(1, 999)) + "号"
    flat = f"{rng.randint(1, 30)}栋{rng.randint(1, 4)}单元{rng.randint(101, 3202)}室"
    place = rng.choice([road, road + rng.choice(ESTATES) + flat, rng.choice(TOWNS) + rng.choice(ESTATES) + flat])
    return in_sentence(rng, place, ["住{}", "地址：{}", "我在{}", "寄到{}", "{}"])


def account(rng: random.Random) -> Canary:
    handle = rng.choice(["car_", "lao-wang", "abc"]) + digits(rng, rng.randint(3, 6))
    if rng.random() < 0.5:
        return in_sentence(rng, handle, ["加微信{}", "微信号：{}", "vx {}"])
    return in_sentence(rng, digits(rng, 9), ["QQ{}", "QQ号是{}", "加Q Q：{}"])
