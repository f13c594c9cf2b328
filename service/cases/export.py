"""/api/v1/cases/{id}/file: the whole file of one dispute as JSON."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from service.cases.dossier import Dossiers

router = APIRouter(prefix="/api/v1/cases", tags=["档案"])


def dossiers(request: Request) -> Dossiers:
    """The cases that the application opened at its start."""
    return Dossiers(request.app.state.cases)


Files = Annotated[Dossiers, Depends(dossiers)]
