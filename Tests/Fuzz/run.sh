#!/usr/bin/env bash
# Feeds every target with its corpus and what libFuzzer makes of it, FUZZ_SECONDS (60) each, two targets at a time.
# A crash, an input that takes longer than 10 s, or more than 2 GiB end it with 1 and print the input in base64.
#
#   Tests/Fuzz/run.sh [TARGET…]          all targets, or these
#   Tests/Fuzz/run.sh TARGET < input     with FUZZ_INPUT=1: that one input alone
#   FUZZ_KEEP=1                          what was found is merged into the corpus
set -uo pipefail
cd "$(dirname "$0")/../.."
Tests/Fuzz/build.sh || exit 1
program=$PWD/.build/fuzz/fuzz
seconds=${FUZZ_SECONDS:-60}
all=(jsonpath json csv xml mime form segment bodies signature config)
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then targets=("${all[@]}"); fi
# A backtrace of Swift's would take minutes. Leaks are not asked for: Swift hides bits in its pointers, and every global
# would be one; what grows meets the limit of memory.
export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1:handle_abort=1:quarantine_size_mb=64
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ -n "${FUZZ_INPUT:-}" ]; then
    cat >"$work/input"
    FUZZ_TARGET=${targets[0]} "$program" -timeout=10 "$work/input"
    exit
fi

fuzz() {
    local target=$1 corpus=Tests/Fuzz/corpus/$1
    mkdir -p "$work/$target/corpus" "$work/$target/found"
    FUZZ_TARGET=$target "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=16384 \
        -print_final_stats=1 -dict=Tests/Fuzz/words.dict -artifact_prefix="$work/$target/found/" \
        "$work/$target/corpus" "$corpus" >"$work/$target/log" 2>&1
    local code=$?
    local runs peak
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/$target/log")
    peak=$(sed -n 's/^stat::peak_rss_mb: *//p' "$work/$target/log")
    if [ $code -eq 0 ]; then
        printf '%-10s %9s inputs, %4s MiB, nothing found\n' "$target" "${runs:-?}" "${peak:-?}"
        if [ -n "${FUZZ_KEEP:-}" ]; then
            FUZZ_TARGET=$target "$program" -merge=1 "$corpus" "$work/$target/corpus" >/dev/null 2>&1
        fi
        return 0
    fi
    printf '%-10s FAILED\n' "$target"
    grep -vE '^#[0-9]+|^stat::|^INFO' "$work/$target/log" | tail -40
    for input in "$work/$target/found"/*; do
        [ -f "$input" ] || continue
        echo "$(basename "$input") in base64; give it back with"
        echo "  base64 -d <<<'$(base64 -w0 "$input")' | FUZZ_INPUT=1 Tests/Fuzz/run.sh $target"
    done
    return 1
}

running=0
for target in "${targets[@]}"; do
    if [ $running -ge 2 ]; then
        wait -n
        running=$((running - 1))
    fi
    { fuzz "$target" || touch "$work/failed"; } &
    running=$((running + 1))
done
wait
[ ! -e "$work/failed" ]
