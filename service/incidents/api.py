"""What a program may send of an incident besides its description: a model comes in, a Registration goes out."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from service import clock
from service.errors import InputError
from service.incidents.model import MOST_PARTIES, Party, PartyRole, Registration


class PartyIn(BaseModel):
    """警情里的一个人；不知道的不填。"""

    model_config = ConfigDict(extra="forbid")

    role: PartyRole = Field(description=f"身份：{'、'.join(PartyRole)}", examples=["报警人"])
    name: str = Field(default="", description="姓名，最多 80 字", examples=["王小满"])
    phone: str = Field(default="", description="电话，最多 40 字", examples=["13800000001"])
    id_number: str = Field(default="", description="证件号码，最多 40 字")
    address: str = Field(default="", description="住址，最多 200 字")


class RegistrationIn(BaseModel):
    """警情的登记信息；不知道的不填。"""

    model_config = ConfigDict(extra="forbid")

    alarm_number: str = Field(default="", description="接警编号，最多 60 字", examples=["330100202603020001"])
    linked_alarm: str = Field(default="", description="关联警单，最多 60 字")
    happened_at: datetime | None = Field(
        default=None, description="报警时间，没写时区就是北京时间；不填则是现在", examples=["2026-03-02T09:05:00+08:00"]
    )
    place: str = Field(default="", description="事发地址，最多 200 字", examples=["柳塘街道桥头社区3幢201室"])
    parties: list[PartyIn] = Field(default_factory=list, max_length=MOST_PARTIES, description="人员")
    confidential: bool = Field(default=False, description="是否保密；保密的个人信息只给来源单位看")

    def registration(self) -> Registration:
        """The same as a value; raises InputError for a time that no clock has."""
        return Registration(
            alarm_number=self.alarm_number,
            linked_alarm=self.linked_alarm,
            happened_at=_stamp(self.happened_at),
            place=self.place,
            parties=tuple(Party(**one.model_dump()) for one in self.parties),
            confidential=self.confidential,
        )


def _stamp(moment: datetime | None) -> str:
    if moment is None:
        return ""
    try:
        return clock.stamp(clock.as_typed(moment.isoformat()))
    except (ValueError, OverflowError) as error:
        raise InputError("报警时间不能用；应写成 2026-03-01T09:05:00+08:00") from error
