#!/usr/bin/env bash
# Packs a built program with what belongs beside it into an archive for a release.
#   scripts/archive.sh PROGRAM NAME FOLDER
# Makes FOLDER/NAME.tar.gz, or FOLDER/NAME.zip for a Windows program. The same input gives the same archive.
source "$(dirname "$0")/lib.sh"

[ $# = 3 ] || fail "usage: scripts/archive.sh PROGRAM NAME FOLDER"
program="$1" name="$2" folder="$3"
[ -f "$program" ] || fail "there is no program $program: build it first (make build)"

mkdir -p "$folder"
folder="$(cd "$folder" && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
mkdir "$work/$name"
install -m 755 "$program" "$work/$name/$(basename "$program")"
cp LICENSE README.md CHANGELOG.md "$work/$name/"
case "$program" in
*.exe)
    rm -f "$folder/$name.zip"
    (cd "$work" && 7z a -bso0 "$folder/$name.zip" "$name")
    say "$folder/$name.zip"
    ;;
*)
    mkdir "$work/$name/systemd"
    cp deploy/*.service deploy/*.timer "$work/$name/systemd/"
    # macOS has no GNU tar, and its archives are as good but for the times in them.
    if tar --version 2>/dev/null | grep -q GNU; then
        tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}" \
            -C "$work" -cf - "$name" | gzip -n9 >"$folder/$name.tar.gz"
    else
        tar -C "$work" -czf "$folder/$name.tar.gz" "$name"
    fi
    say "$folder/$name.tar.gz"
    ;;
esac
