"""Openings, closings, hypotheticals, personal data and texts without a fault, written for the demo."""

from __future__ import annotations

OPENINGS: tuple[str, ...] = (
    "我{months}买的{product}",
    "{product}，开了{km}公里",
    "本人{months}提的{product}",
    "您好，我是{product}车主",
    "才跑了{km}公里",
    "{product}，{months}提车",
    "这台{product}质量太让人失望了",
    "家里{months}刚买的{product}",
    "买车的时候说得天花乱坠，结果",
    "跟你们反映一个问题",
    "里程{km}公里的新车",
    "我是第一次买你们家的车",
    "提车到现在{km}公里",
    "不吐不快",
    "请帮忙看看",
    "厂家你好",
    "{product}新车，",
    "已经忍了很久了",
    "上班路上发现",
    "周末带家人出去玩，发现",
    "{months}买的新车，不到{km}公里",
    "实在受不了了",
    "想问一下是不是通病",
    "",
    "",
    "",
)

CLOSINGS: tuple[str, ...] = (
    "请尽快处理",
    "希望厂家给个说法",
    "要求免费更换",
    "什么时候能修好？",
    "盼回复",
    "要求退车",
    "请安排技术人员上门",
    "这样的车谁敢开",
    "希望重视车主的安全",
    "再也不会推荐朋友买了",
    "请给我一个明确的答复",
    "希望能召回",
    "要求延长质保",
    "麻烦尽快联系我",
    "太闹心了",
    "新车就这样，心里很不舒服",
    "请问怎么解决",
    "",
    "",
    "",
)

HYPOTHETICALS: tuple[str, ...] = (
    "如果再修不好，我就去市场监管部门投诉",
    "要是哪天在高速上刹车失灵了谁负责",
    "万一半路熄火怎么办",
    "如果以后漏油，是不是还要我自己出钱",
    "假如一直这样拖下去，保修期都过了",
    "要是下次又犯，我就把车停到店门口",
)

PERSONAL: tuple[str, ...] = (
    "我的电话是{phone}",
    "联系电话{phone}，请在下午打",
    "我叫{name}，电话{phone}",
    "车牌号{plate}",
    "车牌{plate}，手机{phone}",
    "我姓{surname}，手机号 {phone_spaced}",
    "联系人{name}，{phone_dashed}",
    "车架号{serial}",
    "车架号是{serial}，电话{phone}",
    "微信同号{phone}",
)

ENGLISH_PERSONAL: tuple[str, ...] = (
    "Please call me on {phone}.",
    "My number plate is {plate}.",
    "My VIN is {serial}.",
)

NAMES: tuple[tuple[str, str], ...] = (
    ("林", "林晓帆"),
    ("周", "周一禾"),
    ("何", "何雨桐"),
    ("沈", "沈知远"),
    ("罗", "罗小满"),
    ("韩", "韩星野"),
    ("陆", "陆南乔"),
    ("苏", "苏景明"),
)

ENGLISH_OPENINGS: tuple[str, ...] = (
    "I bought my {product} {weeks} weeks ago.",
    "Hello,",
    "My {product} has done {km} km.",
    "New car with only {km} km.",
    "Dear customer service,",
    "",
    "",
)

ENGLISH_CLOSINGS: tuple[str, ...] = (
    "Please look into it.",
    "I expect more from a new car.",
    "When can I expect an answer?",
    "If this is not solved I will return the car.",
    "The dealer told me to wait.",
    "",
    "",
)

SERVICE: tuple[str, ...] = (
    "刚提车一个星期就降价一万二，这不是坑老车主吗",
    "昨天还说不会降价，今天官网就便宜了八千，要求补差价",
    "降价太快，要求厂家给我们这批车主补偿",
    "买车时承诺送的充电宝和脚垫一直没给",
    "销售答应的终身免费保养，现在不认账",
    "订金交了两个月还不交车，一直说在路上",
    "交车一拖再拖，销售电话也不接",
    "提车时发现合同里多了一千八的服务费",
    "4S店强制要求在店里买保险，不买不给提车",
    "保养收费不透明，同样的项目比别的店贵两百",
    "预约了上午保养，等到下午三点才轮到",
    "售后前台态度恶劣，问两句就不耐烦",
    "保养完发现座椅上有油手印，没有人道歉",
    "临时牌照拖了一个月才给办好",
    "金融手续费多收了三千，要求退还",
    "客服电话打了五次没有人接",
    "答应给的代步车一直没有",
    "发票开错了名字，跑了三趟还没改好",
    "赠送的流量用了一个月就停了，和说好的不一样",
    "置换补贴申请了两个月还没到账",
    "车辆合格证押在银行，一直上不了牌",
    "销售把展车当新车卖给我，里程表上有八十多公里",
    "保养的时候没有经过我同意就换了空气滤芯",
    "配置和宣传页不一样，说好的后排出风口没有",
    "投诉了两次，每次都是让我等，没有下文",
)

SERVICE_ENDINGS: tuple[str, ...] = (
    "请给我一个合理的解释",
    "要求退还多收的费用",
    "车没有什么问题，就是服务太差",
    "车子本身倒没有故障",
    "希望厂家管一管经销商",
    "不处理我就去消协",
    "心里很不平衡",
    "诚信在哪里",
    "请尽快兑现承诺",
    "",
)

ENGLISH_SERVICE: tuple[str, ...] = (
    "The price was cut by 12,000 yuan one week after I bought the car. I want compensation.",
    "The dealer promised free floor mats and never delivered them.",
    "I waited five hours for a booked service and nobody apologised.",
    "Delivery of my new car has been postponed three times.",
)

FOLLOW_UPS: tuple[str, ...] = (
    "还没有人联系我",
    "到现在也没有人给我打电话",
    "上次的投诉有结果了吗？",
    "你们说两天回复，一个星期过去了",
    "请问处理进度怎么样了",
    "还是没有人处理，继续等",
    "为什么还不回复我",
    "催一下，谢谢",
    "三天了，没有任何消息",
    "麻烦再帮我催一下经销商",
)

REPEATS: tuple[str, ...] = (
    "上个月反映过一次，到现在没解决：",
    "第二次投诉了，",
    "之前打过电话，问题还在：",
    "修了一次又犯了，",
    "我又来了，",
)

COPIED_TEXT = (
    "强烈要求厂家正视{product}的天窗漏水问题！一下雨顶棚就滴水，内饰发霉，4S店只会说观察观察。"
    "我们车主群里大家一起发声，请厂家尽快给出解决方案。"
)
