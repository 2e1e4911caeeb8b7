-- Leases hang on the life of the process that holds them, and fall with it. Leases are for moments, so those of before are
-- dropped: nothing else may run on this database while it is brought up to date.
DROP TABLE order_leases;

-- Processes that hold something. A row that is not renewed by its time may be removed by anybody.
CREATE TABLE live_processes (
    id TEXT NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
CREATE INDEX live_processes_expiry ON live_processes (expires_at);

-- Who may change a record right now, when several processes share this database.
CREATE TABLE order_leases (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    process TEXT NOT NULL REFERENCES live_processes (id) ON DELETE CASCADE
);
CREATE INDEX order_leases_process ON order_leases (process);

-- The database's own time in milliseconds since the epoch, so that processes need no clocks that agree.
CREATE VIEW database_clock AS SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) AS millis;
