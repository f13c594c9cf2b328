"""Who somebody is to a case, and whether they see it at all."""

from service.accounts.model import Actor, Role
from service.cases.life import Stance
from service.cases.model import Case

# Who chases what is overdue and raises what was missed: the service itself.
MACHINE = Actor("", "", "系统", frozenset(), "本机")

_ACTING = (
    (Role.DUTY, Stance.STATION),
    (Role.CENTRE, Stance.CENTRE),
    (Role.HANDLER, Stance.LEAD),
    (Role.HANDLER, Stance.CO),
)


def invitable(actor: Actor) -> bool:
    """Whether a case shared with them lets them in: an administrator sees none, an auditor changes none."""
    return actor.has(Role.HELPER, Role.LEADER, *(role for role, _ in _ACTING))


def stances(case: Case, actor: Actor) -> frozenset[Stance]:
    """Everything that the actor is to the case; empty where they have nothing to do with it."""
    taking_part = {
        Stance.STATION: frozenset({case.station_id}),
        Stance.CENTRE: frozenset({case.centre_id}),
        Stance.LEAD: frozenset({case.lead_id}),
        Stance.CO: frozenset(case.co_ids),
    }
    if actor == MACHINE:
        return frozenset({Stance.SYSTEM})
    found = {
        stance for role, stance in _ACTING if actor.has(role) and not actor.acts_for.isdisjoint(taking_part[stance])
    }
    if actor.has(Role.LEADER) and not actor.sees.isdisjoint(case.units):
        found.add(Stance.LEADER)
    if invitable(actor) and actor.account_id in case.guests:
        found.add(Stance.GUEST)
    return frozenset(found)
