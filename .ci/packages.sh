#!/usr/bin/env bash
# Installs the Debian packages that Sluice is built from, only those that are missing, and says so.
set -euo pipefail

packages=(
    libcurl4-openssl-dev # everything outbound
    libpcre2-dev         # regular expressions on foreign text, with limits
    libsimdjson-dev      # reading JSON
    libsqlite3-dev       # the stores
    libssl-dev           # digests, HMAC, Ed25519
    libxml2-dev          # HTML and XML
    pkg-config           # how SwiftPM finds them
    openssl              # certificates for tests
    python3              # tests that look on from outside
    systemd              # systemd-analyze checks the units
    util-linux           # unshare and setpriv, for the same test
    passwd               # useradd, for the test of zones apart
)

if ! command -v dpkg-query >/dev/null; then
    echo "packages: this is not Debian or Ubuntu; install the equivalents of: ${packages[*]}" >&2
    exit 0
fi

is_installed() {
    dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed
}

missing=()
for package in "${packages[@]}"; do
    # pkgconf has taken pkg-config's place in newer releases.
    if [ "$package" = pkg-config ] && command -v pkg-config >/dev/null; then continue; fi
    is_installed "$package" || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then exit 0; fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "packages: missing ${missing[*]}; install them as root: apt-get install ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi

echo "packages: installing ${missing[*]}"
"${as_root[@]}" apt-get update -q
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
