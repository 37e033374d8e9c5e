SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: test
test: fmt lint nextest ## Everything that must hold: what continuous integration runs

.PHONY: fmt
fmt: ## Formatting
	@printf '\n== formatting\n'
	cargo fmt --all --check

.PHONY: lint
lint: ## Clippy with every warning an error
	@printf '\n== clippy\n'
	cargo clippy --workspace --all-targets --locked -- -D warnings

.PHONY: nextest
nextest: ## Unit, integration, end-to-end and architecture tests
	@printf '\n== tests\n'
	cargo nextest run --workspace --locked --no-tests=pass
