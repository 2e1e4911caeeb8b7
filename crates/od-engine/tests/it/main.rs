//! Stories of the engine against the simulator, on real databases.

#![expect(
    clippy::unwrap_used,
    clippy::needless_pass_by_value,
    reason = "helpers of tests fail the test, and take json! values as they come"
)]

mod answers;
mod audit;
mod audit_export;
mod below_zero;
mod browsing;
mod budget;
mod chaos;
mod concurrency;
mod consent;
mod created_again;
mod creating;
mod deleting;
mod differences;
mod email_changes;
mod grants;
mod handed_out;
mod insight;
mod isolation;
mod items;
mod just_ended;
mod keys;
mod leases;
mod leaving;
mod left;
mod limits;
mod links;
mod moves;
mod mutation;
mod oauth;
mod overtaken;
mod parts_overtaken;
mod perhaps;
mod product_batches;
mod product_lists;
mod products;
mod reading;
mod recorded;
mod refusals;
mod remarks;
mod replacing;
mod replicas;
mod restoring;
mod root_keys;
mod rotating;
mod secrets;
mod sessions;
mod shipment_batches;
mod shipment_tables;
mod shipments;
mod sign_ups;
mod signing_in;
mod stolen;
mod stores;
mod support;
mod tampering;
mod templates;
mod thief;
mod tokens;
mod unknown;
mod waiting;
mod webhooks;
mod window;
