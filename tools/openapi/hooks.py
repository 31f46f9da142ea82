"""Leads generated requests to rows that exist, in a state in which they can succeed, and counts what is answered.

A generated id names nothing, so that everything behind the first look-up would never be tried. Where a part of a
request is generated to be right, its ids are exchanged for real ones; two requests of three in the fuzzing phase,
and all others outside the stateful one, which follows its own links.
"""

import atexit
import datetime
import functools
import itertools
import json
import os
import re
import time
import urllib.error
import urllib.request
from collections import Counter, defaultdict

import schemathesis
from schemathesis.core.parameters import ParameterLocation

URL = os.environ["HEARBACK_URL"] + "/api/v1"
PASSWORD = os.environ["HEARBACK_PASSWORD"]
REPORT = os.environ["HEARBACK_REPORT"]
EMAIL = "admin@hearback.local"

UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
answers = defaultdict(Counter)
tried = Counter()
numbers = itertools.count(1)


@functools.cache
def token(_five_minutes):
    """Signs the administrator in, in time before the token ends."""
    return ask("POST", "/auth/login", {"email": EMAIL, "password": PASSWORD}, Authorization="")["access_token"]


def ask(method, path, body=None, **headers):
    """Asks the server past the run; None where it refuses."""
    headers = {"Content-Type": "application/json"} | headers
    if "Authorization" not in headers:
        headers["Authorization"] = f"Bearer {token(int(time.monotonic() // 300))}"
    data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(URL + path, data, headers, method=method)) as answer:
            return json.loads(answer.read() or b"{}")
    except urllib.error.HTTPError:
        return None


def items(path):
    return (ask("GET", path + ("&" if "?" in path else "?") + "limit=100") or {}).get("items", [])


def pick(rows, turn):
    return rows[turn % len(rows)] if rows else None


def made(path, body):
    return ask("POST", path, body)


def staff(role="analyst", department=None):
    """Makes somebody whom nobody misses."""
    number = next(numbers)
    return made("/staff", {"email": f"spare-{number}@example.com", "display_name": f"Spare {number}", "role": role,
                           "department_id": department, "password": f"spare-person-{number}"})


feedback_ids = []
last_allowing = {}
out_of_reach = set()


def feedback(action=None):
    """Returns feedback of which the administrator may take `action` now."""
    if not feedback_ids:
        for status in ("registered", "dispatched", "in_progress", "awaiting_customer", "awaiting_third_party",
                       "pending_approval", "approved", "replied", "escalated", "closed", "merged", "cancelled"):
            feedback_ids.extend(row["id"] for row in items(f"/feedback?status={status}")[:12])
    known = [last_allowing[action]] if action in last_allowing else []
    for id in known + feedback_ids:
        row = ask("GET", f"/feedback/{id}")
        if row and (action is None or action in row["allowed_actions"]):
            last_allowing[action] = id
            return row
        if action in out_of_reach:
            break
    row = in_state(action)
    if action not in row["allowed_actions"]:
        out_of_reach.add(action)
    return row


def in_state(action):
    """Leads new feedback to where the administrator may take `action`."""
    row = made("/feedback", {"contact": {"name": "Li Lei"}, "channel": "phone", "type": "complaint",
                             "description": "The kettle leaks.", "demand": "A new one."})
    steps = [
        ("dispatch", {}), ("accept", {}),
        ("submit-plan", {"measure": "replace", "text": "A new kettle.", "basis": "Rule 4"}),
    ]
    feedback_ids.insert(0, row["id"])
    for step, body in [("", None), *steps]:
        row = (ask("POST", f"/feedback/{row['id']}/{step}", body) if step else row) or row
        if action in row["allowed_actions"]:
            break
    return row


def tagged_customer():
    return next((row for row in items("/customers") if row.get("tags")), None)


def exception():
    calendar = items("/calendars")[0]["id"]
    date = (datetime.date(2031, 1, 1) + datetime.timedelta(days=next(numbers))).isoformat()
    made(f"/calendars/{calendar}/exceptions", {"date": date, "kind": "holiday", "name": "A day off"})
    return {"id": calendar, "date": date}


def absence():
    person = staff()["id"]
    row = made(f"/staff/{person}/absences", {"from": "2031-01-01T00:00:00Z", "to": "2031-02-01T00:00:00Z"})
    return {"id": person, "absence_id": row["id"]}


def an_import():
    """Uploads a preview that waits for its start."""
    parts = {"kind": "customers", "preview": "true", 'file"; filename="rows.ndjson': '{"kind": "person", "name": "A"}'}
    body = "".join(f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
                   for name, text in parts.items()) + "--b--\r\n"
    job = ask("POST", "/imports", body.encode(), **{"Content-Type": "multipart/form-data; boundary=b"})
    return {"id": job["id"]}


def delivery():
    """Names a reply that the customer has not answered, else any."""
    for row in items("/feedback?status=replied") + items("/feedback?status=closed"):
        replies = ask("GET", f"/feedback/{row['id']}/replies")["items"]
        if replies:
            return {"id": row["id"], "reply_id": replies[-1]["id"]}
    return {}


def pair():
    """Makes two pieces of feedback of one customer; returns the first, and leaves the second for `into_id`."""
    customer = items("/customers")[0]["id"]
    one, other = (made("/feedback", {"customer_id": customer, "channel": "phone", "type": "complaint",
                                     "description": "The kettle leaks.", "demand": "A new one."}) for _ in range(2))
    pair.other = other["id"]
    return {"id": one["id"]}


def points(what):
    """Makes an entry of the ledger, or a hold; returns it."""
    customer = items("/customers")[0]["id"]
    row = None
    for step in ("earn", what):
        number = next(numbers)
        body = {"amount": 10, "reason": "A kettle", "source": {"system": "shop", "id": f"{step} {number}"}}
        if step == "holds":
            del body["reason"]
        row = ask("POST", f"/customers/{customer}/points/{step}", body, **{"Idempotency-Key": f"{step}-{number}"})
    return {"id": row["id"]} if row else {}


def place(method, path, turn):
    """Returns path parameters of rows that exist."""
    resource, _, action = re.match(r"/api/v1/((?:sla/|loyalty/)?[a-z-]+)(?:/\{\w+\})?(/(.+))?$", path).groups()
    if path.startswith("/api/v1/feedback/by-number"):
        return {"number": feedback()["number"]}
    if path.startswith("/api/v1/customers/by-ref"):
        return {"system": "erp", "external_id": f"C-{turn % 3}"}
    special = {
        "/api/v1/customers/{id}/tags/{name}": lambda: (
            lambda row: {"id": row["id"], "name": tag_name(row["tags"][0])})(tagged_customer()),
        "/api/v1/calendars/{id}/exceptions/{date}": exception,
        "/api/v1/calendars/{id}/versions/{number}": lambda: {"id": items("/calendars")[0]["id"], "number": 1},
        "/api/v1/staff/{id}/absences/{absence_id}": absence,
        "/api/v1/feedback/{id}/replies/{reply_id}/delivery": delivery,
        "/api/v1/feedback/{id}/clocks/{kind}/explain": lambda: {
            "id": (row := feedback())["id"], "kind": ask("GET", f"/feedback/{row['id']}/clocks")["items"][0]["kind"]},
        "/api/v1/feedback/{id}/merge": pair,
        "/api/v1/imports/{id}/start": an_import,
        "/api/v1/imports/{id}/cancel": an_import,
        "/api/v1/tags/{id}": lambda: {"id": made("/tags", {"name": f"tag {next(numbers)}"})["id"]},
        "/api/v1/api-keys/{id}/revoke": lambda: {
            "id": made("/api-keys", {"name": f"key {next(numbers)}", "scopes": ["feedback:read"]})["id"]},
    }.get(path)
    if special:
        return special()
    if resource in ("loyalty/holds", "loyalty/entries"):
        return points("holds" if resource == "loyalty/holds" else "earn")
    if resource == "staff" and method != "GET":
        return {"id": staff()["id"]}
    if resource == "feedback":
        row = feedback(action if method == "POST" and action != "track-token" else None)
        return {"id": row["id"]}
    if resource == "imports" and not items("/imports"):
        return an_import()
    row = pick(items(f"/{resource}"), turn)
    return {"id": row["id"]} if row else {}


def tag_name(tag):
    return tag["name"] if isinstance(tag, dict) else tag


def reference(key, path, turn):
    """Returns the id of a row that the member `key` of a body may name."""
    if key == "into_id":
        return pick(items("/feedback?status=in_progress"), turn)["id"]
    kinds = {"customer": "customers", "to_customer": "customers", "department": "departments?active=true", "service_team": "departments?active=true",
             "parent": "departments?active=true", "calendar": "calendars"}
    found = kinds.get(key.removesuffix("_id"))
    if found:
        rows = items("/" + found)
        return pick(rows, turn)["id"] if rows else None
    return pick(items("/staff?active=true"), turn)["id"]


def mended(body, path, turn):
    """Exchanges ids in a body for those of real rows, and instants for ones that lie ahead."""
    if not isinstance(body, dict):
        return body
    body = dict(body)
    for key, value in body.items():
        if key.endswith("_id") and isinstance(value, str) and UUID.fullmatch(value):
            body[key] = reference(key, path, turn)
        elif key in ("expected_at", "eta", "expires_at") and isinstance(value, str):
            ahead = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)
            body[key] = ahead.strftime("%Y-%m-%dT%H:%M:%SZ")
    if path.endswith("/dispatch") or path.endswith("/transfer"):
        body = {key: value for key, value in body.items() if key not in ("handler_id", "department_id")}
        if path.endswith("/transfer"):
            body["department_id"] = reference("department_id", path, turn)
    body.pop("compensation", None)
    return body


def known_good(method, path):
    """Returns a body that succeeds where a schema cannot say which do."""
    number = next(numbers)
    head = lambda: staff("department_head", items("/departments")[0]["id"])["id"]  # noqa: E731
    week = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    good = {
        ("POST", "/api/v1/auth/login"): lambda: {"email": EMAIL, "password": PASSWORD},
        ("POST", "/api/v1/auth/refresh"): lambda: {
            "refresh_token": made("/auth/login", {"email": EMAIL, "password": PASSWORD})["refresh_token"]},
        ("POST", "/api/v1/auth/password"): lambda: {"current_password": PASSWORD, "new_password": "another long one 7"},
        ("POST", "/api/v1/staff"): lambda: {"email": f"new-{number}@example.com", "display_name": "New",
                                            "role": "analyst", "password": f"brand-new-{number}"},
        ("POST", "/api/v1/departments"): lambda: {"code": f"d{number}", "name": f"Department {number}",
                                                  "kind": "other", "head_id": head()},
        ("POST", "/api/v1/calendars"): lambda: {"name": f"Calendar {number}", "time_zone": "Asia/Shanghai",
                                                "weekly": week, "standard_day_minutes": 480},
        ("PATCH", "/api/v1/calendars/{id}"): lambda: {"weekly": week},
        ("POST", "/api/v1/calendars/{id}/exceptions"): lambda: {"date": f"20{number % 60 + 32}-03-05",
                                                                "kind": "holiday", "name": "A day off"},
        ("POST", "/api/v1/staff/{id}/absences"): lambda: {"from": "2031-01-01T00:00:00Z",
                                                          "to": "2031-02-01T00:00:00Z"},
        ("POST", "/api/v1/feedback/{id}/merge"): lambda: {"into_id": pair.other, "reason": "The same case."},
        ("PATCH", "/api/v1/settings"): lambda: {"reopen_window_days": 7 + number % 7},
        ("POST", "/api/v1/imports"): lambda: {"kind": "customers", "file": '{"kind": "person", "name": "A"}'},
    }.get((method, path))
    return good and good()


def track(action, case):
    """Names feedback by its number and a fresh token of the customer's own window."""
    row = feedback({"answer": "customer-answer"}.get(action, action))
    fresh = ask("POST", f"/feedback/{row['id']}/track-token", {})
    if fresh:
        case.path_parameters["number"] = row["number"]
        if "X-Track-Token" in (case.headers or {}):
            case.headers["X-Track-Token"] = fresh["track_token"]


def is_right(case, location):
    part = case.meta and case.meta.components.get(location)
    return part is not None and part.mode.is_positive


@schemathesis.hook
def before_call(context, case, kwargs):
    method, path = case.operation.method.upper(), case.operation.path
    if case.meta is None or case.meta.phase.name.value == "stateful":
        return
    tried[method, path] += 1
    turn = tried[method, path]
    if case.meta.phase.name.value == "fuzzing" and turn % 3 == 0:
        return
    if is_right(case, ParameterLocation.PATH) and case.path_parameters:
        if path.startswith("/api/v1/track/"):
            track(path.split("}")[1].strip("/") or None, case)
        else:
            case.path_parameters.update(place(method, path, turn))
    if is_right(case, ParameterLocation.HEADER) and method == "PATCH" and "If-Match" in (case.headers or {}):
        case.headers["If-Match"] = "*"
    if is_right(case, ParameterLocation.BODY) and isinstance(case.body, dict):
        good = known_good(method, path) if turn % 2 else None
        case.body = good or mended(case.body, path, turn)


@schemathesis.hook
def after_call(context, case, response):
    answers[f"{case.operation.method.upper()} {case.operation.path}"][response.status_code] += 1


@atexit.register
def report():
    with open(REPORT, "a") as file:
        for operation, seen in answers.items():
            print(json.dumps({"operation": operation, "answers": seen}), file=file)
