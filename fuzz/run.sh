#!/bin/sh
# Lets libFuzzer look for what breaks a property: run.sh SECONDS [TARGET…]
set -eu
cd "$(dirname "$0")"
seconds=$1
shift
# No longer than a managed policy, so that it is small steps that are tried.
longest=6144
version=0.13.2
tools=$LAMBASTION_CACHE/cargo-fuzz-$version
command -v c++ > /dev/null || { echo "libFuzzer is built by a C++ compiler: install g++ or clang" >&2; exit 2; }
[ -x "$tools/bin/cargo-fuzz" ] || cargo install --quiet --root "$tools" --locked cargo-fuzz --version "$version"
PATH=$tools/bin:$PATH
# libFuzzer's instrumentation works with the stable compiler; sanitizers do not, and there is no unsafe code.
export RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR="$CARGO_TARGET_DIR/fuzz"
[ $# -gt 0 ] || set -- $(cargo fuzz list)
for target; do
    # What is found goes to the cache first: `cargo fuzz cmin` and a look decide what is committed.
    found=$LAMBASTION_CACHE/fuzz/$target
    mkdir -p "$found"
    cargo fuzz run --sanitizer none "$target" "$found" "corpus/$target" -- \
        -max_total_time="$seconds" -max_len="$longest" -timeout=10 -print_final_stats=1
done
