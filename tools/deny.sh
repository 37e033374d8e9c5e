#!/usr/bin/env bash
# Holds the dependencies to deny.toml. Advisories come from a database on the network: without it only that
# part is left out, and says so.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo deny --workspace --locked --log-level error check --hide-inclusion-graph bans licenses sources
if timeout 60 cargo deny --log-level off fetch db >/dev/null 2>&1; then
  cargo deny --workspace --locked check --disable-fetch --hide-inclusion-graph advisories
else
  echo
  echo "*** NOT CHECKED: security advisories. Their database could not be fetched from here. ***"
  echo
fi
