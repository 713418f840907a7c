#!/usr/bin/env bash
# The official SDKs walk through a sandbox started here; then every answer is judged against Xero's OpenAPI file.
#   run.sh PROGRAM    PROGRAM is the built `millbook`
# Installs the SDKs, pinned, into ../../../.tools/sdk. Needs python3, node and $MILLBOOK_SHARED.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "$1")
tools=$here/../../../.tools/sdk
spec=${MILLBOOK_SHARED:-}/xero/xero_accounting.yaml
if [ ! -f "$spec" ]; then
  echo "SKIPPED: the SDK walks need MILLBOOK_SHARED with xero/xero_accounting.yaml"
  [ -z "${MILLBOOK_NO_SKIP:-}" ]; exit
fi
mkdir -p "$tools"
if ! cmp -s "$here/requirements.txt" "$tools/requirements.txt"; then
  command -v python3 >/dev/null || { apt-get update -q; apt-get install -qy python3 python3-venv; }
  python3 -m venv "$tools/python"
  "$tools/python/bin/pip" install -q -r "$here/requirements.txt"
  cp "$here/requirements.txt" "$tools/"
fi
if ! cmp -s "$here/package-lock.json" "$tools/package-lock.json"; then
  command -v npm >/dev/null || { apt-get update -q; apt-get install -qy nodejs npm; }
  cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$tools/"
  (cd "$tools" && npm ci --silent --no-audit --no-fund) || { rm -f "$tools/package-lock.json"; exit 1; }
fi
cp "$here/walk.mjs" "$tools/" # beside node_modules, where it finds the SDK

out=$(mktemp)
"$program" sandbox --port 0 --seed demo-nz --limits off --tier core >"$out" &
sandbox=$!
trap 'kill $sandbox 2>/dev/null || true; rm -f "$out"' EXIT
for _ in $(seq 100); do
  SANDBOX=$(sed -n 's|.*\(http://[0-9.:]*\)/ .*|\1|p' "$out")
  [ -n "$SANDBOX" ] && break
  sleep 0.1
done
[ -n "$SANDBOX" ] || { echo "the sandbox didn't start"; cat "$out"; exit 1; }
export SANDBOX
failed=0
"$tools/python/bin/python" "$here/walk.py" || failed=1
node "$tools/walk.mjs" || failed=1
"$tools/python/bin/python" "$here/judge.py" "$spec" || failed=1
exit $failed
