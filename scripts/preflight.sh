#!/bin/sh
# Stops with one sentence when something the build needs is missing; prints the Python to use otherwise.

fail() {
  echo "unlearn-widgets: $1" >&2
  exit 1
}

python=""
for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
  if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
[ -n "$python" ] || fail "Python 3.11 or newer was not found on PATH: install it (or name it: make PYTHON=/path/to/python3.12) and run make again."
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
  fail "$python has no venv module: install it (Debian and Ubuntu: apt-get install python3-venv) and run make again."

node -p 0 >/dev/null 2>&1 ||
  fail "Node.js was not found on PATH: install Node.js 20.19 or newer, which brings npm, and run make again."
node -e 'const [major, minor] = process.versions.node.split("."); process.exit(major > 20 || (major === "20" && minor >= 19) ? 0 : 1)' ||
  fail "Node.js 20.19 or newer is needed, and $(node --version) was found: install a newer one and run make again."
npm --version >/dev/null 2>&1 ||
  fail "npm was not found on PATH: install it (it comes with Node.js 20.19 or newer) and run make again."

echo "$python"
