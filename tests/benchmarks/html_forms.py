"""A page comes in; its forms go out, to be filled as somebody would who has little time, and its links."""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from html.parser import HTMLParser

_WORDS = "已经上门，双方同意继续谈。"


@dataclass
class Form:
    """Where it goes, what stands in it at first, what can be chosen, and what is to be written."""

    action: str
    values: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    options: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    words: list[str] = field(default_factory=list)

    @property
    def act(self) -> str:
        """What is done to a case by it; empty where it is no such form."""
        return self.values["act"][0] if self.values.get("act") else ""

    def filled(self, chance: random.Random, **typed: str) -> dict[str, list[str]]:
        """What is sent: any choice where nothing stands in it, some words where words belong, and what is `typed`."""
        chosen = {
            name: [chance.choice(some)] for name, some in self.options.items() if some and not self.values.get(name)
        }
        written = {name: [_WORDS] for name in self.words}
        return {**self.values, **chosen, **written, **{name: [value] for name, value in typed.items()}}


class Page(HTMLParser):
    """A page, read at once."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._form: Form | None = None
        self._select = ""
        self._option: dict[str, str] | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One after another."""
        of = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(of.get("href", ""))
        elif tag == "form":
            self._form = Form(of.get("action", "").partition("#")[0])
            self.forms.append(self._form)
        elif self._form:
            self._field(self._form, tag, of)

    def _field(self, form: Form, tag: str, of: dict[str, str]) -> None:
        name, value = of.get("name", ""), of.get("value", "")
        if tag == "select":
            self._select = name
        elif tag == "option":
            self._option = of
        elif tag == "textarea" and "required" in of:
            form.words.append(name)
        elif tag == "input" and (of.get("type", "text") not in ("checkbox", "radio", "submit") or "checked" in of):
            form.values[name].append(value)

    def handle_data(self, data: str) -> None:
        """An option is worth its words unless it says otherwise."""
        if self._form and self._option is not None and (value := self._option.get("value", data.strip())):
            self._form.options[self._select].append(value)
            if "selected" in self._option:
                self._form.values[self._select].append(value)
        self._option = None

    def handle_endtag(self, tag: str) -> None:
        """What is outside of forms is nobody's field."""
        if tag == "form":
            self._form = None
