// Cards with names and keys, then endpoints.
//
// Nobody negotiates: from everybody's cards each process computes which kind of link joins which
// worker and shard, so a shard knows where to listen and a worker which endpoint to take.
#include "ps/rendezvous.h"

#include <signal.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <set>
#include <tuple>
#include <utility>

#include "base/file.h"
#include "collective/agreement.h"
#include "collective/host.h"
#include "collective/string_list.h"
#include "net/network_interface.h"

namespace lightlda {
namespace {

// The fields of a card, and the bytes of the job's id and token, which rank 0 makes.
enum CardField {
  kHost,
  kHostIdentity,
  kPublicKey,
  kProcess,
  kProcessNamespace,
  kSettings,
  kSecrets,
  kNumCardFields
};
using Secrets = std::array<std::uint8_t, sizeof(JobId) + sizeof(ZmqSecurity::token)>;

// Endpoints by LinkKind, as the processes exchange them.
constexpr std::size_t kNumLinkKinds = 3;

Result<std::string> RandomBytes(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t filled = 0; filled < size;) {
    const ssize_t got = ::getrandom(bytes.data() + filled, size - filled, 0);
    if (got < 0 && errno != EINTR) {
      return Status::Failure(ErrnoMessage("cannot get random bytes", errno));
    }
    filled += got > 0 ? static_cast<std::size_t>(got) : 0;
  }
  return bytes;
}

Status CheckOptions(const ClusterOptions& options) {
  if (!(options.stall_timeout_seconds >= 3 && options.stall_timeout_seconds <= 1e6)) {
    return Status::Usage("`stall_timeout_seconds`: expected 3 to 1000000 seconds");
  }
  return {};
}

// A name that no file stands for: nothing is left of it whatever ends the process, and no directory
// has to be writable.
std::string IpcEndpoint(const Rendezvous& meeting) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string name = "ipc://@lightlda-";
  for (const std::uint8_t byte : meeting.id) {
    name += kDigits[byte >> 4];
    name += kDigits[byte & 15];
  }
  return name + "-" + std::to_string(meeting.rank);
}

// This process's card; makes its keys.
Result<std::string> MakeCard(ProcessGroup* all, const ClusterOptions& options,
                             const std::string& settings, ZmqSecurity* security) {
  LIGHTLDA_RETURN_IF_ERROR(CheckOptions(options));
  security->encrypt = options.secure;
  if (options.secure) {
    LIGHTLDA_ASSIGN_OR_RETURN(auto keys, MakeKeyPair());
    std::tie(security->public_key, security->secret_key) = std::move(keys);
  }
  std::array<std::string, kNumCardFields> card;
  card[kHost] = HostName();
  card[kHostIdentity] = HostIdentity();
  card[kPublicKey] = security->public_key;
  card[kProcess] = std::to_string(::getpid());
  card[kProcessNamespace] = ProcessNamespace();
  card[kSettings] = settings;
  if (all->rank() == 0) {
    LIGHTLDA_ASSIGN_OR_RETURN(card[kSecrets], RandomBytes(sizeof(Secrets)));
  }
  return PackStrings(card);
}

// Takes in everybody's cards.
Status ReadCards(const std::vector<std::string>& packed, Rendezvous* meeting) {
  std::vector<std::vector<std::string>> cards;
  for (const std::string& one : packed) {
    auto card = UnpackStrings(one, kNumCardFields);
    if (!card) return Status::Failure("the processes do not run the same program");
    meeting->processes.push_back({(*card)[kHost], (*card)[kHostIdentity], (*card)[kPublicKey],
                                  std::atoll((*card)[kProcess].c_str()),
                                  (*card)[kProcessNamespace]});
    meeting->security.allowed_keys.push_back((*card)[kPublicKey]);
    cards.push_back(std::move(*card));
  }
  const std::string& secrets = cards[0][kSecrets];
  if (secrets.size() != sizeof(Secrets)) return Status::Failure("rank 0 has sent no secrets");
  std::memcpy(meeting->id.data(), secrets.data(), sizeof(JobId));
  std::memcpy(meeting->security.token.data(), secrets.data() + sizeof(JobId),
              sizeof(ZmqSecurity::token));
  for (std::size_t r = 0; r < cards.size(); ++r) {
    if (cards[r][kSettings] == cards[0][kSettings]) continue;
    return Status::Usage(meeting->Where(static_cast<int>(r)) +
                         " has other settings or another corpus than " + meeting->Where(0) +
                         ": found " + cards[r][kSettings] + ", expected " + cards[0][kSettings]);
  }
  if (meeting->transport == ClusterOptions::Transport::kIpc && !meeting->OneHost()) {
    return Status::Usage("ipc joins processes of one host, these are on several");
  }
  return {};
}

}  // namespace

LinkKind Rendezvous::KindOf(int worker_rank, int shard_rank) const {
  if (worker_rank == shard_rank) return LinkKind::kInproc;
  if (transport == ClusterOptions::Transport::kTcp) return LinkKind::kTcp;
  const auto identity = [&](int process) {
    return processes[static_cast<std::size_t>(process)].host_identity;
  };
  return identity(worker_rank) == identity(shard_rank) ? LinkKind::kIpc : LinkKind::kTcp;
}

bool Rendezvous::OneHost() const {
  return std::all_of(processes.begin(), processes.end(), [&](const Process& process) {
    return process.host_identity == processes[0].host_identity;
  });
}

std::string Rendezvous::Where(int process) const {
  return "rank " + std::to_string(process) + " on host " +
         processes[static_cast<std::size_t>(process)].host;
}

std::string Rendezvous::WhereWithProcess(int process) const {
  return Where(process) + ", process " +
         std::to_string(processes[static_cast<std::size_t>(process)].id);
}

bool Rendezvous::HasEnded(int process) const {
  const Process& mine = processes[static_cast<std::size_t>(rank)];
  const Process& other = processes[static_cast<std::size_t>(process)];
  if (mine.host_identity != other.host_identity || mine.id_namespace != other.id_namespace) {
    return false;
  }
  return other.id > 0 && ::kill(static_cast<pid_t>(other.id), 0) != 0 && errno == ESRCH;
}

Result<Rendezvous> Meet(ProcessGroup* all, const ClusterOptions& options,
                        const std::string& settings) {
  Result<Roles> roles = Roles::Make(all->size(), options.server_processes);
  ZmqSecurity security;
  LIGHTLDA_ASSIGN_OR_RETURN(
      const std::vector<std::string> cards,
      AgreeAndGather(all, roles.ok() ? MakeCard(all, options, settings, &security)
                                     : Result<std::string>(roles.status())));
  Rendezvous meeting = {roles.value(), all->rank(), {}, std::move(security), {}, options.transport};
  LIGHTLDA_RETURN_IF_ERROR(ReadCards(cards, &meeting));
  return meeting;
}

Result<ShardListener> ListenAsShard(const Rendezvous& meeting, const std::string& bind_interface,
                                    ZmqNetwork* network) {
  std::set<LinkKind> kinds;
  for (std::uint32_t worker = 0; worker < meeting.roles.num_workers(); ++worker) {
    kinds.insert(meeting.KindOf(static_cast<int>(worker), meeting.rank));
  }
  ShardListener listener;
  std::vector<std::string> wanted;
  for (const LinkKind kind : kinds) {
    if (kind == LinkKind::kInproc) {
      wanted.push_back("inproc://shard");
    } else if (kind == LinkKind::kIpc) {
      wanted.push_back(IpcEndpoint(meeting));
    } else {
      LIGHTLDA_ASSIGN_OR_RETURN(const auto interfaces, ListInterfaces());
      LIGHTLDA_ASSIGN_OR_RETURN(const std::string address,
                                ChooseAddress(interfaces, bind_interface, meeting.OneHost()));
      wanted.push_back("tcp://" + address + ":*");
    }
  }
  LIGHTLDA_ASSIGN_OR_RETURN(ZmqListener bound, network->Bind(wanted));
  listener.transport = std::move(bound.transport);
  std::array<std::string, kNumLinkKinds> by_kind;
  std::size_t next = 0;
  for (const LinkKind kind : kinds) {
    by_kind[static_cast<std::size_t>(kind)] = bound.endpoints[next++];
  }
  listener.endpoints = PackStrings(by_kind);
  return listener;
}

Result<std::unique_ptr<Transport>> ConnectAsWorker(const Rendezvous& meeting,
                                                   const std::vector<std::string>& endpoints,
                                                   ZmqNetwork* network) {
  std::vector<ShardAddress> addresses;
  for (std::uint32_t shard = 0; shard < meeting.roles.num_shards(); ++shard) {
    const int rank = meeting.roles.RankOfShard(shard);
    const auto at = static_cast<std::size_t>(rank);
    const auto by_kind = UnpackStrings(endpoints[at], kNumLinkKinds);
    if (!by_kind) return Status::Failure(meeting.Where(rank) + " does not listen");
    const LinkKind kind = meeting.KindOf(meeting.rank, rank);
    addresses.push_back(
        {(*by_kind)[static_cast<std::size_t>(kind)], meeting.processes[at].public_key});
  }
  return network->Connect(addresses);
}

}  // namespace lightlda
