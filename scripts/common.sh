# Sourced by the other scripts: where things are, and how they say what they do.
# shellcheck shell=bash
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=$top/.cache
jobs=$(nproc)

export PATH=$cache/bin:$cache/node/node_modules/.bin:$PATH NODE_PATH=$cache/node/node_modules
# A file it has not seen yet is compiled at once, and not preprocessed for the cache first.
export CCACHE_DEPEND=1
export CCACHE_MAXSIZE=${CCACHE_MAXSIZE:-5G}

say() { printf '%s\n' "$*" >&2; }
die() { say "$(basename "$0"): $*"; exit 1; }

# content_hash FILE... : one hash over the files' contents.
content_hash() { cat -- "$@" | sha256sum | cut -d' ' -f1; }

# fresh STAMP HASH : whether the step STAMP was last completed with this HASH.
fresh() { [ "$(cat "$cache/stamps/$1" 2>/dev/null)" = "$2" ]; }
done_with() { mkdir -p "$cache/stamps" && printf '%s\n' "$2" >"$cache/stamps/$1"; }

# timed NAME COMMAND... : runs it, and keeps how long it took for print_times.
declare -a step_names=() step_seconds=()
timed() {
  local name=$1 start=$SECONDS status=0
  shift
  "$@" || status=$?
  step_names+=("$name") step_seconds+=($((SECONDS - start)))
  return "$status"
}
print_times() {
  local i
  for i in "${!step_names[@]}"; do printf '%6d s  %s\n' "${step_seconds[i]}" "${step_names[i]}"; done
}
