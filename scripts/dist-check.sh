#!/usr/bin/env bash
# What a newcomer does, with nothing but Python: from `pip install` to the finished task, in an empty
# HOME, with a PATH that has neither cargo, rustc nor a C compiler. Tells the time of each step, and
# fails when it takes longer than GATEWAYQ_CHECK_SECONDS (60) until the task has run.
#
#   scripts/dist-check.sh [WHEEL]    default: the wheel for this machine in target/dist/release
set -euo pipefail
cd "$(dirname "$0")/.."

wheel=${1:-}
if [ -z "$wheel" ]; then
  for wheel in target/dist/release/gatewayq-*"$(uname -m)"*.whl; do :; done
fi
wheel=$(realpath "$wheel")
python=$(python3 -c 'import sys; print(sys.executable)')
room=$(mktemp -d)
mkdir "$room/home" "$room/bin" "$room/place"

# The programs that a shell script and Python themselves need, by name; nothing that compiles.
for program in bash cat cp dirname env id ln ls mkdir mktemp mv readlink rm sed seq sh sleep uname; do
  ln -s "$(command -v "$program")" "$room/bin/$program"
done
ln -s "$python" "$room/bin/python3"

# How this machine reaches a package index is not what is looked at here.
network=(LANG=C.UTF-8)
for name in ${!PIP_@} HTTPS_PROXY SSL_CERT_FILE; do
  [ -z "${!name:-}" ] || network+=("$name=${!name}")
done

clean() {
  env -i HOME="$room/home" PATH="$room/venv/bin:$room/bin" "${network[@]}" "$@"
}

finish() {
  clean gatewayq local stop --project-dir "$room/place/demo" > /dev/null 2>&1 || true
  rm -rf "$room"
}
trap finish EXIT

now() { python3 -c 'import time; print(f"{time.time():.1f}")'; }
began=$(now)

# step NAME COMMAND...: runs it in the folder for work, and tells its time.
step() {
  local name=$1 start
  shift
  start=$(now)
  (cd "$room/place" && clean "$@") > "$room/said" 2>&1 || {
    printf 'failed: %s\n' "$name" >&2
    cat "$room/said" >&2
    exit 1
  }
  python3 -c "print(f'{$(now) - $start:6.1f} s  $name')"
}

said() {
  grep -q -- "$1" "$room/said" || {
    printf 'not said: %s\n' "$1" >&2
    cat "$room/said" >&2
    exit 1
  }
}

for program in cargo rustc cc gcc clang; do
  if clean sh -c "command -v $program" > /dev/null; then
    echo "$program is on the PATH of this check" >&2
    exit 1
  fi
done

step 'a fresh venv' python3 -m venv "$room/venv"
step 'pip install gatewayq' "$room/venv/bin/python" -m pip install --quiet --no-index "$wheel"
step 'gatewayq version' gatewayq version
said "handler for $(uname -m | sed s/aarch64/arm64/)"
step 'gatewayq init demo' gatewayq init demo
step 'gatewayq deploy --local' gatewayq deploy --local --project-dir demo
said 'on board'
step 'gatewayq invoke --local /sendtosqs' gatewayq invoke --local /sendtosqs --project-dir demo
said '"message_status":"success"'
step 'gatewayq status --local --check' gatewayq status --local --check --project-dir demo
said 'waiting 1'
# The worker's packages come from the package index; a TERM then ends celery as Ctrl-C does.
step 'gatewayq worker run --local, until the task has run' bash -c '
  gatewayq worker run --local --project-dir demo > worker.log 2>&1 & worker=$!
  for _ in $(seq 600); do
    case "$(cat worker.log)" in *"tasks.add"*succeeded*) break ;; esac
    kill -0 $worker || break
    sleep 0.1
  done
  kill $worker; wait $worker; code=$?
  cat worker.log
  exit $code'
said 'tasks.add.*succeeded'
limit=${GATEWAYQ_CHECK_SECONDS:-60}
python3 -c "
took = $(now) - $began
print(f'{took:6.1f} s  in all, of $limit')
raise SystemExit(took > $limit and 'from pip install to the finished task takes too long')"
step 'gatewayq delete --local' gatewayq delete --local --yes --project-dir demo
