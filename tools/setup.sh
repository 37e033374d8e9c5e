#!/usr/bin/env bash
# Brings what the checks need into .tools/ (git-ignored), once. Usage: tools/setup.sh python|cargo|arm64|browser|interop...
set -euo pipefail
cd "$(dirname "$0")/.."

# The Python environment is renewed when the pinned list changes.
python() {
  local venv=.tools/venv
  if cat tools/requirements.txt tools/constraints.txt | cmp -s - "$venv/installed.txt"; then return; fi
  echo "installing cfn-lint, sam and cargo-lambda into $venv"
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check \
    --requirement tools/requirements.txt --constraint tools/constraints.txt
  cat tools/requirements.txt tools/constraints.txt >"$venv/installed.txt"
}

# Built without the optimisations that only long-running programs repay: four times faster to install.
cargo_tools() {
  local name version command
  while read -r name version command; do
    [[ -z $name || $name == \#* ]] && continue
    if command -v "$command" >/dev/null; then continue; fi
    echo "installing $name $version into .tools/bin"
    CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=1 \
      CARGO_PROFILE_RELEASE_DEBUG=false CARGO_TARGET_DIR=.tools/build \
      cargo install --quiet --locked --root .tools --version "$version" "$name"
  done <tools/cargo.txt
  rm -rf .tools/build
}

arm64() {
  if command -v rustup >/dev/null; then rustup --quiet target add aarch64-unknown-linux-gnu; fi
}

browser() {
  if command -v chromium >/dev/null && command -v chromedriver >/dev/null; then return; fi
  if ! command -v apt-get >/dev/null || [[ $(id -u) != 0 ]]; then
    echo "the browser tests need chromium and chromedriver: please install them" >&2
    return 1
  fi
  echo "installing chromium and chromedriver"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium chromium-driver >/dev/null
}

# Client libraries of other ecosystems, unmodified: the interoperability tests run them.
interop() {
  local node=tests/e2e/interop/node python=tests/e2e/interop/python venv=.tools/interop
  if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    echo "the interoperability tests need node 20 or later and npm: please install them" >&2
    return 1
  fi
  if ! cmp -s "$node/package-lock.json" "$node/node_modules/installed.json"; then
    echo "installing client libraries from npm"
    npm ci --prefix "$node" --ignore-scripts --no-audit --no-fund --silent
    cp "$node/package-lock.json" "$node/node_modules/installed.json"
  fi
  if cmp -s "$python/requirements.txt" "$venv/installed.txt"; then return; fi
  echo "installing client libraries from PyPI"
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$python/requirements.txt"
  cp "$python/requirements.txt" "$venv/installed.txt"
}

for part in "$@"; do
  case $part in
    python | arm64 | browser | interop) "$part" ;;
    cargo) cargo_tools ;;
    *) echo "unknown part: $part" >&2 && exit 2 ;;
  esac
done
