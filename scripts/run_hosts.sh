#!/usr/bin/env bash
# Trains one model with several processes on the hosts that Open MPI knows of, in a container for one (deploy/mpijob.yaml):
#
#   run_hosts.sh --corpus=CORPUS --model=MODEL --num_topics=K ...
#
# The hosts are those of OMPI_MCA_orte_default_hostfile. All arguments go to lightlda, which goes on with a stopped run if
# there is one (--resume=auto). SIGTERM, SIGINT, SIGHUP and SIGUSR1 finish the iteration, save, and exit 75; a second one
# ends the job at once. SIGUSR2 saves, and the job goes on. The exit code is lightlda's.
set -uo pipefail
here="$(dirname "${BASH_SOURCE[0]}")"
# Whether processes on other hosts have started cannot be seen from here.
longest_start_seconds=20
# shellcheck source=scripts/mpi_job.sh
source "$here/mpi_job.sh"

case "${1:-}" in
  -h | --help) usage && exit 0 ;;
esac
require_mpirun
# Names of new hosts may take a while to be known.
export OMPI_MCA_plm_rsh_args="${OMPI_MCA_plm_rsh_args:--o ConnectionAttempts=10}"
export OMPI_MCA_orte_keep_fqdn_hostnames="${OMPI_MCA_orte_keep_fqdn_hostnames:-true}"
# Not bound: threads may use the host as they find it. Keep-alive: a host that is gone before training begins is noticed
# within 20 seconds instead of 8 minutes.
run_job mpirun "${mpi_settings[@]}" --bind-to none \
  --mca oob_tcp_keepalive_time 10 --mca oob_tcp_keepalive_intvl 2 --mca oob_tcp_keepalive_probes 5 \
  "${LIGHTLDA:-lightlda}" --resume=auto "$@"
