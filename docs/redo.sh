#!/bin/sh
# Runs the commands of a section of docs/studies.md again and prints what moved against the results kept from the last time.
#   docs/redo.sh 'A small vision transformer' FOLDER
# FOLDER holds a folder of results for each command: on the first call it is made, on later ones it is compared with.
set -eu
[ $# -eq 2 ] || { sed -n '2,4s/^# *//p' "$0" >&2; exit 2; }
root=$(cd "$(dirname "$0")/.." && pwd)
dotnet build "$root/Cli" -c Release -v quiet >&2
npusim() { dotnet "$root/Cli/bin/Release/net10.0/npusim.dll" "$@"; }
mkdir -p "$2"
commands=$(awk -v title="## $1" '
    $0 == title { inside = 1; next } /^## / { inside = 0 }
    inside && /^```/ { block = !block && $0 == "```sh"; next }
    inside && block { line = line $0; if (sub(/\\$/, "", line)) next; print line; line = "" }' "$root/docs/studies.md")
[ -n "$commands" ] || { echo "redo: docs/studies.md has no section '$1' with commands" >&2; exit 2; }
number=0
printf '%s\n' "$commands" | grep '^npusim compare' | sed 's/ --out [^ ]*//' | while IFS= read -r command; do
    number=$((number + 1))
    kept="$2/$number" new="$2/$number.new"
    echo "$command"
    eval "$command --overwrite --out '$new'" </dev/null >/dev/null
    if [ -d "$kept" ]; then npusim diff "$kept" "$new"; else echo "kept: $kept"; fi
    rm -rf "$kept" && mv "$new" "$kept"
done
