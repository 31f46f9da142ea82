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
SPARE = "somebody to spare 7"

UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
answers = defaultdict(Counter)
tried = Counter()
places = {}
numbers = itertools.count(1)
session = {}


def token():
    """Returns the administrator's access token, with minutes to live. Failures of others lock the door, so that who is
    in stays in."""
    if time.monotonic() > session.get("until", 0):
        last = session.get("refresh_token")
        new = last and ask("POST", "/auth/refresh", {"refresh_token": last}, Authorization="")
        new = new or ask("POST", "/auth/login", {"email": EMAIL, "password": PASSWORD}, Authorization="")
        session.update(new, until=time.monotonic() + 300)
    return session["access_token"]


def ask(method, path, body=None, **headers):
    """Asks the server past the run; None where it refuses."""
    headers = {"Content-Type": "application/json", "Idempotency-Key": f"lead-{next(numbers)}"} | headers
    if "Authorization" not in headers:
        headers["Authorization"] = f"Bearer {token()}"
    data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(URL + path, data, headers, method=method)) as answer:
            return json.loads(answer.read() or b"{}")
    except urllib.error.HTTPError:
        return None


def items(path):
    return (ask("GET", path + ("&" if "?" in path else "?") + "limit=100") or {}).get("items", [])


@functools.cache
def lately(path, _half_a_minute):
    return items(path)


def some(path):
    """Returns rows that were there a moment ago."""
    return lately(path, time.monotonic() // 30)


def pick(rows, turn):
    return rows[turn % len(rows)] if rows else None


def made(path, body):
    return ask("POST", path, body)


def staff(role="analyst", department=None):
    """Makes somebody whom nobody misses."""
    number = next(numbers)
    return made("/staff", {"email": f"spare-{number}@example.com", "display_name": f"Spare {number}", "role": role,
                           "department_id": department, "password": SPARE})


feedback_ids = []
last_allowing = {}
refusing = defaultdict(set)
beyond = {}


def feedback(action=None):
    """Returns feedback of which the administrator may take `action` now."""
    if not feedback_ids:
        for status in ("registered", "dispatched", "in_progress", "awaiting_customer", "awaiting_third_party",
                       "pending_approval", "approved", "replied", "escalated", "closed", "merged", "cancelled"):
            feedback_ids.extend(row["id"] for row in items(f"/feedback?status={status}")[:12])
    if action in beyond:
        return beyond[action]
    known = [last_allowing[action]] if action in last_allowing else []
    for id in known + [id for id in feedback_ids if id not in refusing[action]]:
        row = ask("GET", f"/feedback/{id}")
        if row and (action is None or action in row["allowed_actions"]):
            last_allowing[action] = id
            return row
        refusing[action].add(id)
    row = in_state(action)
    if action in row["allowed_actions"]:
        last_allowing[action] = row["id"]
    else:
        beyond[action] = row
    return row


@functools.cache
def handler():
    """Hires somebody who handles feedback; returns their department, and headers with their token."""
    department = some("/departments?active=true")[0]["id"]
    hired = staff("handler", department)
    theirs = ask("POST", "/auth/login", {"email": hired["email"], "password": SPARE}, Authorization="")
    return department, {"Authorization": f"Bearer {theirs['access_token']}"}


def in_state(action):
    """Leads new feedback to where the administrator may take `action`, if there is such a place on its way."""
    department, their = handler()
    mine = {}
    steps = [
        ("dispatch", {"department_id": department}, mine), ("accept", {}, their),
        ("submit-plan", {"measure": "replace", "text": "A new kettle.", "basis": "Rule 4"}, their),
        ("approve", {}, mine), ("reply", {"text": "A new kettle is on its way.", "basis": "Rule 4"}, their),
        ("confirm", {"verdict": "dissatisfied", "score": 1, "evidence": "A call."}, mine),
    ]
    row = made("/feedback", {"contact": {"name": "Li Lei"}, "channel": "phone", "type": "complaint",
                             "description": "The kettle leaks.", "demand": "A new one."})
    feedback_ids.append(row["id"])
    for step, body, who in steps:
        if action in row["allowed_actions"]:
            break
        ask("POST", f"/feedback/{row['id']}/{step}", body, **who)
        row = ask("GET", f"/feedback/{row['id']}")
    return row


def tagged_customer():
    return next((row for row in items("/customers") if row.get("tags")), None)


def exception():
    calendar = some("/calendars")[0]["id"]
    date = (datetime.date(2031, 1, 1) + datetime.timedelta(days=next(numbers))).isoformat()
    made(f"/calendars/{calendar}/exceptions", {"date": date, "kind": "holiday", "name": "A day off"})
    return {"id": calendar, "date": date}


def absence():
    person = staff()["id"]
    row = made(f"/staff/{person}/absences", {"from": "2031-01-01T00:00:00Z", "to": "2031-02-01T00:00:00Z"})
    return {"id": person, "absence_id": row["id"]}


def an_import():
    """Uploads a preview, and waits until it can be started."""
    parts = {"kind": "customers", "preview": "true", 'file"; filename="rows.ndjson': '{"kind": "person", "name": "A"}'}
    body = "".join(f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
                   for name, text in parts.items()) + "--b--\r\n"
    job = ask("POST", "/imports", body.encode(), **{"Content-Type": "multipart/form-data; boundary=b"})
    for _ in range(100):
        if "start" in ask("GET", f"/imports/{job['id']}")["allowed_actions"]:
            break
        time.sleep(0.05)
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
    customer = some("/customers")[0]["id"]
    one, other = (made("/feedback", {"customer_id": customer, "channel": "phone", "type": "complaint",
                                     "description": "The kettle leaks.", "demand": "A new one."}) for _ in range(2))
    pair.other = other["id"]
    return {"id": one["id"]}


def customer():
    return made("/customers", {"kind": "person", "name": f"Li Lei {next(numbers)}"})["id"]


def merge():
    """Makes two records of one customer; returns the first, and leaves the second for `into_id`."""
    merge.other = customer()
    return {"id": customer()}


def merged():
    """Merges two records of one customer; returns the one that is a part of the other now."""
    one = merge()["id"]
    made(f"/customers/{one}/merge", {"into_id": merge.other})
    return {"id": one}


def moving(amount=10):
    """Returns the body of a call that moves points."""
    return {"amount": amount, "reason": "A kettle", "source": {"system": "shop", "id": f"order {next(numbers)}"}}


def program(**changes):
    """Sets the rules of the points program under which the next steps succeed."""
    plain = {"activation": "immediate", "validity": "never", "min_redeem": 1, "max_redeem_percent": 100,
             "adjustment_limit": None, "transfer_daily_limit": None}
    ask("PATCH", "/loyalty/program", plain | changes, **{"If-Match": "*"})


def saver():
    """Makes a customer who has points."""
    program()
    id = customer()
    made(f"/customers/{id}/points/earn", moving(1000))
    return {"id": id}


def entry(activation):
    """Makes an entry of the ledger."""
    program(activation=activation)
    return {"id": made(f"/customers/{customer()}/points/earn", moving())["id"]}


def hold():
    body = {key: value for key, value in moving().items() if key != "reason"}
    return {"id": made(f"/customers/{saver()['id']}/points/holds", body)["id"]}


def redemption(action=None):
    """Redeems a coupon; returns the redemption where `action` is the next step, or with its coupon."""
    reward = made("/loyalty/rewards", {"kind": "coupon", "name": "A coupon", "cost": 1})["id"]
    row = made(f"/loyalty/rewards/{reward}/redemptions", {"customer_id": saver()["id"]})
    for step in ("confirm", "fulfil"):
        if action in (step, "cancel"):
            break
        row = made(f"/loyalty/redemptions/{row['id']}/{step}", {})
    return row


def coupon(action):
    """Makes a coupon, locked where it shall be used or unlocked."""
    row = redemption()
    if action in ("unlock", "use"):
        made("/loyalty/coupons/lock", {"code": row["coupon_code"]})
    return {"id": row["coupon_id"]}


def rule():
    """Returns the body of a rule that points are earned by."""
    return {"code": f"rule-{next(numbers)}", "name": "A rule", "trigger": "order", "priority": 10,
            "points": {"kind": "per_amount", "points": 1, "per_minor": 100, "currency": "CNY"}}


def tier():
    """Returns the body of a call that gives a tier by hand."""
    code = next(row["code"] for row in items("/loyalty/tiers") if row["active"])
    return {"tier": code, "reason": "A friend", "until": "2031-01-01T00:00:00Z"}


def adjustment():
    """Lets a program ask for an adjustment that somebody else decides on."""
    key = made("/api-keys", {"name": f"key {next(numbers)}", "scopes": ["points:adjust"]})
    id = saver()["id"]
    program(adjustment_limit=0)
    row = ask("POST", f"/customers/{id}/points/adjust", {"amount": 5, "reason": "A kettle"},
              Authorization=f"Bearer {key['key']}")
    return {"id": row["id"]}


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
        "/api/v1/calendars/{id}/versions/{number}": lambda: {"id": some("/calendars")[0]["id"], "number": 1},
        "/api/v1/staff/{id}/absences/{absence_id}": absence,
        "/api/v1/feedback/{id}/replies/{reply_id}/delivery": delivery,
        "/api/v1/feedback/{id}/clocks/{kind}/explain": lambda: {
            "id": (row := feedback())["id"], "kind": ask("GET", f"/feedback/{row['id']}/clocks")["items"][0]["kind"]},
        "/api/v1/feedback/{id}/merge": pair,
        "/api/v1/customers/{id}/merge": merge,
        "/api/v1/customers/{id}/unmerge": merged,
        "/api/v1/imports/{id}/start": an_import,
        "/api/v1/imports/{id}/cancel": an_import,
        "/api/v1/tags/{id}": lambda: {"id": made("/tags", {"name": f"tag {next(numbers)}"})["id"]},
        "/api/v1/api-keys/{id}/revoke": lambda: {
            "id": made("/api-keys", {"name": f"key {next(numbers)}", "scopes": ["feedback:read"]})["id"]},
    }.get(path)
    if special:
        return special()
    if resource == "customers" and method == "POST" and (action or "").startswith("points/"):
        return saver()
    if resource == "loyalty/entries":
        return entry("on_confirm" if action == "activate" else "immediate")
    if resource == "loyalty/holds":
        return hold()
    if resource == "loyalty/redemptions":
        return {"id": redemption(action)["id"]}
    if resource == "loyalty/coupons":
        return coupon(action)
    if resource == "loyalty/earning-rules":
        return {"id": made("/loyalty/earning-rules", rule())["id"]}
    if resource == "loyalty/adjustments":
        return adjustment()
    if resource == "staff" and method != "GET":
        return {"id": staff()["id"]}
    if resource == "feedback":
        row = feedback(action if method == "POST" and action != "track-token" else None)
        return {"id": row["id"]}
    if resource == "imports" and not items("/imports"):
        return an_import()
    row = pick(some(f"/{resource}"), turn)
    return {"id": row["id"]} if row else {}


def tag_name(tag):
    return tag["name"] if isinstance(tag, dict) else tag


def reference(key, path, turn):
    """Returns the id of a row that the member `key` of a body may name."""
    if key == "into_id":
        return merge.other if "/customers/" in path else pair.other
    kinds = {"customer": "customers", "to_customer": "customers", "department": "departments?active=true", "service_team": "departments?active=true",
             "parent": "departments?active=true", "calendar": "calendars"}
    found = kinds.get(key.removesuffix("_id"))
    if found:
        rows = some("/" + found)
        return pick(rows, turn)["id"] if rows else None
    return pick(some("/staff?active=true"), turn)["id"]


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
    head = lambda: staff("department_head", some("/departments")[0]["id"])["id"]  # noqa: E731
    week = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    bought = lambda: {"customer_id": items("/customers")[0]["id"], "kind": "purchase", "currency": "CNY",  # noqa: E731
                      "occurred_at": "2026-01-09T09:00:00Z", "channel": "store",
                      "external_ref": {"system": "shop", "id": f"order-{number}"},
                      "lines": [{"product": "P-7", "category": "家电", "quantity": 1, "revenue_minor": 19900}]}
    good = {
        ("POST", "/api/v1/orders"): bought,
        ("POST", "/api/v1/usage-events"): lambda: {"customer_id": items("/customers")[0]["id"], "kind": "login"},
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
        ("POST", "/api/v1/customers/{id}/merge"): lambda: {"into_id": merge.other},
        ("POST", "/api/v1/customers/{id}/points/earn"): moving,
        ("POST", "/api/v1/customers/{id}/points/redeem"): moving,
        ("POST", "/api/v1/customers/{id}/points/adjust"): lambda: {"amount": -1, "reason": "A kettle"},
        ("POST", "/api/v1/customers/{id}/points/holds"): lambda: {
            "amount": 10, "source": {"system": "shop", "id": f"basket {number}"}},
        ("POST", "/api/v1/customers/{id}/points/transfer"): lambda: {
            "to_customer_id": customer(), "amount": 10, "reason": "A gift"},
        ("POST", "/api/v1/customers/{id}/tier"): tier,
        ("POST", "/api/v1/loyalty/earning-rules"): rule,
        ("POST", "/api/v1/loyalty/rewards"): lambda: {"kind": "gift", "name": f"Reward {number}", "cost": 10},
        ("POST", "/api/v1/loyalty/rewards/{id}/redemptions"): lambda: {"customer_id": saver()["id"]},
        ("POST", "/api/v1/loyalty/coupons/lock"): lambda: {"code": redemption()["coupon_code"]},
        ("POST", "/api/v1/loyalty/entries/{id}/reverse"): lambda: {"reason": "Returned."},
        ("POST", "/api/v1/loyalty/holds/{id}/capture"): dict,
        ("POST", "/api/v1/feedback/{id}/merge"): lambda: {"into_id": pair.other, "reason": "The same case."},
        ("PATCH", "/api/v1/settings"): lambda: {"reopen_window_days": 7 + number % 7},
        ("POST", "/api/v1/imports"): lambda: {"kind": "customers", "file": '{"kind": "person", "name": "A"}'},
    }.get((method, path))
    return good and good()


def window(action):
    """Makes a fresh token of the customer's own window; returns it after the number."""
    row = feedback({"answer": "customer-answer"}.get(action, action))
    return row["number"], ask("POST", f"/feedback/{row['id']}/track-token", {})["track_token"]


def is_right(case, location):
    part = case.meta and case.meta.components.get(location)
    return part is not None and part.mode.is_positive


def led(where, *asked):
    """Returns where a request is led; nowhere, when the requests of before stand in the way."""
    try:
        return where(*asked)
    except (IndexError, KeyError, StopIteration, TypeError):
        return None


def lead(method, path, turn):
    """Returns path parameters and headers of rows that exist."""
    if path.startswith("/api/v1/track/"):
        number, token = led(window, path.split("}")[1].strip("/") or None) or (None, None)
        return ({"number": number}, {"X-Track-Token": token}) if token else ({}, {})
    return led(place, method, path, turn) or {}, {}


@functools.cache
def me():
    return ask("GET", "/auth/me")["id"]


def spare(case, method, path):
    """Keeps the administrator able to sign in: whom others find is somebody else."""
    if path.startswith("/api/v1/staff/{id}") and method != "GET" and (case.path_parameters or {}).get("id") == me():
        case.path_parameters["id"] = staff()["id"]
    body = case.body if isinstance(case.body, dict) else {}
    if path == "/api/v1/auth/login" and body.get("password") != PASSWORD and EMAIL in str(body.get("email")).lower():
        body["email"] = f"nobody-{next(numbers)}@example.com"


@schemathesis.hook
def before_call(context, case, kwargs):
    method, path = case.operation.method.upper(), case.operation.path
    spare(case, method, path)
    if case.meta is None or case.meta.phase.name.value == "stateful":
        return
    tried[method, path] += 1
    turn, may_succeed = tried[method, path], case.meta.generation.mode.is_positive
    if case.meta.phase.name.value == "fuzzing" and turn % 3 == 0:
        return
    if is_right(case, ParameterLocation.PATH) and case.path_parameters:
        # what is refused whatever the row leaves it as it is: the next one that is wrong may have it too
        if may_succeed or (method, path) not in places:
            places[method, path] = lead(method, path, turn)
        parameters, headers = places[method, path]
        case.path_parameters.update(parameters)
        if is_right(case, ParameterLocation.HEADER) and headers.keys() <= (case.headers or {}).keys():
            case.headers.update(headers)
    if is_right(case, ParameterLocation.QUERY) and case.query:
        case.query.pop("cursor", None)  # only a page before could tell one
        if path.endswith("/working-time") and turn % 2:
            case.query.update({"from": "2031-01-01T00:00:00Z", "to": "2031-02-01T00:00:00Z"})
    if is_right(case, ParameterLocation.HEADER) and "If-Match" in (case.headers or {}):
        if method == "PATCH" or turn % 2:
            case.headers["If-Match"] = "*"
    if is_right(case, ParameterLocation.BODY) and isinstance(case.body, dict):
        good = led(known_good, method, path) if turn % 2 and may_succeed else None
        case.body = mended(case.body, path, turn) if good is None else good
        if good is not None and "Idempotency-Key" in (case.headers or {}):
            case.headers["Idempotency-Key"] = f"good-{next(numbers)}"


@schemathesis.hook
def after_call(context, case, response):
    answers[f"{case.operation.method.upper()} {case.operation.path}"][response.status_code] += 1


@atexit.register
def report():
    with open(REPORT, "a") as file:
        for operation, seen in answers.items():
            print(json.dumps({"operation": operation, "answers": seen}), file=file)
