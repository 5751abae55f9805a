# Shared pieces of deploy/run, deploy/test and deploy/bench: what a machine needs, and telling what is being done.
# Sourced, never run; the caller has set -euo pipefail.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

if [[ -t 2 && -z ${NO_COLOR:-} ]]; then
    bold=$'\e[1m' red=$'\e[31m' green=$'\e[32m' yellow=$'\e[33m' plain=$'\e[0m'
else
    bold='' red='' green='' yellow='' plain=''
fi

say() { printf '%s\n' "${bold}==>${plain} $*" >&2; }
fail() {
    printf '%s\n' "${red}error:${plain} $*" >&2
    exit 1
}

# Seconds since a start, as 2 min 5 s.
elapsed() {
    local seconds=$((SECONDS - $1))
    if ((seconds < 60)); then printf '%d s' "$seconds"; else printf '%d min %d s' $((seconds / 60)) $((seconds % 60)); fi
}

# Finds Swift 6.3 or later.
require_swift() {
    command -v swift >/dev/null || fail "Swift is missing. Install Swift 6.3 or later: https://www.swift.org/install/linux/"
    local version
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
    local major=${version%%.*} minor=${version#*.}
    if ! ((${major:-0} > 6 || (${major:-0} == 6 && ${minor:-0} >= 3))); then
        fail "Swift ${version:-of unknown version} is too old: Patchbay needs 6.3 or later."
    fi
}

# Installs those of the named Debian packages that are missing. Says which, and never asks.
require_packages() {
    local missing=() package
    for package in "$@"; do
        if [[ $(dpkg-query -W -f='${db:Status-Abbrev}' "$package" 2>/dev/null) != ii* ]]; then missing+=("$package"); fi
    done
    ((${#missing[@]})) || return 0
    command -v apt-get >/dev/null || fail "Install these, or what your system calls them: ${missing[*]}"
    local as_root=()
    if ((EUID != 0)); then
        command -v sudo >/dev/null || fail "Not root and no sudo. Run as root: apt-get install ${missing[*]}"
        as_root=(sudo)
    fi
    say "Installing ${missing[*]}"
    # A package list that knows all of them is good enough; an old or empty one is fetched first.
    if ! apt-get install --simulate "${missing[@]}" >/dev/null 2>&1; then
        say "Updating the list of packages"
        "${as_root[@]}" apt-get update -q >&2
    fi
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" >&2 ||
        {
            say "Once more with a new list of packages"
            "${as_root[@]}" apt-get update -q >&2
            "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
                apt-get install -y -q --no-install-recommends "${missing[@]}" >&2
        } || fail "apt-get could not install ${missing[*]}."
}

# Has promtool, which checks the alert rules and the metrics: the one on the path, or .venv/bin/promtool, taken out of
# Debian's package without installing that: it would start a Prometheus.
require_promtool() {
    local tools="$root/.venv/bin"
    if command -v promtool >/dev/null || [[ -x $tools/promtool ]]; then return; fi
    command -v apt-get >/dev/null || fail "promtool is missing: put the one of a Prometheus release on the path."
    command -v dpkg-deb >/dev/null || fail "dpkg-deb is missing: put promtool of a Prometheus release on the path."
    say "Fetching promtool"
    local directory
    directory=$(mktemp -d)
    if ! (cd "$directory" && apt-get download -q prometheus >&2); then
        local as_root=()
        if ((EUID != 0)); then as_root=(sudo); fi
        say "Updating the list of packages"
        "${as_root[@]}" apt-get update -q >&2
        (cd "$directory" && apt-get download -q prometheus >&2) || fail "apt-get could not fetch the package prometheus."
    fi
    dpkg-deb --extract "$directory"/prometheus_*.deb "$directory/package"
    mkdir -p "$tools"
    install -m 755 "$directory/package/usr/bin/promtool" "$tools/promtool"
    rm -rf "$directory"
}

# What building and running needs.
require_machine() {
    require_packages pkg-config libzmq3-dev libphonenumber-dev libsqlite3-dev
    require_swift
}
