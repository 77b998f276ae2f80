"""What no schema can say of a request, so that schemathesis does not expect it to be accepted."""

import schemathesis


@schemathesis.hook
def filter_case(context, case):
    """Leaves out requests in which a header and a field that are names of one thing differ: they are refused."""
    body = case.body if isinstance(case.body, dict) else {}
    headers = case.headers or {}
    key, tag = headers.get("Idempotency-Key"), headers.get("If-Match")
    version = body.get("basedOnVersion")
    keys_differ = bool(key) and bool(body.get("commandId")) and body["commandId"] != key
    versions_differ = bool(tag) and bool(version) and tag != f'"{version}"'
    return not (keys_differ or versions_differ)
