#!/usr/bin/env bash
# The parts of `make test`, one after the other, each with the time that it took. The first that fails ends it.
set -euo pipefail
cd "$(dirname "$0")/.."
read -r -a flags <<<"${SWIFT_FLAGS:---explicit-target-dependency-import-check error}"

times=()
output=$(mktemp)
trap 'rm -f "$output"' EXIT
part() {
    local name=$1 start=$SECONDS
    shift
    echo "== $name"
    if ! "$@" 2>&1 | tee "$output"; then
        # Thousands of lines may stand between the fault and the end.
        echo "== what failed in $name, once more:"
        grep -E -A 8 'recorded an issue|error:|^(FAIL|Traceback|AssertionError)' "$output" | tail -n 80 || true
        echo "== $name FAILED after $((SECONDS - start)) s"
        exit 1
    fi
    times+=("$(printf '%-10s %4d s' "$name" $((SECONDS - start)))")
}

part packages .ci/packages.sh test
part lint swift format lint --strict --recursive --parallel Package.swift Sources Plugins Tests Benchmarks
part build swift build --build-tests "${flags[@]}"
# In groups, and six tests at a time in each: hundreds of servers and gateways at once starve each other, and take longer.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=6
tests=(swift test --skip-build --disable-xctest "${flags[@]}")
tables='(ExchangeTable|Exec)(Transport|Sender)Tests\.'
http='(HTTP(Poll|Push)?|Webhook)(Transport|Sender)Tests\.'
plugins='(Transport|Format|Sender)Tests\.'
zones='Sluice(External|Simulator)Tests\.'
whole='EndToEndTests\.'
part tests "${tests[@]}" --skip "$plugins" --skip "$zones" --skip "$whole"
part plugins "${tests[@]}" --filter "$plugins" --skip "$tables" --skip "$http"
part http "${tests[@]}" --filter "$http"
part tables "${tests[@]}" --filter "$tables"
part outside "${tests[@]}" --filter "$zones"
part whole "${tests[@]}" --filter "$whole"
part docs .build/debug/sluice docs --to docs/reference --check
part schemas Tests/Schemas/run.py
part readme Tests/Readme/run.py
part api Tests/HandlerAPI/run.py
# It makes users and takes them away again.
as_root=()
if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi
part zones "${as_root[@]}" Tests/ZonesApart/run.py
# And networks.
part hosts "${as_root[@]}" Tests/ThreeHosts/run.py
# And disks of its own.
part torture "${as_root[@]}" Tests/Torture/run.py all --quick
# Two targets at a time, a minute each.
part fuzz Tests/Fuzz/run.sh
part walls Tests/Walls/check.sh

printf '%s\n' "${times[@]}" "all parts passed"
