#!/usr/bin/env bash
# Builds the interactive page, web/dist/index.html or $DARTBOARD_PAGE: Rust to WebAssembly, optimised and packed, then one HTML
# file around it. Needs Rust, Node 20 and xz; on Debian it fetches by itself what Rust lacks for WebAssembly.
set -euo pipefail
cd "$(dirname "$0")"
out=$(realpath -m "${DARTBOARD_PAGE:-dist/index.html}")
# Installed again only when the lock file has changed.
if ! cmp --silent package-lock.json node_modules/.installed; then
  npm ci --no-audit --no-fund
  cp package-lock.json node_modules/.installed
fi
wasm=$(bash build-wasm.sh)
mkdir -p src/generated "$(dirname "$out")"
features=(simd bulk-memory bulk-memory-opt sign-ext mutable-globals nontrapping-float-to-int multivalue reference-types)
node_modules/.bin/wasm-opt -Oz --strip-debug --strip-producers "${features[@]/#/--enable-}" "$wasm" -o src/generated/dartboard.wasm
node scripts/palette.mjs src/generated/dartboard.wasm src/generated/palette.css
node_modules/.bin/tsc
node_modules/.bin/vite build --logLevel warn --outDir src/generated/page --emptyOutDir
node scripts/pack.mjs src/generated/dartboard.wasm src/generated/page/index.html "$out"
size=$(wc -c <"$out")
echo "$out: $size bytes"
# What fits into memory and mail, and what the binary of the command line can hold without notice.
[ "$size" -lt $((300 * 1024)) ] || { echo "the page is larger than 300 KiB" >&2; exit 1; }
