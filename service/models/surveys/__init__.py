"""Tables of inspection surveys: their side beside the work, their points, what others saw there."""

from service.models.surveys.kinds import PointSource, PointState
from service.models.surveys.survey import Survey, SurveyLook, SurveyPoint

__all__ = ["PointSource", "PointState", "Survey", "SurveyLook", "SurveyPoint"]
