// An actor under test, and a hand that writes its peers' messages.
#ifndef LIGHTLDA_TESTS_UNIT_PS_ACTOR_HARNESS_H_
#define LIGHTLDA_TESTS_UNIT_PS_ACTOR_HARNESS_H_

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "net/transport.h"
#include "ps/actor.h"
#include "toy_job.h"

namespace lightlda::testing {

// Keeps what an actor sends.
class RecordingTransport : public Transport {
 public:
  bool Send(Route to, const HeaderBytes& header, const Payload& payload) override {
    if (!takes) return false;
    sent.push_back({to, DecodeHeader(header).value(), payload});
    return true;
  }
  Status Poll(Duration, const Handler&) override { return {}; }
  void Wake() override {}

  struct Sent {
    Route to;
    MessageHeader header;
    Payload payload;
  };
  std::vector<Sent> sent;
  bool takes = true;  // messages
};

// Plays the peers of one actor: numbers their messages, moves time.
class ActorHarness {
 public:
  // `actor` is the one called `self` in `job`; both must outlive the harness.
  ActorHarness(const Job* job, Actor* actor, ActorId self)
      : job_(job), actor_(actor), self_(self) {}

  TimePoint now = std::chrono::seconds(10);
  RecordingTransport transport;

  // A numbered message of `from`, unless it is a heartbeat.
  MessageHeader Header(MessageType type, ActorId from) {
    MessageHeader header;
    header.type = type;
    header.job = job_->id;
    header.sender = from;
    header.receiver = self_;
    header.incarnation = job_->members[from].incarnation;
    header.last = true;
    if (type != MessageType::kHeartbeat && type != MessageType::kAbort) {
      header.sequence = ++sequences_[from];
    }
    return header;
  }
  void Give(MessageHeader header, const Payload& payload = {}) {
    header.payload_bytes = static_cast<std::uint32_t>(payload.bytes.size());
    header.payload_checksum = payload.bytes.empty() ? 0 : payload.checksum;
    const Route route =
        job_->IsWorker(header.sender) ? header.sender : header.sender - job_->num_workers;
    actor_->OnMessage(route, EncodeHeader(header), payload, now);
  }
  // Lets time pass in steps shorter than a heartbeat, as a loop would; peers that are given stay
  // heard of.
  void Pass(Duration duration, const std::vector<ActorId>& alive = {}) {
    const TimePoint end = now + duration;
    while (now < end) {
      now = std::min(end, now + job_->options.heartbeat / 2);
      for (const ActorId peer : alive) Give(Header(MessageType::kHeartbeat, peer));
      actor_->Advance(now, &transport);
    }
  }
  // The answers sent to a worker so far.
  std::vector<RecordingTransport::Sent> Answers(ActorId worker) const {
    std::vector<RecordingTransport::Sent> answers;
    for (const RecordingTransport::Sent& sent : transport.sent) {
      const bool first_time =
          answers.empty() || answers.back().header.sequence < sent.header.sequence;
      if (sent.header.type == MessageType::kAnswer && sent.header.receiver == worker &&
          first_time) {
        answers.push_back(sent);
      }
    }
    return answers;
  }

 private:
  const Job* job_;
  Actor* actor_;
  ActorId self_;
  std::map<ActorId, std::uint64_t> sequences_;
};

}  // namespace lightlda::testing

#endif  // LIGHTLDA_TESTS_UNIT_PS_ACTOR_HARNESS_H_
