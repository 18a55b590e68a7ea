"""A report's whole life by the generated client: sent, photographed, followed, worked on, resolved, read."""

import sys
import time
from io import BytesIO
from pathlib import Path

from made import AuthenticatedClient, Client
from made.api.casework import transition_api_v1_reports_name_transitions_post as transitions
from made.api.participation import follow_api_v1_reports_name_follow_post as follows
from made.api.photos import add_api_v1_reports_name_photos_post as photos
from made.api.reports import create_api_v1_reports_post as reports
from made.api.reports import one_api_v1_reports_name_get as one
from made.models.add_api_v1_reports_name_photos_post_body import AddApiV1ReportsNamePhotosPostBody
from made.models.case_report_view import CaseReportView
from made.models.follower_out import FollowerOut
from made.models.location_in import LocationIn
from made.models.photo_out import PhotoOut
from made.models.received import Received
from made.models.report_view import ReportView
from made.models.status import Status
from made.models.submission import Submission
from made.models.transition import Transition
from made.types import File

url, picture, triage_token, department_token = sys.argv[1:5]
anybody = Client(base_url=url)
triage = AuthenticatedClient(base_url=url, token=triage_token)
department = AuthenticatedClient(base_url=url, token=department_token)


def photo_for(who: AuthenticatedClient, name: str, salt: bytes) -> PhotoOut:
    file = File(payload=BytesIO(Path(picture).read_bytes() + salt), file_name="a.jpg", mime_type="image/jpeg")
    added = photos.sync(name, client=who, body=AddApiV1ReportsNamePhotosPostBody(file=file))
    assert isinstance(added, PhotoOut), added
    return added


def look(name: str) -> CaseReportView:
    seen = one.sync(name, client=triage)
    assert isinstance(seen, CaseReportView), seen
    return seen


def until(name: str, *wanted: str) -> CaseReportView:
    for _ in range(60):
        if (seen := look(name)).status in wanted:
            return seen
        time.sleep(0.5)
    raise AssertionError((wanted, look(name).status))


def step(who: AuthenticatedClient, name: str, body: Transition) -> ReportView:
    taken = transitions.sync(name, client=who, body=body)
    assert isinstance(taken, ReportView), taken
    return taken


sent = reports.sync(
    client=anybody,
    body=Submission(
        category="litter", description="Rác ở góc đường", location=LocationIn(lon=107.585, lat=16.463)
    ),
)
assert isinstance(sent, Received) and isinstance(sent.secret, str), sent
reporter = AuthenticatedClient(base_url=url, token=sent.secret, prefix="Report")
photo_for(reporter, sent.code, b"1")

case = until(sent.code, "assigned", "triage")
stranger = AuthenticatedClient(base_url=url, token="", prefix="", auth_header_name="x-nobody")
followed = follows.sync(sent.code, client=stranger)
assert isinstance(followed, FollowerOut), followed
lead = department.get_httpx_client().get("/api/v1/me").json()["staff"]["department"]["code"]
if case.status == "assigned":
    step(triage, sent.code, Transition(to=Status.TRIAGE, version=case.version, reason="Chuyển đơn vị khác"))
case = look(sent.code)
step(triage, sent.code, Transition(to=Status.ASSIGNED, version=case.version, lead=lead))
case = look(sent.code)
step(department, sent.code, Transition(to=Status.IN_PROGRESS, version=case.version))
proof = photo_for(department, sent.code, b"2")
case = look(sent.code)
done = Transition(
    to=Status.RESOLVED, version=case.version, evidence=[proof.id], public_reply="Đã dọn sạch góc đường."
)
step(department, sent.code, done)
assert look(sent.code).status == "resolved"
