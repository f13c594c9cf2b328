"""Text as typed → text as read: one character for one character, so that every offset stays true."""

import re
from collections.abc import Sequence

# Full-width ASCII (！..～) stands 0xFEE0 above ASCII; the ideographic space is apart.
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
# Chinese clause marks keep their Chinese form: the scope rules split on them.
_KEPT = dict.fromkeys(map(ord, "，。；：！？（）"))
# Traditional characters the word lists are written without, one for one; 乾, which simplified text uses too, stays.
_TRADITIONAL = (
    "揚殺鐵傷頭動媽噴燒點氣鎖門關綁樓藥農絕見說説話還錢報調個來車兩對並給讓準許離婦後從們這裡裏為爲過沒無幾斷腦臉爾爺嚇脅槍劍"
    "麼隻條衝發鬥鬧罵電業鄰親爭紛糾議證護醫總會開間問聽邊遠進運選達適遞遺鄉鎮縣區處樣東軍輕輛轉載辦連週現視覺觀規試該認記訴詐"
    "詞請談論諒講謝譯讀變負財責貨貪貸費資賠賣買質賬賭贏趕跡踐躍軟輸銀鋼錘鋤鍋鑰錯長閉陽陰險隊際難雙雜雞靜響頂項順須預領頸顏額"
    "願類顧風飛飯飲餵馬騙騷驚驗體鬆魚鳥麗黃黨齊齒龍員單嗎嘗嚴園圍國圖場塊墻牆壓壞壯夠夾奪娛嬰學實寫寶將專屆屍層屬島幣帶幫廠廳"
    "張強彈復慘態慣憤憑懷戰戶執掃掛採揮損搖搶撥撲擊擋擔據擠擾攔攜敗敵數時晝暫書權機殘毆氫決況滅滾滿漢潑濺燈爐爛燙牽獄獨瑣產畫"
    "當瘋療癒監盤盡碼礙禮種稱穩窩筆節範簽籤紅約級紙紮紐終組結經緊線緝縱續纏罰聞聯職腳腫膽臨舊艷莊華萬葉號虧蟲術補裝製訊詢誤誘"
    "誰諾謀識勸勢務勝勞匯協卻參叢喪喬嗆噁囂團塗夢妝孫寧審尋導屢岡師庫廢徹悶惡惱愛慾憂應懶戲拋掙搗摺撐擬擲擰攤於"
    "著遊鏈鍬鐮釘綑繩懸欄臺墜鑽騎輪縫針暈償債蹤掄摑鬍鎬鋸鈔凍勵"
)
_SIMPLIFIED = (
    "扬杀铁伤头动妈喷烧点气锁门关绑楼药农绝见说说话还钱报调个来车两对并给让准许离妇后从们这里里为为过没无几断脑脸尔爷吓胁枪剑"
    "么只条冲发斗闹骂电业邻亲争纷纠议证护医总会开间问听边远进运选达适递遗乡镇县区处样东军轻辆转载办连周现视觉观规试该认记诉诈"
    "词请谈论谅讲谢译读变负财责货贪贷费资赔卖买质账赌赢赶迹践跃软输银钢锤锄锅钥错长闭阳阴险队际难双杂鸡静响顶项顺须预领颈颜额"
    "愿类顾风飞饭饮喂马骗骚惊验体松鱼鸟丽黄党齐齿龙员单吗尝严园围国图场块墙墙压坏壮够夹夺娱婴学实写宝将专届尸层属岛币带帮厂厅"
    "张强弹复惨态惯愤凭怀战户执扫挂采挥损摇抢拨扑击挡担据挤扰拦携败敌数时昼暂书权机残殴氢决况灭滚满汉泼溅灯炉烂烫牵狱独琐产画"
    "当疯疗愈监盘尽码碍礼种称稳窝笔节范签签红约级纸扎纽终组结经紧线缉纵续缠罚闻联职脚肿胆临旧艳庄华万叶号亏虫术补装制讯询误诱"
    "谁诺谋识劝势务胜劳汇协却参丛丧乔呛恶嚣团涂梦妆孙宁审寻导屡冈师库废彻闷恶恼爱欲忧应懒戏抛挣捣折撑拟掷拧摊于"
    "着游链锹镰钉捆绳悬栏台坠钻骑轮缝针晕偿债踪抡掴胡镐锯钞冻励"
)
_LOWER = {code: code + 0x20 for code in range(ord("A"), ord("Z") + 1)}
_NORMAL = (
    str.maketrans(_TRADITIONAL, _SIMPLIFIED)
    | {code: _LOWER.get(target, target) for code, target in _FULL_WIDTH.items() if code not in _KEPT}
    | _LOWER
)


def normalise(text: str) -> str:
    """Lower-case ASCII, fold full-width letters and digits and traditional characters; the length never changes."""
    return text.translate(_NORMAL)


def is_han(char: str) -> bool:
    """Whether the character is a Chinese ideograph."""
    return "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf" or char == "〇"


# Two spaces between single characters may be chance.
_FEWEST_SPACED = 3
_HAN = "[\u3400-\u4dbf\u4e00-\u9fff〇]"
_SPACED, _TIGHT = re.compile(f"(?<={_HAN}) (?={_HAN})"), re.compile(f"(?<={_HAN})(?={_HAN})")
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffd]")
_LONE_SPACE = re.compile(r"(?<=\S) (?=\S)")


def closed_up(text: str) -> tuple[str, Sequence[int]]:
    """The text without the spaces dictation and OCR put between characters, and each character's place in `text`.

    Only where most gaps between ideographs are single spaces: elsewhere a space stands for a comma.
    """
    if " " not in text:
        return text, range(len(text))
    spaced = len(_SPACED.findall(text))
    if spaced < _FEWEST_SPACED or spaced <= len(_TIGHT.findall(text)):
        return text, range(len(text))
    dropped = {match.start() for match in _LONE_SPACE.finditer(text)}
    kept = [place for place in range(len(text)) if place not in dropped]
    return "".join(text[place] for place in kept), kept


def unreadable(text: str) -> bool:
    """Whether the text holds what no keyboard types: control characters, or what is left of a wrong encoding."""
    return _UNREADABLE.search(text) is not None
