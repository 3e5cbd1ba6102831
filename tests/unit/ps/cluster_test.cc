// Whole clusters of threads over every transport: the result is that of one process.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <string>

#include "cutting_proxy.h"
#include "net/faulty_transport.h"
#include "net/local_transport.h"
#include "net/zmq_transport.h"
#include "test_util.h"
#include "thread_cluster.h"
#include "transports.h"

namespace lightlda::testing {
namespace {

ToySpec Spec() {
  ToySpec spec;
  spec.num_words = 30;
  spec.num_tokens = 600;
  spec.num_topics = 12;
  spec.num_clocks = 4;
  return spec;
}

JobOptions Options(std::uint32_t staleness) {
  JobOptions options;
  options.staleness = staleness;
  options.stall_timeout = std::chrono::seconds(60);
  options.linger = std::chrono::milliseconds(500);
  options.min_resend = std::chrono::milliseconds(30);
  options.max_resend = std::chrono::milliseconds(200);
  options.batch_bytes = 200;
  options.num_buffers = 8;
  return options;
}

void CheckRun(const std::shared_ptr<const Job>& job, Transports transports) {
  const ClusterOutcome outcome = RunThreads(job, Spec(), std::move(transports));
  for (const Status& status : outcome.statuses) CHECK(status.message() == "");
  CHECK(outcome.violation == "");
}

TEST_CASE("clusters of threads in one process train as one worker does, whatever their size",
          "[ps]") {
  for (const std::uint32_t staleness : {0u, 1u, 3u}) {
    for (const auto& [workers, shards] :
         {std::pair(1u, 1u), std::pair(2u, 3u), std::pair(4u, 2u)}) {
      INFO("staleness " << staleness << ", " << workers << " workers, " << shards << " shards");
      const auto job = MakeToyJob(Spec(), workers, shards, Options(staleness));
      CheckRun(job, LocalTransports(*job));
    }
  }
}

TEST_CASE("clusters over ipc, tcp and inproc sockets train as one worker does", "[ps][zmq]") {
  const TempDir directory;
  ZmqSecurity security;
  security.token[5] = 77;
  for (const std::uint32_t staleness : {0u, 2u}) {
    const auto job = MakeToyJob(Spec(), 2, 2, Options(staleness));
    const auto network = ZmqNetwork::Create(security, job->options.batch_bytes).value();
    CheckRun(job, ZmqTransports(*job, network.get(), "", [&](std::uint32_t shard) {
               return "ipc://" + directory.File("shard-" + std::to_string(shard));
             }));
    CHECK(network->num_accepted() == 4);
    CheckRun(job, ZmqTransports(*job, network.get(), "",
                                [](std::uint32_t) { return "tcp://127.0.0.1:*"; }));
    CheckRun(job, ZmqTransports(*job, network.get(), "", [](std::uint32_t shard) {
               return "inproc://shard-" + std::to_string(shard);
             }));
    CHECK(network->num_refused() == 0);
  }
}

TEST_CASE("an encrypted cluster trains as one worker does", "[ps][zmq]") {
  const auto keys = MakeKeyPair();
  REQUIRE(keys.ok());
  ZmqSecurity security;
  security.encrypt = true;
  security.public_key = keys.value().first;
  security.secret_key = keys.value().second;
  security.allowed_keys = {security.public_key};
  const auto job = MakeToyJob(Spec(), 2, 1, Options(0));
  const auto network = ZmqNetwork::Create(security, job->options.batch_bytes).value();
  CheckRun(job, ZmqTransports(*job, network.get(), security.public_key,
                              [](std::uint32_t) { return "tcp://127.0.0.1:*"; }));
  CHECK(network->num_accepted() == 2);
}

TEST_CASE("lost, doubled and delayed messages on real sockets change nothing", "[ps][zmq]") {
  const SteadyTime time;
  const auto job = MakeToyJob(Spec(), 3, 2, Options(0));
  const auto network = ZmqNetwork::Create({}, job->options.batch_bytes).value();
  Transports transports =
      ZmqTransports(*job, network.get(), "", [](std::uint32_t) { return "tcp://127.0.0.1:*"; });
  for (std::size_t actor = 0; actor < transports.size(); ++actor) {
    FaultPlan plan;
    plan.seed = actor;
    plan.drop = 0.05;
    plan.duplicate = 0.05;
    plan.delay = 0.1;
    plan.reorder = 0.1;
    plan.max_delay = std::chrono::milliseconds(20);
    transports[actor] =
        std::make_unique<FaultyTransport>(std::move(transports[actor]), plan, &time);
  }
  const ClusterOutcome outcome = RunThreads(job, Spec(), std::move(transports));
  for (const Status& status : outcome.statuses) CHECK(status.message() == "");
  CHECK(outcome.violation == "");
  CHECK(outcome.resent > 0);
}

TEST_CASE("connections cut by resets lose nothing and apply nothing twice", "[ps][zmq]") {
  ToySpec spec = Spec();
  spec.num_words = 200;
  spec.num_tokens = 4000;
  const auto job = MakeToyJob(spec, 2, 1, Options(0));
  const auto network = ZmqNetwork::Create({}, job->options.batch_bytes).value();
  ZmqListener listener = network->Bind({"tcp://127.0.0.1:*"}).value();
  const std::string& bound = listener.endpoints[0];
  const std::string port = bound.substr(bound.rfind(':') + 1);
  CuttingProxy proxy(static_cast<std::uint16_t>(std::stoi(port)), 6000, 10);
  REQUIRE(proxy.ok());
  Transports transports;
  const std::string endpoint = "tcp://127.0.0.1:" + std::to_string(proxy.port());
  for (int w = 0; w < 2; ++w) transports.push_back(network->Connect({{endpoint, ""}}).value());
  transports.push_back(std::move(listener.transport));
  const ClusterOutcome outcome = RunThreads(job, spec, std::move(transports));
  for (const Status& status : outcome.statuses) CHECK(status.message() == "");
  CHECK(outcome.violation == "");
  CHECK(proxy.num_cuts() == 10);
  CHECK(outcome.resent > 0);
}

TEST_CASE("a worker that gives up ends the job everywhere with its own words", "[ps]") {
  JobOptions options = Options(0);
  options.linger = std::chrono::milliseconds(300);
  options.heartbeat = std::chrono::milliseconds(50);
  const auto job = MakeToyJob(Spec(), 2, 1, options);
  Transports transports = LocalTransports(*job);
  const SteadyTime time;
  ServerShard shard(job, 0, time.Now());
  ActorLoop loop(&shard, std::move(transports[2]), &time);
  const auto failing = WorkerSession::Start(job, 0, std::move(transports[0]), &time).value();
  const auto waiting = WorkerSession::Start(job, 1, std::move(transports[1]), &time).value();
  REQUIRE(waiting->BeginPush(kTotals, 0, {1, 0}).ok());
  REQUIRE(waiting->AddNumbers(std::vector<Count>(job->table(kTotals).spec().num_items, 1)).ok());
  REQUIRE(waiting->EndPush().ok());
  REQUIRE(waiting->Pull(kTotals, 0, {1, 0}).ok());
  failing->Abort(Status::CannotWrite("rank 0: no space left on device"));
  const Result<std::vector<Count>> totals = waiting->WaitNumbers(kTotals, 0);
  REQUIRE_FALSE(totals.ok());
  CHECK(totals.status().message() == "rank 0: no space left on device");
  CHECK(totals.status().code() == StatusCode::kCannotWrite);
  CHECK(loop.Join().message() == "rank 0: no space left on device");
}

TEST_CASE("a stranger without the job's token gets nothing to the actors", "[ps][zmq]") {
  ZmqSecurity right, wrong;
  right.token[0] = 1;
  wrong.token[0] = 2;
  const auto network = ZmqNetwork::Create(right, 1000).value();
  const auto strangers = ZmqNetwork::Create(wrong, 1000).value();
  ZmqListener listener = network->Bind({"tcp://127.0.0.1:*"}).value();
  const auto stranger = strangers->Connect({{listener.endpoints[0], ""}}).value();
  const auto friendly = network->Connect({{listener.endpoints[0], ""}}).value();
  int received = 0;
  bool heard_friend = false;
  for (int i = 0; i < 500 && (network->num_refused() == 0 || !heard_friend); ++i) {
    stranger->Send(0, {}, {});
    HeaderBytes header = {};
    header[0] = 9;
    friendly->Send(0, header, {});
    const auto take = [&](Route, std::span<const std::uint8_t> bytes, const Payload&) {
      heard_friend = true;
      received += !bytes.empty() && bytes[0] == 9 ? 0 : 1;
    };
    REQUIRE(listener.transport->Poll(std::chrono::milliseconds(10), take).ok());
  }
  CHECK(network->num_refused() > 0);
  CHECK(heard_friend);
  CHECK(received == 0);
}

TEST_CASE("a listener is bound to one interface, never to all", "[ps][zmq]") {
  const auto network = ZmqNetwork::Create({}, 1000).value();
  for (const char* endpoint : {"tcp://*:*", "tcp://0.0.0.0:4000", "tcp://[::]:*"}) {
    const Result<ZmqListener> listener = network->Bind({endpoint});
    REQUIRE_FALSE(listener.ok());
    CHECK(listener.status().code() == StatusCode::kUsage);
  }
  CHECK_FALSE(network->Bind({"tcp://no-such-interface:*"}).ok());
}

}  // namespace
}  // namespace lightlda::testing
