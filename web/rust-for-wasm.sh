#!/usr/bin/env bash
# Prints the environment, as lines of `export`, in which cargo can build for wasm32-unknown-unknown. The standard library is
# built along, for size and without the texts of panics, which needs its source: `rustup component add rust-src`. Where rustup
# cannot be asked, the compiler that Debian keeps for browsers is unpacked into the cache, without being installed.
set -euo pipefail

# Building the standard library is behind this variable.
echo "export RUSTC_BOOTSTRAP=1"
echo "export DARTBOARD_WASM_CARGO_FLAGS='-Zbuild-std=std,panic_abort -Zbuild-std-features=optimize_for_size'"
if [ -e "$(rustc --print sysroot)/lib/rustlib/src/rust/library/std/Cargo.toml" ]; then
  exit
fi

cache="${XDG_CACHE_HOME:-$HOME/.cache}/dartboard/rust-wasm"
root="$cache/root"
if [ ! -x "$cache/rustc" ]; then
  if ! command -v apt-get >/dev/null; then
    echo "the source of the standard library is missing: rustup component add rust-src" >&2
    exit 1
  fi
  # The names of two packages carry their version.
  depends() { apt-cache depends --no-recommends --no-suggests "$1" | sed -n 's/^ *Depends: //p'; }
  if [ -z "$(apt-cache search --names-only '^rustc-web$')" ]; then
    apt-get update >&2
  fi
  std=$(depends libstd-rust-web-dev | grep '^libstd-rust-web-')
  llvm=$(depends "$std" | grep '^libllvm')
  rm -rf "$root" "$cache/debs"
  mkdir -p "$root" "$cache/debs"
  (cd "$cache/debs" && apt-get download rustc-web libstd-rust-web-dev rust-web-src "$std" "$llvm" >&2)
  for deb in "$cache/debs"/*.deb; do dpkg-deb -x "$deb" "$root"; done
  rm -r "$cache/debs"
  # The last step, so that its presence says that all before it is there.
  cat >"$cache/rustc.part" <<WRAPPER
#!/bin/sh
LD_LIBRARY_PATH='$root/usr/lib/x86_64-linux-gnu' exec '$root/usr/bin/rustc' "\$@"
WRAPPER
  chmod +x "$cache/rustc.part"
  mv "$cache/rustc.part" "$cache/rustc"
fi

linker="$(rustc --print sysroot)/lib/rustlib/$(rustc -vV | sed -n 's/^host: //p')/bin/rust-lld"
if [ ! -x "$linker" ]; then
  linker="$(command -v wasm-ld || command -v rust-lld)" || { echo "a linker for WebAssembly is missing: apt-get install lld" >&2; exit 1; }
fi
echo "export RUSTC='$cache/rustc'"
echo "export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER='$linker'"
