"""Many runs of one program: under other schedules, or cancelled at each await."""

from __future__ import annotations

import json
from typing import Any

from . import isolation
from . import request as requests
from .session import Send, Session


def explore(text: str, send: Send) -> str:
    """Runs the program once for each seed of `seeds`, or each await of `cancels`, both ends included.

    Sends an `outcome` for each. The answer says how many there were.
    """
    try:
        asked, rest = requests.parse(text)
        field = "seeds" if "seeds" in rest else "cancels"
        first, last = (int(end) for end in rest[field])
    except (requests.BadRequest, KeyError, TypeError, ValueError) as error:
        return json.dumps({"state": "failed", "why": str(error) or "the request needs seeds or cancels", "runs": 0})
    with isolation.frozen():
        for number in range(first, last + 1):
            one = asked.under(number, asked.cancel) if field == "seeds" else asked.under(asked.schedule, number)
            send("outcome", json.dumps(_outcome(one)))
    return json.dumps({"state": "finished", "why": "", "runs": max(last - first + 1, 0)})


def _outcome(asked: requests.Request) -> dict[str, Any]:
    output: list[str] = []
    errors: list[str] = []

    def send(kind: str, text: str) -> None:
        if kind == "stdout":
            output.append(text)
        elif kind == "stderr":
            errors.append(text)

    answer = Session(asked, send).run()
    failed = answer["state"] == "failed"
    said = "".join(errors).strip().splitlines() if failed else []
    if said and said[-1].lstrip().startswith("+"):
        # The text of an exception group ends with a frame around the last exception.
        said.append(answer["why"])
    return {
        "seed": asked.schedule,
        "cancel": asked.cancel,
        "state": answer["state"],
        "output": "".join(output),
        "error": said[-1] if said else "",
        "why": answer["why"],
        "line": answer["line"],
        "seconds": answer["seconds"],
    }
