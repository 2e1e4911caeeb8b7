//! Order Desk API v2 over HTTP.
