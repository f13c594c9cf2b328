"""How long things are kept (保存期限), what is due to be erased, and the erasing by two persons (到期清除)."""
