#!/bin/sh
# Installs what is missing, with a word about it; silent and quick when nothing is.
# Usage: sh config/setup.sh [check|test]
#   (nothing)  what the service needs      check  what format, lint and types need
#   test       what all of these and the tests need
# What it may not install it names, and stops with 1. It never starts, uses or stops a Redis or
# PostgreSQL of the system.
set -u
cd "$(dirname "$0")/.." || exit 1

mode=${1:-run}
output=
policy=

main() {
  node_is_new_enough
  system_has_what_is_needed
  modules_are_current || install_modules
}

stop() {
  printf '%s\n' "$@" >&2
  exit 1
}

node_is_new_enough() {
  version=$(node --version 2>/dev/null) || stop "Node 20 or newer is needed (https://nodejs.org)."
  major=${version#v}
  [ "${major%%.*}" -ge 20 ] || stop "Node 20 or newer is needed; this is $version."
  command -v npm >/dev/null || stop "npm is needed; it comes with Node (https://nodejs.org)."
}

system_has_what_is_needed() {
  wanted=
  case $mode in
    check) ;;
    test) wanted="redis-server postgresql chromium w3m" ;;
    *) [ -n "${REDIS_URL:-}" ] || wanted=redis-server ;; # who names one needs none of ours
  esac
  missing=
  for thing in $wanted; do has "$thing" || missing="$missing $thing"; done
  # shellcheck disable=SC2086 # several words, here and below
  [ -z "$missing" ] || install_things $missing
}

has() {
  case $1 in
    postgresql) has_postgresql ;;
    chromium) has_one_of chromium chromium-browser google-chrome google-chrome-stable ;;
    compiler) has_one_of python3 && has_one_of make && has_one_of c++ g++ clang++ ;;
    *) has_one_of "$1" ;;
  esac
}

has_one_of() {
  for name in "$@"; do
    if command -v "$name" >/dev/null; then return 0; fi
  done
  return 1
}

# Debian and others keep the server's programs out of PATH (test/support/postgres.ts looks there too).
has_postgresql() {
  for program in /usr/lib/postgresql/*/bin/initdb /usr/libexec/postgresql*/initdb \
    /usr/pgsql-*/bin/initdb /opt/homebrew/opt/postgresql*/bin/initdb \
    /usr/local/opt/postgresql*/bin/initdb; do
    if [ -x "$program" ]; then return 0; fi
  done
  has_one_of initdb
}

install_things() {
  manager=
  for name in apt-get dnf apk pacman brew; do
    if command -v "$name" >/dev/null; then manager=$name && break; fi
  done
  [ -n "$manager" ] || stop "Missing: $*. Install what is missing and start again."
  as_root=
  [ "$manager" = brew ] || may_be_root ||
    stop "Missing: $*. Install what is missing and start again:" "  sudo $(by_hand "$@")"
  [ -n "$output" ] || output=$(mktemp) || exit 1
  trap 'clean_up' EXIT
  trap 'exit 130' INT TERM HUP
  update_lists
  for thing in "$@"; do install_thing "$thing"; done
}

clean_up() {
  rm -f "$output"
  [ -z "$policy" ] || $as_root rm -f "$policy"
}

may_be_root() {
  [ "$(id -u)" -ne 0 ] || return 0
  as_root="sudo -n"
  sudo -n true 2>/dev/null
}

update_lists() {
  case $manager in
    apt-get)
      keep_services_stopped
      quietly $as_root apt-get update -qq || true
      ;;
    pacman) quietly $as_root pacman -Sy --noconfirm || true ;;
  esac
}

# Debian starts a service when it installs it. We need the programs only.
keep_services_stopped() {
  file=${POLICY_RC_D:-/usr/sbin/policy-rc.d}
  [ ! -e "$file" ] || return 0
  policy=$file
  printf '%s\n' '#!/bin/sh' '# Made by config/setup.sh while it installs; may be deleted.' \
    'case $1 in redis*|postgresql*) exit 101 ;; esac' | $as_root tee "$policy" >/dev/null &&
    $as_root chmod 755 "$policy"
}

install_thing() {
  package=$(package_of "$1")
  echo "Installing $package ($manager) …"
  quietly $as_root $(install_command) $package && has "$1" && return 0
  tail -n 15 "$output" >&2
  stop "$1 could not be installed. Install it and start again:" "  $(by_hand "$1")"
}

install_command() {
  case $manager in
    apt-get)
      echo "env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends" \
        "-o DPkg::Lock::Timeout=120"
      ;;
    dnf) echo "dnf install -y -q" ;;
    apk) echo "apk add --quiet" ;;
    pacman) echo "pacman -S --noconfirm --needed" ;;
    brew) echo "brew install --quiet" ;;
  esac
}

by_hand() {
  packages=
  for thing in "$@"; do packages="$packages $(package_of "$thing")"; done
  case $manager in
    apk) echo "apk add$packages" ;;
    pacman) echo "pacman -S$packages" ;;
    *) echo "$manager install$packages" ;;
  esac
}

package_of() {
  case $manager:$1 in
    apt-get:compiler) echo "python3 make g++" ;;
    dnf:compiler) echo "python3 make gcc-c++" ;;
    apk:compiler) echo "python3 make g++" ;;
    pacman:compiler) echo "python make gcc" ;;
    brew:compiler) echo "python3 make" ;;
    apt-get:redis-server) echo redis-server ;;
    *:redis-server) echo redis ;;
    dnf:postgresql) echo postgresql-server ;;
    *) echo "$1" ;;
  esac
}

quietly() {
  "$@" >"$output" 2>&1 </dev/null
}

# npm writes its own record last of all, so an installation that was broken off has none.
modules_are_current() {
  [ "$mode" = run ] || [ -x node_modules/.bin/mocha ] || return 1
  [ -x node_modules/.bin/node ] && [ -f node_modules/.package-lock.json ] &&
    [ -z "$(find package-lock.json -newer node_modules/.package-lock.json)" ]
}

install_modules() {
  without_our_own_node
  echo "Installing the packages of package-lock.json (npm ci; minutes if sqlite3 must be compiled) …"
  npm_ci || { ! has compiler && install_things compiler && npm_ci; } ||
    stop "npm ci failed. Where sqlite3 is not to be had ready-made it is compiled, which needs" \
      "python3, make and a C++ compiler."
  [ -x node_modules/.bin/node ] || stop "The npm package \"node\" put no runtime into node_modules."
}

npm_ci() {
  also=
  [ "$mode" = run ] || also=--include=dev # NODE_ENV=production leaves them out
  npm ci $also --no-audit --no-fund --loglevel=error
}

# npm puts node_modules/.bin first: npm ci would run on the very Node it is about to replace.
without_our_own_node() {
  PATH=$(printf '%s' "$PATH" | tr ':' '\n' | grep -v '/node_modules/\.bin/*$' | tr '\n' ':')
  PATH=${PATH%:}
  node_is_new_enough
}

main "$@"
