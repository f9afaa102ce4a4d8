#!/usr/bin/env bash
# Builds the fuzzer from the modules that read what strangers send, instrumented, and from nothing else: no server, no
# store, and no second build of what the package depends on. Into .build/fuzz; a module is compiled again when one of its
# sources is newer.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=.build/fuzz
mkdir -p "$out/maps/CSimdjson"
printf 'module CSimdjson { header "%s/Sources/CSimdjson/include/CSimdjson.h" export * }\n' "$PWD" \
    >"$out/maps/CSimdjson/module.modulemap"
yams=$(ls -d .build/checkouts/Yams 2>/dev/null || true)
if [ -z "$yams" ]; then swift package resolve && yams=.build/checkouts/Yams; fi

flags=(
    -O -wmo -parse-as-library -package-name sluice -sanitize=fuzzer,address -suppress-warnings -enable-testing
    -I "$out" -I "$out/maps/CSimdjson" -I "$yams/Sources/CYaml/include"
)
for library in CCrypto CIconv CLibXML2 CPCRE2 CGMime; do flags+=(-Xcc "-fmodule-map-file=$PWD/Sources/$library/module.modulemap"); done
for flag in $(pkg-config --cflags libxml-2.0 gmime-3.0 libcrypto libpcre2-8); do flags+=(-Xcc "$flag"); done

# As Package.swift has them.
ours=(
    -swift-version 6 -enable-upcoming-feature ExistentialAny -enable-upcoming-feature InternalImportsByDefault
    -enable-upcoming-feature MemberImportVisibility
)
language=("${ours[@]}")

# Modules whose shape is compiled into the one that imports them.
needs=("$out/SluiceSDK.o")

# NAME SOURCES…
module() {
    local name=$1
    shift
    local object=$out/$name.o
    if [ -f "$object" ] && [ -z "$(find "$@" "${needs[@]}" Tests/Fuzz/build.sh -newer "$object" 2>/dev/null)" ]; then
        return
    fi
    rm -f "$object"
    swiftc "${flags[@]}" "${language[@]}" -module-name "$name" -emit-module -emit-module-path "$out/$name.swiftmodule" -c "$@" -o "$object"
}

swift_files() { find "$@" -name '*.swift' | sort; }

# Two at a time.
together() {
    local failed=0 jobs=()
    for job in "$@"; do
        $job &
        jobs+=($!)
        if [ ${#jobs[@]} -ge 2 ]; then
            wait "${jobs[0]}" || failed=1
            jobs=("${jobs[@]:1}")
        fi
    done
    for job in "${jobs[@]}"; do wait "$job" || failed=1; done
    return $failed
}

sdk() { module SluiceSDK $(swift_files Sources/SluiceSDK); }
simdjson() {
    [ "$out/simdjson.o" -nt Sources/CSimdjson/shim.cpp ] ||
        clang++ -std=c++17 -O1 -fsanitize=address,fuzzer-no-link -ISources/CSimdjson/include \
            -c Sources/CSimdjson/shim.cpp -o "$out/simdjson.o"
}
yaml() {
    for source in "$yams"/Sources/CYaml/src/*.c; do
        local object=$out/cyaml-$(basename "$source" .c).o
        [ -f "$object" ] || clang -O1 -fsanitize=address,fuzzer-no-link -DYAML_DECLARE_STATIC -I"$yams/Sources/CYaml/include" \
            -c "$source" -o "$object"
    done
    local language=(-swift-version 5 -D SWIFT_PACKAGE)
    module Yams $(swift_files "$yams/Sources/Yams")
}
config() { module SluiceConfig $(swift_files Sources/SluiceConfig); }
json() { module JSONFormat $(swift_files Plugins/Formats/JSON/Sources); }
csv() { module CSVFormat $(swift_files Plugins/Formats/CSV/Sources); }
xml() { module XMLFormat $(swift_files Plugins/Formats/XML/Sources); }
email() { module EmailFormat $(swift_files Plugins/Formats/Email/Sources); }
form() { module FormFormat $(swift_files Plugins/Formats/Form/Sources); }
# What reads a batch, without what keeps it or carries it.
boundary() {
    module SluiceBoundary $(swift_files Sources/SluiceBoundary |
        xargs grep -LE '^(public |internal |package )?import (GRDB|SluiceStore|Logging|PostgresKit)' |
        grep -vE '/(PostgreSQL|Ways|Carrying|Record)/|/(BatchWriter|BatchOpener|FolderClaim|FolderShelf|FolderSource|LinkShelf|BlockingQueue)\.')
}
# What maps a record.
mapping() {
    local needs=("$out/SluiceSDK.o" "$out/SluiceConfig.o")
    module SluiceExternal $(swift_files Sources/SluiceExternal/Mapping) Sources/SluiceExternal/Intake/RecordProcessor.swift \
        Sources/SluiceExternal/Intake/OriginProgram.swift Sources/SluiceExternal/Intake/Stamp.swift
}

together sdk simdjson yaml
together config json csv xml email form boundary
mapping
needs=("$out"/Sluice*.o "$out"/*Format.o)
module Fuzz $(swift_files Tests/Fuzz/Targets) Sources/SluiceTesting/ConfigLiteral.swift
swiftc -use-ld=lld -sanitize=fuzzer,address "$out"/*.o -o "$out/fuzz" \
    $(pkg-config --libs libxml-2.0 gmime-3.0 libcrypto libpcre2-8) -lsimdjson -lstdc++
