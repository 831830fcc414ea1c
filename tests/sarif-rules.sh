#!/bin/sh
# Checks SARIF files with the rules of the SARIF multitool, under GitHub's policy:
#     tests/sarif-rules.sh REPORT.sarif…
# The multitool says nothing of a file that breaks the JSON Schema and ends with 0 whatever it finds.
# The schema is checked by the tests of the report crate; here both of its silences are read as failures.
set -eu
version=5.7.0
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
cache=${LAMBASTION_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/lambastion}
tool=$cache/sarif-multitool-$version
binary=$tool/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool

if [ ! -x "$binary" ]; then
    command -v npm > /dev/null || { echo "the SARIF rules need npm (Debian: apt-get install npm)" >&2; exit 1; }
    mkdir -p "$tool"
    npm install --silent --no-save --no-audit --no-fund --prefix "$tool" \
        "@microsoft/sarif-multitool-linux@$version" >&2
    chmod +x "$binary"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
for report in "$@"; do
    "$binary" validate "$report" --rule-kind "Sarif;Ghas" --config "$here/../data/sarif-github-policy.xml" \
        --level "Error;Warning" --output "$work/found.sarif" --log ForceOverwrite > "$work/log" 2>&1 \
        || { cat "$work/log" >&2; exit 1; }
    python3 - "$report" "$work/found.sarif" <<'PYTHON'
import json, sys
report, found = sys.argv[1:]
results = [result for run in json.load(open(found, encoding="utf-8-sig"))["runs"] for result in run.get("results", [])]
for result in results:
    print(f"{report}: {result['ruleId']} {result.get('level', 'warning')}: {result['message']}", file=sys.stderr)
sys.exit(1 if results else 0)
PYTHON
    echo "$report: nothing to say"
done
