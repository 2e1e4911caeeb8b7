#!/usr/bin/env bash
# Builds what the pages load out of assets/ into crates/od-web/src/assets/, where it is committed: who builds the program needs
# no Node. With --check nothing is written, and stale files are a failure.
source "$(dirname "$0")/lib.sh"

npm ci --prefix assets --no-audit --no-fund --loglevel=error
built=$(mktemp -d)
trap 'rm -rf "$built"' EXIT
assets/node_modules/.bin/tailwindcss --input assets/style.css --output "$built/style.css" --minify 2>"$built/log" || {
  cat "$built/log" >&2
  exit 1
}
cp assets/node_modules/htmx.org/dist/htmx.min.js "$built/htmx.js"
# The map stands beside it in the package, and not here.
sed -i '/^\/\/# sourceMappingURL=/d' "$built/htmx.js"
for file in style.css htmx.js; do
  target="crates/od-web/src/assets/$file"
  if [ "${1:-}" = --check ]; then
    cmp --silent "$built/$file" "$target" || {
      echo "$target is stale: run scripts/assets.sh" >&2
      exit 1
    }
  else
    cp "$built/$file" "$target"
  fi
done
