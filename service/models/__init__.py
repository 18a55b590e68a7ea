"""Tables: columns, constraints, indexes. No behaviour lives here.

Each package below says in its `__all__` what of it is imported from here.
"""

from service.models.cables import *
from service.models.casework import *
from service.models.city import *
from service.models.documents import *
from service.models.emulation import *
from service.models.notices import *
from service.models.numbers import *
from service.models.ops import *
from service.models.people import *
from service.models.privacy import *
from service.models.reports import *
from service.models.shared import *
from service.models.surveys import *
from service.models.talks import *
from service.models.works import *
