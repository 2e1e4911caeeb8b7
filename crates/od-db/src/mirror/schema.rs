//! The tables in memory.

/// What lists show of orders, by Order Desk's id, and an index of words that holds no text.
pub(super) const TABLES: &[&str] = &[
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, source_id TEXT NOT NULL, email TEXT NOT NULL, folded TEXT NOT NULL, \
     name TEXT NOT NULL, updated TEXT NOT NULL, added INTEGER NOT NULL, buyer TEXT NOT NULL, people TEXT, \
     parcels TEXT NOT NULL) STRICT",
    "CREATE INDEX orders_email ON orders (folded)",
    // Accents and case are folded; what must match as a whole is put in as one word.
    "CREATE VIRTUAL TABLE words USING fts5 (source, tracking, email, phone, sku, name, street, text, content = '', \
     contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2')",
];

/// The words of the index by themselves. It is no part of an image.
pub(super) const VOCABULARY: &str =
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab (main, words, col)";
