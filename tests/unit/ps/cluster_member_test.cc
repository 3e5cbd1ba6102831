// Whole clusters from the rendezvous to the end: processes are threads with a network each.
#include "ps/cluster_member.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <functional>
#include <thread>

#include "collective/agreement.h"
#include "collective/host.h"
#include "collective/string_list.h"
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

// Of this process: others may run tests at the same time.
int NumSocketDirectories() {
  const std::string prefix = "lightlda-" + std::to_string(::getpid()) + "-";
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kSocketParent)) {
    count += entry.path().filename().string().rfind(prefix, 0) == 0 ? 1 : 0;
  }
  return count;
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

TEST_CASE("bytes to the shard of one's own process are no traffic", "[ps][member]") {
  CHECK(Train(1, Options()).bytes == 0);
  CHECK(Train(2, Options()).bytes > 1000);
}

TEST_CASE("sockets are in a directory of their own, which goes at the end", "[ps][member]") {
  const int before = NumSocketDirectories();  // of a killed process that had this one's number
  std::atomic<int> joined{0};
  RunProcesses(2, [&](ProcessGroup* group) {
    const auto member = Join(group, Options());
    joined += NumSocketDirectories() - before;
    (void)Agree(group, {});  // none leaves before both have counted
    if (member.ok()) (void)member.value()->Finish();
  });
  CHECK(joined == 4);
  CHECK(NumSocketDirectories() == before);
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
      CHECK(status.message() == "`stall_timeout_seconds`: expected 5 to 1000000 seconds");
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
  for (std::string& host : hosts) meeting.processes.push_back({host, host, ""});
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
  const auto listens = [](Rendezvous meeting, int rank) {
    const auto network = ZmqNetwork::Create({}, 1000).value();
    meeting.rank = rank;
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
