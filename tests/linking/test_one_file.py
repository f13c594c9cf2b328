"""One file per dispute, on both databases: what is found, what people say of it, and that their word holds."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from rules import Ruleset
from service import clock
from service.accounts.model import LOCAL, Actor
from service.cases.actions import Cases
from service.cases.handing_over import Accept, Dispatch, Leave
from service.cases.handling import End, Resolve
from service.cases.model import Case
from service.errors import ForbiddenError, NotFoundError, RefusedError
from service.incidents.model import Party, PartyRole, Registration
from service.intake.model import KeptSuggestion
from service.intake.store import get_suggestion
from service.linking import lookup
from service.linking.actions import Linking
from service.linking.registered import trace_of
from service.linking.store import keep_told
from service.storage.database import Database
from service.storage.tables.linking import incident_key, link_choice, link_key
from tests.cases.town import CENTRE, OFFICER, STRANGER, WOMEN, Clock, incident, policy, town

SECRET = bytes(range(32))
PHONE = "13812345678"
DAY = timedelta(days=1)


def of(phone: str = PHONE, *, place: str = "", at: datetime | None = None) -> Registration:
    """What is registered of an incident whose caller has this telephone."""
    happened = clock.stamp(at) if at else ""
    return Registration(place=place, happened_at=happened, parties=(Party(PartyRole.CALLER, "王小满", phone),))


@pytest.fixture
def time() -> Clock:
    return Clock()


@pytest.fixture
def links(database: Database, time: Clock) -> Linking:
    town(database, time)
    return Linking(Cases(database, policy(), time, link_key=SECRET), SECRET)


@pytest.fixture
def came(links: Linking, ruleset: Ruleset) -> Callable[..., KeptSuggestion]:
    """A suggestion that was kept at intake."""

    def kept(text: str = "夫妻争吵", **more: str) -> KeptSuggestion:
        identity = incident(links.database, ruleset, text, **more)
        with links.database.read() as connection:
            found = get_suggestion(connection, LOCAL, identity)
        assert found is not None
        return found

    return kept


Came = Callable[..., KeptSuggestion]


def opened(links: Linking, kept: KeptSuggestion, known: Registration, actor: Actor = OFFICER) -> Case:
    return links.cases.open(actor, kept.id, known)


def told(links: Linking, kept: KeptSuggestion, known: Registration) -> KeptSuggestion:
    """The suggestion, with this told of its incident at intake."""
    with links.database.write() as connection:
        keep_told(connection, kept.id, replace(known, happened_at=clock.stamp(links.now())))
    return kept


def found(links: Linking, kept: KeptSuggestion, actor: Actor = OFFICER) -> list[str]:
    """The numbers of the cases that are suggested; a unit's name for one that isn't seen."""
    return [one.case.number if one.case else one.unit for one in links.possible(actor, kept).candidates]


def test_the_same_telephone_suggests_the_earlier_case_with_its_reason_and_counts(
    links: Linking, came: Came, time: Clock
) -> None:
    first = opened(links, came(), of())
    time.at += 3 * DAY
    (one,) = links.possible(OFFICER, told(links, came("又吵起来了"), of("138 1234 5678"))).candidates
    assert one.case is not None
    assert one.strength is not None
    assert (one.case.id, one.recent, one.unit) == (first.id, 1, "柳塘派出所")
    assert one.strength.reasons[0].text == "同一电话（报警人 138****5678）"


def test_no_value_lies_in_the_keys(links: Linking, came: Came) -> None:
    opened(links, came(), of(place="桥头小区3幢201室"))
    with links.database.read() as connection:
        rows = connection.execute(select(incident_key)).all()
    assert {row.kind for row in rows} == {"电话", "地点"}
    assert not any(PHONE in row.hash or row.hash == "201" for row in rows)
    assert all(len(row.hash) == 64 for row in rows)


def test_a_case_of_another_unit_is_told_of_without_its_content(links: Linking, came: Came) -> None:
    opened(links, came(), of(), STRANGER)
    (one,) = links.possible(OFFICER, told(links, came(), of())).candidates
    assert (one.unit, one.case, one.strength, one.recent, one.last) == ("东山派出所", None, None, 0, "")


def test_joining_registers_the_incident_and_writes_the_reasons_down(links: Linking, came: Came, time: Clock) -> None:
    case = opened(links, came(), of())
    time.at += DAY
    kept = came("又吵起来了")
    joined = links.join(OFFICER, kept, case.id, of())
    assert joined.incidents[-1] == kept.id
    event = links.cases.find(OFFICER, case.id).events[-1]
    assert event.detail["依据"][0] == "同一电话（报警人 138****5678）"
    assert links.possible(OFFICER, kept).joined == joined
    with pytest.raises(RefusedError, match="已经在一份档案里"):
        links.join(OFFICER, kept, case.id, of())


def test_who_does_not_see_a_case_can_neither_join_it_nor_speak_of_it(links: Linking, came: Came) -> None:
    case = opened(links, came(), of())
    with pytest.raises(NotFoundError):
        links.join(STRANGER, came(), case.id, of())
    with pytest.raises(NotFoundError):
        links.hold_apart(STRANGER, came().id, case.id, "")
    links.cases.transfer(OFFICER, case.id)
    links.cases.do(CENTRE, case.id, Dispatch("women"))
    with pytest.raises(ForbiddenError):
        links.hold_apart(WOMEN, came().id, case.id, "")


def test_not_the_same_matter_is_never_suggested_again_and_counts_for_nothing(
    links: Linking, came: Came, time: Clock
) -> None:
    case = opened(links, came(), of())
    time.at += DAY
    kept = told(links, came(), of())
    links.hold_apart(OFFICER, kept.id, case.id, "物业的公用电话")
    assert found(links, kept) == []
    opened(links, kept, of())
    assert found(links, kept) == []
    trace = trace_of(kept.id, "", of(), time.at, SECRET)
    with links.database.read() as connection:
        assert lookup.past(connection, trace, clock.stamp(time.at)).facts == {}


def test_taking_out_is_a_word_too_and_a_new_file_may_then_begin(links: Linking, came: Came, time: Clock) -> None:
    case = opened(links, came(), of())
    time.at += DAY
    kept = came()
    links.join(OFFICER, kept, case.id, of())
    links.cases.do(OFFICER, case.id, Leave(kept.id, "另一户人家"))
    assert found(links, kept) == []
    own = links.cases.open(OFFICER, kept.id, of())
    assert own.incidents == (kept.id,)
    assert found(links, kept) == []


def test_a_later_word_stands_over_an_earlier_one(links: Linking, came: Came, time: Clock) -> None:
    case = opened(links, came(), of())
    time.at += DAY
    kept = came()
    links.join(OFFICER, kept, case.id, of())
    links.cases.do(OFFICER, case.id, Leave(kept.id, "弄错了"))
    links.join(OFFICER, kept, case.id, of())
    assert links.possible(OFFICER, kept).joined is not None
    with links.database.read() as connection:
        words = connection.execute(select(link_choice.c.same).order_by(link_choice.c.seq)).scalars().all()
    assert list(words) == [1, 0, 1]


def test_rebuilding_under_another_secret_finds_the_same_again(links: Linking, came: Came, time: Clock) -> None:
    case = opened(links, came(), of())
    time.at += DAY
    kept = told(links, came(), of())
    other = Linking(links.cases, bytes(range(1, 33)))
    assert found(other, kept) == []
    assert list(other.rebuild()) == [1]
    assert found(other, kept) == [case.number]
    assert found(links, kept) == []


def test_a_secret_that_made_none_of_the_traces_is_noticed_until_they_are_made_anew(links: Linking, came: Came) -> None:
    other = Linking(links.cases, bytes(range(1, 33)))
    assert (links.notice(), other.notice()) == ("", ""), "nothing is registered yet"
    opened(links, came(), of())
    assert links.notice() == ""
    assert "tongban link rebuild" in other.notice()
    # An incident that is registered under the other does not make the old ones known.
    replace(links.cases, link_key=other.secret).open(OFFICER, came().id, of())
    assert (links.notice(), bool(other.notice())) == ("", True)
    list(other.rebuild())
    assert (bool(links.notice()), other.notice()) == (True, "")


def test_incidents_that_were_registered_without_a_secret_are_noticed(links: Linking, came: Came) -> None:
    replace(links.cases, link_key=None).open(OFFICER, came().id, of())
    assert "还没有关联标记" in links.notice()
    list(links.rebuild())
    assert links.notice() == ""


def test_no_check_value_is_a_key_of_anything(links: Linking, came: Came) -> None:
    opened(links, came(), of())
    with links.database.read() as connection:
        (kept,) = connection.execute(select(link_key.c.checked_by)).scalars()
        assert kept not in connection.execute(select(incident_key.c.hash)).scalars().all()
    assert SECRET.hex() not in kept


def test_the_past_counts_incidents_and_failed_mediations_before_the_call(
    links: Linking, came: Came, time: Clock
) -> None:
    for days, phone in ((0, PHONE), (60, PHONE), (85, PHONE), (88, "13987654321")):
        time.at = Clock().at + days * DAY
        opened(links, came(), of(phone))
    time.at += DAY
    past = links.past("又来了", of())
    assert past.facts == {
        **{"近7天重复次数": 1, "近30天重复次数": 2, "近90天重复次数": 3, "近180天重复次数": 3},
        **{"距上次天数": 4, "调解失败次数": 0},
    }
    assert past.sources == ("同一电话（报警人 138****5678）：3 条警情",)
    assert links.past("又来了", of("13700000002")).facts == {}


def test_a_failed_mediation_of_the_dispute_is_known(links: Linking, came: Came, time: Clock) -> None:
    case = opened(links, came(), of())
    links.cases.transfer(OFFICER, case.id)
    for actor, command in ((CENTRE, Dispatch("women")), (WOMEN, Accept()), (WOMEN, End("双方都不让步"))):
        time.at += DAY
        links.cases.do(actor, case.id, command)
    time.at += DAY
    assert links.past("又来了", of()).facts["调解失败次数"] == 1


def test_what_people_hold_together_counts_though_nothing_else_links_it(links: Linking, came: Came, time: Clock) -> None:
    case = opened(links, came(), of())
    time.at += DAY
    links.join(OFFICER, came("这次是她哥哥报的警"), case.id, of("13987654321"))
    time.at += DAY
    past = links.past("又来了", of())
    assert past.facts["近90天重复次数"] == 2
    assert past.sources[-1] == "与它们同一份档案：1 条警情"


def test_a_settled_case_of_the_type_tells_how_it_was_settled_to_who_sees_it(links: Linking, came: Came) -> None:
    case = opened(links, came("夫妻因孩子抚养费争吵，妻子回娘家"), of("13987654321"))
    links.cases.transfer(OFFICER, case.id)
    for actor, command in ((CENTRE, Dispatch("women")), (WOMEN, Accept())):
        links.cases.do(actor, case.id, command)
    kept = came("两口子为孩子抚养费争吵")
    assert links.similar(OFFICER, kept) == []
    links.cases.do(WOMEN, case.id, Resolve("书面协议", "约定每月一号付抚养费"))
    (one,) = links.similar(OFFICER, kept)
    assert (one.number, one.resolution, one.words) == (case.number, "书面协议", "约定每月一号付抚养费")
    assert links.similar(STRANGER, kept) == []
    assert links.similar(OFFICER, came("两口子为孩子抚养费争吵", dispute_type="邻里")) == []
    assert links.similar(OFFICER, came("停车位被占了，物业不管")) == []


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(later=st.lists(st.tuples(st.sampled_from([PHONE, "13987654321"]), st.integers(-200, 200)), max_size=3))
def test_nothing_that_was_registered_later_changes_the_past(
    links: Linking, came: Came, time: Clock, later: list[tuple[str, int]]
) -> None:
    """The law of back-tests: whatever comes in afterwards, even of an earlier day, was not known then."""
    time.at = max(time.at, Clock().at) + DAY
    opened(links, came(), of())
    time.at += DAY
    then = time.at
    trace = trace_of("", "又来了", of(), then, SECRET)

    def past() -> lookup.Past:
        with links.database.read() as connection:
            return lookup.past(connection, trace, clock.stamp(then))

    before = past()
    for phone, days in later:
        time.at += DAY
        kept = came()
        links.cases.open(OFFICER, kept.id, of(phone, at=min(then + days * DAY, time.at)))
    # What it is linked to grows; what that made of it stands.
    assert replace(past(), links=()) == replace(before, links=())


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.sampled_from(["apart", "join", "leave"]), max_size=6))
def test_the_last_word_of_a_person_decides_whether_a_case_is_suggested(
    links: Linking, came: Came, time: Clock, acts: list[str]
) -> None:
    time.at += DAY
    phone = f"139{int(time.at.timestamp()) % 100_000_000:08}"
    case = opened(links, came(), of(phone))
    kept = told(links, came(), of(phone))
    last = ""
    for act in acts:
        inside = kept.id in links.cases.find(OFFICER, case.id).case.incidents
        if act == "apart" and not inside:
            links.hold_apart(OFFICER, kept.id, case.id, "")
        elif act == "join" and not inside:
            links.join(OFFICER, kept, case.id, of(phone))
        elif act == "leave" and inside:
            links.cases.do(OFFICER, case.id, Leave(kept.id, "不是"))
        else:
            continue
        last = act
    assert (case.number in found(links, kept)) == (last == "")


def test_the_reasons_for_a_case_are_told_only_to_who_sees_both(links: Linking, came: Came) -> None:
    case = opened(links, came("门口堆了杂物"), of())
    kept = came("狗叫了一夜")
    assert links.reasons(OFFICER, kept.id, case.id, of())[0].startswith("同一电话")
    assert links.reasons(OFFICER, kept.id, case.id, of("13900000000")) == ("人工认定",)
    assert links.reasons(STRANGER, kept.id, case.id, of()) == ()
    assert links.reasons(OFFICER, case.id, case.id, of()) == ()
