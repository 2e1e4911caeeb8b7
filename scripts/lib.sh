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
