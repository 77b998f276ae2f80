"""Leaves a rollout that has ended on the platform: whoever watches it gets an answer that ends too. Argument: CONTROL-URL."""

import json
import sys
import urllib.error
import urllib.request

ROLLOUTS = sys.argv[1] + "/control/v1/rollouts"


def post(path, body):
    request = urllib.request.Request(ROLLOUTS + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        urllib.request.urlopen(request, timeout=10).close()
    except urllib.error.HTTPError as refused:
        if refused.code != 409:  # it is there since an earlier run
            raise SystemExit(f"the control API refused with {refused.code}: {refused.read().decode()}")


post("", {"id": "ended", "model": "digits", "candidateVersion": "2", "steps": [{"weightPercent": 1}]})
post("/ended/abort", {})
