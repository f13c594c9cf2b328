"""The invented town as data: its units and the people in them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.accounts.model import Role
from service.units.model import Kind, Post

NAME = "青禾街道"
STATION, CENTRE, MEDIATION, VOLUNTEERS = "青禾派出所", "青禾矛调中心", "青禾人民调解会", "青禾志愿队"
VILLAGES = ("柳塘社区", "石桥村", "东园社区", "枫林村")
FOREIGN, FOREIGN_STATION, FOREIGN_CENTRE = "望山街道", "望山派出所", "望山矛调中心"
# Departments of the rules that another unit stands for.
_BY_STATION = ("派出所", "派出所(经侦)")
_BY_CENTRE = "街道矛调中心"
_LOGINS = {
    "交警": "jiaojing", "妇联": "fulian", "司法所": "sifa", "法院": "fayuan", "民政": "minzheng", "物业": "wuye",
    "人社(劳动监察)": "renshe", "市场监管": "shichang", "消保委": "xiaobao", "住建": "zhujian", "自然资源": "ziran",
    "农业农村": "nongye", "镇街征收办": "zhengshou", "信访": "xinfang", "交调委": "jiaotiao", "医调委": "yitiao",
    "卫健": "weijian", "综合执法": "zhifa", "生态环境": "huanjing", "教育": "jiaoyu", "金融": "jinrong",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A unit by names."""

    name: str
    kind: Kind
    parent: str = ""
    departments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account; without a unit, one who manages the program."""

    login: str
    name: str
    roles: tuple[Role, ...]
    unit: str = ""
    post: Post = Post.MEMBER


def department_unit(department: str) -> str:
    """The name of the unit that was made for a department."""
    return f"青禾{department}"


def places(departments: Sequence[str]) -> Iterator[Place]:
    """Every unit, each after its parent; `departments` are the receivers that the rules know."""
    known = set(departments)
    yield Place(NAME, Kind.STREET)
    yield Place(STATION, Kind.STATION, NAME, tuple(one for one in _BY_STATION if one in known))
    yield Place(CENTRE, Kind.CENTRE, NAME, (_BY_CENTRE,) if _BY_CENTRE in known else ())
    for name in _own(departments):
        yield Place(department_unit(name), Kind.DEPARTMENT, NAME, (name,))
    village = (Kind.VILLAGE.value,) if Kind.VILLAGE in known else ()
    yield from (Place(name, Kind.VILLAGE, NAME, village) for name in VILLAGES)
    yield Place(MEDIATION, Kind.MEDIATION, NAME)
    yield Place(VOLUNTEERS, Kind.VOLUNTEERS, NAME)
    yield Place(FOREIGN, Kind.STREET)
    yield Place(FOREIGN_STATION, Kind.STATION, FOREIGN)
    yield Place(FOREIGN_CENTRE, Kind.CENTRE, FOREIGN)


def people(departments: Sequence[str]) -> Iterator[Person]:
    """Everybody, the administrator first."""
    yield Person("guanli", "管理员", (Role.ADMIN,))
    yield Person("guize", "规则编辑员", (Role.EDITOR,))
    yield Person("fabu", "规则发布员", (Role.PUBLISHER,))
    yield Person("shenji", "审计员", (Role.AUDITOR,))
    yield Person("minjing1", "值班民警梁某", (Role.DUTY,), STATION)
    yield Person("minjing2", "值班民警裴某", (Role.DUTY,), STATION)
    yield Person("suobang", "派出所承办人", (Role.HANDLER,), STATION, Post.HEAD)
    yield Person("zhongxin1", "中心分派员", (Role.CENTRE,), CENTRE)
    yield Person("zhongxin2", "中心主任", (Role.CENTRE, Role.HANDLER), CENTRE, Post.HEAD)
    yield Person("lingdao1", "街道书记", (Role.LEADER,), NAME, Post.HEAD)
    yield Person("lingdao2", "分管领导", (Role.LEADER,), NAME, Post.LEADER)
    for number, name in enumerate(_own(departments), start=1):
        login = _LOGINS.get(name, f"bumen{number}")
        yield Person(login, f"{name}承办人", (Role.HANDLER,), department_unit(name), Post.HEAD)
    for number, name in enumerate(VILLAGES, start=1):
        yield Person(f"cunshe{number}", f"{name}干部", (Role.HANDLER,), name, Post.HEAD)
    yield Person("tiaojie", "调解会承办人", (Role.HANDLER,), MEDIATION, Post.HEAD)
    yield Person("tiaojieyuan", "人民调解员", (Role.HELPER,), MEDIATION)
    yield Person("zhiyuan1", "志愿者小满", (Role.HELPER,), VOLUNTEERS)
    yield Person("zhiyuan2", "志愿者谷雨", (Role.HELPER,), VOLUNTEERS)
    yield Person("waisuo", "望山值班民警", (Role.DUTY,), FOREIGN_STATION)
    yield Person("waizhongxin", "望山中心", (Role.CENTRE,), FOREIGN_CENTRE)


def _own(departments: Sequence[str]) -> list[str]:
    return [one for one in departments if one not in (*_BY_STATION, _BY_CENTRE, Kind.VILLAGE)]
