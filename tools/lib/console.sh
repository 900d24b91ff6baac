# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What the tools share: messages, timed steps and the number of cores. To be sourced.

# fail <text>: says what went wrong and ends the tool.
fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# usage: the comment block at the top of the calling tool is its help text.
usage() {
  awk 'NR > 2 && !/^#/ { exit } NR > 2 { sub(/^# ?/, ""); print }' "$0"
}

# cores: what this machine (or the container) lets us use.
cores() { nproc; }

step_names=()
step_seconds=()

# step <name> <command...>: runs the command, remembers how long it took and returns its status. `set -e` does not reach
# into the command: a function given here says `|| return` itself.
step() {
  local name=$1 start=$SECONDS status=0
  shift
  printf '\n== %s\n' "$name"
  "$@" || status=$?
  step_names+=("$name")
  step_seconds+=($((SECONDS - start)))
  ((status == 0)) || printf '%s: step "%s" failed (exit %d)\n' "$(basename "$0")" "$name" "$status" >&2
  return "$status"
}

# step_report: how long each step took.
step_report() {
  local i
  printf '\n'
  for i in "${!step_names[@]}"; do
    printf '%5d s  %s\n' "${step_seconds[i]}" "${step_names[i]}"
  done
}
