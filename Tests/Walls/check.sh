#!/usr/bin/env bash
# Proves that the walls between the modules stand: adds forbidden imports to the tree, builds, and asks that the build
# fails and names each of them; then that what is permitted builds. Takes away what it added, however it ends.
set -uo pipefail
cd "$(dirname "$0")/../.."
read -r -a flags <<<"${SWIFT_FLAGS:---explicit-target-dependency-import-check error}"

# Every file that this script adds carries this name, so that what a killed run left is found by the next one.
readonly added=WallCheckProbe.swift
output=$(mktemp)
sweep() { find Sources Plugins -name "$added" -delete; }
trap 'sweep; rm -f "$output"' EXIT
trap 'exit 130' INT TERM HUP
sweep

failures=0
row() {
    local verdict=$1
    shift
    printf '%-8s %-19s %-42s %s\n' "$verdict" "$@"
    if [ "$verdict" = FAILED ]; then failures=$((failures + 1)); fi
}

folder_of() {
    if [ -d "Sources/$1" ]; then
        echo "Sources/$1"
    else
        case $1 in
        *Format) echo "Plugins/Formats/${1%Format}/Sources" ;;
        *Transport) echo "Plugins/Transports/${1%Transport}/Sources" ;;
        *Sender) echo "Plugins/Senders/${1%Sender}/Sources" ;;
        esac
    fi
}

add() { cat >"$(folder_of "$1")/$added"; }
build() { swift build --target "$1" "${flags[@]}" >"$output" 2>&1; }

# SwiftPM scans the imports of every target before it compiles the one that was asked for. A target of C++ alone keeps
# the compiler out of it. It goes on after the errors and says "Build complete": the exit code counts.
refused_by_scan() {
    local round=$1 code=0 target line module
    while read -r target line; do add "$target" <<<"$line"; done <<<"$round"
    build CSimdjson || code=$?
    while read -r target line; do
        module=${line##* }
        if [ $code -ne 0 ] && grep -qF "Target $target imports another target ($module)" "$output"; then
            row refused "$target" "$line" "undeclared dependency"
        else
            row FAILED "$target" "$line" "the build took it (exit $code)"
        fi
    done <<<"$round"
    sweep
}

# `target` must fail to build with `message`.
refused_by_compiler() {
    local target=$1 what=$2 message=$3 code=0
    build "$target" || code=$?
    if [ $code -ne 0 ] && grep -qF "$message" "$output"; then
        row refused "$target" "$what" "$message"
    else
        row FAILED "$target" "$what" "the build took it (exit $code)"
    fi
}

permitted() {
    local target=$1 what=$2
    if build "$target"; then
        row builds "$target" "$what" "permitted"
    else
        row FAILED "$target" "$what" "the build refused it"
        tail -n 20 "$output" >&2
    fi
}

probe() { echo "$1 enum WallCheckProbe {}" | add CurlKit; }
use_probe() { printf 'internal import CurlKit\nlet wallCheckProbe: Any.Type = WallCheckProbe.self\n' | add HTTPSender; }

row verdict target "what it tried" why

# The n-th line of each target makes the n-th round.
lines=$(grep -vE '^(#|$)' Tests/Walls/forbidden.txt)
rounds=$(awk '{ print ++seen[$1] }' <<<"$lines" | sort -n | tail -n 1)
for ((number = 1; number <= rounds; number++)); do
    refused_by_scan "$(awk -v n="$number" '++seen[$1] == n' <<<"$lines")"
done

# A C library that nothing below the module brings in is unknown to the compiler. (One that a dependency does bring in
# is visible to it; the import test in Tests/WallTests refuses that.)
echo 'internal import CCurl' | add CSVFormat
refused_by_compiler CSVFormat "import CCurl" "no such module 'CCurl'"
sweep

# What is `package` in a module stays unseen by a plugin; what is `public` is seen.
probe package && use_probe
refused_by_compiler HTTPSender "a package symbol of CurlKit" "cannot find 'WallCheckProbe' in scope"
probe public
permitted HTTPSender "a public symbol of CurlKit"
sweep

if [ $failures -gt 0 ]; then
    echo "walls: $failures of the checks failed" >&2
    exit 1
fi
