"""What a report of changes says in sentences: what was used, what to beware of, and what speaks for a row's colour."""

from collections.abc import Iterator, Mapping

from classifier.signals import GRAVE, REASSURING
from rules import Ruleset
from rules.rulebook import COLOUR, Rule
from service.rescoring.change import Changes
from service.rescoring.earlier import OTHER, UNSAID
from service.rescoring.moved import Moved, Pair
from service.suggestion import ABSTAINED


def facts_used(facts: Mapping[str, str]) -> tuple[str, ...]:
    """Which facts a row was decided by. `facts` are those that the file stated: fact → column."""
    named = "、".join(fact if fact == column else f"{fact}（取自“{column}”列）" for fact, column in facts.items())
    return (
        f"每一行只按它自己的描述和这些列给出的事实研判：{named}。"
        if facts
        else "每一行只按它自己的描述研判，没有用别的列给出事实。",
        "重复次数、调解失败次数这类历史事实照该行当时的记录，没有从后来的行去数；行里没有记的，按规则集的缺省值。",
        "这些列若在事后更新过，就掺进了当时还不知道的事，请先核对再下结论。",
    )


def made_by(changes: Changes) -> Iterator[str]:
    """Model, rule set and day of the decisions now."""
    for model, ruleset, day in sorted(changes.made_by):
        yield f"规则 {ruleset}（按 {day} 有效的条文），模型 {model}"


def beware(changes: Changes) -> Iterator[str]:
    """What the figures leave out, and where a red may hide."""
    red = changes.heaviest
    if unreadable := changes.unreadable.total():
        yield f"{unreadable} 行没能研判，不在下面的数字里。" + (
            f"其中 {changes.unreadable_heaviest} 行原先是{red}，请人工看。" if changes.unreadable_heaviest else ""
        )
    if unknown := sum(count for (before, _), count in changes.colour_matrix.items() if before == OTHER):
        now_red = changes.colour_matrix[OTHER, red]
        written = "、".join(f"“{wording}”{count} 行" for wording, count in changes.wordings.most_common(10))
        more = f"等 {len(changes.wordings)} 种写法" if len(changes.wordings) > 10 else ""
        yield (
            f"{unknown} 行原先的颜色读不懂（{written}{more}），算在“{OTHER}”里，不知道是否离开了{red}；"
            f"其中 {now_red} 行现在是{red}，{unknown - now_red} 行不是。"
        )
    if unsaid := sum(count for (before, _), count in changes.colour_matrix.items() if before == UNSAID):
        now_red = changes.colour_matrix[UNSAID, red]
        yield f"{unsaid} 行原先没有记颜色，无从比较；其中 {now_red} 行现在是{red}。"
    if to_person := sum(count for (_, now), count in changes.department_matrix.items() if now == ABSTAINED):
        yield f"{to_person} 行现在是“{ABSTAINED}”：类型没有把握，先由人看；原先是别的部门的，算作部门改变。"


def matched(moved: Moved, rules: Mapping[str, Rule]) -> list[str]:
    """The rules that matched now, each with its title and reason; the number alone where the rule set has none such."""
    return [f"{number} {rules[number].title}：{rules[number].reason}" if number in rules else number
            for number in moved.rules]  # fmt: skip


def for_lower(moved: Moved, ruleset: Ruleset, rules: Mapping[str, Rule]) -> Iterator[str]:
    """What speaks now for a colour lighter than before; and what a person should check, if anything does against."""
    now = moved.colour[1]
    decided = [number for number in moved.rules if number in rules and now in rules[number].conclusion.get(COLOUR, ())]
    if decided:
        yield f"{'、'.join(decided)} 定为{now}，没有命中更重的规则"
    elif now == ruleset.fields[COLOUR].default:
        yield f"没有命中定颜色的规则，取缺省的{now}"
    if moved.level[1]:
        yield f"再发风险判为{moved.level[1]}" + (f"（原先{moved.level[0]}）" if moved.level[0] else "")
    if calm := [signal for signal in moved.signals if signal in REASSURING]:
        yield f"原文读出{'、'.join(calm)}"
    if grave := [signal for signal in moved.signals if signal in GRAVE]:
        yield f"请核对：仍读出{'、'.join(grave)}"
    else:
        yield f"没有读出成立的{'、'.join(GRAVE)}"
    if moved.abstained:
        yield "请核对：类型没有把握，规则是按最可能的类型判的"


def arrow(pair: Pair) -> str:
    """Before → now, or what there is of it."""
    before, now = pair
    return now if before == now else f"{before or UNSAID} → {now or UNSAID}"
