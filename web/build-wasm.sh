#!/usr/bin/env bash
# Compiles crates/web to WebAssembly with SIMD and prints where it lies. SIMD is in all browsers since 2023.
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_TARGET_DIR="${DARTBOARD_WASM_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/dartboard/wasm}"
environment=$(bash web/rust-for-wasm.sh)
eval "$environment"
# What would be printed by a panic is never seen in the page: it need not be in it.
export RUSTFLAGS="-C target-feature=+simd128 -Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none"
# shellcheck disable=SC2086 # flags are words
cargo build --package dartboard-web --profile web --lib --target wasm32-unknown-unknown $DARTBOARD_WASM_CARGO_FLAGS >&2
echo "$CARGO_TARGET_DIR/wasm32-unknown-unknown/web/dartboard_web.wasm"
