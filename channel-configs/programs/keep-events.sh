#!/bin/sh
# Keeps each batch of events as a file of its own in the folder that is named first.
# For Sluice's `exec`: {"batch": "<id>", "events": [...]} on one line. The same batch makes the same file.
set -eu
read -r line
batch=${line#*'"batch":"'}
batch=${batch%%'"'*}
case $batch in
'' | *[!A-Za-z0-9_-]*)
    echo "ERROR: this is no batch" >&2
    exit 65
    ;;
esac
printf '%s\n' "$line" >"$1/.$batch.part"
mv "$1/.$batch.part" "$1/$batch.json"
echo '{"answer": "kept"}'
