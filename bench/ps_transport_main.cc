// lightlda-ps-transport: how fast batches go from a worker to a shard over each transport, through
// the whole of the parameter server's links: headers, checksums, acknowledgements, threads.
#include <gflags/gflags.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "net/local_transport.h"
#include "net/zmq_transport.h"
#include "ps/actor.h"
#include "ps/actor_loop.h"
#include "tool_util.h"

DEFINE_uint64(batches, 2000, "batches a run");
DEFINE_uint64(batch_bytes, 1 << 20, "bytes of a batch");
DEFINE_int32(repetitions, 3, "runs over each transport");
DEFINE_string(scratch, "/tmp", "directory for the ipc socket");

namespace lightlda {
namespace {

constexpr tools::Program kProgram = {
    "lightlda-ps-transport", __FILE__,
    "lightlda-ps-transport measures the transports of the parameter server: one line per run with\n"
    "gigabytes per second from a worker to a shard, both in this process but for the network.\n"
    "\n"
    "  lightlda-ps-transport --batches=2000 --batch_bytes=1048576\n"};

// Sends a number of equal batches, or takes them in.
class BenchActor : public Actor {
 public:
  BenchActor(std::shared_ptr<const Job> job_ptr, ActorId self, ActorId other, TimePoint now)
      : Actor(job_ptr, self, {other}, now) {}

  void Fill(std::uint64_t count, const Payload& payload) {
    MessageHeader header;
    header.type = MessageType::kPush;
    for (std::uint64_t i = 0; i < count; ++i) Enqueue(0, header, payload);
  }
  bool all_acknowledged() const { return peer(0).link.all_acknowledged(); }

 protected:
  Status OnDelivered(std::size_t, const MessageHeader&, Payload) override { return {}; }
  Status OnTick(TimePoint) override { return {}; }
  bool Complete(TimePoint) const override { return false; }
  std::string Progress(std::size_t) const override { return ""; }
};

// Seconds for all batches to be acknowledged.
Result<double> Run(const std::shared_ptr<const Job>& job, std::unique_ptr<Transport> worker,
                   std::unique_ptr<Transport> shard) {
  const SteadyTime time;
  const Payload payload = MakePayload(std::vector<std::uint8_t>(FLAGS_batch_bytes, 7));
  BenchActor source(job, 0, 1, time.Now()), sink(job, 1, 0, time.Now());
  ActorLoop sink_loop(&sink, std::move(shard), &time);
  ActorLoop source_loop(&source, std::move(worker), &time);
  const auto done = [&] { return source.all_acknowledged(); };
  source_loop.With([&] { source.Fill(1, payload); });  // the connection stands after this one
  LIGHTLDA_RETURN_IF_ERROR(source_loop.WaitUntil(done));
  const TimePoint begin = time.Now();
  source_loop.With([&] { source.Fill(FLAGS_batches, payload); });
  LIGHTLDA_RETURN_IF_ERROR(source_loop.WaitUntil(done));
  return std::chrono::duration<double>(time.Now() - begin).count();
}

Result<double> RunZmq(const std::shared_ptr<const Job>& job, const std::string& endpoint,
                      bool encrypt) {
  ZmqSecurity security;
  security.encrypt = encrypt;
  if (encrypt) {
    LIGHTLDA_ASSIGN_OR_RETURN(auto keys, MakeKeyPair());
    security.public_key = keys.first;
    security.secret_key = keys.second;
    security.allowed_keys = {security.public_key};
  }
  LIGHTLDA_ASSIGN_OR_RETURN(const auto network,
                            ZmqNetwork::Create(security, job->options.batch_bytes));
  LIGHTLDA_ASSIGN_OR_RETURN(ZmqListener listener, network->Bind({endpoint}));
  LIGHTLDA_ASSIGN_OR_RETURN(auto worker,
                            network->Connect({{listener.endpoints[0], security.public_key}}));
  return Run(job, std::move(worker), std::move(listener.transport));
}

Status Main() {
  auto job = std::make_shared<Job>();
  job->members.resize(2);
  TableSpec table;
  table.name = "numbers";
  table.num_items = 1;
  LIGHTLDA_ASSIGN_OR_RETURN(TableLayout layout, TableLayout::Make(table, 1));
  job->tables.push_back(std::move(layout));
  job->options.batch_bytes = FLAGS_batch_bytes;
  LIGHTLDA_RETURN_IF_ERROR(job->Validate());
  const std::string ipc = "ipc://" + FLAGS_scratch + "/lightlda-ps-transport.sock";
  for (int i = 0; i < FLAGS_repetitions; ++i) {
    LocalHub hub(1, 1);
    const std::pair<const char*, Result<double>> runs[] = {
        {"local", Run(job, hub.Connect(0), hub.Connect(1))},
        {"inproc", RunZmq(job, "inproc://bench", false)},
        {"ipc", RunZmq(job, ipc, false)},
        {"tcp", RunZmq(job, "tcp://127.0.0.1:*", false)},
        {"tcp+curve", RunZmq(job, "tcp://127.0.0.1:*", true)}};
    for (const auto& [name, seconds] : runs) {
      LIGHTLDA_RETURN_IF_ERROR(seconds.status());
      const double bytes =
          static_cast<double>(FLAGS_batches) * static_cast<double>(FLAGS_batch_bytes);
      std::printf("%-9s %7.3f GB/s\n", name, bytes / seconds.value() / 1e9);
    }
  }
  return {};
}

}  // namespace
}  // namespace lightlda

int main(int argc, char** argv) {
  return lightlda::tools::RunProgram(lightlda::kProgram, argc, argv, lightlda::Main);
}
