# shellcheck shell=bash
# What the scripts share. Source it: it goes to the repository's root and sets the shell's strict mode.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '\n== %s\n' "$*"; }

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# apt_get ARGS...: as root, or in continuous integration through sudo. A developer's machine is never changed unasked.
apt_get() {
    if [ "$(id -u)" = 0 ]; then
        DEBIAN_FRONTEND=noninteractive apt-get -qq -y "$@"
    elif [ -n "${CI:-}" ] && have sudo; then
        sudo -n env DEBIAN_FRONTEND=noninteractive apt-get -qq -y "$@"
    else
        return 1
    fi
}

# need_package PACKAGE WHAT: installs a Debian package, or says what is missing and stops.
need_package() {
    have apt-get || fail "$2 is missing: install it (on Debian and Ubuntu the package is '$1')"
    say "installing $1"
    { apt_get update && apt_get install --no-install-recommends "$1"; } >/dev/null ||
        fail "$2 is missing: run 'sudo apt-get install $1'"
}

# The database tests start a server of their own; they only need its programs.
need_postgresql() {
    if ! have initdb && ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then
        need_package postgresql "PostgreSQL's server"
    fi
}

# So do those of what replicas share.
need_redis() {
    have redis-server || need_package redis-server "Redis's server"
}

# What judges the packaging, from npm and PyPI by their lock files: scripts/packaging. Two runs at once install one after the other.
need_packaging_node() {
    { have node && have npm; } || fail "Node is missing (20 or newer, with npm): see https://nodejs.org"
    installed_by scripts/packaging/package-lock.json scripts/packaging/node_modules/.installed \
        npm ci --prefix scripts/packaging --ignore-scripts --no-fund --no-audit --loglevel=error
}

need_packaging_python() {
    have python3 || fail "Python is missing (3.11 or newer, with venv)"
    installed_by scripts/packaging/requirements.txt scripts/packaging/.venv/.installed install_packaging_python
}

install_packaging_python() {
    python3 -m venv scripts/packaging/.venv || fail "Python's venv module is missing: run 'sudo apt-get install python3-venv'"
    scripts/packaging/.venv/bin/pip install --quiet --require-hashes --requirement scripts/packaging/requirements.txt
}

# installed_by LOCK MARKER COMMAND...: runs the command unless the marker says that it ran with this very lock file.
installed_by() {
    local lock="$1" marker="$2"
    shift 2
    (
        if have flock; then flock 9; fi
        if ! cmp -s "$lock" "$marker"; then
            "$@"
            cp "$lock" "$marker"
        fi
    ) 9>scripts/packaging/.lock
}
