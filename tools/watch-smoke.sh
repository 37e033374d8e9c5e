#!/usr/bin/env bash
# `make watch` in short: metadata through the router, a token, and one invocation of the authorizer with it.
# Leaves nothing running.
set -euo pipefail
cd "$(dirname "$0")/.."
export POSTERN_WATCH_STATE=.local/watch-smoke
log=.local/watch-smoke.log
POSTERN_PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export POSTERN_PORT
mkdir -p .local

fail() {
  echo "watch smoke test: $1" >&2
  tail -n 40 "$log" >&2
  exit 1
}

setsid tools/watch.sh >"$log" 2>&1 </dev/null &
watch=$!
stop() {
  kill -TERM "$watch" 2>/dev/null || true
  wait "$watch" 2>/dev/null || true
}
trap stop EXIT

python3 tools/watch_smoke.py "$watch" "http://127.0.0.1:$POSTERN_PORT" "$POSTERN_WATCH_STATE/demo.json" ||
  fail "no right answer"
stop
trap - EXIT
python3 tools/session_empty.py "$watch" || fail "processes were left running"
echo "metadata, token and authorizer answered; nothing left running"
