"""Personal data leave a text; what merely looks like them stays."""

from __future__ import annotations

import pytest
import zhconv

from complaints.redaction import KINDS, placeholder, redact
from complaints.redaction.recognisers import RECOGNISERS
from complaints.redaction.view import make_view

# What is written, and the personal part of it (invented; card and VIN check digits are right where it matters).
PERSONAL: dict[str, list[tuple[str, str]]] = {
    "PHONE": [
        ("请回电13812345678谢谢", "13812345678"),
        ("手机 138 1234 5678", "138 1234 5678"),
        ("139-8765-4321联系", "139-8765-4321"),
        ("+86 15512345678", "+86 15512345678"),
        ("008613612345678", "008613612345678"),
        ("我的号码是１５９８７６５４３２１", "１５９８７６５４３２１"),
        ("电话幺三八，零零零零，一二三四", "幺三八，零零零零，一二三四"),
        ("是一八六 五五五五 六六六七", "一八六 五五五五 六六六七"),
        ("幺三八嗯零零零零那个幺二三四", "幺三八嗯零零零零那个幺二三四"),
        ("幺39一二三四5678", "幺39一二三四5678"),
        ("一 三 八 零 零 一 三 八 零 零 零", "一 三 八 零 零 一 三 八 零 零 零"),
        ("请打0512-66553322", "0512-66553322"),
        ("（0512）66553322转801", "（0512）66553322转801"),
        ("021 55667788", "021 55667788"),
        ("座机66553322", "66553322"),
        ("打了400-123-4567", "400-123-4567"),
        ("客服4001234567说", "4001234567"),
        ("手机尾号3907", "3907"),
        ("加我139****2046", "139****2046"),
        ("電話幺三八零零零零一二三四", "幺三八零零零零一二三四"),
        ("call me at (415) 555-0199 please", "(415) 555-0199"),
        ("phone +1 415-555-0199", "+1 415-555-0199"),
        ("it is five five one, two three four, five six", "five five one, two three four, five six"),
        ("it is double five five one two three four", "double five five one two three four"),
        ("+44 20 7946 0958", "+44 20 7946 0958"),
        ("13912\u200b345\u200b678", "13912\u200b345\u200b678"),
        ("١٣٨١٢٣٤٥٦٧٨", "١٣٨١٢٣٤٥٦٧٨"),
    ],
    "ID_CARD": [
        ("110101199003071233", "110101199003071233"),
        ("身份证号11010119900307127X。", "11010119900307127X"),
        ("320106 19851212 4321", "320106 19851212 4321"),
        ("身份证幺幺零幺零幺幺九九零零三零七幺二三三", "幺幺零幺零幺幺九九零零三零七幺二三三"),
        ("老身份证110101900307123", "110101900307123"),
        ("护照号E12345678", "E12345678"),
        ("SSN 123-45-6789", "123-45-6789"),
    ],
    "PLATE": [
        ("我的车苏E58214在店里", "苏E58214"),
        ("车牌沪AD12345", "沪AD12345"),
        ("粤B·D2C45", "粤B·D2C45"),
        ("京a 8k7l2 异响", "京a 8k7l2"),
        ("浙A12345F", "浙A12345F"),
        ("苏E五八二幺四", "苏E五八二幺四"),
        ("沪A D一二三四五", "沪A D一二三四五"),
        ("粤B，六，六，八，零，幺", "粤B，六，六，八，零，幺"),
        ("车牌豫C，嗯，二五Y，嗯，F四吧", "豫C，嗯，二五Y，嗯，F四"),
        ("川Ａ１２３４５", "川Ａ１２３４５"),
        ("苏E1234学", "苏E1234学"),
        ("蘇E58214", "蘇E58214"),
        ("车牌号是E58214", "E58214"),
        ("license plate 7ABC123", "7ABC123"),
    ],
    "VIN": [
        ("LSVAA49J832047811", "LSVAA49J832047811"),
        ("VIN:WVWZZZ1JZ3W386752", "WVWZZZ1JZ3W386752"),
        ("车架号后六位047811", "047811"),
        ("车架号lsvaa49j832047811", "lsvaa49j832047811"),
        ("车架号 L S V A A 四 九 J 八 三 二 零 四 七 八 幺 幺", "L S V A A 四 九 J 八 三 二 零 四 七 八 幺 幺"),
        ("my vin is 1M8GDM9AXKP042788", "1M8GDM9AXKP042788"),
        ("就是1M8 GDM9A XKP0 42788这台", "1M8 GDM9A XKP0 42788"),
        ("嗯，一M八GDM九AXKP零四二七八八，对", "一M八GDM九AXKP零四二七八八"),
    ],
    "BANK_CARD": [
        ("退到6222020200112233446", "6222020200112233446"),
        ("4111 1111 1111 1111", "4111 1111 1111 1111"),
        ("卡号6228480012345678000", "6228480012345678000"),
    ],
    "EMAIL": [
        ("发到zhang.san+car@mail.example.com.cn吧", "zhang.san+car@mail.example.com.cn"),
        ("ｌｉ＠ｅｘａｍｐｌｅ．ｃｏｍ", "ｌｉ＠ｅｘａｍｐｌｅ．ｃｏｍ"),
        ("邮箱lisi艾特一六三点com", "lisi艾特一六三点com"),
        ("write to jane dot doe at example dot com", "jane dot doe at example dot com"),
    ],
    "ACCOUNT": [
        ("加我微信 car_owner88", "car_owner88"),
        ("微信号：wangwuhao", "wangwuhao"),
        ("QQ号是123456789", "123456789"),
        ("扣扣二三四五六七八", "二三四五六七八"),
        ("工号70315的客服", "70315"),
        ("my wechat id is jd_1985", "jd_1985"),
    ],
    "NAME": [
        ("我叫汪语蝉，想投诉", "汪语蝉"),
        ("免贵姓周。", "周"),
        ("接电话的李女士", "李"),
        ("售后赵经理不理我", "赵"),
        ("王建国师傅修的", "王建国"),
        ("联系人：欧阳清野", "欧阳清野"),
        ("姓名 程牧远", "程牧远"),
        ("本人柳映雪，去年购车", "柳映雪"),
        ("销售顾问韦承远推脱", "韦承远"),
        ("郑凯 电话打不通", "郑凯"),
        ("我叫王家豪", "王家豪"),
        ("购车合同上写的是钟萍", "钟萍"),
        ("登记车主林红反映", "林红"),
        ("妈妈卢斌开的车", "卢斌"),
        ("本人汪卫东于今年三月购车", "汪卫东"),
        ("联系人是周一鸣，", "周一鸣"),
        ("顾问卢萍没回电话", "卢萍"),
        ("联系人李海元。", "李海元"),
        ("找李工看过", "李"),
        ("我叫阿依古丽·买买提", "阿依古丽·买买提"),
        ("張經理說沒問題", "張"),
        ("Hello, my name is john smith and the car stalls", "john smith"),
        ("Mr. O'Brien told me", "O'Brien"),
        ("I spoke with Jennifer Lopez about it", "Jennifer Lopez"),
        ("This is Peter Novak calling", "Peter Novak"),
        ("Name: Ada Byron", "Ada Byron"),
    ],
    "ADDRESS": [
        ("我住在江苏省苏州市工业园区望山街46号4栋1203室，", "江苏省苏州市工业园区望山街46号4栋1203室"),
        ("地址：青枫北路517号", "青枫北路517号"),
        ("住阳光花园3栋2单元501", "阳光花园3栋2单元501"),
        ("家在人民路八十八号三栋五零二", "人民路八十八号三栋五零二"),
        ("成都市双流区石桥村3组26号", "成都市双流区石桥村3组26号"),
        ("I live at 42 Maple Street, Apt 5B", "42 Maple Street, Apt 5B"),
        ("at 1200 N Main St, Springfield, IL 62701", "1200 N Main St, Springfield, IL 62701"),
        ("i live on 482 orchard avenue", "482 orchard avenue"),
        ("P.O. Box 4711", "P.O. Box 4711"),
        ("常住常州市武进区北京西路20号", "常州市武进区北京西路20号"),
        ("地址是花园路338号阳光城1号楼2单元683室", "花园路338号阳光城1号楼2单元683室"),
        ("住镇江市湖滨一路504号", "镇江市湖滨一路504号"),
    ],
}  # fmt: skip

# What complaints are full of, and is nobody's.
IMPERSONAL: dict[str, list[str]] = {
    "answer": [
        "您的电话是多少\n不方便\n里程多少\n35021", "请留个手机号码\n说一下车的问题吧", "请留个手机号码\n开到120就抖",
        "请留个手机号码\n读出来是P01714", "请问贵姓\n我的车坏了", "您怎么称呼？\n变速箱", "请提供工单号码\n20123",
        "您的地址是？\n先看车吧", "报一下身份证号\n跑了35000公里", "银行卡号说一下\n先不说", "您的车牌是？\n还没上",
    ],
    "quantity": [
        "开了12000公里", "落地21.98万元", "价格169800，2024年涨到186800", "跑了三四百公里", "一二三挡都顿挫",
        "1500，2023，100",
        "转速从2000-3000转", "油耗7.8 8.1 9.2", "胎压2.3 2.4 2.3 2.5", "五万八千公里", "四五千块钱", "第一二三次",
        "65 mph on a 4 lane highway", "paid $1,250.00 twice", "一百二十三点五",
    ],
    "date": [
        "2024-03-02 20:15", "20240210", "2023年12月31日", "二零二三年", "二零二三，二零二四", "2019-2023",
        "2021/05/03", "12:30分打电话 2024-03-02",
        "11/15/2022 I called", "on 05-12-2022",
    ],
    "code": [
        "故障码P0300和U0100", "225/55R18", "V2.0.12.3456", "投诉单20240417093066120458", "编号1714420087345621907",
        "零件号13627604159",
        "case number 9-15820473316", "KX4071BHEV02M", "IP 192.168.100.200", "2.0T 48V 5座", "0.13812345678",
    ],
    "model": [
        "宝马X5和奔驰C260L", "Model 3", "本田CR-V", "2021款 552T 精英型", "新A4L 2.0T", "QQ等软件打不开", "奇瑞QQ3",
        "蔚来ES8", "新E 50000公里",
    ],
    "word": [
        "对方经理不理", "丰田师傅说没事", "谢谢师傅", "感谢师傅", "售后经理", "金融经理说", "高级技师", "任何先生",
        "雪佛兰经理", "我叫拖车",
        "他叫我等", "我叫高速救援", "我姓什么", "老百姓的钱", "本人于去年购买", "本人马上要走", "向总部反映",
        "方向机总成", "施工师傅", "附近师傅",
        "4S店长说", "我是高速上熄火的", "Thank you for calling", "Miss the old one", "all wheel drive",
        "I am so angry, really", "Contact: Toyota Service Center",
    ],
    "place": [
        "苏州市吴中区", "在江苏买的", "高速路上", "3号线", "走到半路5号车", "机电单元2号阀", "小区地库", "一路上",
        "在北京朝阳区提车",
        "a 2 lane road", "4 Wheel Drive", "on I-95 near exit 12",
    ],
}  # fmt: skip

# What stands over two turns, and forms that another table's rows do not hold.
MORE = [
    "您贵姓\n王。", "Best regards, Ada Byron", "at 1200 MAIN STREET", "，李云帆建议换车",
    "mr smith said so", "a man named Ada",
    "请留个手机号码\n那个要765790", "报一下身份证号\n33010619506", "银行卡号说一下\n62148 36417", "您的车牌是？\n12345",
    "请报车架号\n03456", "您的地址是？\n龙湖路口29床2单元", "您怎么称呼？\n那个音脆蓝",
]  # fmt: skip


def flat(table: dict[str, list[tuple[str, str]]]) -> list[tuple[str, str, str]]:
    return [(kind, text, personal) for kind, rows in table.items() for text, personal in rows]


@pytest.mark.parametrize(("kind", "text", "personal"), flat(PERSONAL))
def test_personal_part_is_replaced_and_the_rest_stays(kind: str, text: str, personal: str) -> None:
    assert redact(text).text == text.replace(personal, placeholder(kind))  # type: ignore[arg-type]


@pytest.mark.parametrize("text", [text for texts in IMPERSONAL.values() for text in texts])
def test_what_only_looks_personal_stays(text: str) -> None:
    assert redact(text).text == text


@pytest.mark.parametrize("number", range(len(RECOGNISERS)), ids=lambda n: RECOGNISERS[n].name)
def test_every_recogniser_has_a_positive_and_only_passes_over_the_negative_ones(number: int) -> None:
    recogniser = RECOGNISERS[number]
    texts = [text for rows in PERSONAL.values() for text, _ in rows]
    assert any(list(recogniser.analyse(make_view(text).text)) for text in texts + MORE)
    assert [text for texts in IMPERSONAL.values() for text in texts if list(recogniser.analyse(text))] == []


@pytest.mark.parametrize(
    "text",
    [text for rows in PERSONAL.values() for text, _ in rows] + [text for some in IMPERSONAL.values() for text in some],
)
def test_a_text_in_traditional_script_loses_the_same_characters(text: str) -> None:
    assert redact("".join(zhconv.convert(c, "zh-hant") for c in text)).spans == redact(text).spans


@pytest.mark.parametrize("written", ["帳號", "帐号", "账号"])
def test_an_account_is_found_however_its_word_is_written(written: str) -> None:
    assert [span.kind for span in redact(f"{written}6228480012345678000").spans] == ["BANK_CARD"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_positive_table(kind: str) -> None:
    assert len(PERSONAL[kind]) >= 3
