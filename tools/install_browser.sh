#!/usr/bin/env bash
# See to it that the tests that open pages find a browser and a font: from Debian's packages, only what is missing, only when we may.
set -euo pipefail

missing=()
command -v chromium >/dev/null || missing+=(chromium)
[[ $(fc-list 2>/dev/null) == *DejaVuSans.ttf* ]] || missing+=(fonts-dejavu-core)
[ "${#missing[@]}" -gt 0 ] || exit 0

install_missing() {
    echo "Installing for the browser tests: ${missing[*]}."
    "$@" apt-get update -qq
    "$@" DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null
}

if command -v apt-get >/dev/null; then
    if [ "$(id -u)" -eq 0 ]; then
        install_missing env || true
    elif sudo -n true 2>/dev/null; then
        install_missing sudo -n env || true
    fi
fi
command -v chromium >/dev/null || echo "There is no chromium here and it could not be installed: the browser tests will be skipped."
