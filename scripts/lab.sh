#!/usr/bin/env bash
# A lab of several hosts on one machine, for tests of many hosts that are as honest as one machine allows: network
# namespaces with addresses and host names of their own, joined by a bridge.
#
#   scripts/lab.sh up N                       hosts h1 ... hN, addresses 10.99.0.1 ... N
#   scripts/lab.sh run [--pin] [MPIRUN FLAGS] -- PROGRAM ARGUMENTS...
#                                             mpirun from h1, one process per host unless -np says otherwise;
#                                             --pin: each host has its share of the cores;
#                                             --keepalive TIME,INTERVAL,PROBES: of mpirun's own connections
#   scripts/lab.sh exec HOST COMMAND...       runs a command on a host
#   scripts/lab.sh rate 100mbit | off         of every link, each way
#   scripts/lab.sh loss PERCENT | off         of the packets that hosts send
#   scripts/lab.sh delay MS [JITTER] | off    of every packet, so a round trip takes twice that
#   scripts/lab.sh cut HOST | heal HOST       pulls and plugs a cable
#   scripts/lab.sh mute HOST | unmute HOST    what the host sends is lost; it still receives
#   scripts/lab.sh stop HOST | cont HOST | kill HOST    SIGSTOP, SIGCONT, SIGKILL to all processes of a host
#   scripts/lab.sh probe                      measures h1 to h2: bytes per second, round trip
#   scripts/lab.sh list | down
#
# Needs root. LIGHTLDA_LAB=NAME names the lab (default: lab): labs do not see each other, and nothing outside their
# namespaces is touched. Hosts share the machine's files, cores and memory. A stop of `run` saves, as with
# run_local.sh.
set -uo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=scripts/mpi_job.sh
source "$here/mpi_job.sh"

readonly hub="lightlda-${LIGHTLDA_LAB:-lab}" # namespace of the bridge and its ports p1, p2, ...; hosts are HUB-h1, ...
readonly sessions="/run/$hub"                # what mpirun keeps while it runs
readonly subnet=10.99.0

require_tools() {
  ((EUID == 0)) || die 1 "needs root: it makes network namespaces"
  local tool
  for tool in ip tc unshare taskset python3; do
    command -v "$tool" >/dev/null || die 1 "needs $tool (Debian: apt-get install iproute2 util-linux python3)"
  done
  unshare --net --uts true 2>/dev/null || die 1 "may not make network namespaces here (a container without the right?)"
}

require_lab() {
  [[ -e /run/netns/$hub ]] || die 1 "there is no lab; make one with: lab.sh up N"
}

# The numbers of the hosts, one per line.
hosts() {
  ip netns list | awk -v prefix="$hub-h" 'index($1, prefix) == 1 { print substr($1, length(prefix) + 1) }' | sort -n
}

# set_host NAME: puts the K of hK, or of its address, into $host.
set_host() {
  host="${1#h}"
  host="${host#"$subnet."}"
  [[ $host =~ ^[0-9]+$ && -e /run/netns/$hub-h$host ]] || die 64 "expected a host (h1, h2, ...), found '$1'"
}

# Cores of host $1, for taskset: its share of the machine's, or one that it shares with others.
cores_of() {
  local count cores="$LIGHTLDA_LAB_PIN"
  count="$(hosts | wc -l)"
  if ((count <= cores)); then
    echo "$((($1 - 1) * cores / count))-$(($1 * cores / count - 1))"
  else
    echo $((($1 - 1) % cores))
  fi
}

# on_host K COMMAND...: becomes the command, on host K.
on_host() {
  local k="$1" pin=()
  shift
  [[ ${LIGHTLDA_LAB_PIN:-0} == 0 ]] || pin=(taskset -c "$(cores_of "$k")")
  # shellcheck disable=SC2016
  exec ip netns exec "$hub-h$k" unshare --uts sh -c 'hostname "$0" && exec "$@"' "h$k" "${pin[@]}" "$@"
}

add_host() {
  local name="$hub-h$1" port="p$1"
  ip netns add "$name" &&
    ip -n "$hub" link add "$port" type veth peer name eth0 netns "$name" &&
    ip -n "$hub" link set "$port" master bridge up addrgenmode none &&
    ip -n "$name" link set eth0 addrgenmode none &&
    ip -n "$name" address add "$subnet.$1/24" dev eth0 &&
    ip -n "$name" link set eth0 up &&
    ip -n "$name" link set lo up
}

make_lab() {
  local k
  mkdir -p "$sessions" &&
    ip netns add "$hub" &&
    ip -n "$hub" link add bridge type bridge &&
    ip -n "$hub" link set bridge up addrgenmode none || return 1
  for ((k = 1; k <= $1; k++)); do
    add_host "$k" || return 1
  done
}

up() {
  [[ $1 =~ ^[1-9][0-9]?$ ]] || die 64 "up: expected 1 to 99 hosts, found '$1'"
  [[ ! -e /run/netns/$hub ]] || die 1 "the lab is up already; lab.sh down ends it"
  if ! make_lab "$1"; then
    down
    die 1 "could not make the lab; the line above says what this system lacks"
  fi
}

# All that runs in these namespaces is the lab's own, so it may be ended.
down() {
  local name
  for name in $(ip netns list | awk -v hub="$hub" '$1 == hub || index($1, hub "-h") == 1 { print $1 }'); do
    ip netns pids "$name" | xargs -r kill -KILL 2>/dev/null
    ip netns delete "$name"
  done
  rm -rf "$sessions"
}

run() {
  local flags=() hosts_given=no processes count slots names keepalive=() times
  export LIGHTLDA_LAB_PIN=0 # or the number of cores to divide
  count="$(hosts | wc -l)"
  processes="$count"
  while (($#)) && [[ $1 != -- ]]; do
    case "$1" in
      --pin) LIGHTLDA_LAB_PIN="$(nproc)" ;;
      --keepalive)
        IFS=, read -ra times <<<"${2:-}" && shift
        ((${#times[@]} == 3)) || die 64 "--keepalive: expected TIME,INTERVAL,PROBES"
        keepalive=(--mca oob_tcp_keepalive_time "${times[0]}" --mca oob_tcp_keepalive_intvl "${times[1]}"
          --mca oob_tcp_keepalive_probes "${times[2]}")
        ;;
      -n | -np) processes="${2:-}" && shift ;;
      *) flags+=("$1") ;;
    esac
    [[ $1 != --host ]] || hosts_given=yes
    (($# == 0)) || shift
  done
  (($# > 1)) || die 64 "run: expected -- and a program; try --help"
  shift
  [[ $processes =~ ^[1-9][0-9]{0,3}$ ]] || die 64 "-np: expected a number of processes, found '$processes'"
  require_mpirun
  if [[ $hosts_given == no ]]; then
    slots=$(((processes + count - 1) / count))
    names="$(hosts | sed "s/.*/h&:$slots/" | paste -sd,)"
    flags+=(--host "$names")
  fi
  run_job "${BASH_SOURCE[0]}" exec h1 mpirun "${mpi_settings[@]}" --bind-to none -np "$processes" \
    --mca plm_rsh_agent "$here/lab.sh agent" --mca plm_rsh_no_tree_spawn 1 --mca orte_tmpdir_base "$sessions" \
    --mca oob_tcp_if_include eth0 --mca btl_tcp_if_include eth0 \
    "${keepalive[@]}" "${flags[@]}" "$@"
}

# A queue of 64 KiB and 50 ms at both ends of every cable.
rate() {
  local k link
  for k in $(hosts); do
    for link in "$hub-h$k eth0" "$hub p$k"; do
      read -r namespace device <<<"$link"
      tc -n "$namespace" qdisc delete dev "$device" root 2>/dev/null
      [[ $1 == off ]] || tc -n "$namespace" qdisc add dev "$device" root tbf rate "$1" burst 64k latency 50ms ||
        die 64 "rate: expected a rate such as 100mbit, or off"
    done
  done
}

# A filter in classic BPF, as many kernels have no netem: load a random number; drop from the threshold on; else
# pass. Segmentation offload is off meanwhile, so that what is lost is packets and not 64 KiB at a time.
loss() {
  local k threshold=''
  if [[ $1 != off ]]; then
    [[ $1 =~ ^[0-9]{1,2}(\.[0-9]{1,4})?$ ]] || die 64 "loss: expected a percentage below 100, or off; found '$1'"
    threshold="$(awk -v percent="$1" 'BEGIN { printf "%.0f", 4294967295 * (1 - percent / 100) }')"
  fi
  for k in $(hosts); do
    tc -n "$hub-h$k" qdisc delete dev eth0 clsact 2>/dev/null
    if [[ -z $threshold ]]; then
      ip -n "$hub-h$k" link set eth0 gso_max_segs 65535
      continue
    fi
    ip -n "$hub-h$k" link set eth0 gso_max_segs 1 &&
      tc -n "$hub-h$k" qdisc add dev eth0 clsact &&
      tc -n "$hub-h$k" filter add dev eth0 egress bpf da bytecode \
        "4,32 0 0 4294963256,53 0 1 $threshold,6 0 0 2,6 0 0 4294967295" ||
      die 1 "loss: this kernel or tc has no BPF filters"
  done
}

# The bridge gives way to a switch that passes frames on later, the only process of the hub.
delay() {
  local k ports=() number='^[0-9]{1,5}(\.[0-9]+)?$'
  [[ $1 == off || ($1 =~ $number && $2 =~ $number) ]] || die 64 "delay: expected milliseconds, or off; found '$1 $2'"
  ip netns pids "$hub" | xargs -r kill
  for k in $(hosts); do
    ports+=("p$k")
    if [[ $1 == off ]]; then
      ip -n "$hub" link set "p$k" master bridge
    else
      ip -n "$hub" link set "p$k" nomaster
    fi
  done
  [[ $1 == off ]] || ip netns exec "$hub" python3 "$here/lab/delay.py" "$1" "$2" "${ports[@]}"
}

# mute HOST yes|no
mute() {
  set_host "$1"
  tc -n "$hub-h$host" qdisc delete dev eth0 clsact 2>/dev/null
  [[ $2 == yes ]] || return 0
  tc -n "$hub-h$host" qdisc add dev eth0 clsact &&
    tc -n "$hub-h$host" filter add dev eth0 egress bpf da bytecode "1,6 0 0 2" ||
    die 1 "mute: this kernel or tc has no BPF filters"
}

# signal_host SIGNAL HOST
signal_host() {
  set_host "$2"
  ip netns pids "$hub-h$host" | xargs -r kill "-$1"
}

probe() {
  [[ -e /run/netns/$hub-h2 ]] || die 1 "probe: needs two hosts"
  (on_host 2 python3 "$here/lab/probe.py" serve) &
  on_host 1 python3 "$here/lab/probe.py" "$subnet.2"
}

command="${1:---help}"
(($# == 0)) || shift
case "$command" in
  -h | --help) usage && exit 0 ;;
  up | down | list | run | exec | agent | rate | loss | delay | cut | heal | mute | unmute | stop | cont | kill | probe) ;;
  *) die 64 "unknown command '$command'; try --help" ;;
esac
require_tools
case "$command" in up | down) ;; *) require_lab ;; esac
case "$command" in
  up) up "${1:-}" ;;
  down) down ;;
  list) hosts | sed "s/.*/h& $subnet.&/" ;;
  run) run "$@" ;;
  exec) (($# > 1)) || die 64 "exec: expected a host and a command"; set_host "$1"; on_host "$host" "${@:2}" ;;
  agent) set_host "$1"; on_host "$host" sh -c "${*:2}" ;; # as mpirun calls ssh
  rate | loss) "$command" "${1:-}" ;;
  delay) delay "${1:-}" "${2:-0}" ;;
  cut) set_host "${1:-}"; ip -n "$hub" link set "p$host" down ;;
  heal) set_host "${1:-}"; ip -n "$hub" link set "p$host" up ;;
  mute) mute "${1:-}" yes ;;
  unmute) mute "${1:-}" no ;;
  stop) signal_host STOP "${1:-}" ;;
  cont) signal_host CONT "${1:-}" ;;
  kill) signal_host KILL "${1:-}" ;;
  probe) probe ;;
esac
