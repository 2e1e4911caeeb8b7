-- Whether a process has lost the Redis that the others share: it cannot tell them what it changes, so they give nothing that is kept.
-- The PostgreSQL twin of this file differs in column types only (a test compares them).

ALTER TABLE live_processes ADD COLUMN cut_off INTEGER NOT NULL DEFAULT 0;
