#!/usr/bin/env bash
# The functions under `cargo lambda watch`, rebuilt on every change, on the laptop's DynamoDB and KMS endpoints.
# Stops both together. Ports: POSTERN_PORT (default 8080). Everything written goes to .local, which no watcher sees.
set -euo pipefail
cd "$(dirname "$0")/.."
export POSTERN_PORT="${POSTERN_PORT:-8080}"
state="${POSTERN_WATCH_STATE:-.local/watch}"
set -m # each job in a process group of its own, so that stopping one stops its children

endpoints='' watcher=''
stop() {
  trap - EXIT INT TERM
  local job
  for job in $watcher $endpoints; do kill -TERM -- "-$job" 2>/dev/null || true; done
  for _ in {1..50}; do
    [[ -z $(jobs -r) ]] && break
    sleep 0.1
  done
  for job in $watcher $endpoints; do kill -KILL -- "-$job" 2>/dev/null || true; done
}
trap stop EXIT
trap 'exit 130' INT TERM

rm -rf "$state" && mkdir -p "$state"
target/debug/postern-local --template template.yaml --endpoints-only --env-file "$state/env" \
  --outputs "$state/outputs.json" --log-dir "$state/logs" --parameter ClientIdMetadataDocuments=on --parameter Registration=open \
  --setup "target/debug/postern bootstrap --outputs $state/outputs.json --demo $state/demo.json" &
endpoints=$!

for _ in {1..300}; do
  [[ -s $state/env && -s $state/demo.json ]] && break
  kill -0 "$endpoints" 2>/dev/null || { echo "the AWS endpoints stopped" >&2 && exit 1; }
  sleep 0.1
done
[[ -s $state/env && -s $state/demo.json ]] || { echo "the AWS endpoints were not ready within 30 s" >&2 && exit 1; }

# No CORS of the watcher's own: it would answer preflights for us and allow any origin.
cargo lambda watch --invoke-address 127.0.0.1 --invoke-port "$POSTERN_PORT" --disable-cors --env-file "$state/env" &
watcher=$!
wait -n "$endpoints" "$watcher"
