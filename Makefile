SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

export PATH := $(CURDIR)/.tools/venv/bin:$(CURDIR)/.tools/bin:$(PATH)
export SAM_CLI_TELEMETRY := 0

heading = @printf '\n== %s\n' '$(1)'

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##### the laptop

.PHONY: run
run: binaries ## Start everything at http://localhost:8080 (POSTERN_PORT, POSTERN_ISSUER, PARAMETERS="Name=value ..." change it)
	@mkdir -p .local && rm -f .local/demo.json # readers wait for it
	target/debug/postern-local --template template.yaml --functions target/debug --outputs .local/outputs.json \
	  --log-dir .local/logs --parameter ClientIdMetadataDocuments=on --parameter Registration=open $(addprefix --parameter ,$(PARAMETERS)) \
	  --setup "target/debug/postern bootstrap --outputs .local/outputs.json --demo .local/demo.json"

.PHONY: watch
watch: python binaries ## As run, with `cargo lambda watch`: functions are rebuilt as you save
	@tools/watch.sh

.PHONY: binaries
binaries: ## Build the functions, the command line and the laptop's engines, for debugging
	$(call heading,debug build)
	cargo build --workspace --bins --locked

##### the checks

.PHONY: test
test: python cargo-tools browser interop fmt lint deny template binaries package watch-smoke doctest nextest ## Every check: what continuous integration runs

.PHONY: fmt
fmt: ## Check the formatting
	$(call heading,formatting)
	cargo fmt --all --check

.PHONY: lint
lint: ## Clippy; a warning is an error
	$(call heading,clippy)
	cargo clippy --workspace --all-targets --locked -- -D warnings

.PHONY: deny
deny: cargo-tools ## Hold the dependencies to deny.toml
	$(call heading,dependencies)
	tools/deny.sh

.PHONY: template
template: python ## cfn-lint and sam validate
	$(call heading,template)
	cfn-lint template.yaml
	sam validate --lint

.PHONY: package
package: python arm64 ## Build one function as it is deployed (make build: all of them)
	$(call heading,arm64 package of one function)
	sam build MeFunction --build-dir .aws-sam/one

.PHONY: watch-smoke
watch-smoke: python binaries ## Start make watch, ask it three things, stop it
	$(call heading,cargo lambda watch)
	tools/watch-smoke.sh

.PHONY: doctest
doctest: ## Examples in the documentation
	$(call heading,documentation tests)
	cargo test --workspace --doc --locked --quiet

.PHONY: nextest
nextest: cargo-tools interop binaries ## Unit, integration, end-to-end and architecture tests
	$(call heading,tests)
	cargo nextest run --workspace --locked

##### release

.PHONY: build
build: python arm64 ## Build every function for arm64, each by itself, ready for sam deploy
	$(call heading,arm64 release build)
	sam build
	@ls -l .aws-sam/build/*/bootstrap | awk '{printf "%12d bytes  %s\n", $$5, $$NF}'

.PHONY: bench
bench: revocation ## Release builds against bare ones: a table of ratios; and how long ended rights are served
	$(call heading,bench)
	cargo run --release --locked --package postern-bench

.PHONY: revocation
revocation: binaries ## How long ended rights are served, by the real clock, beside RevocationSeconds
	$(call heading,revocation)
	cargo run --locked --package postern-e2e --bin revocation

##### tools, once

.PHONY: python
python:
	@tools/setup.sh python

.PHONY: cargo-tools
cargo-tools:
	@tools/setup.sh cargo

.PHONY: arm64
arm64:
	@tools/setup.sh arm64

.PHONY: browser
browser:
	@tools/setup.sh browser

.PHONY: interop
interop:
	@tools/setup.sh interop

.PHONY: clean
clean: ## Remove what was built and what the laptop wrote; tools stay
	cargo clean
	rm -rf .aws-sam .local
