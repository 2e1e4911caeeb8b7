// What "nothing was lost" means for one upload: the same rule as in judge.py.

import assert from "node:assert/strict";

/** Order Desk keeps these itself: what an upload says about them does not count. */
const SERVER_KEPT = new Set(["date_updated"]);

/**
 * Exactly one PUT was sent, and its body is the whole record as it was read, with nothing changed but `change`.
 * A masked card number is sent as its last digits under the name that Order Desk reads, so `cc_number` may be added.
 */
export function judgeUpload(uploads, before, change) {
  assert.equal(uploads.length, 1, `expected one upload, saw ${uploads.length}`);
  const expected = structuredClone(before);
  change(expected);
  compare(expected, uploads[0].body, "");
  const added = Object.keys(uploads[0].body).filter((key) => !(key in before) && key !== "cc_number");
  assert.deepEqual(added, [], "the upload has fields that the record did not have");
}

function compare(expected, sent, path) {
  if (expected === null || typeof expected !== "object") return assert.equal(sent, expected, path || "/");
  assert.equal(Array.isArray(sent), Array.isArray(expected), `${path}: list or object`);
  if (Array.isArray(expected)) assert.equal(sent.length, expected.length, `${path}: number of entries`);
  for (const [key, value] of Object.entries(expected)) {
    if (path === "" && SERVER_KEPT.has(key)) continue;
    assert.ok(sent !== null && key in sent, `${path}/${key} was dropped`);
    compare(value, sent[key], `${path}/${key}`);
  }
}
