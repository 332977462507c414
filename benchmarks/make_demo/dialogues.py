"""The telephone dialogues of the demo: who says what, and which kind of vehicle each call is linked to.

Letters and Latin words are spelled as a caller would say them, since the Mandarin voices read Chinese characters only.
Every telephone number lies in the invented range 1990000xxxx and is spoken digit by digit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Speaker = Literal["agent", "customer"]


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One call: its kind (`suspension`, `transmission`, `denial`, `service` or a background kind) and its turns.

    The call comes `days_after_sale` to five days more after the sale, and not before `not_before`.
    """

    kind: str
    agent_voice: str
    customer_voice: str
    turns: tuple[tuple[Speaker, str], ...]
    days_after_sale: int
    not_before: date = date(2026, 1, 1)


def _turns(*lines: str) -> tuple[tuple[Speaker, str], ...]:
    """Alternate the speakers, the agent first."""
    return tuple(("agent" if number % 2 == 0 else "customer", line) for number, line in enumerate(lines))


DIALOGUES: tuple[Dialogue, ...] = (
    Dialogue(
        "suspension",
        "zf_xiaoyi",
        "zm_yunxi",
        _turns(
            "您好，星岚客服中心，请问有什么可以帮您？",
            "我的车过减速带的时候，底盘异响，咯噔咯噔的，声音特别大。",
            "是车头的位置响，还是车尾的位置响？",
            "前面，左前轮那一块，开得慢的时候最明显。",
            "请问有没有漏油的情况？",
            "没有漏油，就是底盘响。",
            "方向盘有没有抖动？",
            "方向盘不抖。你们尽快安排检查一下。",
            "好的，已经给您登记了，服务站会尽快联系您。",
        ),
        40,
    ),
    Dialogue(
        "suspension",
        "zf_xiaoxiao",
        "zm_yunyang",
        _turns(
            "您好，这里是星岚售后，请讲。",
            "新车才开了两个多月，一过坎，减震器那里就哐当哐当响。",
            "冷车的时候响，还是热车的时候也响？",
            "都响，只要路面不平就响，坐车的人都问我是不是要散架了。",
            "之前有没有去店里检查过？",
            "去过一次，师傅说减震器的螺丝松了，紧了一下，三天以后又响了。",
            "请您留一下联系电话。",
            "我的电话是一九九，零零零零，零二三四。",
            "好的，我帮您登记，稍后有专人回电。",
        ),
        70,
    ),
    Dialogue(
        "suspension",
        "zm_yunjian",
        "zf_xiaobei",
        _turns(
            "您好，星岚客服，请问遇到什么问题？",
            "底盘有异响，特别是小区门口的减速带，每次过都咚咚两声。",
            "请问刹车的时候有没有异响？",
            "刹车没有异响，空调也正常，就是过减速带底盘响。",
            "车辆有没有碰撞过底盘？",
            "没有碰过，我开车很小心的，里程才两千多公里。",
            "明白了，建议您先到服务站检查减震器。",
            "那你们先帮我约一下，如果修不好，我是要退车的。",
            "好的，已经为您预约。",
        ),
        45,
    ),
    Dialogue(
        "suspension",
        "zf_xiaoni",
        "zm_yunxia",
        _turns(
            "您好，很高兴为您服务。",
            "我想反映一下，我的车左前减震器异响，过坑洼路面底盘咣咣响。",
            "大概是什么时候开始的？",
            "提车一个半月以后，声音越来越大，现在走烂路像敲铁皮一样。",
            "仪表盘上有没有故障灯亮？",
            "没有故障灯，车也不跑偏。",
            "车速快的时候响不响？",
            "高速上路面平就不响，一颠就响。",
            "好的，您反映的底盘异响我已经记录了，请保持电话畅通。",
        ),
        52,
    ),
    Dialogue(
        "transmission",
        "zf_xiaobei",
        "zm_yunjian",
        _turns(
            "您好，星岚客服中心，请问有什么可以帮您？",
            "我这个车低速换挡顿挫特别厉害，一挡升二挡，车子一窜一窜的。",
            "请问是冷车的时候，还是一直都这样？",
            "一直都这样，堵车的时候跟车，变速箱顿挫得人都要晕车了。",
            "发动机有没有抖动？",
            "发动机不抖，怠速很稳，就是换挡顿挫。",
            "变速箱故障灯有没有亮过？",
            "没有亮过。店里升级了程序，还是老样子。",
            "好的，我帮您转给技术部门，请您耐心等待。",
        ),
        38,
    ),
    Dialogue(
        "transmission",
        "zf_xiaoyi",
        "zm_yunxia",
        _turns(
            "您好，星岚售后热线。",
            "你好，我的车变速箱有问题，二挡降一挡的时候有明显的闯动，像被人追尾一样。",
            "一般车速多少的时候出现？",
            "十几二十公里，快停下来的时候最明显，起步也有顿挫。",
            "有没有漏油或者异响？",
            "没有漏油，也没有异响，就是顿挫。",
            "麻烦提供一下您的手机号。",
            "手机号是幺九九，零零零零，零五六七。",
            "好的，已经登记，工程师会联系您。",
        ),
        33,
    ),
    Dialogue(
        "transmission",
        "zm_yunxi",
        "zf_xiaoxiao",
        _turns(
            "您好，请问有什么可以帮您？",
            "我买的新车，低速行驶换挡的时候一顿一顿的，老人坐在后面都不舒服。",
            "您说的是起步的时候，还是加速的时候？",
            "起步以后，一挡换二挡，二挡换三挡，顿挫感很强，高速就没有。",
            "有没有去服务站检测过？",
            "检测了，说没有故障码，让我再磨合磨合，我不接受这个说法。",
            "好的，您的意见我已经记录。",
            "如果变速箱真的坏在路上，谁来负责？",
            "我们会尽快给您答复，请您放心。",
        ),
        47,
    ),
    Dialogue(
        "transmission",
        "zf_xiaoni",
        "zm_yunyang",
        _turns(
            "您好，星岚客服，请讲。",
            "提车不到三个月，变速箱低速顿挫，松油门再踩，咣当一下。",
            "空调和车机使用正常吗？",
            "那些都正常，车机不卡，主要是变速箱换挡冲击太大。",
            "冷车会不会严重一些？",
            "早上冷车更严重，开半小时还是有顿挫。",
            "好的，方便说一下您的车牌号吗？",
            "车牌号是苏诶，九九零一二，苏州的苏。",
            "好的，已经记下来了，服务站明天联系您。",
        ),
        80,
    ),
    Dialogue(
        "air_conditioning",
        "zm_yunyang",
        "zf_xiaoyi",
        _turns(
            "您好，星岚客服中心。",
            "天一热我就发现空调不制冷，吹出来都是热风。",
            "风量大不大，风口有没有异味？",
            "风量很大，没有异味，就是空调不制冷，温度调到最低也没用。",
            "压缩机有没有异常的声音？",
            "压缩机没有声音，好像根本没有启动。",
            "好的，初步判断要检查制冷系统，我帮您预约。",
            "尽快吧，车上有小孩，热得受不了。",
            "好的，请您放心，今天就有人联系您。",
        ),
        45,
        date(2026, 5, 15),
    ),
    Dialogue(
        "infotainment",
        "zf_xiaoxiao",
        "zm_yunjian",
        _turns(
            "您好，请问有什么可以帮您？",
            "车机黑屏，开着导航，中控屏突然就黑了，要熄火重启才行。",
            "多长时间出现一次？",
            "一个星期两三次，倒车的时候也黑过，倒车影像都看不到。",
            "蓝牙有没有断开过？",
            "蓝牙没有断，声音还在，就是屏幕黑屏。",
            "系统有没有升级到最新版本？",
            "升级了，升级以后还是黑屏死机。",
            "好的，我为您登记，技术人员会回电给您。",
        ),
        60,
    ),
    Dialogue(
        "sunroof",
        "zf_xiaobei",
        "zm_yunxi",
        _turns(
            "您好，星岚售后，请讲。",
            "昨天下大雨，天窗漏水，顶棚和座椅全湿了。",
            "天窗当时是关好的吗？",
            "关好的，我检查过，水是从天窗前面的角上滴下来的。",
            "车门和后备箱有没有进水？",
            "车门没有进水，后备箱也是干的，只有天窗漏水。",
            "排水孔之前清理过没有？",
            "新车才开了一个多月，不应该堵吧。",
            "好的，我帮您安排服务站检查，请您保留照片。",
        ),
        42,
    ),
    Dialogue(
        "no_start",
        "zm_yunxia",
        "zf_xiaoxiao",
        _turns(
            "您好，星岚道路救援，请问您现在在哪里？",
            "我在地下车库，早上打不着火，按了启动键，咔咔响几声就没反应了。",
            "请问大灯和仪表亮不亮？",
            "仪表能亮，大灯很暗，可能是电瓶没电了。",
            "昨天晚上有没有忘记关灯？",
            "没有忘关，灯都关了的，这已经是第二次打不着火了。",
            "好的，救援车大约四十分钟到。",
            "麻烦快一点，我要送孩子上学。",
            "好的，请您在车旁等候。",
        ),
        55,
    ),
    Dialogue(
        "denial",
        "zf_xiaoyi",
        "zm_yunyang",
        _turns(
            "您好，星岚客服回访，上次您反映底盘异响，现在还响吗？",
            "没有异响了，换了减震器的螺栓以后就不响了。",
            "换挡有没有顿挫？",
            "没有顿挫，变速箱一直很好。",
            "空调制冷正常吗？",
            "制冷正常，没有什么问题。",
            "有没有漏油或者漏水的情况？",
            "都没有，车现在很好开。如果以后再有异响，我再打电话。",
            "好的，感谢您的配合，祝您用车愉快。",
        ),
        75,
    ),
    Dialogue(
        "service",
        "zf_xiaoxiao",
        "zm_yunjian",
        _turns(
            "您好，请问有什么可以帮您？",
            "我要投诉你们的服务站，预约了上午保养，等到下午三点还没有轮到我。",
            "请问是哪一家服务站？",
            "城南那家，前台态度也不好，还让我多交两百块钱工时费。",
            "车辆本身有没有故障？",
            "车没有故障，我说的是服务问题，收费不透明。",
            "好的，我会转给服务站的负责人。",
            "请你们给我一个说法，把多收的费用退给我。",
            "好的，两个工作日内给您答复。",
        ),
        36,
    ),
)
