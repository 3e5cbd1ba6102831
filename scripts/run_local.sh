#!/usr/bin/env bash
# Trains one model with several processes on this machine:
#
#   scripts/run_local.sh -n PROCESSES [options] -- --corpus=CORPUS --model=MODEL --num_topics=K ...
#
#   -n PROCESSES      how many
#   --threads T       threads of each; default: its share of the cores, at least 1
#   --program FILE    default: lightlda of PATH, else of build/release/bin
#   --no-bind         do not bind processes to cores; for when others use this machine, too
#   --print           print the command and stop
#
# Ctrl-C, SIGTERM, SIGHUP and SIGUSR1 finish the iteration, save, and exit 75; a second one ends the job at once.
# SIGUSR2 saves, and the job goes on. The exit code is lightlda's. MPI settings can be added as OMPI_MCA_name=value in the environment.
set -uo pipefail
here="$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=scripts/mpi_job.sh
source "$here/mpi_job.sh"

processes=''
threads=''
program=''
bind=yes
print=no
while (($#)); do
  case "$1" in
    -n | --threads | --program) (($# > 1)) || die 64 "$1 needs a value; try --help" ;;&
    -n) processes="$2" && shift ;;
    --threads) threads="$2" && shift ;;
    --program) program="$2" && shift ;;
    --no-bind) bind=no ;;
    --print) print=yes ;;
    -h | --help) usage && exit 0 ;;
    --) shift && break ;;
    *) die 64 "unknown option '$1'; lightlda's flags go after --; try --help" ;;
  esac
  shift
done
[[ $processes =~ ^[1-9][0-9]{0,3}$ ]] || die 64 "-n: expected a number of processes, found '$processes'"
[[ -z $threads || $threads =~ ^[1-9][0-9]{0,3}$ ]] || die 64 "--threads: expected a number, found '$threads'"
if [[ -z $program ]]; then
  program="$(command -v lightlda || echo "$here/../build/release/bin/lightlda")"
fi
[[ -x $program ]] || die 1 "$program: no such program; build it (scripts/quickstart.sh) or give --program"
require_mpirun

cores="$(nproc)"
[[ -n $threads ]] || threads=$((cores > processes ? cores / processes : 1))
placing=(--bind-to none)
# mpirun counts the machine's cores, not those that this shell was given.
if [[ $bind == yes && $cores == "$(nproc --all)" ]] && ((processes * threads <= cores)); then
  placing=(--use-hwthread-cpus --map-by "slot:PE=$threads" --bind-to hwthread)
fi

command=(
  mpirun "${mpi_settings[@]}" "${placing[@]}" -np "$processes"
  --mca plm isolated --mca btl 'self,vader' --mca oob_tcp_if_include lo # nothing leaves the machine
  "$program" --num_threads="$threads" "$@"
)
if [[ $print == yes ]]; then
  printf '%q ' "${command[@]}"
  echo
  exit 0
fi
run_job "${command[@]}"
