"""The chain of who did what, as values: an entry, its seal, and the walk that finds the one that doesn't fit."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum

START = "0" * 64


class Action(StrEnum):
    """What is recorded, by the term that people read."""

    ACCOUNT_CREATED = "建立账号"
    ACCOUNT_CHANGED = "修改账号"
    ACCOUNT_DISABLED = "停用账号"
    ACCOUNT_ENABLED = "启用账号"
    PASSWORD_CHANGED = "修改密码"  # noqa: S105 - a term, no password
    PASSWORD_RESET = "重设密码"  # noqa: S105
    KEY_CREATED = "建立接口密钥"
    KEY_REVOKED = "撤销接口密钥"
    UNIT_ADDED = "建立单位"
    UNIT_CHANGED = "修改单位"
    UNIT_DISABLED = "停用单位"
    UNIT_ENABLED = "启用单位"
    MEMBER_PLACED = "安排到单位"
    MEMBER_REMOVED = "移出单位"
    STAND_IN_NAMED = "安排代班"
    STAND_IN_ENDED = "结束代班"
    LOGIN = "登录"
    LOGIN_FAILED = "登录失败"
    LOGOUT = "退出"
    SESSIONS_ENDED = "结束会话"
    ACCEPTED = "按建议办理"
    OTHERWISE = "另行决定"
    PUBLISHED = "发布规则"
    PUBLISH_REQUESTED = "请求复核发布"
    PUBLISH_REFUSED = "发布被拒"
    JOB_STARTED = "开始任务"
    JOB_CANCELLED = "取消任务"
    JOB_DELETED = "删除任务"
    JOB_DOWNLOADED = "下载任务结果"
    CASE_EVENT = "档案轨迹"
    DEMONSTRATION = "放入演示数据"
    PERSONAL_SHOWN = "显示个人信息"
    CASE_HANDED_OUT = "导出档案"
    LIST_HANDED_OUT = "导出档案清单"
    ATTACHMENT_TAKEN = "下载附件"
    BACKED_UP = "备份"
    RESTORED = "恢复备份"
    WEBHOOK_ADDED = "建立外发通知"
    WEBHOOK_CHANGED = "修改外发通知"
    ERASE_PROPOSED = "提出清除"
    ERASE_ANSWERED = "答复清除"
    ERASED = "到期清除"
    HELD_APART = "认定不是一回事"
    IMPORTED = "导入警情"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `detail` is JSON text; `hash` covers everything else, `previous_hash` included."""

    seq: int
    at: str
    actor_id: str
    actor_name: str
    action: str
    subject: str
    detail: str
    previous_hash: str
    hash: str = ""

    def seal(self) -> str:
        """SHA-256, in hexadecimal, over all fields but the hash, as a JSON list in ASCII without blanks."""
        sealed = [getattr(self, one.name) for one in fields(self) if one.name != "hash"]
        return hashlib.sha256(json.dumps(sealed, separators=(",", ":")).encode("ascii")).hexdigest()

    def sealed(self) -> "Entry":
        """The entry with its hash."""
        return replace(self, hash=self.seal())


@dataclass(frozen=True, slots=True)
class Walk:
    """How far the chain holds: so many entries, the hash of the last, and in Chinese what doesn't fit after it."""

    count: int
    head: str
    fault: str | None = None


def detail_text(detail: Mapping[str, object]) -> str:
    """The one way in which a detail is written."""
    return json.dumps(detail, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def walk(entries: Iterable[Entry]) -> Walk:
    """Follow the chain from its start to the first entry that doesn't fit."""
    count, head = 0, START
    for entry in entries:
        if fault := _fault(entry, count + 1, head):
            return Walk(count, head, fault)
        count, head = count + 1, entry.hash
    return Walk(count, head)


def _fault(entry: Entry, seq: int, previous: str) -> str | None:
    if entry.seq != seq:
        return f"第 {seq} 条不见了，下一条是第 {entry.seq} 条"
    if entry.hash != entry.seal():
        return f"第 {seq} 条的内容与它的哈希不符，被改过"
    if entry.previous_hash != previous:
        return f"第 {seq} 条接不上第 {seq - 1} 条，前面有一条被换过"
    return None
