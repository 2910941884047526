#!/bin/sh
# make.sh FOLDER: an environment in FOLDER for what the language is compared with, apart from the product's own.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
echo "*" >"$1/.gitignore"
[ -x "$1/python/bin/python" ] || python3 -m venv "$1/python"
"$1/python/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
cp "$here/package.json" "$here/hyperformula.mjs" "$1/"
npm install --prefix "$1" --ignore-scripts --no-audit --no-fund --loglevel=error
