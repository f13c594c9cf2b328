"""Pydantic's complaints about requests and settings, in the words of a duty officer."""

from collections.abc import Sequence
from typing import Any

_MESSAGES = {
    "missing": "没有填",
    "extra_forbidden": "没有这一项",
    "json_invalid": "不是合法的 JSON",
    "string_type": "应是文字",
    "string_too_long": "太长，最多 {max_length} 字",
    "bool_type": "应是 true 或 false",
    "bool_parsing": "应是 true 或 false",
    "dict_type": "应是“名称: 值”的对象",
    "list_type": "应是列表",
    "too_long": "太多，最多 {max_length} 项",
    "too_short": "太少，至少 {min_length} 项",
    "model_attributes_type": "应是 JSON 对象",
    "finite_number": "应是有限的数",
    "int_parsing": "应是整数",
    "less_than_equal": "不能大于 {le}",
    "greater_than_equal": "不能小于 {ge}",
}


def explain(errors: Sequence[Any]) -> str:
    """One line naming each fault and where it stands."""
    return "；".join(dict.fromkeys(map(_one, errors)))


def _one(error: dict[str, Any]) -> str:
    place = ".".join(str(part) for part in error["loc"] if part != "body")
    message = say(error)
    return f"{place}：{message}" if place else f"请求内容{message}"


def say(error: Any) -> str:
    """What is wrong with one value. Our own validators' words are kept."""
    if error["type"] == "value_error":
        said = str(error["ctx"]["error"])
        return "应是上传的文件" if said.startswith("Expected UploadFile") else said  # FastAPI's only one
    return _MESSAGES.get(error["type"], "格式不对").format(**error.get("ctx", {}))
