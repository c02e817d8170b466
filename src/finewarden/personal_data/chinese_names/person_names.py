"""What LAC calls a person: a full name, a surname with a title, a nickname, or none at all."""

from __future__ import annotations

import re
from typing import Final

from finewarden.personal_data.chinese_names.reading import HAN

__all__ = ["CHINESE_NAME", "FORM_OF_ADDRESS", "FULL_NAME", "NICKNAME", "score_of", "without_title"]

FULL_NAME: Final = 0.85
"""A name of its own, whatever people it is of: 张伟, 欧阳娜娜, 阿依古丽, 米歇尔·奥巴马."""
FORM_OF_ADDRESS: Final = 0.4
"""A surname and a title (李女士, 王医生) or 老王, 小李: it names somebody to those who were there. Counted, just."""
NICKNAME: Final = 0.3
"""豆豆, 拉拉, 小黑: shown, not counted. Reviews are full of them, and of words that LAC takes for them."""

# The surnames of more than nine in ten Chinese, and the compound ones.
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢"
    "姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文"
    "牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛"
    "曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏"
    "席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐"
    "冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉張劉陳楊黃趙吳孫馬鄭謝許"
    "韓馮鄧蕭葉蘇呂盧鐘譚陸範賈韋鄒閆賀顧龔萬錢嚴湯齊喬龐顏莊聶魯歐關蘭寧紀畢單駱藍"
)
_COMPOUND = (
    "欧阳|上官|司马|诸葛|皇甫|慕容|令狐|司徒|东方|端木|尉迟|长孙|宇文|夏侯|轩辕|公孙|南宫|西门|独孤|百里|呼延|歐陽|諸葛"
)
_SURNAME = rf"(?:{_COMPOUND}|[{_SURNAMES}])"
CHINESE_NAME: Final = rf"(?:(?:{_COMPOUND})[{HAN}]{{1,2}}|[{_SURNAMES}][{HAN}]{{1,2}})"
"""A pattern: a Chinese surname and one or two characters more."""
_TITLE = (
    r"(?:先生|女士|小姐|太太|夫人|同学|同志|老师|教授|博士|医生|大夫|护士|护士长|主任|院长|校长|经理|总经理|店长|老板|总监|主管|组长|班长|"
    r"队长|处长|科长|局长|部长|厅长|省长|市长|县长|镇长|村长|书记|主席|总理|总统|律师|法官|警官|师傅|工程师|会计|秘书|董事长|所长|行长|"
    r"大爷|大妈|大叔|大哥|大姐|阿姨|叔叔|奶奶|爷爷|哥|姐|总|工|导|董|某某?)"
)
_WITH_TITLE = re.compile(rf"(?P<name>.+?)(?P<title>{_TITLE})")
_ADDRESSED = re.compile(rf"{_SURNAME}{_TITLE}|[老小阿大]{_SURNAME}|{_SURNAME}老")
_DOUBLED = re.compile(r"(.)\1|[小大老阿](.)\2?|(.)\3子")
# Words of grammar, which no name has in it.
_GRAMMAR = re.compile(r"[的了吗呢吧哦嘛很还被把让跟但们这那哪些么怎没嗎這讓還給為卻個們說]")
# fmt: off
_NO_NAME = frozenset((
    "高清", "童鞋", "亲们", "白菜", "宝贝", "费工夫", "大牌", "老板", "老婆", "老公", "老妈", "老爸", "老人",
    "老师", "小姐", "小孩", "小票", "小巧", "小贵", "小本", "小时", "小心", "康师傅", "白领", "黄牛", "毛衣",
    "毛病", "金牌", "金牛", "高档", "高端", "高手", "石头", "方便", "马上", "马桶", "安静", "安心", "何况",
    "于是", "关键", "时尚", "成功", "全新", "强烈", "明显", "宁可", "尚可", "单人", "连锁", "包邮", "包装",
    "应该", "房间", "房型", "舒服", "温馨", "路边", "和谐", "向前", "白色", "黄色", "蓝色", "黑色", "红色",
    "严重", "简单", "荣幸", "满意", "位置", "原装", "花费", "权威", "练习", "盖子",
    "单号", "金额", "方式", "时间", "项目", "平台", "明细", "应收",
))
# fmt: on


def without_title(text: str) -> str:
    """*text* without the title behind a full name (张伟先生: 张伟); with it where a surname alone is left (李女士)."""
    match = _WITH_TITLE.fullmatch(text)
    if match and len(match["title"]) > 1 and len(match["name"]) > 1 and not re.fullmatch(_SURNAME, match["name"]):
        return match["name"]
    return text


def score_of(name: str) -> float:
    """How certainly *name*, which LAC calls a person, is one: one of the scores above; 0 where it is none."""
    letters = re.sub(f"[^{HAN}]", "", name)
    if len(letters) < 2 or _GRAMMAR.search(name) or name in _NO_NAME:
        return 0.0
    if _ADDRESSED.fullmatch(name):
        return FORM_OF_ADDRESS
    if _DOUBLED.fullmatch(name):
        return NICKNAME
    return FULL_NAME
