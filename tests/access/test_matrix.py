"""Who is let in where: every route of the application, asked for by everybody, answers as service/access.md says."""

from importlib.resources import files

from tests.access.street import COLUMNS, Street, routes, sent, verdict

PAGE = files("service") / "access.md"


def written() -> dict[tuple[str, str], tuple[str, ...]]:
    """The table of the page: what each column gets, by method and route."""
    rows = [line.strip("|").split("|") for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:2] == "| "]
    cells = [tuple(cell.strip(" `") for cell in row) for row in rows]
    assert cells[0] == ("地址", *COLUMNS)
    return {tuple(route.split()): tuple(answers) for route, *answers in cells[1:]}  # type: ignore[misc]


def test_the_page_names_every_route_and_no_other(street: Street) -> None:
    assert sorted(written()) == sorted(set(routes(street.client.app)))


def test_everybody_gets_what_the_page_says(street: Street) -> None:
    found = {}
    for (method, route), told in written().items():
        path, words = street.path(route), sent(method, route, street.there)
        got = tuple(verdict(method, street.ask(who, method, path, words)) for who in COLUMNS)
        if got != told:
            found[method, route] = f"| `{method} {route}` | {' | '.join(got)} |"
    assert not found, "\n" + "\n".join(found.values())


def test_what_a_rule_on_trial_would_have_changed_is_shown_to_those_who_may_read_incidents(street: Street) -> None:
    shown = {
        who: "试行的影响" in street.ask(who, "GET", street.path("/rules/one/{rule_id}"), {}).text for who in COLUMNS
    }
    readers = {"值班民警", "规则编辑", "规则发布", "外单位民警", "代班"}
    assert {who for who, seen in shown.items() if seen} == readers
