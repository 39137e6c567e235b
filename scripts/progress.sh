# Sourced after common.sh: says every few seconds what is being done, and how long that usually takes.
# shellcheck shell=bash
#
#   step LABEL USUAL COUNTER COMMAND...   runs COMMAND, its output in .cache/log/; when it fails, the log's
#                                         end is shown and the script ends. USUAL is for two idle cores.
#   beside COMMAND...                     starts it beside what follows; a failure shows at `joined`
#   joined                                waits for all that was started with beside
#   progress_end                          before `exec`; a script that ends needs not call it
#
# COUNTER is ninja, apt, maven or -: how to see from the log how far it is. On a terminal there is one line
# that changes; elsewhere a line every four seconds. What takes no time says nothing. A script that another
# one started leaves the talking to it.

# What runs now: a file for each step, in a folder that the scripts a script starts find as well.
progress_ours=
progress_lanes=()
progress_tty=
if [ -t 2 ] && [ "${TERM:-dumb}" != dumb ]; then progress_tty=yes; fi

# How far a step is: "143 of 300", or nothing.
count_ninja() { tail -c 2000 "$1" | sed -n 's/^\[\([0-9]*\)\/\([0-9]*\)\].*/\1 of \2/p' | tail -n 1; }
count_apt() {
  local all done
  all=$(sed -n 's/.* \([0-9]*\) newly installed.*/\1/p' "$1" | head -n 1)
  done=$(grep -cE '^(Unpacking|Setting up) ' "$1")
  [ -z "$all" ] || echo "$done of $((all * 2))"
}
# Of what the FHIR server's pom needs in all, with nothing at hand; so it may end earlier.
count_maven() {
  local done
  done=$(grep -c '^\(\[INFO\] \)\?Downloaded from' "$1")
  [ "$done" = 0 ] || echo "$done of 850"
}

# One line about all that runs.
progress_text() {
  local file label usual counter start log far text=
  for file in "$KGW_PROGRESS"/step.*; do
    IFS=$'\t' read -r label usual counter start log 2>/dev/null <"$file" || continue
    far=
    if [ "$counter" != - ] && [ -f "$log" ]; then far=$("count_$counter" "$log"); fi
    text+="${text:+ | }$label${far:+ $far}, $((EPOCHSECONDS - start)) s (usually $usual)"
  done
  printf '%s' "$text"
}

progress_show() { # TEXT : over the line before, as wide as the terminal is
  local width
  width=$(stty size <&2 2>/dev/null | cut -d' ' -f2)
  printf '\r\033[K%s' "${1:0:$((${width:-80} - 1))}" >&2
}

# Looks every second; says nothing of what is done at once. The logs are read only for a line that is said.
progress_loop() {
  local text said=0 pause
  exec {pause}<> <(:)
  while kill -0 "$1" 2>/dev/null && [ -d "$KGW_PROGRESS" ]; do
    read -rt 1 -u "$pause" || true
    if ! compgen -G "$KGW_PROGRESS/step.*" >/dev/null; then
      said=0
    elif [ -n "$progress_tty" ] || [ $((EPOCHSECONDS - said)) -ge 4 ]; then
      said=$EPOCHSECONDS
      text=$(progress_text)
      if [ -z "$text" ]; then
        said=0
      elif [ -n "$progress_tty" ]; then
        progress_show "$text"
      else
        printf '%s\n' "$text" >&2
      fi
    fi
  done
}

# What others write goes on a line of its own.
say() { printf '%s%s\n' "${progress_tty:+$'\r\033[K'}" "$*" >&2; }

progress_begin() {
  [ -z "${KGW_PROGRESS:-}" ] || return 0
  progress_ours=yes
  KGW_PROGRESS=$(mktemp -d "${TMPDIR:-/tmp}/kgw-progress.XXXXXX")
  export KGW_PROGRESS
  progress_loop $$ &
  progress_pid=$!
}

progress_end() {
  local lane
  for lane in "${progress_lanes[@]}"; do kill -TERM -- "-$lane" 2>/dev/null || true; done
  progress_lanes=()
  [ -n "$progress_ours" ] || return 0
  kill "$progress_pid" 2>/dev/null || true
  wait "$progress_pid" 2>/dev/null || true
  if [ -n "$progress_tty" ]; then printf '\r\033[K' >&2; fi
  rm -rf "$KGW_PROGRESS"
  unset KGW_PROGRESS
  progress_ours=
}
trap progress_end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

step() { # LABEL USUAL COUNTER COMMAND...
  local label=$1 usual=$2 counter=$3 log file status=0 start=$SECONDS
  shift 3
  mkdir -p "$cache/log"
  log=$cache/log/${label//[^A-Za-z0-9]/-}.log
  : >"$log"
  progress_begin
  file=$(mktemp "$KGW_PROGRESS/new.XXXXXX")
  printf '%s\t%s\t%s\t%s\t%s\n' "$label" "$usual" "$counter" "$EPOCHSECONDS" "$log" >"$file"
  mv "$file" "${file/new./step.}"
  "$@" </dev/null >"$log" 2>&1 || status=$?
  rm -f "${file/new./step.}"
  if [ "$status" != 0 ]; then
    # A build goes on with what had begun: its first error is not at the end.
    if grep -q '^FAILED' "$log"; then
      sed -n '/^FAILED/,$p' "$log" | head -n 60 >&2 || true
    else
      tail -n 30 "$log" >&2
    fi
    die "$label failed (all it said: ${log#"$top"/})"
  fi
  if [ $((SECONDS - start)) -ge 2 ]; then say "$label: done in $((SECONDS - start)) s"; fi
}

beside() { # COMMAND... : in a process group of its own, so that all of it can be ended
  progress_begin
  set -m
  "$@" </dev/null &
  progress_lanes+=($!)
  set +m
}

joined() {
  local lane
  while [ ${#progress_lanes[@]} -gt 0 ]; do
    lane=${progress_lanes[0]}
    wait "$lane" || exit $?
    progress_lanes=("${progress_lanes[@]:1}")
  done
}
