#!/bin/sh
# Installs one pinned npm package outside the checkout, once, and prints its folder:
#     data/npm.sh NAME VERSION
set -eu
name=$1 version=$2
cache=${LAMBASTION_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/lambastion}
folder=$cache/npm-$(echo "$name" | tr -d @ | tr / -)-$version
# The marker is written last: a folder without it is the remains of an interrupted run.
ready=$folder/.ready

if [ ! -e "$ready" ]; then
    command -v npm > /dev/null || { echo "refreshing the data needs npm (Debian: apt-get install npm)" >&2; exit 1; }
    mkdir -p "$folder"
    npm install --silent --no-save --no-audit --no-fund --ignore-scripts --prefix "$folder" "$name@$version" >&2
    touch "$ready"
fi
echo "$folder/node_modules/$name"
