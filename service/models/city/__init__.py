"""Tables of the city: areas, categories, departments, rules, changes by administrators."""

from service.models.city.administration import ApiKey, AreaUpload, ManualChange, ScheduledChange
from service.models.city.area import Area, FormerUnit
from service.models.city.category import Category, ChoiceSpec, QuestionSpec
from service.models.city.city import CalendarDay, City
from service.models.city.department import Department
from service.models.city.recount import Recount
from service.models.city.rule import DeadlinePolicy, RoutingRule
from service.models.city.street import HouseNumber, Landmark, MapFile, PlaceName, Street, Water

__all__ = [
    "ApiKey",
    "Area",
    "AreaUpload",
    "CalendarDay",
    "Category",
    "ChoiceSpec",
    "City",
    "DeadlinePolicy",
    "Department",
    "FormerUnit",
    "HouseNumber",
    "Landmark",
    "ManualChange",
    "MapFile",
    "PlaceName",
    "QuestionSpec",
    "Recount",
    "RoutingRule",
    "ScheduledChange",
    "Street",
    "Water",
]
