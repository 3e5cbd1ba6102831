// Whole clusters from the rendezvous to the end: processes are threads with a network each.
#include "ps/cluster_member.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstddef>
#include <functional>
#include <thread>

#include "collective/agreement.h"
#include "collective/host.h"
#include "collective/string_list.h"
#include "net/network_interface.h"
#include "ps/peer_reporter.h"
#include "thread_cluster.h"
#include "thread_group.h"

namespace lightlda::testing {
namespace {

using Transport = ClusterOptions::Transport;
using Members = std::vector<std::unique_ptr<ClusterMember>>;  // by rank

ToySpec Spec() {
  ToySpec spec;
  spec.num_words = 30;
  spec.num_tokens = 600;
  spec.num_topics = 12;
  spec.num_clocks = 3;
  return spec;
}

ClusterOptions Options() {
  ClusterOptions options;
  options.stall_timeout_seconds = 60;
  options.linger_seconds = 0.3;
  return options;
}

Result<std::unique_ptr<ClusterMember>> Join(ProcessGroup* group, const ClusterOptions& options) {
  const ToySpec spec = Spec();
  const int num_workers = std::max(1, group->size() - options.server_processes);
  return ClusterMember::Join(group, options,
                             ToyTables(spec, static_cast<std::uint32_t>(num_workers)));
}

// The member's job, which outlives its use.
std::shared_ptr<const Job> JobOf(const ClusterMember& member) {
  return {std::shared_ptr<const void>(), &member.job()};
}

// Trains the toy in a cluster; what went wrong, empty if nothing did.
struct Outcome {
  std::string error;
  std::uint64_t bytes = 0;
  int num_workers = 0;
};

Outcome Train(int size, const ClusterOptions& options) {
  const auto ranks = static_cast<std::size_t>(size);
  const ToyReference reference(Spec());
  Members members(ranks);
  std::vector<std::unique_ptr<ToyTrainer>> trainers(ranks);
  std::vector<Status> statuses(ranks);
  RunProcesses(size, [&](ProcessGroup* group) {
    const auto rank = static_cast<std::size_t>(group->rank());
    statuses[rank] = [&]() -> Status {
      LIGHTLDA_ASSIGN_OR_RETURN(members[rank], Join(group, options));
      ClusterMember* const member = members[rank].get();
      if (!member->is_worker()) return member->Serve();
      trainers[rank] =
          std::make_unique<ToyTrainer>(JobOf(*member), Spec(), &reference, member->worker());
      LIGHTLDA_RETURN_IF_ERROR(trainers[rank]->RunClocks(member->session()));
      LIGHTLDA_RETURN_IF_ERROR(Agree(member->workers(), {}));
      return member->Finish();
    }();
  });
  Outcome outcome;
  std::vector<const ToyTokens*> tokens;
  std::vector<const ServerShard*> shards;
  for (std::size_t rank = 0; rank < ranks; ++rank) {
    if (!statuses[rank].ok()) return {statuses[rank].message()};
    if (members[rank]->shard() != nullptr) shards.push_back(members[rank]->shard());
    outcome.bytes += members[rank]->traffic().sent_bytes + members[rank]->traffic().received_bytes;
    if (trainers[rank] == nullptr) continue;
    ++outcome.num_workers;
    tokens.push_back(&trainers[rank]->checker.tokens);
    if (outcome.error.empty()) outcome.error = trainers[rank]->checker.violation;
  }
  if (outcome.error.empty()) {
    outcome.error = CheckFinal(members[0]->job(), Spec(), reference, tokens, shards);
  }
  return outcome;
}

// The statuses of Join in all processes, by rank.
std::vector<Status> JoinAll(int size, const std::function<ClusterOptions(int rank)>& options) {
  std::vector<Status> statuses(static_cast<std::size_t>(size));
  RunProcesses(size, [&](ProcessGroup* group) {
    statuses[static_cast<std::size_t>(group->rank())] =
        Join(group, options(group->rank())).status();
  });
  return statuses;
}

TEST_CASE("clusters of combined and dedicated roles train as one worker does", "[ps][member]") {
  for (const auto& [size, servers] :
       {std::pair(1, 0), std::pair(3, 0), std::pair(3, 1), std::pair(4, 2), std::pair(4, 3)}) {
    for (const std::uint32_t staleness : {0u, 1u}) {
      ClusterOptions options = Options();
      options.server_processes = servers;
      options.staleness = staleness;
      INFO(size << " processes, " << servers << " servers, staleness " << staleness);
      const Outcome outcome = Train(size, options);
      CHECK(outcome.error == "");
      CHECK(outcome.num_workers == size - servers);
    }
  }
}

TEST_CASE("a cluster trains over forced tcp and over ipc, encrypted or not", "[ps][member]") {
  for (const Transport transport : {Transport::kTcp, Transport::kIpc}) {
    for (const bool secure : {false, true}) {
      ClusterOptions options = Options();
      options.transport = transport;
      options.secure = secure;
      INFO("tcp " << (transport == Transport::kTcp) << ", secure " << secure);
      CHECK(Train(2, options).error == "");
    }
  }
}

TEST_CASE("a cluster trains over IPv6", "[ps][member]") {
  const auto interfaces = ListInterfaces();
  REQUIRE(interfaces.ok());
  if (std::ranges::none_of(interfaces.value(), [](const NetworkInterface& interface) {
        return interface.address == ParseAddress("::1");
      })) {
    return;  // a machine without
  }
  ClusterOptions options = Options();
  options.transport = Transport::kTcp;
  options.bind_interface = "::1";
  CHECK(Train(2, options).error == "");
}

TEST_CASE("bytes to the shard of one's own process are no traffic", "[ps][member]") {
  CHECK(Train(1, Options()).bytes == 0);
  CHECK(Train(2, Options()).bytes > 1000);
}

TEST_CASE("no worker left is a usage error in all processes", "[ps][member]") {
  for (const int servers : {2, 3, -1}) {
    for (const Status& status : JoinAll(2, [&](int) {
           ClusterOptions options = Options();
           options.server_processes = servers;
           return options;
         })) {
      CHECK(status.code() == StatusCode::kUsage);
      CHECK(status.message() == "`server_processes`=" + std::to_string(servers) +
                                    ": expected 0 to the number of processes, 2, less one for a "
                                    "worker");
    }
  }
}

TEST_CASE("a process that cannot listen stops all, named", "[ps][member]") {
  for (const Status& status : JoinAll(3, [](int rank) {
         ClusterOptions options = Options();
         options.transport = Transport::kTcp;
         if (rank == 1) options.bind_interface = "no-such-interface";
         return options;
       })) {
    CHECK(status.code() == StatusCode::kUsage);
    CHECK(status.message().rfind("rank 1 on host ", 0) == 0);
    CHECK(status.message().find("`bind_interface`=no-such-interface: no such interface; there "
                                "are: lo (127.0.0.1)") != std::string::npos);
  }
}

TEST_CASE("processes with other settings than rank 0 do not join", "[ps][member]") {
  for (const Status& status : JoinAll(3, [](int rank) {
         ClusterOptions options = Options();
         options.staleness = rank == 2 ? 1 : 0;
         return options;
       })) {
    CHECK(status.code() == StatusCode::kUsage);
    CHECK(status.message().rfind("rank 2 on host ", 0) == 0);
    CHECK(status.message().find("has other settings or another corpus") != std::string::npos);
  }
}

TEST_CASE("a stall timeout without sense is a usage error", "[ps][member]") {
  for (const double seconds : {0.0, -1.0, std::nan("")}) {
    for (const Status& status : JoinAll(2, [&](int) {
           ClusterOptions options = Options();
           options.stall_timeout_seconds = seconds;
           return options;
         })) {
      CHECK(status.message() == "`stall_timeout_seconds`: expected 3 to 1000000 seconds");
    }
  }
}

// Runs a cluster of 3 with one dedicated server, in which rank 1 does `fail`; what all end with.
std::vector<std::string> EndsOf(const std::function<void(std::unique_ptr<ClusterMember>)>& fail) {
  std::vector<std::string> ends(3);
  RunProcesses(3, [&](ProcessGroup* group) {
    ClusterOptions options = Options();
    options.server_processes = 1;
    options.linger_seconds = 3;  // some heartbeats, in case a first word was lost
    Result<std::unique_ptr<ClusterMember>> member = Join(group, options);
    if (!member.ok()) return;
    if (group->rank() == 1) return fail(std::move(*member));
    // Rank 0 waits for worker 1 in a collective call, rank 2 serves.
    ends[static_cast<std::size_t>(group->rank())] =
        (group->rank() == 0 ? Agree((*member)->workers(), {}) : (*member)->Serve()).message();
  });
  return ends;
}

TEST_CASE("an error of one worker ends waits in all processes, named", "[ps][member]") {
  const std::vector<std::string> ends = EndsOf([](std::unique_ptr<ClusterMember> member) {
    member->Abort(Status::CannotWrite("no space left on device"));
    CHECK(member->session()->status().code() == StatusCode::kCannotWrite);
  });
  CHECK(ends[0] == "rank 1 on host " + HostName() + ": no space left on device");
  CHECK(ends[2] == ends[0]);
}

TEST_CASE("a worker that leaves without a word ends the job", "[ps][member]") {
  const std::vector<std::string> ends =
      EndsOf([](std::unique_ptr<ClusterMember> member) { member.reset(); });
  CHECK(ends[0] == "rank 1 on host " + HostName() + ": left the job before its end");
  CHECK(ends[2] == ends[0]);
}

TEST_CASE("all hear of the first error, not of what follows from it", "[ps][member]") {
  std::vector<std::string> ends(2);
  RunProcesses(2, [&](ProcessGroup* group) {
    Result<std::unique_ptr<ClusterMember>> member = Join(group, Options());
    if (!member.ok()) return;
    std::string* const end = &ends[static_cast<std::size_t>(group->rank())];
    if (group->rank() == 1) {
      (*member)->session()->Abort(Status::Failure("lost shard 7"));
      (*member)->Abort(Status::Failure("training has failed"));
      *end = (*member)->Finish().message();
    } else {
      *end = Agree((*member)->workers(), {}).message();
    }
  });
  CHECK(ends == std::vector<std::string>{"lost shard 7", "lost shard 7"});
}

Rendezvous Meeting(std::vector<std::string> hosts, int servers, Transport transport) {
  Rendezvous meeting = {Roles::Make(static_cast<int>(hosts.size()), servers).value()};
  for (std::string& host : hosts) meeting.processes.push_back({host, host, "", 0, ""});
  meeting.transport = transport;
  return meeting;
}

TEST_CASE("a worker takes inproc to its own shard, ipc on its host, tcp to others",
          "[ps][member]") {
  const Rendezvous meeting = Meeting({"a", "a", "b"}, 0, Transport::kAuto);
  CHECK(meeting.KindOf(1, 1) == LinkKind::kInproc);
  CHECK(meeting.KindOf(1, 0) == LinkKind::kIpc);
  CHECK(meeting.KindOf(1, 2) == LinkKind::kTcp);
  CHECK_FALSE(meeting.OneHost());
  const Rendezvous forced = Meeting({"a", "a"}, 0, Transport::kTcp);
  CHECK(forced.KindOf(0, 0) == LinkKind::kInproc);
  CHECK(forced.KindOf(0, 1) == LinkKind::kTcp);
  CHECK(forced.OneHost());
}

TEST_CASE("a shard listens where its workers come from, and nowhere else", "[ps][member]") {
  std::uint8_t next_id = 1;
  const auto listens = [&](Rendezvous meeting, int rank) {
    const auto network = ZmqNetwork::Create({}, 1000).value();
    meeting.rank = rank;
    meeting.id[0] = next_id++;  // of each the sockets have names of their own
    const ShardListener listener = ListenAsShard(meeting, "", network.get()).value();
    const auto endpoints = UnpackStrings(listener.endpoints, 3).value();
    std::string kinds;
    for (const std::string& endpoint : endpoints) {
      kinds += endpoint.empty() ? "" : endpoint.substr(0, endpoint.find(':')) + " ";
    }
    return kinds;
  };
  CHECK(listens(Meeting({"a", "a"}, 0, Transport::kAuto), 1) == "inproc ipc ");
  CHECK(listens(Meeting({"a", "a"}, 0, Transport::kTcp), 1) == "inproc tcp ");
  CHECK(listens(Meeting({"a", "a"}, 1, Transport::kAuto), 1) == "ipc ");
  CHECK(listens(Meeting({"a"}, 0, Transport::kAuto), 0) == "inproc ");
}

// The events of a process of three that are told, each with what it says of the loss.
std::vector<std::string> Told(int rank, int servers, const std::vector<PeerNotice>& notices) {
  Rendezvous meeting = Meeting({"a", "b", "c"}, servers, Transport::kAuto);
  meeting.rank = rank;
  std::vector<std::string> told;
  PeerReporter reporter(meeting, std::chrono::seconds(15), [&](const PeerEvent& event) {
    if (event.tell) told.push_back((event.lost ? "lost: " : "") + event.message);
  });
  for (const PeerNotice& notice : notices) reporter.On(notice);
  return told;
}

TEST_CASE("two actors' notices of a process are told once, by one process", "[ps][member]") {
  using Kind = PeerNotice::Kind;
  const std::vector<PeerNotice> notices = {
      {Kind::kSilent, 1, ""},           {Kind::kSilent, 4, ""},  // worker and shard of rank 1
      {Kind::kHeardAgain, 1, ""},       {Kind::kClosed, 4, ""}, {Kind::kLost, 1, "lost worker 1"},
      {Kind::kLost, 4, "lost shard 1"}, {Kind::kSilent, 2, ""}};
  CHECK(Told(0, 0, notices) ==
        std::vector<std::string>{
            "rank 1 on host b, process 0: not heard of for a while; it is given up after 15.0s of "
            "silence",
            "rank 1 on host b, process 0: heard of again",
            "rank 1 on host b, process 0: its connection is closed; it is given up after 15.0s of "
            "silence",
            "lost: lost worker 1"});
  CHECK(Told(2, 0, notices).empty());
}

TEST_CASE("the loss of rank 0 is told by another, which has a link to it", "[ps][member]") {
  const std::vector<PeerNotice> lost = {{PeerNotice::Kind::kLost, 0, "lost worker 0"}};
  for (const auto& [servers, teller] : {std::pair(0, 1), std::pair(1, 2), std::pair(2, 1)}) {
    for (int rank = 0; rank < 3; ++rank) {
      CHECK(Told(rank, servers, lost).size() == (rank == teller ? 1u : 0u));
    }
  }
}

TEST_CASE("only the end of a process of this host can be seen", "[ps][member]") {
  Rendezvous meeting = Meeting({"a", "a", "b"}, 0, Transport::kAuto);
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  for (Rendezvous::Process& process : meeting.processes) process.id = child;
  CHECK_FALSE(meeting.HasEnded(1));  // nobody has waited for it
  REQUIRE(::waitpid(child, nullptr, 0) == child);
  CHECK(meeting.HasEnded(1));
  CHECK_FALSE(meeting.HasEnded(2));
  meeting.processes[1].id_namespace = "another";
  CHECK_FALSE(meeting.HasEnded(1));
}

// Whether a process of user `user` gets a byte of greeting from a Unix socket without a file.
bool IsGreeted(const std::string& name, uid_t user) {
  const pid_t child = ::fork();
  if (child == 0) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::copy(name.begin(), name.end(), address.sun_path + 1);
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
    const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    char byte;
    const bool greeted = ::setuid(user) == 0 &&
                         ::connect(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                         ::read(fd, &byte, 1) == 1;
    ::_exit(greeted ? 1 : 0);
  }
  int status = 0;
  return ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 1;
}

TEST_CASE("over ipc other users are turned away before the greeting", "[ps][member]") {
  const auto network = ZmqNetwork::Create({}, 1000).value();
  const std::string name = "lightlda-test-" + std::to_string(::getpid());
  const auto listener = network->Bind({"ipc://@" + name});
  REQUIRE(listener.ok());
  CHECK(listener.value().endpoints[0] == "ipc://@" + name);
  CHECK(IsGreeted(name, ::geteuid()));
  if (::geteuid() == 0) CHECK_FALSE(IsGreeted(name, 65534));
}

TEST_CASE("roles by rank: the last ones are the servers", "[ps][member]") {
  const Roles combined = Roles::Make(3, 0).value();
  CHECK(combined.num_workers() == 3);
  CHECK(combined.num_shards() == 3);
  CHECK(combined.ShardOf(2) == 2u);
  const Roles dedicated = Roles::Make(5, 2).value();
  CHECK(dedicated.num_workers() == 3);
  CHECK(dedicated.num_shards() == 2);
  CHECK(dedicated.IsWorker(2));
  CHECK_FALSE(dedicated.IsWorker(3));
  CHECK_FALSE(dedicated.ShardOf(2));
  CHECK(dedicated.ShardOf(4) == 1u);
  CHECK(dedicated.RankOfShard(1) == 4);
}

}  // namespace
}  // namespace lightlda::testing
