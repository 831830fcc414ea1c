#!/bin/sh
# Installs the pinned simulator once, outside the checkout, and prints the folder that holds it.
# The folder is named after the lock file, so a changed pin gets a folder of its own.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
cache=${LAMBASTION_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/lambastion}
folder=$cache/iam-simulate-$(cat "$here/package.json" "$here/package-lock.json" | sha256sum | cut -c 1-12)

# npm writes this file last.
if [ ! -e "$folder/node_modules/.package-lock.json" ]; then
    command -v npm > /dev/null || { echo "the comparison needs Node.js 20 and npm" >&2; exit 1; }
    mkdir -p "$folder"
    cp "$here/package.json" "$here/package-lock.json" "$folder"
    npm ci --silent --ignore-scripts --no-audit --no-fund --prefix "$folder" >&2
fi
echo "$folder"
