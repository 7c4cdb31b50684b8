#!/usr/bin/env bash
# A Spark cluster for as long as one job takes: a master and two workers on this machine, each with
# a core. Everything after the script's name goes to audience.py.
#
#   SPARK_HOME=… ./standalone.sh --out rows.ndjson --table accounts=/data/accounts.parquet count.sql
#
# SPARK_HOME is where Spark is unpacked; without it, the one of `pip install pyspark`.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
python=${PYSPARK_PYTHON:-python3}
: "${SPARK_HOME:=$("$python" -c 'import os, pyspark; print(os.path.dirname(pyspark.__file__))')}"
export SPARK_HOME PYSPARK_PYTHON=$python SPARK_LOCAL_IP=127.0.0.1
logs=$(mktemp -d)
export SPARK_WORKER_DIR=$logs/work
url=spark://127.0.0.1:7077
started=()

start() {
  "$SPARK_HOME/bin/spark-class" "org.apache.spark.deploy.$1" "${@:3}" >"$logs/$2.log" 2>&1 &
  started+=($!)
}

stop() {
  kill "${started[@]}" 2>/dev/null || true
  wait "${started[@]}" 2>/dev/null || true
  echo "The cluster's logs are in $logs" >&2
}
trap stop EXIT

# As long as it takes, and at most a minute.
until_said() {
  for _ in $(seq 120); do
    [ "$(grep -c "$1" "$logs/master.log" || true)" -ge "$2" ] && return
    sleep 0.5
  done
  echo "The master did not say \`$1\` $2 times; see $logs" >&2
  exit 1
}

start master.Master master --host 127.0.0.1 --port 7077 --webui-port 0
until_said "I have been elected leader" 1
for worker in 1 2; do
  start worker.Worker "worker-$worker" --host 127.0.0.1 --cores 1 --memory 2g --webui-port 0 "$url"
done
until_said "Registering worker" 2
"$SPARK_HOME/bin/spark-submit" --master "$url" --conf spark.ui.enabled=false \
  --conf spark.log.level=WARN "$here/audience.py" "$@"
grep -h "Registering worker\|Registered app\|Launching executor" "$logs/master.log" >&2
