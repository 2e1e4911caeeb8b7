"""What "nothing was lost" means for one upload: the same rule as in judge.mjs."""

import copy
from collections.abc import Callable
from typing import Any

# Order Desk keeps these itself: what an upload says about them does not count.
SERVER_KEPT = {"date_updated"}


def judge_upload(uploads: list[dict[str, Any]], before: dict[str, Any], change: Callable[[dict[str, Any]], None]) -> None:
    """Exactly one PUT was sent, and its body is the whole record as it was read, with nothing changed but `change`.

    A masked card number is sent as its last digits under the name that Order Desk reads, so `cc_number` may be added.
    """
    assert len(uploads) == 1, f"expected one upload, saw {len(uploads)}"
    body = uploads[0]["body"]
    expected = copy.deepcopy(before)
    change(expected)
    compare(expected, body, "")
    added = body.keys() - before.keys() - {"cc_number"}
    assert not added, f"the upload has fields that the record did not have: {added}"


def compare(expected: Any, sent: Any, path: str) -> None:
    """Everything in `expected` is in `sent`, with the same value and JSON type."""
    assert type(expected) is type(sent), f"{path}: {type(expected).__name__} became {type(sent).__name__}"
    if isinstance(expected, dict):
        for key, value in expected.items():
            if path == "" and key in SERVER_KEPT:
                continue
            assert key in sent, f"{path}/{key} was dropped"
            compare(value, sent[key], f"{path}/{key}")
    elif isinstance(expected, list):
        assert len(expected) == len(sent), f"{path}: {len(expected)} entries became {len(sent)}"
        for index, value in enumerate(expected):
            compare(value, sent[index], f"{path}/{index}")
    else:
        assert expected == sent, f"{path}: {expected!r} became {sent!r}"
