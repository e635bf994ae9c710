#!/bin/sh
# Does what is new and exits: collect.sh FOLDER, in which config.json, btc.csv and posts.jsonl lie.
set -u
cd "$1" || exit 1
export CRYPTOPIPE_CONFIG=config.json CRYPTOPIPE_ONCE=true CRYPTOPIPE_QUIET=true

# The first failure ends it; the next call goes on from there. Exit 3: the call before is still at work.
step() {
  "$@" >>runs.jsonl && return
  code=$?
  [ "$code" -eq 3 ] && exit 0
  exit "$code"
}

step cryptopipe produce prices --source file --file btc.csv --base btc --quote usdt
step cryptopipe produce tweets --source file --file posts.jsonl
step cryptopipe process
step cryptopipe sink file
