"""What the intake form tells of an incident besides its text; and a person's word that a case is another matter."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from service.accounts.gate import Signed
from service.incidents.model import Party, PartyRole, Registration
from service.intake.api import Desk
from service.linking.actions import Linking

router = APIRouter(include_in_schema=False)

Words = Annotated[str, Form()]


def linking(request: Request) -> Linking:
    """Linking as the application opened it at its start."""
    found: Linking = request.app.state.linking
    return found


def told(phone: Words = "", place: Words = "", alarm_number: Words = "") -> Registration:
    """What the intake form says of an incident besides its text. Whose number it is, is not asked yet."""
    parties = (Party(PartyRole.CALLER, phone=phone),) if phone.strip() else ()
    return Registration(alarm_number=alarm_number.strip(), place=place.strip(), parties=parties)


Told = Annotated[Registration, Depends(told)]
Links = Annotated[Linking, Depends(linking)]


@router.post("/suggestions/{identity}/apart")
def apart(
    identity: str,
    desk: Desk,
    actor: Signed,
    links: Links,
    case_id: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Keep that it is not the same matter."""
    kept = desk.find(actor, identity)
    links.hold_apart(actor, kept.id, case_id, reason.replace("\r\n", "\n"))
    return RedirectResponse(f"/suggestions/{kept.id}#same-dispute", status_code=303)
