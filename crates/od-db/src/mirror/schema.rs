//! The tables in memory.

/// Orders by Order Desk's id; their lines and discounts; and an index of words that holds no text.
pub(super) const TABLES: &[&str] = &[
    "CREATE TABLE zone (since INTEGER PRIMARY KEY, seconds INTEGER NOT NULL)",
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, source_id TEXT NOT NULL, source TEXT NOT NULL, email TEXT NOT NULL, \
     folded TEXT NOT NULL, name TEXT NOT NULL, country TEXT NOT NULL, method TEXT NOT NULL, payment TEXT NOT NULL, folder INTEGER NOT NULL, \
     added INTEGER NOT NULL, day INTEGER NOT NULL, updated TEXT NOT NULL, shipped INTEGER, items INTEGER NOT NULL, \
     units INTEGER NOT NULL, total INTEGER NOT NULL, products INTEGER NOT NULL, shipping INTEGER NOT NULL, \
     tax INTEGER NOT NULL, discount INTEGER NOT NULL, refund INTEGER NOT NULL, basket INTEGER NOT NULL, \
     address INTEGER NOT NULL, buyer TEXT NOT NULL, people TEXT, parcels TEXT NOT NULL) STRICT",
    "CREATE INDEX orders_added ON orders (added)",
    // For the first order of a customer.
    "CREATE INDEX orders_email ON orders (folded, day)",
    // For orders that have something in common.
    "CREATE INDEX orders_basket ON orders (folded, basket)",
    "CREATE INDEX orders_address ON orders (address, basket)",
    "CREATE INDEX orders_source ON orders (source_id, source)",
    "CREATE TABLE lines (order_id INTEGER NOT NULL, place INTEGER NOT NULL, sku TEXT NOT NULL, name TEXT NOT NULL, \
     units INTEGER NOT NULL, amount INTEGER NOT NULL, PRIMARY KEY (order_id, place)) STRICT, WITHOUT ROWID",
    "CREATE TABLE discounts (order_id INTEGER NOT NULL, place INTEGER NOT NULL, code TEXT NOT NULL, amount INTEGER NOT NULL, \
     PRIMARY KEY (order_id, place)) STRICT, WITHOUT ROWID",
    // Accents and case are folded; what must match as a whole is put in as one word.
    "CREATE VIRTUAL TABLE words USING fts5 (source, tracking, email, phone, sku, name, street, text, content = '', \
     contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2')",
];
