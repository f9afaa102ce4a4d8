#!/bin/sh
# Keeps each reply as a file of its own in the folder that is named first.
# For Sluice's `exec`: {"reply": {"id": "…", …}} on one line. The same reply makes the same file.
set -eu
read -r line
case $line in
'{"reply":{"id":"'*) ;;
*)
    echo "ERROR: this is no reply" >&2
    exit 65
    ;;
esac
id=${line#*'"id":"'}
id=${id%%'"'*}
case $id in
'' | *[!A-Za-z0-9_-]*)
    echo "ERROR: a reply with such an id cannot be a file" >&2
    exit 65
    ;;
esac
mkdir -p "$1"
printf '%s\n' "$line" >"$1/.$id.part"
mv "$1/.$id.part" "$1/$id.json"
echo '{"answer": "kept"}'
