"""Texts that try the search for personal data: anything at all, and what is made of telling pieces."""

from hypothesis import strategies as st

_SIGNS = "0123456789０３８一三八〇xX -－.@，,、()（）\n*"
_WORDS = "138 330106 1990 13812345678 330106199001011234 6222021234567890128 身份证 电话 卡号 编号 浙A ab 元 \u200b"

TEXTS = st.one_of(
    st.text(),
    st.lists(st.sampled_from([*_SIGNS, *_WORDS.split(" ")]), max_size=40).map("".join),
)
