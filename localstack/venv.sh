#!/bin/sh
# Makes the pinned Python environment once, outside the checkout, and prints its interpreter.
# The folder is named after what it holds, so a changed pin gets a folder of its own.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
python=${PYTHON:-python3}
cache=${LAMBASTION_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/lambastion}
pins=$("$python" - "$here/requirements.txt" <<'PYTHON'
import hashlib, pathlib, sys
if sys.version_info < (3, 11):
    sys.exit("the local stand-ins for AWS need Python 3.11 or later; name one in PYTHON")
print(hashlib.sha256(pathlib.Path(sys.argv[1]).read_bytes() + sys.version.encode()).hexdigest()[:12])
PYTHON
)
venv=$cache/venv-$pins
# The marker is written last: a folder without it is the remains of an interrupted run.
ready=$venv/.ready

if [ ! -e "$ready" ]; then
    mkdir -p "$cache"
    # Two runs may race; whoever holds the lock builds, the other waits and finds it built.
    # The lock falls with the process that holds it.
    "$python" - "$cache/venv-$pins.lock" "$venv" "$here/requirements.txt" >&2 <<'PYTHON'
import fcntl, pathlib, subprocess, sys
lock, venv, pins = (pathlib.Path(word) for word in sys.argv[1:])
with lock.open("w") as held:
    fcntl.flock(held, fcntl.LOCK_EX)
    if not (venv / ".ready").exists():
        print(f"installing the local stand-ins for AWS into {venv}", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", venv], check=True)
        install = [venv / "bin/python", "-m", "pip", "install", "--quiet", "--no-deps"]
        subprocess.run([*install, "--disable-pip-version-check", "--require-virtualenv", "-r", pins], check=True)
        (venv / ".ready").touch()
PYTHON
fi
echo "$venv/bin/python"
