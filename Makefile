# Thin recipes: the work is done by cargo and by scripts/. Run `make` for the list.

.DEFAULT_GOAL := help

help:        ## this list
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1\t/p' Makefile | expand -t 14
build:       ## the program as it is shipped and measured, target/dist/orderdesk-mcp; takes its time
	cargo build --profile dist --locked
demo:        ## a living shop and the MCP server on it; no account needed
	cargo run --release --locked -- demo
test:        ## every Rust test, on SQLite and PostgreSQL
	scripts/test.sh
e2e:         ## the official MCP clients, over HTTP and stdio
	scripts/e2e.sh stories
conformance: ## the MCP conformance suite
	scripts/e2e.sh conformance
lint:        ## formatting, clippy, documentation, links, packaging, shell scripts
	scripts/lint.sh
fmt:         ## format the code
	cargo fmt --all
reference:   ## write the files that are generated from the code
	scripts/reference.sh
mutants:     ## change the code place by place and name the changes that no test notices
	scripts/mutants.sh "$(CRATE)" $(SHARD)
bench:       ## measure throughput, upstream calls, memory, start and tenant lookup
	scripts/bench.sh
soak:        ## three replicas under webhooks, load and trouble, for an hour
	scripts/soak.sh
ci:          ## everything the continuous integration runs
	.ci/run

.PHONY: help build demo test e2e conformance lint fmt reference mutants bench soak ci
