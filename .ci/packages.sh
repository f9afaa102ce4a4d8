#!/usr/bin/env bash
# Installs the Debian packages that are missing, and says so: `packages.sh build` what Sluice is built from,
# `packages.sh test` what its tests need besides, `packages.sh bench` a neighbour to compare it with.
set -euo pipefail

build_packages=(
    libcurl4-openssl-dev # everything outbound
    libgmime-3.0-dev     # reading e-mail
    libpcre2-dev         # regular expressions on foreign text, with limits
    libpq-dev            # tables and the boundary in PostgreSQL
    libsimdjson-dev      # reading JSON
    libsqlite3-dev       # the stores
    libssl-dev           # digests, HMAC, Ed25519
    libxml2-dev          # HTML and XML
    libzstd-dev          # bodies in the stores, compressed
    pkg-config           # how SwiftPM finds them
)

test_packages=(
    fiu-utils      # errors of writes and syncs on order, for the torture
    libfiu0        # what they are made by
    mount          # disks of their own, for the torture
    clamav-daemon  # clamd, which files are scanned by; with a signature of the test alone
    nginx-light    # an upstream with mutual TLS
    dovecot-imapd  # mailboxes: IMAP
    dovecot-pop3d  # and POP3
    openssh-client # ssh-keygen: keys for the sftp server
    openssh-server # an upstream with sftp
    openssl        # certificates for the servers
    passwd         # useradd, for the test of zones apart
    postgresql     # tables of a front-end database, and the boundary in PostgreSQL
    python3        # tests that look on from outside
    python3-venv   # and their tools from PyPI
    python3-aiosmtpd # an SMTP server
    iproute2       # hosts with networks of their own
    python3-asyncssh # an sftp server that takes passwords without being root
    python3-pyftpdlib # an FTP server with MLSD, and with listings as DOS writes them
    systemd        # systemd-analyze checks the units
    tcpdump        # what passes between them
    tinyproxy-bin  # a forward proxy
    util-linux     # unshare and setpriv, for the test of zones apart
    vsftpd         # an upstream with FTP and FTPS
)

bench_packages=(
    postgresql      # where the neighbour writes to
    rsyslog         # the neighbour
    rsyslog-pgsql   # and its way there
    util-linux      # taskset: one core for one zone
)

case "${1:-build}" in
build) packages=("${build_packages[@]}") ;;
test) packages=("${build_packages[@]}" "${test_packages[@]}") ;;
bench) packages=("${bench_packages[@]}") ;;
*)
    echo "packages: say 'build', 'test' or 'bench', not '$1'" >&2
    exit 2
    ;;
esac

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
