#!/bin/sh
# Collects what is new and exits: collect.sh FOLDER. The folder holds config.json, btc.csv and posts.jsonl.
set -u
cd "$1" || exit 1
export CRYPTOPIPE_CONFIG=config.json CRYPTOPIPE_ONCE=true CRYPTOPIPE_QUIET=true

# The first failure ends the call; the next call continues there. Exit 3: the previous call is still busy.
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
