"""Tables of hanging cables: routes of the undergrounding plan, sections of companies, claims."""

from service.models.cables.claim import Claim, Pole
from service.models.cables.kinds import CableBlock, CableTask, ClaimAnswer, Duct
from service.models.cables.route import CableRoute, CableSection

__all__ = ["CableBlock", "CableRoute", "CableSection", "CableTask", "Claim", "ClaimAnswer", "Duct", "Pole"]
