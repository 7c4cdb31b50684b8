#!/usr/bin/env bash
# Previews audiences on a Spark cluster that lives as long as one job takes: a master and two workers on
# this machine, a core each. Writes the queries, submits them, renders what comes back, ends everything.
#
#   ./standalone.sh BOOK ACCOUNTS.parquet NOW AUDIENCE… > report.txt
#   FORMAT=html ROWS=rows.ndjson ./standalone.sh rules accounts.parquet 2026-05-04T12:00:00Z in_dunning > report.html
#
# BANNERET is the command, without it the one on the PATH. SPARK_HOME is where Spark is unpacked, without
# it the one that `pip install pyspark` put beside PYSPARK_PYTHON. ROWS keeps what the cluster counted.
# TABLE is what the manifest's `warehouse` calls the table; `accounts` without it.
set -euo pipefail
if [ $# -lt 4 ]; then
  sed -n '5,6s/^#   //p' "${BASH_SOURCE[0]}" >&2
  exit 2
fi
book=$1 accounts=$(realpath -e "$2") now=$3
shift 3
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
banneret=${BANNERET:-banneret}
python=${PYSPARK_PYTHON:-python3}
: "${SPARK_HOME:=$("$python" -c 'import os, pyspark; print(os.path.dirname(pyspark.__file__))')}"
export SPARK_HOME PYSPARK_PYTHON=$python SPARK_LOCAL_IP=127.0.0.1
work=$(mktemp -d)
rows=${ROWS:-$work/rows.ndjson}
url=spark://127.0.0.1:7077
export SPARK_WORKER_DIR=$work/workers
started=()

start() {
  "$SPARK_HOME/bin/spark-class" "org.apache.spark.deploy.$1" "${@:3}" >"$work/$2.log" 2>&1 &
  started+=($!)
}

# Where all went well nothing stays.
stop() {
  local code=$?
  [ ${#started[@]} -eq 0 ] || { kill "${started[@]}" && wait "${started[@]}"; } 2>/dev/null || true
  case $code in
  0) rm -rf "$work" ;;
  *) echo "The cluster's logs and the queries are in $work" >&2 ;;
  esac
}
trap stop EXIT

# As long as it takes, and at most a minute.
until_said() {
  for _ in $(seq 120); do
    [ "$(grep -c "$1" "$work/master.log" || true)" -ge "$2" ] && return
    sleep 0.5
  done
  echo "The master did not say \`$1\` $2 times" >&2
  exit 1
}

# Queries first: a mistake in a name needs no cluster.
queries=()
for audience in "$@"; do
  for ask in count breakdown 'sample 5'; do
    query=$work/$(printf '%02d' ${#queries[@]}).sql
    # shellcheck disable=SC2086
    "$banneret" sql "$audience" --book "$book" --dialect spark --now "$now" $ask >"$query"
    queries+=("$query")
  done
done

start master.Master master --host 127.0.0.1 --port 7077 --webui-port 0
until_said "I have been elected leader" 1
for worker in 1 2; do
  start worker.Worker "worker-$worker" --host 127.0.0.1 --cores 1 --memory 2g --webui-port 0 "$url"
done
until_said "Registering worker" 2
"$SPARK_HOME/bin/spark-submit" --master "$url" --conf spark.ui.enabled=false --conf spark.log.level=WARN \
  "$here/audience.py" --out "$rows" --table "${TABLE:-accounts}=$accounts" "${queries[@]}" >&2
grep -h "Registering worker\|Registered app\|Launching executor" "$work/master.log" >&2
"$banneret" preview --from-counts "$rows" --book "$book" --format "${FORMAT:-text}"
