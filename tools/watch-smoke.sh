#!/usr/bin/env bash
# `make watch` in short: metadata through the router, a token, and one invocation of the authorizer with it.
# Leaves nothing running.
set -euo pipefail
cd "$(dirname "$0")/.."
log=.local/watch-smoke.log
export POSTERN_WATCH_STATE=.local/watch-smoke
POSTERN_PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export POSTERN_PORT
base="http://127.0.0.1:$POSTERN_PORT"
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

# The first answer may wait for a build.
for second in {1..300}; do
  curl -fsS -o "$POSTERN_WATCH_STATE/metadata.json" "$base/.well-known/openid-configuration" 2>/dev/null && break
  kill -0 "$watch" 2>/dev/null || fail "it stopped by itself"
  [[ $second == 300 ]] && fail "no metadata within 300 s"
  sleep 1
done
grep -q '"token_endpoint"' "$POSTERN_WATCH_STATE/metadata.json" || fail "the metadata names no token endpoint"

python3 tools/watch_smoke.py "$base" "$POSTERN_WATCH_STATE/demo.json" || fail "token or authorizer"

stop
trap - EXIT
python3 tools/session_empty.py "$watch" || fail "processes were left running"
echo "watch: metadata, token and authorizer answered; nothing left running"
