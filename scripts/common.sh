# Sourced by the scripts beside it: messages, the checkout's root, the cache folder, administrator rights.
# shellcheck shell=bash

# The checkout's root, whatever the current folder is.
# shellcheck disable=SC2034
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

program=${0##*/}

say() { printf '%s: %s\n' "$program" "$*"; }
complain() { printf '%s: %s\n' "$program" "$*" >&2; }
die() {
  complain "$*"
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# Prints the comment block at the head of the script as its help text.
print_help() { sed -n '2,/^[^#]/{/^#/!d;s/^# \{0,1\}//;p;}' "$0"; }

# Where Graft keeps what it downloads; the `graft` command follows the same rule.
cache_folder() { printf '%s' "${GRAFT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/graft}"; }

can_be_root() { [[ $(id -u) == 0 ]] || has sudo; }

# Runs a command as root: directly, or through sudo.
as_root() {
  can_be_root || die "this needs root, and there is no sudo: $*"
  if [[ $(id -u) == 0 ]]; then "$@"; else sudo "$@"; fi
}

# Runs a command that writes below a folder: as root only where this user may not write.
as_owner_of() {
  local folder=$1
  shift
  local existing=$folder
  while [[ ! -e $existing ]]; do existing=$(dirname "$existing"); done
  if [[ -w $existing ]]; then "$@"; else as_root "$@"; fi
}
