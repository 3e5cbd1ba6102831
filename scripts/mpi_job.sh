# shellcheck shell=bash disable=SC2034
# What the launchers share; meant to be sourced: starting mpirun so that a stop saves the run.
#
# What Open MPI 4.1.4 does, as measured, and what follows from it:
#   SIGINT or SIGTERM to mpirun   processes get SIGTERM after T seconds, SIGKILL after 2T; the exit code is 1.
#   SIGUSR1 to mpirun             goes to all processes at once, and the job lives on. So stopping is done by
#                                 this, and mpirun has a session of its own, out of reach of the terminal's Ctrl-C.
#   SIGUSR2 to mpirun             likewise; lightlda saves and goes on.
#   SIGUSR1 in its first 0.2 s    is lost, or kills it or a process that has not begun: exit code 138. So it is sent
#                                 when all answer to it, and once, as in mpirun's last moments it kills it, too.
#   a process fails               the job ends 2T later with that process's exit code. So T stays short, and
#                                 processes that stop on request exit only when all have saved.

# Seconds T: odls_base_sigkill_timeout.
readonly kill_timeout=1

# Settings for every mpirun here, apart from where processes go. MPI only starts the job and adds up a few
# numbers, so a process that waits in it should not take a core from others.
mpi_settings=(
  -q --oversubscribe
  --mca odls_base_sigkill_timeout "$kill_timeout"
  --mca mpi_yield_when_idle 1
  --mca btl_vader_single_copy_mechanism none # else warnings in containers
)

# Open MPI wants to be told twice that root means it.
if ((EUID == 0)); then
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi

# die EXIT_CODE TEXT...: ends the script.
die() {
  local code="$1"
  shift
  echo "${0##*/}: $*" >&2
  exit "$code"
}

require_mpirun() {
  command -v mpirun >/dev/null || die 1 "needs mpirun (Debian: apt-get install openmpi-bin)"
}

# usage: the script's header comment, which is its help.
usage() {
  sed -n '2,/^[^#]/{/^#/!q;s/^# \{0,1\}//;p}' "$0"
}

# remove_session PID: what an mpirun that was killed leaves in the directory for temporary files.
remove_session() {
  local of_user
  of_user="${TMPDIR:-/tmp}/ompi.$(hostname).$EUID"
  [[ -d $of_user && -O $of_user && ! -L $of_user && -e $of_user/pid.$1 ]] || return 0
  rm -rf "$of_user/pid.$1"
  rmdir --ignore-fail-on-non-empty "$of_user"
}

# Seconds after which a job has started, and for which its start is waited for at most.
readonly start_seconds=2 longest_start_seconds="${longest_start_seconds:-60}"

# catches_stop PID: whether the process has a handler for SIGUSR1, signal 10.
catches_stop() {
  local mask
  mask="$(sed -n 's/^SigCgt:[[:space:]]*//p' "/proc/$1/status" 2>/dev/null)"
  ((16#${mask:-0} >> 9 & 1))
}

# has_started PID: whether mpirun and the processes it has started on this machine would not be killed by SIGUSR1.
has_started() {
  local pid ranks=0
  catches_stop "$1" || return 1
  for pid in $(cat "/proc/$1/task/"*/children 2>/dev/null); do
    grep -qz '^OMPI_COMM_WORLD_RANK=' "/proc/$pid/environ" 2>/dev/null || continue # not of the job
    catches_stop "$pid" || return 1
    ranks=$((ranks + 1))
  done
  ((ranks > 0))
}

# wait_for_start PID SECONDS SIGNALS: until mpirun, begun at SECONDS, has started its job, or another signal comes.
wait_for_start() {
  while kill -0 "$1" 2>/dev/null && ((signals == $3 && SECONDS - $2 <= longest_start_seconds)); do
    if ((SECONDS - $2 > start_seconds)) && has_started "$1"; then break; fi
    sleep 0.2
  done
}

# run_job COMMAND...: runs mpirun and returns its exit code. SIGINT, SIGTERM, SIGHUP or SIGUSR1 to this script stop
# the job saved (75); a second one ends it within two seconds, with what was last saved. SIGUSR2 saves.
run_job() {
  local job='' code signals=0 stopped=0 saves=0 saved=0 seen=-1 start=$SECONDS
  trap 'signals=$((signals + 1))' INT TERM HUP USR1
  trap 'saves=$((saves + 1))' USR2
  # If this script is killed, mpirun gets a SIGTERM and ends the job.
  setsid setpriv --pdeathsig TERM "$@" </dev/null &
  job=$!
  while ((seen != signals + saves)); do # a signal cuts the wait short
    seen=$((signals + saves))
    if ((signals == 1 && ! stopped)); then
      echo "${0##*/}: stopping after this iteration; once more to stop without saving" >&2
      wait_for_start "$job" "$start" 1
      kill -USR1 "$job" 2>/dev/null
      stopped=1
    elif ((signals > 1)); then
      kill -TERM "$job" 2>/dev/null
    elif ((saves > saved)); then
      wait_for_start "$job" "$start" 0
      kill -USR2 "$job" 2>/dev/null
      saved=$saves
    fi
    ((seen == signals + saves)) || continue
    { wait "$job"; } 2>/dev/null # else bash tells of a kill in its own words
    code=$?
  done
  trap - INT TERM HUP USR1 USR2
  remove_session "$job"
  if ((code > 128 && code < 193)); then
    echo "${0##*/}: a process of the job was ended by signal $((code - 128)) ($(kill -l $((code - 128))))" >&2
  fi
  return "$code"
}
