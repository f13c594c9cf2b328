"""What the API answers when something is wrong, as its description names it."""

from typing import Any

from pydantic import BaseModel, Field


class ProblemOut(BaseModel):
    """出错时的回答。"""

    message: str = Field(description="哪里不对，怎么改")


_PROBLEMS: dict[int | str, dict[str, Any]] = {
    401: {"model": ProblemOut, "description": "没有登录，或密钥失效"},
    403: {"model": ProblemOut, "description": "没有这件事需要的角色"},
    404: {"model": ProblemOut, "description": "没有这条记录"},
    409: {"model": ProblemOut, "description": "不允许：例如调低红色缺复核人"},
    413: {"model": ProblemOut, "description": "请求太大"},
    422: {"model": ProblemOut, "description": "输入不能用：例如描述为空、太长、没有汉字"},
}


def only(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The documented error answers with these statuses."""
    return {status: _PROBLEMS[status] for status in statuses}
